/** The authorisation cache: what is learnt, for how long it is believed, and what goes when it is full (3.5.1, E 3.4). */

import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { OrderedCommits } from '../../../src/drivers/store/ordered-commits';
import type { JsonValue } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import { AuthorizationCache } from '../../../src/ocpp/features/authorization-cache';
import { withExpiry } from '../../../src/ocpp/features/known-token';
import { WallTime } from '../../../src/ocpp/wall-time';

const noon = Date.UTC(2026, 4, 4, 12, 0, 0);
const later = '2026-05-04T13:00:00Z';

function bench(
  options: { stored?: ReadonlyMap<string, JsonValue>; system?: number | undefined; enabled?: boolean } = {},
) {
  const clock = new VirtualClock({ systemTimeMs: 'system' in options ? options.system : noon });
  const store = new MemoryStore(options.stored ? { durable: options.stored } : {});
  const wall = new WallTime(clock, 1, new Map(), () => true);
  const commits = new OrderedCommits(store, clock, () => {});
  const settings = { enabled: options.enabled ?? true };
  const cache = new AuthorizationCache(
    { clock, wall, commits, enabled: () => settings.enabled },
    new StoredValues(options.stored ?? new Map()),
  );
  return { clock, store, cache, settings };
}

test('knows what it was told, whatever the letters', async () => {
  const { cache } = bench();
  await cache.learn('AbC', { status: 'Accepted', parentIdTag: 'GROUP' });
  expect(cache.find('aBc')).toMatchObject({ idTag: 'AbC', status: 'Accepted', parentIdTag: 'GROUP' });
  expect(cache.find('other')).toBeUndefined();
});

test('keeps refusals as well, and the last word counts', async () => {
  const { cache } = bench();
  await cache.learn('A', { status: 'Accepted', parentIdTag: 'GROUP', expiryDate: later });
  await cache.learn('A', { status: 'Blocked' });
  expect(cache.find('A')).toEqual(expect.objectContaining({ status: 'Blocked' }));
  expect(cache.find('A')).not.toHaveProperty('parentIdTag');
});

test('what is accepted expires, what is refused stays refused', async () => {
  const { cache, clock } = bench();
  await cache.learn('A', { status: 'Accepted', expiryDate: later });
  await cache.learn('B', { status: 'Blocked', expiryDate: later });
  await clock.advance(3_599_999);
  expect(cache.find('A')?.status).toBe('Accepted');
  await clock.advance(1);
  expect(cache.find('A')?.status).toBe('Expired');
  expect(cache.find('B')?.status).toBe('Blocked');
});

test('while the time is unknown no date is held against a token', () => {
  expect(withExpiry({ idTag: 'A', status: 'Accepted', expiryDate: '2001-01-01T00:00:00Z' }, undefined).status).toBe(
    'Accepted',
  );
});

test('a full cache gives up the oldest refused one, then the oldest of all', async () => {
  const { cache } = bench();
  await cache.learn('first', { status: 'Accepted' });
  await cache.learn('bad 1', { status: 'Invalid' });
  await cache.learn('bad 2', { status: 'Blocked' });
  for (let n = 0; n < 497; n++) await cache.learn(`card ${n}`, { status: 'Accepted' });
  await cache.learn('new 1', { status: 'Accepted' });
  expect([cache.find('bad 1'), cache.find('bad 2')?.status]).toEqual([undefined, 'Blocked']);
  await cache.learn('new 2', { status: 'Accepted' });
  expect([cache.find('bad 2'), cache.find('first')?.status]).toEqual([undefined, 'Accepted']);
  await cache.learn('new 3', { status: 'Accepted' });
  expect([cache.find('first'), cache.find('card 0')?.status]).toEqual([undefined, 'Accepted']);
  expect(cache.find('new 3')?.status).toBe('Accepted');
});

test('one that is renewed is young again', async () => {
  const { cache } = bench();
  await cache.learn('old', { status: 'Accepted' });
  for (let n = 0; n < 499; n++) await cache.learn(`card ${n}`, { status: 'Accepted' });
  await cache.learn('old', { status: 'Accepted', expiryDate: later });
  await cache.learn('new', { status: 'Accepted' });
  expect([cache.find('old')?.status, cache.find('card 0')]).toEqual(['Accepted', undefined]);
});

test('survives a power cut, with its order, and takes no more room than 500', async () => {
  const { cache, store, clock } = bench();
  for (let n = 0; n < 510; n++) await cache.learn(`card ${n}`, { status: 'Accepted' });
  await clock.advance(300_000);
  expect(store.durable.size).toBe(500);
  const reborn = bench({ stored: await store.crash().load() });
  expect(reborn.cache.find('card 509')?.status).toBe('Accepted');
  await reborn.cache.learn('new', { status: 'Accepted' });
  expect(reborn.cache.find('card 10')).toBeUndefined();
  expect(reborn.cache.find('card 11')).toBeDefined();
  await reborn.clock.advance(300_000);
  expect(reborn.store.durable.size).toBe(500);
});

test('a refusal is flushed at once, an acceptance with the next flush', async () => {
  const { cache, store } = bench();
  await cache.learn('A', { status: 'Accepted' });
  expect([store.commits, store.flushes]).toEqual([1, 0]);
  for (const status of ['Blocked', 'Expired', 'Invalid', 'ConcurrentTx'] as const) await cache.learn('A', { status });
  expect([store.commits, store.flushes]).toEqual([5, 4]);
});

test('what is known already costs no write', async () => {
  const { cache, store } = bench();
  await cache.learn('A', { status: 'Accepted', parentIdTag: 'G' });
  await cache.learn('a', { status: 'Accepted', parentIdTag: 'G' });
  expect(store.commits).toBe(1);
});

test('cleared, it knows nothing, on the disk neither', async () => {
  const { cache, store } = bench();
  await cache.learn('A', { status: 'Accepted' });
  await cache.clear();
  expect(cache.find('A')).toBeUndefined();
  expect(store.durable.size).toBe(0);
});

test('switched off it neither learns nor knows; switched on again it knows what it knew', async () => {
  const { cache, settings } = bench();
  await cache.learn('A', { status: 'Accepted' });
  settings.enabled = false;
  await cache.learn('B', { status: 'Accepted' });
  expect([cache.find('A'), cache.find('B')]).toEqual([undefined, undefined]);
  settings.enabled = true;
  expect([cache.find('A')?.status, cache.find('B')]).toEqual(['Accepted', undefined]);
});
