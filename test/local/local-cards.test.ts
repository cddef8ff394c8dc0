/** The cards that the station knows by itself: added, removed, taught, and durable before they count. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import type { Batch } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { localCardsMax } from '../../src/local/bounds';
import { LocalCards } from '../../src/local/local-cards';

/** Each commit waits for its flush. */
const commitsOf = (store: MemoryStore) => ({ commit: (batch: Batch) => store.commit(batch) });

async function bench() {
  const clock = new VirtualClock();
  const store = new MemoryStore();
  const cards = new LocalCards({ clock, commits: commitsOf(store) }, new StoredValues(new Map()));
  const reborn = async () => new LocalCards({ clock, commits: commitsOf(store) }, new StoredValues(await store.load()));
  return { clock, store, cards, reborn };
}

test('a card that was added may charge, in any spelling, also after a restart; one that was removed may not', async () => {
  const { cards, reborn } = await bench();
  await cards.add('04A1B2C3', 'Anna');
  expect(cards.knows('04a1b2c3')).toBe(true);
  expect((await reborn()).list).toEqual([{ token: '04A1B2C3', label: 'Anna' }]);
  expect(await cards.remove('04a1b2c3')).toEqual({ token: '04A1B2C3', label: 'Anna' });
  expect(cards.knows('04A1B2C3')).toBe(false);
  expect((await reborn()).list).toEqual([]);
});

test('a card that is removed lets nobody charge from that moment, however long the disk takes', async () => {
  const { cards } = await bench();
  await cards.add('04A1B2C3');
  const removing = cards.remove('04A1B2C3');
  expect(cards.knows('04A1B2C3')).toBe(false);
  await removing;
});

test('a card that the disk has not taken yet does not count', async () => {
  let take = (): void => {};
  const store = new MemoryStore({
    flush: () =>
      new Promise<void>((resolve) => {
        take = resolve;
      }),
  });
  const cards = new LocalCards({ clock: new VirtualClock(), commits: commitsOf(store) }, new StoredValues(new Map()));
  const adding = cards.add('04A1B2C3');
  await Promise.resolve();
  expect(cards.knows('04A1B2C3')).toBe(false);
  take();
  await adding;
  expect(cards.knows('04A1B2C3')).toBe(true);
});

test('cards are listed in the order of their numbers, and a second add is a new label', async () => {
  const { cards } = await bench();
  await cards.add('BB', 'second');
  await cards.add('aa', 'first');
  await cards.add('bb', 'renamed');
  expect(cards.list).toEqual([
    { token: 'aa', label: 'first' },
    { token: 'bb', label: 'renamed' },
  ]);
});

test.each(['', 'has space', 'x'.repeat(21), 'é'])('%j is no card', async (token) => {
  const { cards } = await bench();
  await expect(cards.add(token)).rejects.toMatchObject({
    code: 'command.invalid',
    message: expect.stringContaining(JSON.stringify(token)),
  });
  expect(cards.list).toEqual([]);
});

test('a card that is not known cannot be removed, and says so', async () => {
  const { cards } = await bench();
  await expect(cards.remove('04A1')).rejects.toThrow('the station does not know a card 04A1');
});

test('there is a bound, within which known cards can still be renamed', async () => {
  const { cards } = await bench();
  for (let n = 0; n < localCardsMax; n++) await cards.add(`C${n}`);
  await expect(cards.add('ONE-MORE')).rejects.toThrow(`knows ${localCardsMax} cards already`);
  await cards.add('C1', 'renamed');
  expect(cards.list).toHaveLength(localCardsMax);
});

test('a taught card is taken from the reader, once', async () => {
  const { cards } = await bench();
  expect(cards.take('04A1')).toBe(false);
  const teaching = cards.teach(60_000, 'Anna');
  expect(cards.take('04A1')).toBe(true);
  expect(cards.take('04A2')).toBe(false);
  expect(await teaching).toEqual({ kind: 'added', card: { token: '04A1', label: 'Anna' } });
  expect(cards.list.map(({ token }) => token)).toEqual(['04A1']);
});

test('a card that is known already stays as it is, and starts nothing', async () => {
  const { cards } = await bench();
  await cards.add('04A1', 'Anna');
  const teaching = cards.teach(60_000, 'Bert');
  expect(cards.take('04a1')).toBe(true);
  expect(await teaching).toEqual({ kind: 'known', card: { token: '04A1', label: 'Anna' } });
});

test('the wait ends by time, and by a new one', async () => {
  const { cards, clock } = await bench();
  const first = cards.teach(60_000);
  const second = cards.teach(60_000);
  expect(await first).toEqual({ kind: 'none' });
  await clock.advance(60_000);
  expect(await second).toEqual({ kind: 'none' });
  expect(cards.take('04A1')).toBe(false);
});

test('a time-out of an earlier wait does not end a later one', async () => {
  const { cards, clock } = await bench();
  const first = cards.teach(10_000);
  cards.take('AA');
  await first;
  const second = cards.teach(60_000);
  await clock.advance(30_000);
  expect(cards.take('BB')).toBe(true);
  expect(await second).toMatchObject({ kind: 'added' });
});

describe('the last day of a card', () => {
  const dayAt = (hours: number) => new Date(2026, 11, 31, hours).getTime();

  test('is the last on which it may begin a charge, where the station is; while the time is unknown it has none', async () => {
    let now: number | undefined;
    const store = new MemoryStore();
    const options = { clock: new VirtualClock(), commits: commitsOf(store), unixNow: () => now };
    const cards = new LocalCards(options, new StoredValues(new Map()));
    await cards.add('AA', 'Anna', '2026-12-31');
    await cards.add('BB');
    const verdicts = () => ['aa', 'bb', 'cc'].map((token) => cards.verdictOn(token));
    expect(verdicts()).toEqual(['accepted', 'accepted', 'unknown']);
    now = dayAt(24) - 1;
    expect(verdicts()).toEqual(['accepted', 'accepted', 'unknown']);
    now = dayAt(24);
    expect(verdicts()).toEqual(['over', 'accepted', 'unknown']);
    const reborn = new LocalCards(options, new StoredValues(await store.load()));
    expect(reborn.list).toEqual([
      { token: 'AA', label: 'Anna', lastDay: '2026-12-31' },
      { token: 'BB', label: '' },
    ]);
    await cards.add('AA', 'Anna');
    expect(cards.verdictOn('AA')).toBe('accepted');
  });

  test.each(['2026-02-29', '2026-13-01', '26-01-01', '31.12.2026', '0000-01-01', ''])('cannot be %j', async (day) => {
    const { cards } = await bench();
    await expect(cards.add('AA', '', day)).rejects.toThrow('its last day is a date');
  });
});

test('a label has its bound, whoever gives it', async () => {
  const { cards } = await bench();
  await cards.add('AA', 'x'.repeat(50));
  await expect(cards.add('AA', 'x'.repeat(51))).rejects.toThrow('at most 50 characters');
});

test('the whole list is another one in one commit', async () => {
  const { cards, store, reborn } = await bench();
  await cards.add('AA', 'Anna');
  await cards.add('BB', 'Ben');
  const commit = jest.spyOn(store, 'commit');
  await cards.replace([
    { token: 'AA', label: 'Anna' },
    { token: 'CC', label: 'Carl' },
  ]);
  expect(commit.mock.calls).toEqual([
    [{ put: [['local/card/cc', { token: 'CC', label: 'Carl' }]], del: ['local/card/bb'] }],
  ]);
  expect(cards.list).toEqual((await reborn()).list);
  expect(cards.list.map(({ token }) => token)).toEqual(['AA', 'CC']);
  await expect(cards.replace([{ token: 'A A', label: '' }])).rejects.toThrow('without spaces');
  expect(cards.list).toHaveLength(2);
});

test('a wait for a card is known while it lasts, and what came of it after it', async () => {
  const { cards, clock } = await bench();
  const revisions = [cards.revision];
  void cards.teach(10_000, 'Anna', '2026-12-31');
  expect(cards.teaching).toMatchObject({ label: 'Anna', endsAt: clock.now() + 10_000 });
  revisions.push(cards.revision);
  cards.take('AA');
  await clock.advance(0);
  expect([cards.teaching, cards.lastTaught]).toEqual([
    undefined,
    { kind: 'added', card: { token: 'AA', label: 'Anna', lastDay: '2026-12-31' } },
  ]);
  revisions.push(cards.revision);
  void cards.teach(10_000);
  expect(cards.lastTaught).toBeUndefined();
  await clock.advance(10_000);
  expect(cards.lastTaught).toEqual({ kind: 'none' });
  revisions.push(cards.revision);
  expect(new Set(revisions).size).toBe(4);
});
