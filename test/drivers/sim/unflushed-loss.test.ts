/** What a power cut takes from a store: the last of the commits that were not flushed, and nothing else. */
import fc from 'fast-check';
import { UnflushedLoss } from '../../../src/drivers/sim/unflushed-loss';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import type { Batch, JsonValue } from '../../../src/hal/store';
import { runs } from '../../support/soak';

async function opened(values: Record<string, JsonValue> = {}) {
  const disk = new MemoryStore({ durable: new Map(Object.entries(values)) });
  const store = new UnflushedLoss(disk);
  await store.load();
  return { disk, store };
}

const put = (key: string, value: JsonValue): Batch => ({ put: [[key, value]], del: [] });

test('nothing is lost of what was flushed', async () => {
  const { store } = await opened({ old: 1 });
  await store.commit(put('a', 1));
  await store.commit(put('b', 2), 'written');
  await store.commit({ put: [], del: ['old'] });
  expect(store.loss(() => 0)).toBeUndefined();
});

test('what was only written is lost from some commit on: values come back, and new ones go', async () => {
  const { store } = await opened({ a: 0, gone: { deep: 1 } });
  await store.commit({ put: [['a', 1]], del: ['gone'] }, 'written');
  await store.commit({ put: [['b', 1]], del: [] }, 'written');
  expect(store.loss(() => 0)).toEqual({
    put: [
      ['a', 0],
      ['gone', { deep: 1 }],
    ],
    del: ['b'],
  });
  expect(store.loss(() => 0.5)).toEqual({ put: [], del: ['b'] });
  expect(store.loss(() => 0.99)).toBeUndefined();
});

test('a commit under way may be lost, one that failed has nothing to lose', async () => {
  const { disk, store } = await opened();
  disk.failNext();
  await expect(store.commit(put('failed', 1), 'written')).rejects.toThrow();
  const done = store.commit(put('a', 1));
  expect(store.loss(() => 0)).toEqual({ put: [], del: ['a'] });
  await done;
  expect(store.loss(() => 0)).toBeUndefined();
});

test('a value counts as it was when it was committed', async () => {
  const { store } = await opened();
  const value = { n: 1 };
  await store.commit(put('a', value));
  value.n = 2;
  await store.commit(put('a', value), 'written');
  expect(store.loss(() => 0)).toEqual({ put: [['a', { n: 1 }]], del: [] });
});

test('an orderly end loses nothing', async () => {
  const { store } = await opened();
  await store.commit(put('a', 1), 'written');
  await store.close();
  expect(store.loss(() => 0)).toBeUndefined();
});

const change = fc.record({
  put: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.integer()),
  del: fc.subarray(['a', 'b', 'c', 'd']),
  durability: fc.constantFrom('flushed' as const, 'written' as const),
});

test('with the loss committed, the store is what a disk has left that took the same commits in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { maxLength: 12 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      async (changes, share) => {
        const { disk, store } = await opened({ a: -1, d: -1 });
        for (const { put: values, del, durability } of changes) {
          const deleted = del.filter((key) => !(key in values));
          await store.commit({ put: Object.entries(values), del: deleted }, durability);
        }
        const kept = Math.floor(share * (disk.unflushedCommits + 1));
        const left = disk.crash({ kept }).durable;
        const killed = disk.kill();
        const loss = store.loss(() => share);
        if (loss) await killed.commit(loss);
        expect(Object.fromEntries(killed.durable)).toEqual(Object.fromEntries(left));
      },
    ),
    { numRuns: runs(100) },
  );
});
