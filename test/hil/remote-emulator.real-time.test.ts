/** The emulated rig at the other end of a real socket: what is asked, in which order it is answered, and how it can fail. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { loadBoard } from '../../src/hal/board/board-file';
import type { Deed } from '../../src/hal/vehicle-emulator';
import { RemoteEmulator } from '../../src/hil/remote-emulator';

const board = loadBoard('board/pi-bench-double.yaml');
let directory: string;
let path: string;
let server: Server;
let heard: unknown[];
/** What is answered to a line; undefined: nothing. */
let answer: (line: string, socket: Socket) => string | undefined;
let emulators: RemoteEmulator[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-rig-'));
  path = join(directory, 'rig.sock');
  heard = [];
  emulators = [];
  answer = () => '{"ok":true}';
  server = createServer((socket) => {
    socket.on('error', () => {});
    createInterface({ input: socket }).on('line', (line) => {
      heard.push(JSON.parse(line));
      const text = answer(line, socket);
      if (text !== undefined) socket.write(`${text}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
});

afterEach(async () => {
  for (const emulator of emulators) emulator.close();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true });
});

async function connect(): Promise<RemoteEmulator> {
  const emulator = await RemoteEmulator.connect(path, board);
  emulators.push(emulator);
  return emulator;
}

const rows: [Deed, object][] = [
  [
    { do: 'plug', connectorId: 3 },
    { do: 'plug', connector: 3 },
  ],
  [
    { do: 'unplug', connectorId: 1 },
    { do: 'unplug', connector: 1 },
  ],
  [
    { do: 'request', connectorId: 1, energy: false },
    { do: 'ev', connector: 1, options: { paused: true } },
  ],
  [
    { do: 'request', connectorId: 1, energy: true },
    { do: 'ev', connector: 1, options: { paused: false } },
  ],
  [
    { do: 'present', uid: '04A1', side: 'left' },
    { do: 'present', uid: '04A1', side: 'left' },
  ],
  [
    { do: 'flicker', connectorId: 2, signal: 'contactor', forMs: 150 },
    { do: 'flicker', connector: 2, signal: 'contactor', ms: 150 },
  ],
  [
    { do: 'mishap', mishap: 'welded', connectorId: 2, present: true },
    { do: 'fault', connector: 2, kind: 'welded', present: true },
  ],
  [
    { do: 'mishap', mishap: 'residualCurrent', connectorId: 1, present: false },
    { do: 'fault', connector: 1, kind: 'residualCurrent', present: false },
  ],
  [
    { do: 'mishap', mishap: 'meterSilent', connectorId: 4, present: true },
    { do: 'rig', fault: 'meterSilent:4', present: true },
  ],
  [
    { do: 'mishap', mishap: 'readerGone', connectorId: 3, present: true },
    { do: 'rig', fault: 'readerGone:left', present: true },
  ],
  [
    { do: 'mishap', mishap: 'i2cLost', connectorId: 1, present: false },
    { do: 'rig', fault: 'i2cLost', present: false },
  ],
];

test.each(rows)('%j', async (deed, request) => {
  const emulator = await connect();
  expect(emulator.can()).toBe(true);
  await emulator.perform(deed);
  expect(heard).toEqual([request]);
});

test('answers belong to requests by their order', async () => {
  let count = 0;
  answer = () => {
    count += 1;
    return count === 2 ? '{"ok":false,"error":"there is no connector 9"}' : '{"ok":true}';
  };
  const emulator = await connect();
  const done = [1, 9, 2, 3].map((connectorId) => emulator.perform({ do: 'plug', connectorId }));
  const settled = await Promise.allSettled(done);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  await expect(done[1]).rejects.toMatchObject({
    code: 'part.failed',
    message: 'emulated rig: there is no connector 9',
  });
});

test.each([
  ['{"ok":false}', 'emulated rig: refused'],
  ['hello', 'emulated rig: an answer that is no JSON: hello'],
])('the answer %s is a refusal', async (text, message) => {
  answer = () => text;
  const emulator = await connect();
  await expect(emulator.perform({ do: 'plug', connectorId: 1 })).rejects.toThrow(message);
});

test('a rig that goes away fails what waits, and what comes after', async () => {
  answer = (_line, socket) => void socket.destroy();
  const emulator = await connect();
  const both = [1, 2].map((connectorId) => emulator.perform({ do: 'plug', connectorId }));
  for (const one of both) await expect(one).rejects.toThrow('emulated rig: the connection was lost');
  await expect(emulator.perform({ do: 'unplug', connectorId: 1 })).rejects.toThrow('the connection was lost');
});

test('nobody there is one clear line', async () => {
  const nowhere = join(directory, 'nothing.sock');
  await expect(RemoteEmulator.connect(nowhere, board)).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringMatching(/^emulated rig at .*nothing\.sock: .*ENOENT/),
  });
});
