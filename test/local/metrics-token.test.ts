/** The token for the metrics: told once, kept as a hash, and worth nothing when there is a newer one or none. */
import { MemoryStore } from '../../src/drivers/store/memory-store';
import type { Batch } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { MetricsToken } from '../../src/local/metrics-token';

/** Each commit waits for its flush. */
const commitsOf = (store: MemoryStore) => ({ commit: (batch: Batch) => store.commit(batch) });

async function tokenOn(store: MemoryStore): Promise<MetricsToken> {
  return new MetricsToken(commitsOf(store), new StoredValues(await store.load()));
}

test('where none was made nothing fits', async () => {
  const token = await tokenOn(new MemoryStore());
  for (const text of ['', 'undefined', 'A'.repeat(43)]) expect(token.fits(text)).toBe(false);
});

test('it fits from when it is made, after a restart too, and lies nowhere as it is', async () => {
  const store = new MemoryStore();
  const made = await (await tokenOn(store)).make();
  expect(made).toMatch(/^[\w-]{43}$/);
  const reborn = await tokenOn(store);
  expect(reborn.fits(made)).toBe(true);
  for (const text of [made.slice(1), `${made}x`, made.toUpperCase(), '']) expect(reborn.fits(text)).toBe(false);
  expect(JSON.stringify([...(await store.load())])).not.toContain(made);
});

test('a newer one, or none, ends it', async () => {
  const store = new MemoryStore();
  const token = await tokenOn(store);
  const first = await token.make();
  const second = await token.make();
  expect([first, second].map((text) => token.fits(text))).toEqual([false, true]);
  await token.revoke();
  expect(token.fits(second)).toBe(false);
  expect((await tokenOn(store)).fits(second)).toBe(false);
});

test('one that cannot be read fits nobody', async () => {
  const token = new MetricsToken(commitsOf(new MemoryStore()), new StoredValues(new Map([['pages/metrics-token', 7]])));
  expect(token.fits('')).toBe(false);
});
