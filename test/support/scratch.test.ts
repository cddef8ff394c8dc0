/** Scratch directories of a run lie in memory only where it has room and lets programs run, and are removed with the run. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const childProcess = require('node:child_process') as typeof import('node:child_process');
const { scratchIn } = require('./scratch.js') as { scratchIn(root: string, roomBytes?: number): string | undefined };

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'greenup-scratch-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(root, { recursive: true });
});

test('a directory of its own, in which programs run', () => {
  const directory = scratchIn(root, 1);
  expect(readdirSync(root).map((name) => join(root, name))).toEqual([directory]);
});

test.each([
  ['a place that is missing', () => join(root, 'missing'), 1],
  ['a place that is too small', () => root, 2 ** 60],
])('none in %s', (_, place, roomBytes) => {
  expect(scratchIn(place(), roomBytes)).toBeUndefined();
  expect(readdirSync(root)).toEqual([]);
});

test('none where programs do not run', () => {
  jest.spyOn(childProcess, 'spawnSync').mockReturnValue({ status: null } as never);
  let here = scratchIn;
  jest.isolateModules(() => {
    here = (require('./scratch.js') as { scratchIn: typeof scratchIn }).scratchIn;
  });
  expect(here(root, 1)).toBeUndefined();
  expect(readdirSync(root)).toEqual([]);
});

test.each([
  ['', true],
  [tmpdir(), false],
])('with TMPDIR "%s" a run makes its own: %p; it is gone when the run has ended', (TMPDIR, own) => {
  const script = "require('./test/support/scratch.js')(); console.log(process.env.TMPDIR)";
  const { stdout, status } = spawnSync(process.execPath, ['-e', script], {
    encoding: 'utf8',
    env: { ...process.env, TMPDIR },
  });
  const directory = stdout.trim();
  expect(status).toBe(0);
  if (!own) expect(directory).toBe(TMPDIR);
  else if (directory !== '') expect(existsSync(directory)).toBe(false);
});
