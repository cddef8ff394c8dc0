/** A test that uses the machine's own time, sockets, processes or threads says so in its name: NAME.real-time.test.ts. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What goes on by itself while a test waits. */
const realThings =
  /\bnew (RealClock|Worker|WebSocketServer|RPCServer)\(|\b(spawn|fork|createServer|fetch|runProgram)\(|(?<!jest\.)\bsetTimeout\(|\bperformance\.now\(/;
/** Time that stands still unless the test moves it. */
const fakeTimers = /\bjest\.useFakeTimers\(/;
/** Reasons why a test has such words and waits for nothing. */
const exempt: Readonly<Record<string, string>> = {
  'test/station/purity.test.ts': 'has them in texts that it judges',
  'test/support/real-time.test.ts': 'has them in texts that it judges',
  'test/package/library.real-time.test.ts': 'runs other programs to their end, which takes long',
};

const tests = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((name) => join('test', name))
  .filter((name) => name.endsWith('.test.ts') && !(name in exempt));

/** The file and all of test/ that it imports. */
function filesOf(path: string, known = new Set<string>()): Set<string> {
  if (known.has(path)) return known;
  known.add(path);
  for (const [, place = ''] of readFileSync(path, 'utf8').matchAll(/from '(\.[^']*)'/g)) {
    const imported = `${join(dirname(path), place)}.ts`;
    if (imported.startsWith('test/') && existsSync(imported)) filesOf(imported, known);
  }
  return known;
}

function isReal(path: string): boolean {
  const texts = [...filesOf(path)].map((file) => readFileSync(file, 'utf8'));
  return texts.some((text) => realThings.test(text)) && !texts.some((text) => fakeTimers.test(text));
}

const isMarked = (path: string): boolean => path.endsWith('.real-time.test.ts');

test('every test on real time is marked, and no other', () => {
  expect(tests.filter((path) => isReal(path) && !isMarked(path))).toEqual([]);
  expect(tests.filter((path) => isMarked(path) && !isReal(path))).toEqual([]);
});

test('no test has a time limit of its own: a busy machine would reach it', () => {
  const ownLimit = /\bjest\.setTimeout\(|^( {2})?\}, [\d_]+\);/m;
  expect(tests.filter((path) => ownLimit.test(readFileSync(path, 'utf8')))).toEqual([]);
});

test.each([
  ['const clock = new RealClock();', true],
  ['await new Promise((resolve) => setTimeout(resolve, 5));', true],
  ['spawn(process.execPath, []);', true],
  ['const { status } = spawnSync(program);', false],
  ['await clock.advance(5);', false],
])('%s: real %s', (text, real) => {
  expect(realThings.test(text)).toBe(real);
});
