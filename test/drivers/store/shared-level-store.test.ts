/** Many stations in one LevelDB: each finds its own, all share flushes, and a start of all reads the files once. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { SharedLevelStore } from '../../../src/drivers/store/shared-level-store';
import type { Batch, JsonValue } from '../../../src/hal/store';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'shared-store-'));
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(directory, { recursive: true, force: true });
});

const put = (key: string, value: JsonValue): Batch => ({ put: [[key, value]], del: [] });

async function fill(values: Record<string, Record<string, JsonValue>>): Promise<void> {
  const shared = await SharedLevelStore.open(directory);
  for (const [name, own] of Object.entries(values))
    await shared.store(name).commit({ put: Object.entries(own), del: [] });
  await shared.close();
}

test('each finds what it has stored and nothing of others, in the order of keys, at the next start', async () => {
  await fill({ CP1: { b: 1, a: 2 }, CP10: { a: 10 }, 'CP1/': { a: 3 }, CP: { '1': 4 } });
  const shared = await SharedLevelStore.open(directory);
  expect([...(await shared.store('CP1').load())]).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect([...(await shared.store('CP10').load())]).toEqual([['a', 10]]);
  expect([...(await shared.store('CP1/').load())]).toEqual([['a', 3]]);
  expect([...(await shared.store('CP').load())]).toEqual([['1', 4]]);
  expect(await shared.store('CP2').load()).toEqual(new Map());
  await shared.close();
});

test('a start of many reads the files once; a station that starts anew reads its own keys alone', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `CP${index}`);
  await fill(Object.fromEntries(names.map((name) => [name, { name }])));
  const read = jest.spyOn(ClassicLevel.prototype, 'iterator');
  const shared = await SharedLevelStore.open(directory);
  for (const name of names) expect(await shared.store(name).load()).toEqual(new Map([['name', name]]));
  expect(await shared.store('never seen').load()).toEqual(new Map());
  expect(read).toHaveBeenCalledTimes(1);
  const again = shared.store('CP7');
  await again.commit(put('more', 1));
  await again.close();
  expect(await shared.store('CP7').load()).toEqual(
    new Map<string, JsonValue>([
      ['more', 1],
      ['name', 'CP7'],
    ]),
  );
  expect(read.mock.calls.slice(1)).toEqual([[{ gte: 'CP7\u0000', lt: 'CP7\u0001' }]]);
  await shared.close();
});

test('what was taken at the start is not given a second time', async () => {
  await fill({ CP1: { a: 1 } });
  const shared = await SharedLevelStore.open(directory);
  const first = shared.store('CP1');
  await first.load();
  await first.commit({ put: [], del: ['a'] });
  expect(await shared.store('CP1').load()).toEqual(new Map());
  await shared.close();
});

test('who starts anew without having stored anything finds all of it again', async () => {
  await fill({ CP1: { a: 1, b: 2 } });
  const shared = await SharedLevelStore.open(directory);
  const first = await shared.store('CP1').load();
  // It belongs to who has loaded it.
  first.delete('a');
  expect(Object.fromEntries(await shared.store('CP1').load())).toEqual({ a: 1, b: 2 });
  await shared.close();
});

test('who commits before it loads finds both', async () => {
  await fill({ CP1: { a: 1 } });
  const shared = await SharedLevelStore.open(directory);
  const store = shared.store('CP1');
  await store.commit(put('b', 2));
  expect(Object.fromEntries(await store.load())).toEqual({ a: 1, b: 2 });
  await shared.close();
});

test('starts and stops of many stations that come together take one flush', async () => {
  const shared = await SharedLevelStore.open(directory);
  const stores = Array.from({ length: 1_000 }, (_, index) => shared.store(`CP${index}`));
  const batch = jest.spyOn(ClassicLevel.prototype, 'batch');
  const threeKeys: Batch = { put: ['a', 'b', 'c'].map((key) => [key, 'x']), del: [] };
  await Promise.all(stores.map((store) => store.commit(threeKeys)));
  // The first has begun to be flushed when the others come.
  expect(batch).toHaveBeenCalledTimes(2);
  await shared.close();
});

test('one station that ends flushes what it wrote, refuses more, and ends no other', async () => {
  const shared = await SharedLevelStore.open(directory);
  const [one, other] = [shared.store('CP1'), shared.store('CP2')];
  await one.commit(put('a', 1), 'written');
  const batch = jest.spyOn(ClassicLevel.prototype, 'batch');
  await one.close();
  expect(batch.mock.calls.map((call: unknown[]) => call[1])).toEqual([{ sync: true }]);
  await expect(one.commit(put('a', 2))).rejects.toMatchObject({ code: 'store.failed' });
  await expect(one.load()).rejects.toMatchObject({ code: 'store.failed' });
  await other.commit(put('a', 3));
  await shared.close();
  await expect(other.commit(put('a', 4))).rejects.toMatchObject({ code: 'store.failed' });
});

test('a name that could not be told from keys is refused', async () => {
  const shared = await SharedLevelStore.open(directory);
  expect(() => shared.store('CP1\u0000a')).toThrow(/U\+0000/);
  await shared.close();
});
