/** The history of charges: one entry a stop, of every mode, bounded, and kept over restarts. */
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { StoredValues } from '../../src/hal/stored';
import { chargesMax, curvesMax } from '../../src/local/bounds';
import { ChargeHistory } from '../../src/local/charge-history';
import type { StationRecord, Transaction } from '../../src/station/types';

const unixAt = (ms: number) => ms + 1_000_000;

function stopOf(change: Partial<Transaction> = {}, meterWh = 5_000): StationRecord {
  const tx: Transaction = {
    key: '7-1',
    connectorId: 1,
    token: 'CARD',
    parent: undefined,
    startedAt: 1_000,
    meterStartWh: 1_000,
    lastWh: 1_000,
    ...change,
  };
  return { kind: 'stop', tx, at: 61_000, reading: undefined, meterWh, reason: 'Local', token: undefined };
}

test('a stop is an entry, whatever the mode', () => {
  const history = new ChargeHistory(unixAt, new StoredValues(new Map()));
  history.entriesFor([stopOf(), stopOf({ key: '7-2', local: true }), stopOf({ key: '7-3', local: true, token: '' })]);
  expect(history.list.map(({ key, mode }) => [key, mode])).toEqual([
    ['7-3', 'free'],
    ['7-2', 'cards'],
    ['7-1', 'ocpp'],
  ]);
  expect(history.list[2]).toEqual({
    key: '7-1',
    connectorId: 1,
    mode: 'ocpp',
    token: 'CARD',
    startedAt: 1_001_000,
    endedAt: 1_061_000,
    durationS: 60,
    energyWh: 4_000,
    reason: 'Local',
    central: { transactionId: null, start: null, stop: null },
  });
  expect(history.list[1]).not.toHaveProperty('central');
});

test('times that nobody knew are null, not 1970', () => {
  const history = new ChargeHistory(() => undefined, new StoredValues(new Map()));
  history.entriesFor([stopOf()]);
  expect(history.list[0]).toMatchObject({ startedAt: null, endedAt: null });
  const after = new ChargeHistory(unixAt, new StoredValues(new Map()));
  // Found open at a start: its beginning was in another boot.
  after.entriesFor([stopOf({ startedAt: 0 })]);
  expect(after.list[0]).toMatchObject({ startedAt: null, endedAt: 1_061_000, durationS: null });
});

test('it survives restarts, goes on counting, and the oldest make room', async () => {
  const store = new MemoryStore();
  let history = new ChargeHistory(unixAt, new StoredValues(new Map()));
  for (let n = 1; n <= chargesMax; n++) await store.commit(history.entriesFor([stopOf({ key: `7-${n}` })]));
  history = new ChargeHistory(unixAt, new StoredValues(await store.load()));
  const batch = history.entriesFor([stopOf({ key: '8-1' }), stopOf({ key: '8-2' })]);
  expect(batch.put).toHaveLength(2);
  expect(batch.del).toHaveLength(2);
  await store.commit(batch);
  const kept = new ChargeHistory(unixAt, new StoredValues(await store.load())).list;
  expect(kept).toHaveLength(chargesMax);
  expect(kept[0]?.key).toBe('8-2');
  expect(kept.at(-1)?.key).toBe('7-3');
});

test('an entry that cannot be read is set aside, and takes none of the others along', () => {
  const values = new StoredValues(new Map([['local/charge/000000000001', { key: 1 }]]));
  const history = new ChargeHistory(unixAt, values);
  expect(history.list).toEqual([]);
  expect(values.news).toHaveLength(1);
});

const started = { tx: '7-1', message: 'start', how: 'answered', transactionId: 12, card: 'Accepted' } as const;
const stopped = { tx: '7-1', message: 'stop', how: 'answered', transactionId: 12, card: null } as const;

test('what the central system said before the stop goes with it, and what it says later into the same entry', async () => {
  const store = new MemoryStore();
  const history = new ChargeHistory(unixAt, new StoredValues(new Map()));
  expect(history.delivered(started)).toEqual({ put: [], del: [] });
  expect(history.deliveryOf('7-1').transactionId).toBe(12);
  await store.commit(history.entriesFor([stopOf()]));
  const start = { how: 'answered', card: 'Accepted' };
  expect(history.list[0]?.central).toEqual({ transactionId: 12, start, stop: null });
  const batch = history.delivered(stopped);
  expect(batch.put.map(([key]) => key)).toEqual(['local/charge/000000000001']);
  await store.commit(batch);
  const kept = new ChargeHistory(unixAt, new StoredValues(await store.load())).list;
  expect(kept[0]?.central).toEqual({ transactionId: 12, start, stop: { how: 'answered', card: null } });
});

test('an answer that comes after the stop, or after a restart, finds its entry; a message that is given up is told', async () => {
  const store = new MemoryStore();
  await store.commit(
    new ChargeHistory(unixAt, new StoredValues(new Map())).entriesFor([stopOf(), stopOf({ key: '7-2' })]),
  );
  const history = new ChargeHistory(unixAt, new StoredValues(await store.load()));
  history.delivered(started);
  history.delivered({ ...stopped, how: 'givenUp', transactionId: null });
  expect(history.list[1]?.central).toEqual({
    transactionId: 12,
    start: { how: 'answered', card: 'Accepted' },
    stop: { how: 'givenUp', card: null },
  });
  expect(history.list[0]?.central).toEqual({ transactionId: null, start: null, stop: null });
});

test('what was said of one transaction is not kept beyond its stop', () => {
  const history = new ChargeHistory(unixAt, new StoredValues(new Map()));
  history.delivered(started);
  history.entriesFor([stopOf()]);
  expect(history.deliveryOf('7-1')).toEqual({ transactionId: null, start: null, stop: null });
});

test('each change has another revision', () => {
  const history = new ChargeHistory(unixAt, new StoredValues(new Map()));
  const seen = [history.revision];
  history.delivered(started);
  seen.push(history.revision);
  history.entriesFor([stopOf()]);
  seen.push(history.revision);
  history.delivered(stopped);
  seen.push(history.revision);
  expect(new Set(seen).size).toBe(4);
});

test('entries of older releases are read as they are', () => {
  const { durationS, central, ...old } = {
    ...{ key: '1-1', connectorId: 1, mode: 'ocpp', token: 'A', startedAt: 1, endedAt: 2, energyWh: 3, reason: 'Local' },
    ...{ durationS: 0, central: null },
  };
  const values = new StoredValues(new Map([['local/charge/000000000001', old]]));
  expect(new ChargeHistory(unixAt, values).list).toEqual([old]);
  expect(values.news).toEqual([]);
  expect([durationS, central]).toEqual([0, null]);
});

test('a power curve is stored with the stop, of the newest charges, and a damaged one takes no charge along', async () => {
  const store = new MemoryStore();
  const history = new ChargeHistory(unixAt, new StoredValues(new Map()));
  const curve = { stepS: 5, watts: [0, 7_000] };
  for (let n = 1; n <= curvesMax + 2; n++) {
    const batch = history.entriesFor([stopOf({ key: `7-${n}` })], () => curve);
    expect(batch.put).toHaveLength(2);
    await store.commit(batch);
  }
  const values = await store.load();
  values.set('local/power/000000000010', { stepS: 'five' });
  const stored = new StoredValues(values);
  const kept = new ChargeHistory(unixAt, stored);
  expect(kept.list).toHaveLength(curvesMax + 2);
  expect([kept.curveOf('7-2'), kept.curveOf('7-3')]).toEqual([undefined, curve]);
  expect(kept.curveOf('7-10')).toBeUndefined();
  expect(stored.news.map(({ key }) => key)).toEqual(['local/power/000000000010']);
  expect([...values.keys()].filter((key) => key.startsWith('local/power/'))).toHaveLength(curvesMax);
});
