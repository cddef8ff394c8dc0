/** A good release that is damaged is not chosen for ever: the others that were kept are tried in its place, each once. */
import { cpSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ReleaseSlots } from '../../src/release/release-slots';
import { Releases } from '../../src/release/releases';
import {
  endedBy,
  fact,
  freshDirectory,
  removeDirectories,
  rootWith,
  select,
  started,
  toolsWithPowerFor,
} from './support';

afterEach(removeDirectories);

/** `three` is good and in use; `one` and `two` were kept, `two` the newer one. */
async function threeIsGood(): Promise<string> {
  const root = await rootWith('one', 'two', 'three');
  for (const words of [['--try', 'three'], [], ['--confirm'], []]) expect(select(root, words).code).toBe(0);
  expect(started(root)).toBe('three data of three');
  return root;
}

/** The service ends by failure and is started again, `times` times. */
function failAgain(root: string, times: number, result = 'exit-code'): void {
  for (let time = 0; time < times; time += 1) {
    expect(endedBy(root, result)).toMatchObject({ code: 0, stderr: '' });
    expect(select(root).code).toBe(0);
  }
}

const loseProgram = (root: string, name: string): void => unlinkSync(join(root, 'releases', name, 'bin/greenup'));

test.each([
  'exit-code',
  'signal',
  'core-dump',
  'watchdog',
  'timeout',
  'protocol',
])('after five ends in a row (%s) the newest that was kept is on trial, which is told', async (result) => {
  const root = await threeIsGood();
  failAgain(root, 4, result);
  expect(started(root)).toBe('three data of three');
  endedBy(root, result);
  expect(select(root).stderr).toBe(
    'greenup-select: release three ended 5 times in a row: trying two in its place\n' +
      'greenup-select: release two is on trial: 2 starts left after this one\n',
  );
  expect(started(root)).toBe('two data of two');
  expect(select(root, ['--status']).stdout).toContain(
    'unwell:    three ended 5 times in a row; tried in its place: two\n',
  );
  expect(await new ReleaseSlots(root).versions()).toMatchObject({
    good: 'three',
    next: 'two',
    unwell: { version: 'three', reason: 'ended 5 times in a row' },
  });
});

test('orderly ends, power cuts and starts count nothing', async () => {
  const root = await threeIsGood();
  failAgain(root, 4);
  for (let time = 0; time < 10; time += 1) {
    endedBy(root, 'success');
    select(root);
  }
  expect(select(root, ['--ended']).code).toBe(0);
  expect(fact(root, 'unwell')).toBe('three 4\n');
  expect(started(root)).toBe('three data of three');
});

test.each(['engine', 'script'])('a healthy minute between begins the count anew (%s)', async (how) => {
  const root = await threeIsGood();
  for (let time = 0; time < 3; time += 1) {
    failAgain(root, 4);
    if (how === 'engine') await new ReleaseSlots(root).confirm();
    else expect(select(root, ['--confirm']).code).toBe(0);
    expect(fact(root, 'unwell')).toBeUndefined();
  }
  expect(started(root)).toBe('three data of three');
});

test.each([
  'engine',
  'script',
])('the one that proves itself takes its place, and the old one has failed (%s)', async (how) => {
  const root = await threeIsGood();
  failAgain(root, 5);
  if (how === 'engine') await new ReleaseSlots(root).confirm();
  else expect(select(root, ['--confirm']).code).toBe(0);
  expect(await new Releases(root).status()).toMatchObject({
    good: 'two',
    trial: undefined,
    unwell: undefined,
    failed: [{ release: 'three', reason: 'ended 5 times in a row' }],
  });
  failAgain(root, 3);
  expect(started(root)).toBe('two data of two');
});

test('each of the others is tried once, then the good one stays', async () => {
  const root = await threeIsGood();
  const runs: (string | undefined)[] = [];
  for (let time = 0; time < 16; time += 1) {
    endedBy(root, 'exit-code');
    select(root);
    runs.push(started(root)?.split(' ')[0]);
  }
  const times = (name: string, count: number): string[] => Array.from({ length: count }, () => name);
  expect(runs).toEqual([...times('three', 4), ...times('two', 3), ...times('one', 3), ...times('three', 6)]);
  expect(select(root).stderr).toContain('three ended 5 times in a row, and there is no other one');
  // A card that wears out is not worn by a service that starts each second.
  const before = fact(root, 'unwell');
  failAgain(root, 2);
  expect(fact(root, 'unwell')).toBe(before);
});

test.each([
  'engine',
  'script',
])('when the good one is well again, those that failed in its place were not to blame (%s)', async (how) => {
  const root = await threeIsGood();
  for (let time = 0; time < 12; time += 1) {
    endedBy(root, 'exit-code');
    select(root);
  }
  expect(fact(root, 'failed')).toMatch(/^two .*\none .*\n$/);
  expect(started(root)).toBe('three data of three');
  if (how === 'engine') await new ReleaseSlots(root).confirm();
  else expect(select(root, ['--confirm']).code).toBe(0);
  expect(await new Releases(root).status()).toMatchObject({ good: 'three', failed: [], unwell: undefined });
});

test('a good release that has lost its program is told and replaced by one that proves itself, not by one that fails', async () => {
  const root = await threeIsGood();
  loseProgram(root, 'three');
  expect(select(root).stderr).toContain('release three is damaged: its program is missing: trying two in its place');
  expect(started(root)).toBe('two data of two');
  for (let start = 0; start < 3; start += 1) expect(select(root).code).toBe(0);
  expect(started(root)).toBe('one data of one');
  expect(fact(root, 'failed')).toBe('two was started 3 times and never confirmed\n');
  expect(select(root, ['--confirm']).code).toBe(0);
  expect(fact(root, 'failed')).toContain('three is damaged: its program is missing\n');
  expect(await new Releases(root).status()).toMatchObject({ good: 'one', current: 'one' });
});

test('when the last one that was kept fails, too, something is started all the same', async () => {
  const root = await threeIsGood();
  loseProgram(root, 'three');
  for (let start = 0; start < 12; start += 1) {
    expect(select(root).code).toBe(0);
    expect(started(root)).toMatch(/^(two|one) /);
  }
});

test('a new release ends the search, and a later failure begins it anew', async () => {
  const root = await threeIsGood();
  failAgain(root, 5);
  await new Releases(root).beginTrial('one');
  expect(fact(root, 'unwell')).toBeUndefined();
  for (let start = 0; start < 4; start += 1) select(root);
  expect(started(root)).toBe('three data of three');
  failAgain(root, 5);
  expect(started(root)).toBe('two data of two');
});

const cuts: Record<string, (root: string, environment: NodeJS.ProcessEnv) => number | null> = {
  'the count of an end': (root, environment) => endedBy(root, 'exit-code', environment).code,
  'the start that gives the good one up': (root, environment) => {
    endedBy(root, 'exit-code');
    return select(root, [], environment).code;
  },
  'the start that goes on to the next one': (root, environment) => {
    failAgain(root, 1);
    for (let start = 0; start < 2; start += 1) select(root);
    return select(root, [], environment).code;
  },
  'the confirmation of the one in its place': (root, environment) => {
    failAgain(root, 1);
    return select(root, ['--confirm'], environment).code;
  },
};

test.each(Object.entries(cuts))('%s, cut after each operation, leaves a whole release and goes on', async (_, act) => {
  const template = await threeIsGood();
  failAgain(template, 4);
  for (let operations = 0, done = false; !done; operations += 1) {
    const root = freshDirectory();
    cpSync(template, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    done = act(root, toolsWithPowerFor(operations)) === 0 && operations > 12;
    expect(select(root).code).toBe(0);
    expect(started(root)).toMatch(/^(three|two|one) data of \1$/);
    // Whatever was written: the damaged one does not run for ever.
    const runs = new Set<string>();
    for (let time = 0; time < 7; time += 1) {
      endedBy(root, 'exit-code');
      select(root);
      runs.add(started(root)?.split(' ')[0] ?? 'nothing');
    }
    expect(runs).not.toContain('nothing');
    expect(runs.size).toBeGreaterThan(1);
  }
});
