/** Messages of transactions: made with their record, sent in order and only when durable, kept until answered. */
import fc from 'fast-check';
import { check, messages, type SampledValue } from '../../../src/ocpp/messages';
import type { StationRecord } from '../../../src/station/types';
import { runs } from '../../support/soak';
import { Bench, noon, sample, start, stop, value } from './outbox-records';

test('start, values and stop leave in order, with the id that the start was answered with', () => {
  const bench = new Bench();
  bench.add(start('a'));
  bench.add(sample('a'));
  bench.add(stop('a', 0, 'CARD'));
  expect(bench.head()).toMatchObject({
    action: 'StartTransaction',
    payload: { connectorId: 1, idTag: 'CARD-a', meterStart: 1000, timestamp: '2026-05-04T12:00:00.000Z' },
  });
  bench.settle(42);
  expect(bench.settle()).toMatchObject({ connectorId: 1, transactionId: 42 });
  expect(bench.head()).toMatchObject({
    action: 'StopTransaction',
    payload: { transactionId: 42, meterStop: 2000, reason: 'Local', idTag: 'CARD' },
  });
  bench.settle();
  expect(bench.outbox.size).toBe(0);
  expect(bench.disk.size).toBe(0);
});

test('what may not be dated does not leave', () => {
  const bench = new Bench({ system: undefined });
  bench.add(start('a'));
  expect(bench.head()?.payload).toBeUndefined();
  bench.wall.sync(noon);
  expect(bench.head()?.payload).toMatchObject({ timestamp: '2026-05-04T12:00:00.000Z' });
});

test('nothing leaves before its batch is durable', () => {
  const bench = new Bench();
  const first = bench.outbox.entriesFor([start('a')]);
  const second = bench.outbox.entriesFor([stop('a')]);
  expect(bench.outbox.head()).toBeUndefined();
  first.committed();
  bench.settle(1);
  expect(bench.outbox.head()).toBeUndefined();
  second.committed();
  expect(bench.head()?.action).toBe('StopTransaction');
});

test('a later batch that is durable first keeps its place: its messages leave after those of the earlier one', async () => {
  const bench = new Bench();
  const first = bench.outbox.entriesFor([start('a')]);
  await bench.clock.advance(500);
  const second = bench.outbox.entriesFor([stop('a')]);
  second.committed();
  expect(bench.outbox.head()).toBeUndefined();
  expect(bench.outbox.writing()).toEqual({ seq: 1, since: 0 });
  first.committed();
  expect(bench.outbox.writing()).toBeUndefined();
  expect(bench.head()?.action).toBe('StartTransaction');
  bench.settle(1);
  expect(bench.head()?.action).toBe('StopTransaction');
});

test('a batch that never becomes durable lets none of its messages leave, whatever else is written', () => {
  const bench = new Bench();
  bench.outbox.entriesFor([start('a')]);
  for (const key of ['b', 'c']) bench.outbox.entriesFor([start(key)]).committed();
  expect(bench.outbox.head()).toBeUndefined();
  const clockValue = { connectorId: 2, tx: undefined, stamp: bench.wall.stamp(0), sampled: [value('1')], forStop: [] };
  bench.outbox.entriesForClock([clockValue]).committed();
  expect(bench.outbox.head()).toBeUndefined();
  expect(bench.outbox.writing()?.seq).toBe(1);
});

test('a record that makes no message is confirmed like any other', () => {
  const bench = new Bench({ sampled: false });
  bench.add(start('a'));
  bench.add(sample('a'));
  bench.add(stop('a'));
  bench.settle(1);
  expect(bench.head()?.action).toBe('StopTransaction');
});

test('while a batch is on its way the first message in it, and since when, can be asked', async () => {
  const bench = new Bench();
  expect(bench.outbox.writing()).toBeUndefined();
  await bench.clock.advance(500);
  const ticket = bench.outbox.entriesFor([start('a')]);
  await bench.clock.advance(500);
  expect(bench.outbox.writing()).toEqual({ seq: 1, since: 500 });
  ticket.committed();
  expect(bench.outbox.writing()).toBeUndefined();
});

test('values are told to wait for their answer when they are written, until they are answered', () => {
  const bench = new Bench({ forStop: true });
  bench.add(start('a'));
  expect(bench.unanswered).toEqual([]);
  const ticket = bench.outbox.entriesFor([sample('a')]);
  expect(bench.unanswered).toEqual([]);
  ticket.committed();
  expect(bench.unanswered).toEqual(['outbox/000000000003', 'stop-data/a/000000000004']);
  const values = { connectorId: 2, tx: undefined, stamp: bench.wall.stamp(0), sampled: [value('1')], forStop: [] };
  bench.outbox.entriesForClock([values]).committed();
  bench.settle(1);
  bench.settle();
  expect(bench.unanswered).toEqual(['stop-data/a/000000000004', 'outbox/000000000005']);
  bench.settle();
  // The stop takes along what was kept for it, and is flushed.
  bench.add(stop('a'));
  expect(bench.unanswered).toEqual([]);
});

test('a start that is given up leaves -1 to its followers (E 3.18), and to nobody else', () => {
  const bench = new Bench();
  bench.add(start('a'));
  bench.add(start('b'));
  bench.add(stop('a'));
  bench.add(stop('b'));
  bench.settle();
  bench.settle(7);
  expect(bench.settle()).toMatchObject({ transactionId: -1 });
  expect(bench.settle()).toMatchObject({ transactionId: 7 });
});

test.each([0, -5])('the id %i is an id', (id) => {
  const bench = new Bench();
  bench.add(start('a'), stop('a'));
  bench.settle(id);
  expect(bench.outbox.keyOf(id)).toBe('a');
  expect(bench.settle()).toMatchObject({ transactionId: id });
});

test('names and ids translate while the transaction is known, no longer', () => {
  const bench = new Bench();
  bench.add(start('a'));
  expect(bench.outbox.keyOf(42)).toBeUndefined();
  bench.settle(42);
  expect(bench.outbox.keyOf(42)).toBe('a');
  expect(bench.outbox.transactionId('a')).toBe(42);
  bench.add(stop('a'));
  bench.settle();
  expect(bench.outbox.keyOf(42)).toBeUndefined();
});

test('a reservation that is used up is named, none is never named (4.8)', () => {
  const bench = new Bench();
  bench.add(start('a', 0, 0));
  bench.add(start('b'));
  expect(bench.settle(1)).toMatchObject({ reservationId: 0 });
  expect(bench.settle(2)).not.toHaveProperty('reservationId');
});

test('failures are counted, on the disk too, and keep the place and the id of the message', () => {
  const bench = new Bench();
  bench.add(start('a'));
  bench.add(stop('a'));
  const first = bench.outbox.head();
  if (!first) throw new Error('nothing there');
  bench.write(bench.outbox.failed(first));
  expect(bench.outbox.head()).toEqual({ ...first, failures: 1 });
  const reborn = new Bench({ stored: bench.disk, boot: 2 });
  expect(reborn.outbox.head()).toEqual({ ...first, failures: 1 });
});

describe('after a power cut', () => {
  test('everything durable is there, in order, with the ids it had', () => {
    const bench = new Bench();
    bench.add(start('a'));
    bench.settle(42);
    bench.add(sample('a'));
    bench.add(stop('a'));
    const ids = [bench.head()?.entry.messageId];
    const reborn = new Bench({ stored: bench.disk, boot: 2 });
    expect(reborn.head()?.entry.messageId).toBe(ids[0]);
    expect(reborn.settle()).toMatchObject({ transactionId: 42 });
    reborn.add(start('b'));
    expect(reborn.head()?.action).toBe('StopTransaction');
    reborn.settle();
    expect(reborn.head()).toMatchObject({ action: 'StartTransaction', entry: { messageId: '2-1' } });
  });

  test('new messages come after the old ones, however many there were', () => {
    const bench = new Bench();
    for (let n = 0; n < 12; n++) bench.add(sample('a', n));
    const reborn = new Bench({ stored: new Map([...bench.disk].reverse().sort()), boot: 2 });
    reborn.add(stop('a'));
    const actions: (string | undefined)[] = [];
    for (let head = reborn.head(); head; head = reborn.head()) {
      actions.push(head.action);
      reborn.settle();
    }
    expect(actions).toEqual([...Array(12).fill('MeterValues'), 'StopTransaction']);
  });

  test('records of a boot that never knew the time keep their distances', () => {
    const bench = new Bench({ system: undefined });
    bench.add(start('a', 10_000));
    bench.add(stop('a', 70_000));
    const reborn = new Bench({ stored: bench.disk, boot: 2 });
    const times = [reborn.settle(1), reborn.settle()].map((p) => Date.parse(String(p?.timestamp)));
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBe(60_000);
    expect(times[1]).toBeLessThanOrEqual(noon);
  });
});

describe('the data of StopTransaction', () => {
  const contexts = (bench: Bench) => {
    const { transactionData } = bench.head()?.payload as { transactionData?: { sampledValue: SampledValue[] }[] };
    return transactionData?.map((d) => d.sampledValue[0]?.value);
  };

  test('begin, samples, end', () => {
    const bench = new Bench({ forStop: true, sampled: false });
    bench.add(start('a'));
    bench.add(sample('a'));
    bench.add(stop('a'));
    bench.settle(1);
    expect(contexts(bench)).toEqual(['start', 'sample', 'stop']);
    bench.settle();
    expect(bench.disk.size).toBe(0);
  });

  test('each transaction has its own', () => {
    const bench = new Bench({ forStop: true, sampled: false });
    bench.add(start('a'), start('b'), sample('a'), sample('a'), sample('b'));
    bench.add(stop('a'));
    bench.settle(1);
    bench.settle(2);
    expect(contexts(bench)).toEqual(['start', 'sample', 'sample', 'stop']);
  });

  test('never more than StopTransactionMaxMeterValues, first and last always there (property)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(60), (stopMax, count) => {
        const bench = new Bench({ forStop: true, sampled: false, stopMax });
        bench.add(start('a'));
        for (let n = 0; n < count; n++) bench.add(sample('a', n));
        bench.add(stop('a'));
        bench.settle(1);
        const found = contexts(bench) ?? [];
        expect(found.length).toBeLessThanOrEqual(stopMax);
        expect(found[0]).toBe('start');
        expect(found.at(-1)).toBe('stop');
        bench.settle();
        expect(bench.disk.size).toBe(0);
      }),
      { numRuns: runs(60) },
    );
  });

  test('what is made and used up in one batch leaves nothing on the disk', () => {
    const bench = new Bench({ forStop: true, sampled: false });
    const { batch, committed } = bench.outbox.entriesFor([start('a'), sample('a'), stop('a')]);
    const put = batch.put.map(([key]) => key);
    expect(batch.del.filter((key) => put.includes(key))).toEqual([]);
    bench.write(batch);
    committed();
    bench.settle(1);
    expect(contexts(bench)).toEqual(['start', 'sample', 'stop']);
    bench.settle();
    expect(bench.disk.size).toBe(0);
  });

  test('survive a power cut', () => {
    const bench = new Bench({ forStop: true, sampled: false });
    bench.add(start('a'));
    bench.add(sample('a'));
    const reborn = new Bench({ stored: bench.disk, boot: 2, forStop: true, sampled: false });
    reborn.add(stop('a'));
    reborn.settle(1);
    expect(contexts(reborn)).toEqual(['start', 'sample', 'stop']);
  });
});

test('a very long silence thins out meter values, never starts and stops, never the head', () => {
  const bench = new Bench();
  bench.add(start('a'));
  for (let n = 0; n < 5_000; n++) bench.add(sample('a', n));
  bench.add(stop('a', 5_000));
  expect(bench.outbox.size).toBeLessThanOrEqual(2_002);
  expect([...bench.disk.keys()].filter((k) => k.startsWith('outbox/'))).toHaveLength(bench.outbox.size);
  const actions: string[] = [];
  const times: number[] = [];
  for (let head = bench.head(); head; head = bench.head()) {
    actions.push(head.action ?? '');
    const { meterValue } = head.payload as { meterValue?: { timestamp: string }[] };
    if (meterValue?.[0]) times.push(Date.parse(meterValue[0].timestamp));
    bench.settle(1);
  }
  expect(actions[0]).toBe('StartTransaction');
  expect(actions.at(-1)).toBe('StopTransaction');
  expect(times).toEqual([...times].sort((x, y) => x - y));
});

test('values of the clock outside a transaction carry none', () => {
  const bench = new Bench();
  const stamp = bench.wall.stamp(0);
  const clockValue = { connectorId: 2, tx: undefined, stamp, sampled: [value('1')], forStop: [] };
  const ticket = bench.outbox.entriesForClock([clockValue]);
  bench.write(ticket.batch);
  ticket.committed();
  expect(bench.head()).toMatchObject({ action: 'MeterValues', payload: { connectorId: 2 } });
  expect(bench.head()?.payload).not.toHaveProperty('transactionId');
});

test('a stop that the clock of a later boot puts before values it holds is dated like the last of them', () => {
  const before = new Bench({ forStop: true, sampled: false });
  before.add(start('a'));
  before.settle(1);
  before.add(sample('a', 600_000));
  const bench = new Bench({ stored: before.disk, boot: 2, forStop: true });
  bench.add(stop('a', 1_000));
  const payload = bench.settle();
  const data = payload?.transactionData as { timestamp: string }[];
  expect(data.map(({ timestamp }) => timestamp)).toContain('2026-05-04T12:10:00.000Z');
  expect(payload).toMatchObject({ timestamp: '2026-05-04T12:10:00.000Z' });
});

test('every message is valid by the schemas, whatever the records (property)', () => {
  const record = fc.constantFrom<(key: string, at: number) => StationRecord>(start, sample, (key, at) =>
    stop(key, at, 'CARD'),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(record, fc.constantFrom('a', 'b'), fc.nat(1e6)), { maxLength: 20 }), (list) => {
      const bench = new Bench({ forStop: true });
      for (const [make, key, at] of list) bench.add(make(key, at));
      for (let head = bench.head(); head; head = bench.head()) {
        if (!head.action) throw new Error('no request');
        expect(check(messages[head.action].request, head.payload)).toBeUndefined();
        bench.settle(3);
      }
      expect(bench.outbox.size).toBe(0);
    }),
    { numRuns: runs(60) },
  );
});
