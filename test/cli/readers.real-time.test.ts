/** Who reads what a command prints: slowly, or no more than a line. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIfOld, Program } from './built-program';

let directory: string;
/** A board file with so many problems, each told with its path, that a pipe cannot take them at once. */
let wrong: string;

beforeAll(() => {
  buildIfOld();
  directory = mkdtempSync(join(tmpdir(), 'greenup-readers-'));
  const names = Array.from({ length: 90 }, (_, index) => `wrong_name_${index}: 1`);
  const deep = join(directory, ...Array.from({ length: 4 }, () => 'd'.repeat(200)));
  mkdirSync(deep, { recursive: true });
  wrong = join(deep, 'wrong.yaml');
  writeFileSync(wrong, `${names.join('\n')}\n`);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What a reader of one of its streams gets, and the exit code of the program. */
function read(
  words: readonly string[],
  reader: string,
  stream: 'out' | 'error' = 'out',
): { got: string; code: number } {
  const program = `'${process.execPath}' dist/greenup.js ${words.map((word) => `'${word}'`).join(' ')}`;
  const piped = stream === 'out' ? program : `${program} 2>&1 >/dev/null`;
  const { stdout, output } = spawnSync('sh', ['-c', `{ ${piped}; echo $? >&3; } | ${reader}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  return { got: stdout, code: Number(output[3]) };
}

/** A byte at a time is slower than any program writes. */
const slowly = 'dd bs=1 2>/dev/null';

const board = 'board/pi-bench-double.yaml';

test.each<[string, string[], number]>([
  ['the schema of board files', ['board', 'schema'], 0],
  ['a board as JSON', ['board', 'check', '--json', board], 0],
  ['the problems of a board as JSON', ['board', 'check', '--json', 'WRONG'], 1],
  ['the help', ['--help'], 0],
  ['the help of a command', ['help', 'plug'], 0],
  ['a demonstration', ['demo'], 0],
])('a slow reader gets all of %s', (_what, given, code) => {
  const words = given.map((word) => (word === 'WRONG' ? wrong : word));
  const fast = spawnSync(process.execPath, ['dist/greenup.js', ...words], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const slow = read(words, slowly);
  expect(slow.code).toBe(code);
  expect(withoutTimes(slow.got)).toBe(withoutTimes(fast.stdout));
  expect(fast.status).toBe(code);
});

/** A demonstration is dated, and so is the number of its transaction. */
function withoutTimes(text: string): string {
  return text.replace(/\d\d:\d\d:\d\d|Transaction +\d+/g, '');
}

test('a slow reader of stderr gets every problem, a line each', () => {
  const { got, code } = read(['board', 'check', wrong], slowly, 'error');
  const lines = got.trim().split('\n');
  expect(code).toBe(1);
  expect(got.length).toBeGreaterThan(65_536);
  expect(lines.filter((line) => line.includes(' wrong_name_'))).toHaveLength(90);
  expect(lines.filter((line) => !line.startsWith('greenup: '))).toEqual([]);
});

test.each<[string[], number]>([
  [['board', 'schema'], 0],
  [['board', 'check', '--json', board], 0],
  [['--help'], 0],
  [['demo'], 141],
])('%j: a reader that takes a line and goes is no error', (words, code) => {
  const { output } = spawnSync(
    'sh',
    ['-c', `{ '${process.execPath}' dist/greenup.js ${words.join(' ')}; echo $? >&3; } | head -n 1 >/dev/null`],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  );
  expect(output[2]).toBe('');
  // What was written before the reader went may have been all.
  expect([code, 0]).toContain(Number(output[3]));
});

test('nobody who reads stderr is no further error', () => {
  const { code } = read(['board', 'check', wrong], 'true', 'error');
  expect(code).toBe(1);
});

test('a station whose output nobody reads any more ends in order', async () => {
  const run = new Program('run', '--port', '0', '--state', join(directory, 'state'), '--json');
  await run.says(/"event":"connected"/);
  run.child.stdout?.destroy();
  // Something is said at the latest when the next status is.
  await Program.run('plug', '1', '--state', join(directory, 'state'));
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(run.error).toBe('');
});
