/** The history of charges: one entry a stop, of every mode, bounded, and kept over restarts. */
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { StoredValues } from '../../src/hal/stored';
import { chargesMax } from '../../src/local/bounds';
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
    energyWh: 4_000,
    reason: 'Local',
  });
});

test('times that nobody knew are null, not 1970', () => {
  const history = new ChargeHistory(() => undefined, new StoredValues(new Map()));
  history.entriesFor([stopOf()]);
  expect(history.list[0]).toMatchObject({ startedAt: null, endedAt: null });
  const after = new ChargeHistory(unixAt, new StoredValues(new Map()));
  // Found open at a start: its beginning was in another boot.
  after.entriesFor([stopOf({ startedAt: 0 })]);
  expect(after.list[0]).toMatchObject({ startedAt: null, endedAt: 1_061_000 });
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
