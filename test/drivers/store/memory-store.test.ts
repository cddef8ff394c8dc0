/** The memory store keeps order, and can be slow, fail and lose power. */

import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { GreenupError } from '../../../src/hal/errors';

test('commits put and delete, are counted, and load gives keys in order', async () => {
  const store = new MemoryStore({ durable: new Map([['b', 1]]) });
  await store.commit({
    put: [
      ['c', { deep: [1, 2] }],
      ['a', 'x'],
    ],
    del: ['b'],
  });
  expect([...(await store.load())]).toEqual([
    ['a', 'x'],
    ['c', { deep: [1, 2] }],
  ]);
  expect(store.commits).toBe(1);
});

test('a commit takes the values as they are at the call', async () => {
  const store = new MemoryStore();
  const value = { count: 1 };
  const done = store.commit({ put: [['key', value]], del: [] });
  value.count = 2;
  await done;
  expect(store.durable.get('key')).toEqual({ count: 1 });
});

test('nothing is durable before the flush has ended, and commits keep their order', async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore({ flush: () => new Promise((resolve) => clock.at(clock.now() + 10, resolve)) });
  const done: number[] = [];
  void store.commit({ put: [['key', 1]], del: [] }).then(() => done.push(1));
  void store.commit({ put: [['key', 2]], del: [] }).then(() => done.push(2));
  await clock.advance(9);
  expect(store.durable.size).toBe(0);
  await clock.advance(1);
  expect([store.durable.get('key'), done]).toEqual([1, [1]]);
  await clock.advance(10);
  expect([store.durable.get('key'), done]).toEqual([2, [1, 2]]);
});

test('a crash keeps what was durable only; commits under way never settle', async () => {
  const clock = new VirtualClock();
  const store = new MemoryStore({ flush: () => new Promise((resolve) => clock.at(clock.now() + 10, resolve)) });
  const first = store.commit({ put: [['first', 1]], del: [] });
  await clock.advance(10);
  await first;
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  store.commit({ put: [['second', 2]], del: [] }).then(note, note);
  await clock.advance(5);
  const next = store.crash();
  await clock.advance(100);
  expect(settled).toBe(false);
  expect([...(await next.load()).keys()]).toEqual(['first']);
  await expect(store.commit({ put: [], del: [] })).rejects.toThrow('crashed');
  const third = next.commit({ put: [['third', 3]], del: [] });
  await clock.advance(10);
  await third;
  expect(store.durable.has('third')).toBe(false);
});

test('a power cut leaves what was flushed, and as many of the written commits as it is told', async () => {
  const store = new MemoryStore({ flush: async () => undefined });
  await store.commit({ put: [['flushed', 1]], del: [] });
  await store.commit({ put: [['first', 1]], del: ['flushed'] }, 'written');
  await store.commit({ put: [['second', 1]], del: [] }, 'written');
  void store.commit({ put: [['under way', 1]], del: [] });
  await Promise.resolve();
  expect([store.unflushedCommits, [...store.written.keys()]]).toEqual([3, ['first', 'second', 'under way']]);
  const left = [0, 1, 2, 3].map((kept) => [...store.crash({ kept }).durable.keys()]);
  expect(left).toEqual([['flushed'], ['first'], ['first', 'second'], ['first', 'second', 'under way']]);
});

test('failures asked for come once each, in order, and change nothing', async () => {
  const store = new MemoryStore();
  store.failNext();
  store.failNext(new Error('second'));
  const results = await Promise.allSettled([1, 2, 3].map((n) => store.commit({ put: [[`key${n}`, n]], del: [] })));
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
  expect(results[0]).toMatchObject({ reason: expect.any(GreenupError) });
  expect([...store.durable.keys()]).toEqual(['key3']);
  expect(store.commits).toBe(1);
});

test('close waits for commits under way and refuses later ones', async () => {
  const store = new MemoryStore({ flush: async () => undefined });
  void store.commit({ put: [['key', 1]], del: [] });
  await store.close();
  expect(store.durable.get('key')).toBe(1);
  await expect(store.commit({ put: [], del: [] })).rejects.toMatchObject({ code: 'store.failed' });
});
