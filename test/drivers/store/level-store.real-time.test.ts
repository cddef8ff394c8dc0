/** The LevelDB store on real files: order, group commit, locks, power cuts, damage. */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ClassicLevel } from 'classic-level';
import { LevelStore } from '../../../src/drivers/store/level-store';
import type { JsonValue } from '../../../src/hal/store';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'level-store-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

async function contents(): Promise<Array<[string, JsonValue]>> {
  const store = await LevelStore.open(directory);
  const values = await store.load();
  await store.close();
  return [...values];
}

async function write(pairs: ReadonlyArray<readonly [string, JsonValue]>): Promise<void> {
  const store = await LevelStore.open(directory);
  for (const pair of pairs) await store.commit({ put: [pair], del: [] });
  await store.close();
}

async function filesLike(pattern: RegExp): Promise<string[]> {
  return (await readdir(directory)).filter((name) => pattern.test(name)).map((name) => join(directory, name));
}

test('what was committed is there after reopening, in key order', async () => {
  const store = await LevelStore.open(directory);
  await store.commit({
    put: [
      ['b', [1, null, { c: 'é' }]],
      ['a', 1.5],
      ['gone', true],
    ],
    del: [],
  });
  await store.commit({ put: [], del: ['gone'] });
  const loaded = [...(await store.load())];
  await store.close();
  expect(loaded).toEqual([
    ['a', 1.5],
    ['b', [1, null, { c: 'é' }]],
  ]);
  expect(await contents()).toEqual(loaded);
});

describe('after a write that failed', () => {
  /** LevelDB refuses every write after one that failed, until it is opened anew. */
  function breakNextWrite(): { opened: () => number } {
    const sick = new Set<unknown>();
    const { batch, open } = ClassicLevel.prototype;
    let opened = 0;
    jest.spyOn(ClassicLevel.prototype, 'batch').mockImplementation(function (this: ClassicLevel, ...words: unknown[]) {
      if (sick.size === 0) sick.add(this);
      if (sick.has(this)) return Promise.reject(new Error('IO error: No space left on device'));
      return (batch as (...words: unknown[]) => Promise<void>).apply(this, words);
    } as never);
    jest.spyOn(ClassicLevel.prototype, 'open').mockImplementation(function (this: ClassicLevel, ...words: unknown[]) {
      opened += 1;
      return (open as (...words: unknown[]) => Promise<void>).apply(this, words);
    } as never);
    return { opened: () => opened };
  }

  test('the database is opened anew before the next one, which succeeds; what was durable stays', async () => {
    const store = await LevelStore.open(directory);
    await store.commit({ put: [['before', 1]], del: [] });
    const { opened } = breakNextWrite();
    await expect(store.commit({ put: [['lost', 2]], del: [] })).rejects.toThrow(/No space left/);
    await Promise.all([3, 4].map((n) => store.commit({ put: [['after', n]], del: [] })));
    await store.commit({ put: [['later', 5]], del: [] });
    expect(opened()).toBe(1);
    expect(await store.load()).toEqual(
      new Map([
        ['after', 4],
        ['before', 1],
        ['later', 5],
      ]),
    );
    await store.close();
    jest.restoreAllMocks();
    expect(await contents()).toHaveLength(3);
  });

  test('it can be closed in between', async () => {
    const store = await LevelStore.open(directory);
    breakNextWrite();
    await expect(store.commit({ put: [['lost', 2]], del: [] })).rejects.toThrow(/No space left/);
    await store.close();
    jest.restoreAllMocks();
    expect(await contents()).toEqual([]);
  });
});

test('load after a commit does not give what opening read', async () => {
  await write([['key', 1]]);
  const store = await LevelStore.open(directory);
  await store.commit({ put: [['key', 2]], del: [] });
  expect((await store.load()).get('key')).toBe(2);
  await store.close();
});

test('commits that wait share a synchronous batch, keep their order and take values as at the call', async () => {
  const batch = jest.spyOn(ClassicLevel.prototype, 'batch');
  const store = await LevelStore.open(directory);
  const order: number[] = [];
  const value = { n: 0 };
  await Promise.all(
    [1, 2, 3, 4, 5].map((n) => {
      value.n = n;
      return store.commit({ put: [['last', value]], del: [] }).then(() => order.push(n));
    }),
  );
  expect(order).toEqual([1, 2, 3, 4, 5]);
  expect(batch).toHaveBeenCalledTimes(2);
  expect(batch.mock.calls.every((call: unknown[]) => (call[1] as { sync?: boolean }).sync === true)).toBe(true);
  await store.close();
  expect(await contents()).toEqual([['last', { n: 5 }]]);
});

test('a put, a delete and a put of one key in waiting commits end as the last says', async () => {
  const store = await LevelStore.open(directory);
  await Promise.all([
    store.commit({ put: [['other', 0]], del: [] }),
    store.commit({ put: [['key', 1]], del: [] }),
    store.commit({ put: [], del: ['key'] }),
    store.commit({ put: [['key', 3]], del: ['other'] }),
  ]);
  await store.close();
  expect(await contents()).toEqual([['key', 3]]);
});

test('a failing medium rejects the commits of its batch with store.failed, and the next are tried', async () => {
  const store = await LevelStore.open(directory);
  jest
    .spyOn(ClassicLevel.prototype, 'batch')
    .mockImplementationOnce((() => Promise.reject(new Error('input/output error'))) as never);
  const failed = store.commit({ put: [['a', 1]], del: [] });
  const next = store.commit({ put: [['b', 2]], del: [] });
  await expect(failed).rejects.toMatchObject({ code: 'store.failed', message: expect.stringContaining(directory) });
  await next;
  await store.close();
  expect(await contents()).toEqual([['b', 2]]);
});

test('close waits for commits; later calls are refused', async () => {
  const store = await LevelStore.open(directory);
  const commits = [1, 2, 3].map((n) => store.commit({ put: [[`key${n}`, n]], del: [] }));
  await store.close();
  await Promise.all(commits);
  await expect(store.commit({ put: [], del: [] })).rejects.toThrow('closed');
  await expect(store.load()).rejects.toThrow('closed');
  expect(await contents()).toHaveLength(3);
});

test('a store held by another station is refused with advice', async () => {
  const store = await LevelStore.open(directory);
  await expect(LevelStore.open(directory)).rejects.toMatchObject({
    code: 'store.failed',
    message: expect.stringMatching(/another running station/),
  });
  await store.close();
});

test('a path that is no directory is refused with its name', async () => {
  const path = join(directory, 'file');
  await writeFile(path, 'text');
  await expect(LevelStore.open(path)).rejects.toMatchObject({
    code: 'store.failed',
    message: expect.stringContaining(path),
  });
});

test('a log cut short loses the unfinished batch as a whole and nothing else', async () => {
  await write([]);
  const store = await LevelStore.open(directory);
  for (const n of [1, 2, 3]) {
    const filler = 'x'.repeat(500);
    await store.commit({
      put: [
        [`a${n}`, filler],
        [`b${n}`, filler],
      ],
      del: [],
    });
  }
  await store.close();
  const [log = ''] = await filesLike(/\.log$/);
  await truncate(log, (await stat(log)).size - 300);
  expect((await contents()).map(([key]) => key)).toEqual(['a1', 'a2', 'b1', 'b2']);
});

test.each([
  ['is missing', (path: string) => rm(path)],
  ['is garbage', (path: string) => writeFile(path, 'garbage')],
])('a store whose root file %s is repaired, with all its values and a warning', async (_, damage) => {
  await write([
    ['a', 1],
    ['b', 2],
  ]);
  await damage(join(directory, 'CURRENT'));
  const store = await LevelStore.open(directory);
  expect(store.warning).toMatch(/damaged .* repaired/);
  expect([...(await store.load())]).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
  await store.close();
  const again = await LevelStore.open(directory);
  expect(again.warning).toBeUndefined();
  await again.close();
});

test('a store of which nothing can be saved is refused, at the next start too, and its files stay', async () => {
  await write([['a', 'x'.repeat(3000)]]);
  await contents(); // opening turns the log into a table
  const [table = ''] = await filesLike(/\.ldb$/);
  const garbage = Buffer.alloc((await readFile(table)).length, 0xa5);
  await writeFile(table, garbage);
  for (const _ of ['first start', 'second start']) {
    await expect(LevelStore.open(directory)).rejects.toMatchObject({
      code: 'store.failed',
      message: expect.stringMatching(/nothing was deleted/),
    });
  }
  const lost = await readdir(join(directory, 'lost'));
  expect(lost.some((name) => name.endsWith('.ldb'))).toBe(true);
});

test('a power cut while the store is first made leaves a store that opens', async () => {
  await writeFile(join(directory, 'MANIFEST-000001'), 'half');
  expect(await contents()).toEqual([]);
});

test('after kill -9 every commit that was confirmed is there, and every batch is whole', async () => {
  const child = join(__dirname, 'commit-forever.ts');
  let next = 0;
  for (const enough of [40, 150, 400]) {
    const first = next;
    const confirmed = await confirmedUntilKilled([child, directory, String(first)], enough);
    expect(confirmed.length).toBeGreaterThanOrEqual(enough);
    const values = new Map(await contents());
    for (const number of confirmed) expect(values.get(`left/${number}`)).toMatchObject({ number });
    for (const [key, value] of values) {
      const twin = key.startsWith('left/') ? key.replace('left', 'right') : key.replace('right', 'left');
      expect(values.get(twin)).toEqual(value);
    }
    next = Math.max(...confirmed) + 10;
  }
});

/** Runs a script until it has printed `enough` numbers, kills it at once, and gives all that it printed. */
function confirmedUntilKilled(args: string[], enough: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-r', join(__dirname, 'run-typescript.js'), ...args]);
    const numbers: number[] = [];
    let complaint = '';
    child.stderr.on('data', (chunk) => {
      complaint += String(chunk);
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      numbers.push(Number(line));
      if (numbers.length === enough) child.kill('SIGKILL');
    });
    lines.on('close', () => {
      if (numbers.length >= enough) resolve(numbers);
      else reject(new Error(`the child ended early: ${complaint}`));
    });
  });
}
