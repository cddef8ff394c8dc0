/** The end of the program: what it said is read to its end, however slowly, and nobody is waited for who has gone. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

const program = [
  process.execPath,
  '-r',
  join(__dirname, '../drivers/store/run-typescript.js'),
  join(__dirname, 'write-much.ts'),
].map((word) => `'${word}'`);
/** Far more than any pipe takes. */
const characters = 3_000_000;
const line = 'much to read\n';

/** The program's stdout goes into `reader`, both words of the shell; what came out of it, and the exit code of the program. */
function piped(reader: string): { out: string; code: number } {
  const command = `{ ${[...program, characters].join(' ')}; echo "code $?" >&2; } | ${reader}`;
  const { stdout, stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return { out: stdout, code: Number(/code (\d+)/.exec(stderr)?.[1]) };
}

test('a reader that takes a line by itself and then the rest gets all of it', () => {
  const { out, code } = piped('{ read -r first; echo "$first"; cat; }');
  expect(code).toBe(7);
  expect(out.length).toBe(line.length * Math.ceil(characters / line.length));
});

test('a reader that has seen enough is not waited for', () => {
  expect(piped('head -n 1')).toEqual({ out: line, code: 7 });
});

test('where a time is given, a reader that does not read is waited for no longer', async () => {
  const command = [...program, characters, 50].join(' ');
  const child = spawn('sh', ['-c', `exec ${command}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  // Nobody reads: the end of the process is heard all the same.
  const code = await new Promise((resolve) => child.on('exit', resolve));
  child.stdout.destroy();
  expect(code).toBe(7);
});
