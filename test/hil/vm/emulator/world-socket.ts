/** A socket on which tests and people tell the emulated rig what happens: one JSON object a line, each answered. */
import { rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** Resolves when somebody may connect to `path`. */
export function serveWorld(path: string, answer: (line: string) => string): Promise<void> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => socket.write(`${answer(line)}\n`));
  });
  return new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(path, resolve);
  });
}
