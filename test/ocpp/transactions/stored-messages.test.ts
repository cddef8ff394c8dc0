/** Messages of transactions that cannot be read: set aside, and an order is never split by it. */
import type { JsonValue } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import { lastSeq, openTransactions, readEntries } from '../../../src/ocpp/transactions/stored-messages';

const stamp = { boot: 1, at: 5 };
const start = (seq: number, tx: string) => ({
  seq,
  tx,
  messageId: `m${seq}`,
  failures: 0,
  body: { kind: 'start', connectorId: 1, idTag: 'CARD', meterStart: 10, stamp },
});
const meter = (seq: number, tx: string) => ({
  seq,
  tx,
  messageId: `m${seq}`,
  failures: 0,
  body: { kind: 'meter', connectorId: 1, sample: { stamp, values: [{ value: '1' }] } },
});
const stop = (seq: number, tx: string) => ({
  seq,
  tx,
  messageId: `m${seq}`,
  failures: 0,
  body: { kind: 'stop', meterStop: 20, reason: 'Local', stamp, data: [] },
});

/** In the order of their sequence numbers, from 1. */
function disk(entries: readonly JsonValue[], more: [string, JsonValue][] = []): StoredValues {
  const keyed = entries.map((entry, index): [string, JsonValue] => [
    `outbox/${String(index + 1).padStart(12, '0')}`,
    entry,
  ]);
  return new StoredValues(new Map([...keyed, ...more]));
}

const seqsOf = (stored: StoredValues) => readEntries(stored).entries.map(({ seq }) => seq);
const asideOf = (stored: StoredValues) => stored.news.map(({ key }) => Number(key.slice('outbox/'.length)));

test('what can be read is read, and nothing is set aside', () => {
  const stored = disk([start(1, 'a'), meter(2, 'a'), stop(3, 'a'), meter(4, '')]);
  expect(seqsOf(stored)).toEqual([1, 2, 3, 4]);
  expect(asideOf(stored)).toEqual([]);
});

test.each<[string, JsonValue]>([
  ['of an unknown kind', { ...start(1, 'a'), body: { kind: 'pause', stamp } }],
  ['with a renamed field', { ...start(1, 'a'), body: { ...start(1, 'a').body, meterStart: null, meterBegin: 10 } }],
  ['without a body', { seq: 1, tx: 'a', messageId: 'm1', failures: 0 }],
  ['with a fraction of a Wh', { ...start(1, 'a'), body: { ...start(1, 'a').body, meterStart: 10.5 } }],
])('a start %s takes its values and its stop along, and no other transaction', (_what, damaged) => {
  const stored = disk([damaged, meter(2, 'a'), start(3, 'b'), stop(4, 'a'), stop(5, 'b')]);
  const { entries, withheld } = readEntries(stored);
  expect(entries.map(({ seq }) => seq)).toEqual([3, 5]);
  expect([...withheld]).toEqual(['a']);
  expect(asideOf(stored)).toEqual([1, 2, 4]);
});

test.each<[string, JsonValue, number[]]>([
  ['value', { ...meter(2, 'a'), body: { kind: 'meter', connectorId: 1, sample: { stamp } } }, [1, 3]],
  ['stop', { ...stop(2, 'a'), body: { kind: 'stop', meterStop: null, stamp } }, [1, 3]],
])('a damaged %s keeps nothing else of its transaction back', (_what, damaged, left) => {
  const stored = disk([start(1, 'a'), damaged, stop(3, 'a')]);
  expect(seqsOf(stored)).toEqual(left);
  expect(asideOf(stored)).toEqual([2]);
});

test('of a start that cannot even be named, what has neither a start nor an id follows', () => {
  const known: [string, JsonValue] = ['transaction-id/c', 41];
  const stored = disk(
    ['nonsense', meter(2, 'a'), stop(3, 'a'), start(4, 'b'), stop(5, 'b'), stop(6, 'c'), meter(7, '')],
    [known],
  );
  expect(seqsOf(stored)).toEqual([4, 5, 6, 7]);
  expect(asideOf(stored)).toEqual([1, 2, 3]);
});

test('a transaction stays withheld at later starts, and numbers go on behind those in quarantine', () => {
  const aside = {
    key: 'outbox/000000000009',
    reason: 'x',
    format: 1,
    reader: 1,
    value: { ...start(9, 'a'), failures: 'no' },
  };
  const stored = new StoredValues(
    new Map<string, JsonValue>([
      [`quarantine/${aside.key}`, aside],
      ['outbox/000000000004', meter(4, 'b')],
    ]),
  );
  expect([...readEntries(stored).withheld]).toEqual(['a']);
  expect(lastSeq(stored)).toBe(9);
});

test('open is what has an id of the central system and no stop that waits', () => {
  const stored = disk(
    [stop(1, 'a')],
    [
      ['transaction-id/a', 7],
      ['transaction-id/b', 8],
      ['transaction-id/c', 'nine'],
    ],
  );
  expect(openTransactions(stored)).toEqual(['b']);
  expect(stored.news.map(({ key }) => key)).toEqual(['transaction-id/c']);
});
