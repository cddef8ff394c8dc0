/** Releases in their slots: trial, confirmation, rollback, refusals, and a power cut after every single operation. */
import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { realFiles } from '../../src/release/files';
import { Releases } from '../../src/release/releases';
import {
  fact,
  filesWithPowerFor,
  installAged,
  makeTree,
  PowerCut,
  removeDirectories,
  rootWith,
  select,
  started,
} from './support';

// Hundreds of flushed files: slow where the machine is busy.
afterEach(removeDirectories);

/** `one` is good and runs, `two` is installed. */
async function oneRunsTwoIsThere(): Promise<string> {
  const root = await rootWith('one', 'two');
  const releases = new Releases(root);
  await releases.beginTrial('one');
  await releases.confirm();
  return root;
}

async function twoOnTrial(): Promise<string> {
  const root = await oneRunsTwoIsThere();
  await new Releases(root).beginTrial('two');
  return root;
}

test('a root that does not exist has no releases', async () => {
  const status = await new Releases('/nowhere/at/all').status();
  expect(status).toEqual({ good: undefined, trial: undefined, failed: [], current: undefined, releases: [] });
});

test('a trial moves the link, a confirmation makes it good', async () => {
  const root = await oneRunsTwoIsThere();
  const releases = new Releases(root);
  expect(started(root)).toBe('one data of one');
  await releases.beginTrial('two');
  expect(started(root)).toBe('two data of two');
  expect(await releases.status()).toMatchObject({
    good: 'one',
    trial: { release: 'two', startsLeft: 3 },
    current: 'two',
  });
  await releases.confirm();
  expect(await releases.status()).toMatchObject({ good: 'two', trial: undefined, current: 'two' });
});

test('a rollback returns to the good release and remembers why, in one line', async () => {
  const root = await twoOnTrial();
  const releases = new Releases(root);
  await releases.rollBack('no answer\nfrom the meter');
  expect(started(root)).toBe('one data of one');
  const failed = [{ release: 'two', reason: 'no answer from the meter' }];
  expect(await releases.status()).toEqual({
    good: 'one',
    trial: undefined,
    failed,
    current: 'one',
    releases: ['two', 'one'],
  });
  await releases.beginTrial('two');
  expect((await releases.status()).failed).toEqual([]);
});

test('only the last ten failures are remembered', async () => {
  const root = await twoOnTrial();
  const before = Array.from({ length: 10 }, (_, index) => `old${index} broken\n`).join('');
  writeFileSync(join(root, 'failed'), before);
  const releases = new Releases(root);
  await releases.rollBack('x'.repeat(1000));
  const { failed } = await releases.status();
  expect(failed.map(({ release }) => release)).toEqual([...Array.from({ length: 9 }, (_, i) => `old${i + 1}`), 'two']);
  expect(failed.at(-1)?.reason).toHaveLength(200);
});

test('a confirmation keeps three slots, the good one whatever its age', async () => {
  const root = await rootWith('a', 'b', 'c', 'd', 'e');
  const releases = new Releases(root);
  mkdirSync(join(root, 'releases', '.old-half'));
  await releases.beginTrial('a');
  await releases.confirm();
  expect((await releases.status()).releases).toEqual(['e', 'd', 'a']);
  expect(readdirSync(join(root, 'releases')).sort()).toEqual(['a', 'd', 'e']);
});

test('of the slots, the good one before stays and failed ones go first', async () => {
  const root = await rootWith('a', 'b', 'c', 'd', 'e');
  const releases = new Releases(root);
  await releases.beginTrial('a');
  // Two failures that are newer than the good release, as a bad afternoon leaves them.
  writeFileSync(join(root, 'good'), 'a\n');
  for (const bad of ['d', 'e']) {
    await releases.beginTrial(bad);
    await releases.rollBack('bad');
  }
  await releases.beginTrial('c');
  await releases.confirm();
  expect((await releases.status()).releases).toEqual(['c', 'b', 'a']);
});

test('what cannot be is refused, and changes nothing', async () => {
  const root = await twoOnTrial();
  const releases = new Releases(root);
  const before = await releases.status();
  await expect(releases.beginTrial('three')).rejects.toThrow(
    'release three: cannot be tried, for it is not installed (installed are two, one)',
  );
  await expect(releases.installRelease(makeTree('x'), '../x')).rejects.toThrow('a name is made of');
  await expect(releases.installRelease(makeTree('x'), 'two')).rejects.toThrow('cannot be replaced, for it is in use');
  await expect(releases.installRelease(makeTree('x'), 'one')).rejects.toThrow('the one to return to');
  const tree = makeTree('x');
  chmodSync(join(tree, 'bin', 'greenup'), 0o644);
  await expect(releases.installRelease(tree, 'x')).rejects.toThrow('its bin/greenup is no program');
  await expect(releases.installRelease('/nowhere', 'x')).rejects.toThrow('its bin/greenup is missing');
  expect(await releases.status()).toEqual(before);
  await releases.rollBack('enough');
  await expect(releases.rollBack('again')).rejects.toThrow('no release is on trial: one stays in use');
});

test('the first release has nothing to fall back to, and says so', async () => {
  const root = await rootWith('one');
  const releases = new Releases(root);
  await releases.beginTrial('one');
  await expect(releases.rollBack('bad')).rejects.toThrow('there is no earlier good release to return to');
  expect(started(root)).toBe('one data of one');
});

test('a release that is not in use cannot be confirmed', async () => {
  const root = await twoOnTrial();
  rmSync(join(root, 'current'));
  symlinkSync('releases/one', join(root, 'current'));
  await expect(new Releases(root).confirm()).rejects.toThrow('release two: cannot be confirmed, for one is in use');
});

test('a slot shares its files with the tree where it can, and owns them where it cannot', async () => {
  const tree = makeTree('linked');
  const root = await rootWith();
  await new Releases(root).installRelease(tree, 'linked');
  const inode = (path: string) => statSync(path).ino;
  expect(inode(join(root, 'releases/linked/lib/deep/data'))).toBe(inode(join(tree, 'lib/deep/data')));
  const noLinks = { ...realFiles, hardLink: () => Promise.reject(Object.assign(new Error('no'), { code: 'EPERM' })) };
  await new Releases(root, noLinks).installRelease(tree, 'copied');
  expect(inode(join(root, 'releases/copied/lib/deep/data'))).not.toBe(inode(join(tree, 'lib/deep/data')));
  await new Releases(root).beginTrial('copied');
  expect(started(root)).toBe('linked data of linked');
});

test('a full medium refuses the release before anything is written', async () => {
  const root = await rootWith('one');
  const full = { ...realFiles, freeBytes: async () => 1_000_000 };
  await expect(new Releases(root, full).installRelease(makeTree('two'), 'two')).rejects.toThrow(
    'installing needs 68 MB of free space and there are 1 MB',
  );
  expect(readdirSync(join(root, 'releases'))).toEqual(['one']);
});

test('a link in the tree stays a link; anything else is refused', async () => {
  const tree = makeTree('odd');
  symlinkSync('greenup', join(tree, 'bin', 'other'));
  const root = await rootWith();
  const releases = new Releases(root);
  await releases.installRelease(tree, 'odd');
  expect(await realFiles.linkTarget(join(root, 'releases/odd/bin/other'))).toBe('greenup');
  const device = { ...realFiles, entries: async () => [{ name: 'tty', kind: 'other' as const }] };
  await expect(new Releases(root, device).installRelease(tree, 'odder')).rejects.toThrow('a release holds only files');
});

test('files without sense count as not known', async () => {
  const root = await twoOnTrial();
  writeFileSync(join(root, 'trial'), 'two many\n');
  writeFileSync(join(root, 'good'), '\0\0\0');
  writeFileSync(join(root, 'failed'), '!!\nthree it broke\n');
  expect(await new Releases(root).status()).toMatchObject({
    good: undefined,
    trial: undefined,
    failed: [{ release: 'three', reason: 'it broke' }],
  });
});

/** Each command with the state it begins in, and the releases that may run after a power cut in it. */
const commands: Record<
  string,
  { begin: () => Promise<string>; act: (releases: Releases) => Promise<void>; runs: string[] }
> = {
  installRelease: {
    begin: oneRunsTwoIsThere,
    act: (releases) => releases.installRelease(makeTree('three'), 'three'),
    runs: ['one data of one'],
  },
  'installRelease over an old slot': {
    begin: oneRunsTwoIsThere,
    act: (releases) => releases.installRelease(makeTree('newtwo'), 'two'),
    runs: ['one data of one'],
  },
  beginTrial: {
    begin: oneRunsTwoIsThere,
    act: (releases) => releases.beginTrial('two'),
    runs: ['one data of one', 'two data of two'],
  },
  confirm: {
    begin: async () => {
      const root = await twoOnTrial();
      for (const [age, name] of ['x', 'y', 'z'].entries()) await installAged(root, name, -10 - age);
      return root;
    },
    act: (releases) => releases.confirm(),
    runs: ['two data of two'],
  },
  rollBack: {
    begin: twoOnTrial,
    act: (releases) => releases.rollBack('bad'),
    runs: ['two data of two', 'one data of one'],
  },
};

describe.each(Object.entries(commands))('%s, with a power cut after each operation', (_, { begin, act, runs }) => {
  test('leaves a whole release to start, and can be done again', async () => {
    const seen = new Set<string>();
    for (let operations = 0; ; operations += 1) {
      const root = await begin();
      const { files, made } = filesWithPowerFor(operations);
      const cut = await act(new Releases(root, files)).then(
        () => undefined,
        (error) => error,
      );
      if (cut !== undefined) expect(cut.cause).toBeInstanceOf(PowerCut);
      // With no select in between, whatever the link names is whole.
      const before = started(root);
      expect(runs).toContain(before);
      expect(select(root).code).toBe(0);
      expect(runs).toContain(started(root));
      // What was reached is not left again: a release that was rolled back does not return.
      if (before === runs.at(-1)) expect(started(root)).toBe(before);
      seen.add(started(root) ?? '');
      for (const name of (await new Releases(root).status()).releases) {
        utimesSync(join(root, 'releases', name, 'bin', 'greenup'), 1, 1);
        expect(fact(root, `releases/${name}/lib/deep/data`)).toMatch(/^data of /);
      }
      if (cut === undefined) {
        expect(made()).toBe(operations);
        break;
      }
      const again = act(new Releases(root));
      // A start in between may have ended what was begun: then there is nothing left to roll back.
      await again.catch((error) => expect(error.message).toContain('no release is on trial'));
      expect(select(root).code).toBe(0);
      expect(runs.at(-1)).toBe(started(root));
      removeDirectories();
    }
    expect([...seen].sort()).toEqual([...runs].sort());
  });
});
