/** The shell script that chooses a release, alone and against the engine on equal trees. */
import { chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Releases } from '../../src/release/releases';
import {
  endedBy,
  fact,
  freshDirectory,
  installAged,
  makeTree,
  removeDirectories,
  rootWith,
  select,
  started,
  toolsWithPowerFor,
} from './support';

// Hundreds of shells: slow where the machine is busy.
afterEach(removeDirectories);

/** `one` is good, `two` is on trial. */
async function twoOnTrial(): Promise<string> {
  const root = await rootWith('one', 'two');
  for (const words of [['--try', 'one'], ['--confirm'], ['--try', 'two']]) expect(select(root, words).code).toBe(0);
  return root;
}

test('three starts without confirmation, and the fourth runs the good release', async () => {
  const root = await twoOnTrial();
  for (const left of [2, 1, 0]) {
    const { code, stderr } = select(root);
    expect([code, stderr]).toEqual([
      0,
      `greenup-select: release two is on trial: ${left} starts left after this one\n`,
    ]);
    expect(started(root)).toBe('two data of two');
  }
  expect(select(root).stderr).toContain('release two used up its starts: back to one');
  expect(started(root)).toBe('one data of one');
  expect(fact(root, 'failed')).toBe('two was started 3 times and never confirmed\n');
  expect(fact(root, 'trial')).toBeUndefined();
  expect(select(root).stderr).toBe('');
});

test('a confirmed release is started for ever', async () => {
  const root = await twoOnTrial();
  select(root);
  expect(select(root, ['--confirm'])).toMatchObject({ code: 0, stderr: 'greenup-select: release two is good\n' });
  for (let start = 0; start < 5; start += 1) expect(select(root)).toMatchObject({ code: 0, stderr: '' });
  expect(started(root)).toBe('two data of two');
});

test('the first release goes on when its starts are used up: there is nothing to return to', async () => {
  const root = await rootWith('one');
  select(root, ['--try', 'one']);
  for (let start = 0; start < 5; start += 1) expect(select(root).code).toBe(0);
  expect(select(root).stderr).toContain('release one used up its starts, and there is no good one to return to');
  expect(started(root)).toBe('one data of one');
  expect(select(root, ['--rollback'])).toMatchObject({
    code: 1,
    stderr: 'greenup-select: release one: there is no earlier good release to return to\n',
  });
  expect(select(root, ['--confirm']).code).toBe(0);
  expect(fact(root, 'good')).toBe('one\n');
});

/** Damage to the files of a root whose good release is `one`, and what runs then. */
const damages: Record<string, { damage: (root: string) => void; runs: string }> = {
  'the release on trial has lost its program': {
    damage: (root) => unlinkSync(join(root, 'releases/two/bin/greenup')),
    runs: 'one data of one',
  },
  'the program on trial cannot be executed': {
    damage: (root) => chmodSync(join(root, 'releases/two/bin/greenup'), 0o644),
    runs: 'one data of one',
  },
  'the slot on trial is gone': {
    damage: (root) => rmSync(join(root, 'releases/two'), { recursive: true }),
    runs: 'one data of one',
  },
  'the trial is unreadable': {
    damage: (root) => writeFileSync(join(root, 'trial'), 'two -1\n'),
    runs: 'one data of one',
  },
  'the trial names a path outside': {
    damage: (root) => writeFileSync(join(root, 'trial'), '../../etc 3\n'),
    runs: 'one data of one',
  },
  'the good release is not known': {
    damage: (root) => writeFileSync(join(root, 'good'), ''),
    runs: 'two data of two',
  },
  'the link is gone': { damage: (root) => unlinkSync(join(root, 'current')), runs: 'two data of two' },
  'every fact is gone': {
    damage: (root) => {
      for (const file of ['good', 'trial', 'current']) unlinkSync(join(root, file));
    },
    runs: 'two data of two',
  },
  'every fact is gone and the newest slot is damaged': {
    damage: (root) => {
      for (const file of ['good', 'trial', 'current', 'releases/two/bin/greenup']) unlinkSync(join(root, file));
    },
    runs: 'one data of one',
  },
};

test.each(Object.entries(damages))('%s: a whole release is started', async (_, { damage, runs }) => {
  const root = await twoOnTrial();
  damage(root);
  expect(select(root).code).toBe(0);
  expect(started(root)).toBe(runs);
  expect(select(root).code).toBe(0);
  expect(started(root)).toBe(runs);
});

test('of the slots, three stay: the good one before among them, and failed ones go first', async () => {
  const root = await rootWith('a', 'b', 'c', 'd', 'e');
  writeFileSync(join(root, 'good'), 'a\n');
  writeFileSync(join(root, 'failed'), 'd bad\ne bad\n');
  select(root, ['--try', 'c']);
  expect(select(root, ['--confirm']).code).toBe(0);
  expect((await new Releases(root).status()).releases).toEqual(['c', 'b', 'a']);
});

test('no release at all is one clear line', () => {
  const root = freshDirectory();
  expect(select(root)).toMatchObject({
    code: 1,
    stderr: `greenup-select: no release is installed in ${root}/releases: install the package again\n`,
  });
});

test('what cannot be is refused', async () => {
  const root = await twoOnTrial();
  const tree = makeTree('x');
  const refused = (...words: string[]) => {
    const { code, stderr } = select(root, words);
    return [code, stderr.split('\n')[0]];
  };
  expect(refused('--install', tree, '../x')[0]).toBe(1);
  expect(refused('--install', tree, 'a b')[0]).toBe(1);
  expect(refused('--install', tree, 'a\nb')[0]).toBe(1);
  expect(refused('--install', '/nowhere', 'x')[1]).toContain('bin/greenup is missing or no program');
  for (const name of ['one', 'two'])
    expect(refused('--install', tree, name)[1]).toContain('it is in use, good or on trial');
  expect(refused('--try', 'three')[1]).toContain('it is not installed (two one )');
  expect(refused('--unknown')).toEqual([2, expect.stringContaining('greenup-select')]);
  expect(refused('--rollback', 'bad')[0]).toBe(0);
  expect(refused('--rollback')).toEqual([1, 'greenup-select: no release is on trial: one stays in use']);
  expect(refused('--confirm')).toEqual([0, 'greenup-select: no release is on trial: one stays in use']);
});

test('status says it in words', async () => {
  const root = await twoOnTrial();
  expect(select(root, ['--status']).stdout).toBe(
    'in use:    two\ngood:      one\non trial:  two, 3 starts left\ninstalled: two one \n',
  );
});

/** Commands for both; the engine has no word for a start, so the script makes it for both. */
type Act = readonly ['start' | 'end' | 'try' | 'confirm' | 'rollback' | 'install', string?];

async function byEngine(root: string, [act, word = '']: Act, trees: string): Promise<boolean> {
  const releases = new Releases(root);
  const done = { try: () => releases.beginTrial(word), confirm: () => releases.confirm() };
  const promise =
    act === 'install'
      ? releases.installRelease(join(trees, `tree-${word}`), word)
      : act === 'rollback'
        ? releases.rollBack(word)
        : act === 'start' || act === 'end'
          ? Promise.resolve(void byShell(root, [act], trees))
          : done[act]();
  return promise.then(
    () => true,
    () => false,
  );
}

function byShell(root: string, [act, word = '']: Act, trees: string): boolean {
  // A service that does not hold itself up ends many times.
  if (act === 'end') return [1, 2, 3].every(() => endedBy(root, 'exit-code').code === 0);
  const words = {
    start: [],
    try: ['--try', word],
    confirm: ['--confirm'],
    rollback: ['--rollback', word],
    install: ['--install', join(trees, `tree-${word}`), word],
  };
  return select(root, words[act]).code === 0;
}

/** A small generator of its own, so that a failure can be repeated. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

test.each([1, 2, 3, 4, 5, 6])('engine and script leave the same files: walk %i', async (seed) => {
  const next = numbers(seed * 7919);
  const names = ['a', 'b', 'c', 'd', 'e'];
  const trees = freshDirectory();
  for (const name of names) makeTree(name, trees);
  const roots: [string, string] = [freshDirectory(), freshDirectory()];
  const kinds: Act[0][] = ['start', 'start', 'try', 'try', 'confirm', 'rollback', 'install', 'install', 'end', 'end'];
  const story: string[] = [];
  for (let step = 0; step < 30; step += 1) {
    const kind = kinds[next(kinds.length)] ?? 'start';
    const word = kind === 'rollback' ? `it\tbroke  at ${step}` : (names[next(names.length)] ?? 'a');
    const act: Act = [kind, word];
    const done = [await byEngine(roots[0], act, trees), byShell(roots[1], act, trees)];
    story.push(`${kind} ${word}`);
    const states = [];
    for (const root of roots) {
      // The engine's starts are the script's, so they always work.
      if (kind === 'install' && done[0])
        utimesSync(join(root, 'releases', word), 1_700_000_000 + step, 1_700_000_000 + step);
      states.push({
        ...(await new Releases(root).status()),
        trialFile: fact(root, 'trial'),
        unwellFile: fact(root, 'unwell'),
        started: started(root),
      });
    }
    expect({ story, state: states[0] }).toEqual({ story, state: states[1] });
    if (kind !== 'start' && kind !== 'end') expect({ story, done: done[0] }).toEqual({ story, done: done[1] });
  }
});

const cutCommands: Record<string, { words: (trees: string) => string[]; runs: string[] }> = {
  'a trial start': { words: () => [], runs: ['two'] },
  'a rollback': { words: () => ['--rollback'], runs: ['two', 'one'] },
  'a confirmation': { words: () => ['--confirm'], runs: ['two'] },
  'the begin of a trial': { words: () => ['--try', 'three'], runs: ['two', 'three'] },
  'an installation': { words: (trees) => ['--install', makeTree('four', trees), 'four'], runs: ['two'] },
};

test.each(Object.entries(cutCommands))('%s, cut after each operation, leaves a whole release', async (_, {
  words,
  runs,
}) => {
  const template = await twoOnTrial();
  await installAged(template, 'three', 3);
  const seen = new Set<string>();
  for (let operations = 0, done = false; !done; operations += 1) {
    const root = freshDirectory();
    cpSync(template, root, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    const trees = freshDirectory();
    const command = words(trees);
    // An answer of 0 with the power cut would be a lie, except for a start: that must go on with what there is.
    const { code } = select(root, command, toolsWithPowerFor(operations));
    const { failed } = await new Releases(root).status();
    expect(failed.length).toBeLessThanOrEqual(1);
    const before = started(root)?.split(' ')[0];
    expect([...runs, 'one']).toContain(before);
    expect(select(root).code).toBe(0);
    const running = started(root)?.split(' ')[0] ?? '';
    // What was reached is not left again: a release that was rolled back does not return.
    if (before === runs.at(-1)) expect(running).toBe(before);
    expect(runs).toContain(running);
    seen.add(running);
    done = code === 0 && operations > 12;
    if (code === 0 && command[0] === '--rollback') expect(running).toBe('one');
    if (code === 0 && command[0] === '--try') expect(running).toBe('three');
  }
  expect([...seen].sort()).toEqual([...runs].sort());
});

test('a root that cannot be written still starts what is in use', async () => {
  const root = await twoOnTrial();
  select(root);
  expect(select(root, [], toolsWithPowerFor(0))).toMatchObject({ code: 0 });
  expect(select(root, ['--confirm'], toolsWithPowerFor(0)).code).toBe(1);
});

test('the link may not lead out of the slots', async () => {
  const root = await twoOnTrial();
  const elsewhere = join(freshDirectory(), 'one');
  mkdirSync(elsewhere);
  unlinkSync(join(root, 'current'));
  unlinkSync(join(root, 'trial'));
  symlinkSync(elsewhere, join(root, 'current'));
  expect(select(root).code).toBe(0);
  expect(started(root)).toBe('one data of one');
});
