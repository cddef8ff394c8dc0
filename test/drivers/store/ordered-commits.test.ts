/** Commits: in the order of the calls, tried again for ever, and never older over newer. */
import fc from 'fast-check';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { OrderedCommits } from '../../../src/drivers/store/ordered-commits';
import type { Batch, JsonValue } from '../../../src/hal/store';
import { runs } from '../../support/soak';

const put = (key: string, value: JsonValue): Batch => ({ put: [[key, value]], del: [] });
const nothing: Batch = { put: [], del: [] };
const [x1, x2, y1] = [put('x', 1), put('x', 2), put('y', 1)];

function bench(flushMs = 0) {
  const clock = new VirtualClock();
  const flush = () => new Promise<void>((resolve) => clock.at(clock.now() + flushMs, resolve));
  const store = new MemoryStore(flushMs > 0 ? { flush } : {});
  const troubles: (string | undefined)[] = [];
  const commits = new OrderedCommits(store, clock, (trouble) => troubles.push(trouble));
  const done: string[] = [];
  const commit = (name: string, batch: Batch) => void commits.commit(batch).then(() => done.push(name));
  return { clock, store, troubles, commits, done, commit };
}

test('a commit resolves when it is durable, not before', async () => {
  const { clock, store, done, commit } = bench(100);
  commit('a', put('x', 1));
  await clock.advance(99);
  expect([done, store.durable.get('x')]).toEqual([[], undefined]);
  await clock.advance(1);
  expect([done, store.durable.get('x')]).toEqual([['a'], 1]);
});

test('an empty batch resolves after all before it, without a write of its own', async () => {
  const { clock, store, done, commit } = bench(100);
  commit('a', put('x', 1));
  commit('empty', nothing);
  await clock.advance(99);
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual(['a', 'empty']);
  expect(store.commits).toBe(1);
});

test('when something was flushed last is known; what was only written does not count', async () => {
  const { clock, commits } = bench(100);
  expect(commits.lastFlushAt).toBeUndefined();
  void commits.commit(x1, 60_000);
  await clock.advance(50);
  expect(commits.lastFlushAt).toBeUndefined();
  void commits.commit(y1);
  await clock.advance(100);
  expect(commits.lastFlushAt).toBe(150);
  void commits.commit(x2, 60_000);
  await clock.advance(1_000);
  expect(commits.lastFlushAt).toBe(150);
});

describe('commits whose flush may wait', () => {
  const later = (own: ReturnType<typeof bench>, name: string, batch: Batch, flushWithinMs: number) =>
    void own.commits.commit(batch, flushWithinMs).then(() => own.done.push(name));

  test('resolve when they are written, and are flushed when their time has come', async () => {
    const own = bench(100);
    later(own, 'a', x1, 5_000);
    await own.clock.advance(0);
    expect([own.done, own.store.written.get('x'), own.store.durable.get('x')]).toEqual([['a'], 1, undefined]);
    await own.clock.advance(4_999);
    expect(own.store.flushes).toBe(0);
    await own.clock.advance(101);
    expect([own.store.flushes, own.store.durable.get('x')]).toEqual([1, 1]);
  });

  test('are flushed by the next commit that is flushed, and owe nothing then', async () => {
    const own = bench(100);
    later(own, 'a', x1, 5_000);
    own.commit('b', y1);
    await own.clock.advance(100);
    expect([own.done, own.store.durable.get('x'), own.store.flushes]).toEqual([['a', 'b'], 1, 1]);
    await own.clock.advance(60_000);
    expect(own.store.flushes).toBe(1);
  });

  test('share one flush, at the earliest time that one of them allows', async () => {
    const own = bench(100);
    later(own, 'a', x1, 60_000);
    later(own, 'b', y1, 1_000);
    later(own, 'c', x2, 30_000);
    await own.clock.advance(1_100);
    expect([own.store.flushes, Object.fromEntries(own.store.durable)]).toEqual([1, { x: 2, y: 1 }]);
    await own.clock.advance(60_000);
    expect(own.store.flushes).toBe(1);
  });

  test('that come after a flush was called need another', async () => {
    const own = bench(100);
    own.commit('a', x1);
    later(own, 'b', y1, 1_000);
    await own.clock.advance(999);
    expect([own.done, own.store.durable.get('y')]).toEqual([['a', 'b'], undefined]);
    await own.clock.advance(101);
    expect(own.store.durable.get('y')).toBe(1);
  });

  test('are flushed by an empty commit, which writes nothing where nothing is owed', async () => {
    const own = bench(100);
    own.commit('nothing owed', nothing);
    later(own, 'a', x1, 5_000);
    own.commit('flush', nothing);
    later(own, 'empty', nothing, 5_000);
    await own.clock.advance(100);
    expect(own.done).toEqual(['nothing owed', 'a', 'flush', 'empty']);
    await own.clock.advance(10_000);
    expect([own.store.flushes, own.store.commits]).toEqual([1, 2]);
  });

  test('keep their order with others while the medium fails, and are flushed when it works again', async () => {
    const own = bench();
    for (let n = 0; n < 3; n++) own.store.failNext();
    later(own, 'a', x1, 500);
    own.commit('b', x2);
    await own.clock.advance(3_000);
    expect([own.done, own.store.durable.get('x')]).toEqual([['a', 'b'], 2]);
  });

  test('owe nothing after the end, for the store flushes as it closes', async () => {
    const own = bench();
    later(own, 'a', x1, 1_000);
    await own.clock.advance(0);
    own.commits.close();
    await own.clock.advance(2_000);
    expect(own.store.flushes).toBe(0);
    await own.store.close();
    expect(own.store.durable.get('x')).toBe(1);
  });
});

test('a failure is told, tried again each second, and its end is told', async () => {
  const { clock, store, troubles, done, commit } = bench();
  for (let n = 0; n < 3; n++) store.failNext(new Error('disk full'));
  commit('a', put('x', 1));
  await clock.advance(1_900);
  expect(done).toEqual([]);
  expect(troubles).toEqual(['disk full', 'disk full']);
  await clock.advance(1_200);
  expect(done).toEqual(['a']);
  expect(troubles).toEqual(['disk full', 'disk full', 'disk full', undefined]);
  expect(store.durable.get('x')).toBe(1);
});

test('nothing behind a failed commit counts before it', async () => {
  const { clock, store, done, commit } = bench();
  store.failNext();
  commit('a', put('x', 1));
  commit('b', put('y', 2));
  commit('c', nothing);
  await clock.advance(500);
  expect(done).toEqual([]);
  await clock.advance(3_000);
  expect(done).toEqual(['a', 'b', 'c']);
});

test('what is written late does not stay over what was written after it', async () => {
  const { clock, store, done, commit } = bench();
  store.failNext();
  commit('old', put('x', 'old'));
  commit('new', { put: [['y', 1]], del: ['x'] });
  await clock.advance(10_000);
  expect(done).toEqual(['old', 'new']);
  expect([...store.durable]).toEqual([['y', 1]]);
});

test('whatever fails, in the end the disk is as if all had been written in order (property)', async () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    value: fc.option(fc.nat(9)),
    fails: fc.nat({ max: 2 }),
    waitMs: fc.constantFrom(0, 10, 400, 1_500),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.constantFrom(0, 30), async (steps, flushMs) => {
      const { clock, store, done, commit } = bench(flushMs);
      const expected = new Map<string, JsonValue>();
      for (const [i, { key, value, fails, waitMs }] of steps.entries()) {
        for (let n = 0; n < fails; n++) store.failNext();
        commit(String(i), value === null ? { put: [], del: [key] } : put(key, value));
        if (value === null) expected.delete(key);
        else expected.set(key, value);
        await clock.advance(waitMs);
      }
      await clock.advance(120_000);
      expect(done).toEqual(steps.map((_, i) => String(i)));
      expect(new Map([...store.durable].sort())).toEqual(new Map([...expected].sort()));
    }),
    { numRuns: runs(100) },
  );
});

test('after close nothing is tried again', async () => {
  const { clock, store, commits, done, commit } = bench();
  store.failNext();
  commit('a', put('x', 1));
  await clock.advance(100);
  commits.close();
  await clock.advance(10_000);
  expect([done, store.commits]).toEqual([[], 0]);
});
