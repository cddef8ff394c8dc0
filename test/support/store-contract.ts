/** What every store promises of its commits, whether the process ends or the power goes. */
import type { Batch, JsonValue, Store } from '../../src/hal/store';

/** A store, and what lies on its medium after each way to end. */
export interface StoreUnderTest {
  store: Store;
  /** The process is killed. */
  afterKill(): Promise<ReadonlyMap<string, JsonValue>>;
  /** The power is cut at the worst: the medium has taken nothing but what was flushed. */
  afterPowerCut(): Promise<ReadonlyMap<string, JsonValue>>;
}

const put = (key: string, value: JsonValue): Batch => ({ put: [[key, value]], del: [] });
const nothing: Batch = { put: [], del: [] };

export function keepsTheStoreContract(open: () => Promise<StoreUnderTest>): void {
  let own: StoreUnderTest;

  beforeEach(async () => {
    own = await open();
    await own.store.load();
    await own.store.commit(put('before', true));
  });

  /** Of the keys of these tests only: a store may keep some of its own. */
  async function left(medium: Promise<ReadonlyMap<string, JsonValue>>): Promise<Record<string, JsonValue>> {
    const keys = ['a', 'b', 'c'];
    return Object.fromEntries([...(await medium)].filter(([key]) => keys.includes(key)));
  }

  test('a commit is flushed unless told otherwise, and outlives a power cut', async () => {
    await own.store.commit(put('a', 1));
    await own.store.commit(put('b', 2), 'flushed');
    expect(await left(own.afterPowerCut())).toEqual({ a: 1, b: 2 });
  });

  test('what is written outlives the process, and the power only after a flush', async () => {
    await own.store.commit(put('a', 1), 'written');
    expect(await left(own.afterPowerCut())).toEqual({});
  });

  test('what is written is there after a kill', async () => {
    await own.store.commit(put('a', 1), 'written');
    await own.store.commit({ put: [['b', 2]], del: ['a'] }, 'written');
    expect(await left(own.afterKill())).toEqual({ b: 2 });
  });

  test('a flush takes along what was written before it, and nothing that is written after', async () => {
    await own.store.commit(put('a', 1), 'written');
    await own.store.commit(put('b', 2), 'flushed');
    await own.store.commit(put('c', 3), 'written');
    expect(await left(own.afterPowerCut())).toEqual({ a: 1, b: 2 });
  });

  test('an empty commit flushes what was written', async () => {
    await own.store.commit(put('a', 1), 'written');
    await own.store.commit(nothing, 'flushed');
    expect(await left(own.afterPowerCut())).toEqual({ a: 1 });
  });

  test('an empty commit that is only written flushes nothing', async () => {
    await own.store.commit(put('a', 1), 'written');
    await own.store.commit(nothing, 'written');
    expect(await left(own.afterPowerCut())).toEqual({});
  });

  test('an orderly end flushes what was written', async () => {
    await own.store.commit(put('a', 1), 'written');
    await own.store.close();
    expect(await left(own.afterPowerCut())).toEqual({ a: 1 });
  });

  test('commits take effect in the order of the calls, whatever their durability', async () => {
    await Promise.all([
      own.store.commit(put('a', 1), 'written'),
      own.store.commit(put('a', 2), 'flushed'),
      own.store.commit({ put: [['a', 3]], del: ['b'] }, 'written'),
      own.store.commit(put('b', 4), 'written'),
    ]);
    expect(await left(own.afterKill())).toEqual({ a: 3, b: 4 });
  });

  test('what was written first of a key yields to what is flushed later', async () => {
    await own.store.commit(put('a', 1), 'written');
    await own.store.commit(put('a', 2), 'flushed');
    await own.store.commit(put('a', 3), 'written');
    expect(await left(own.afterPowerCut())).toEqual({ a: 2 });
  });
}
