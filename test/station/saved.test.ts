/** What survives a power cut, and what the next boot makes of it. */
import type { JsonValue } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { flushWithinMs, initialState, savedOf } from '../../src/station/saved';
import type { StationRecord, Transaction } from '../../src/station/types';
import { Bench, config, settings } from './bench';

const reborn = (stored: Map<string, JsonValue>, now = 500) =>
  initialState(
    config,
    settings,
    8,
    now,
    new StoredValues(new Map(JSON.parse(JSON.stringify([...stored])) as [string, JsonValue][])),
  );

describe('the flush of a step', () => {
  const tx: Transaction = {
    ...{ key: '7-1', connectorId: 1, token: 'CARD', parent: undefined },
    ...{ startedAt: 0, meterStartWh: 1_000, lastWh: 1_000 },
  };
  const reading = { energyWh: 1_000, powerW: 0, currentA: [0], voltageV: [230] };
  const sample: StationRecord = { kind: 'sample', tx, at: 0, reading, offeredA: 16, temperatureC: undefined };
  const start: StationRecord = { kind: 'start', tx, at: 0, reading, reservationId: undefined };
  const stop: StationRecord = { kind: 'stop', tx, at: 0, reading, meterWh: 0, reason: 'Local', token: undefined };
  const progress = [['station/transaction/1', {}]] as const;

  test.each<[string, boolean, Parameters<typeof flushWithinMs>]>([
    ['that changed nothing', true, [[], [], []]],
    ['with a reading', true, [[sample], progress, []]],
    ['with two readings', true, [[sample, sample], progress, []]],
    ['that learnt the group of a transaction', true, [[], progress, []]],
    ['with a start', false, [[start], progress, []]],
    ['with a stop', false, [[stop], [], ['station/transaction/1']]],
    ['with a reading and the stop of another', false, [[sample, stop], progress, []]],
    ['that ended a transaction', false, [[], [], ['station/transaction/1']]],
    [
      'with a reading and a change of availability',
      false,
      [[sample], [...progress, ['station/scheduled/1', true]], []],
    ],
    ['with a reading and the end of a reservation', false, [[sample], progress, ['station/reservation/1']]],
  ])('%s may wait: %s', (_, mayWait, [records, put, del]) => {
    expect(flushWithinMs(records, put, del)).toBe(mayWait ? 300_000 : 0);
  });
});

test('an idle station that was never told anything stores nothing', () => {
  expect(savedOf(new Bench().state, config)).toEqual(new Map());
});

test('availability of connectors and station, each for itself', () => {
  const bench = new Bench();
  bench.post({ kind: 'availability', connectorId: 3, operative: false });
  let after = reborn(savedOf(bench.state, config));
  expect(after.connectors.map((c) => c.operative)).toEqual([true, true, false, true]);
  expect(after.operative).toBe(true);
  bench.post({ kind: 'availability', connectorId: 0, operative: false });
  after = reborn(savedOf(bench.state, config));
  expect([after.operative, ...after.connectors.map((c) => c.operative)]).toEqual(Array(5).fill(false));
});

test('a change that waits for a transaction is in force after a restart, for no transaction outlives one', () => {
  const bench = new Bench();
  bench.charge(1);
  bench.post({ kind: 'availability', connectorId: 1, operative: false });
  expect(bench.state.connectors[0]).toMatchObject({ operative: true, scheduled: false });
  const after = reborn(savedOf(bench.state, config));
  expect(after.connectors[0]).toMatchObject({ operative: false, scheduled: undefined });
});

test.each(['starting', 'running', 'ending'])('a transaction that is %s is found open', (kind) => {
  const bench = new Bench();
  if (kind === 'starting') {
    bench.report(1, { plugged: true, evConnected: true });
    bench.card('CARD', { accepted: true, parent: 'GROUP' });
    bench.report(1, { locked: true });
  } else bench.charge(1, 'CARD', 'GROUP');
  if (kind === 'ending') bench.card('CARD');
  expect(bench.session().kind).toBe(kind);
  const after = reborn(savedOf(bench.state, config)).connectors[0]?.session;
  expect(after).toMatchObject({
    kind: 'recovering',
    tx: { key: '7-1', connectorId: 1, token: 'CARD', parent: 'GROUP', meterStartWh: 1_000 },
  });
});

test('a transaction that has ended, and a session without one, are not', () => {
  const bench = new Bench();
  bench.charge(1);
  bench.card('CARD');
  bench.open();
  expect(savedOf(bench.state, config)).toEqual(new Map());
});

test('names of transactions differ between boots', () => {
  const bench = new Bench();
  expect(bench.charge(1)).toBe('7-1');
  expect(bench.charge(3, 'OTHER')).toBe('7-2');
  const next = reborn(new Map());
  expect(`${next.boot}-${next.nextTransaction}`).toBe('8-1');
});

describe('values that cannot be read', () => {
  const startOf = (values: [string, JsonValue][], openElsewhere?: string[]) => {
    const stored = new StoredValues(new Map(values));
    return { state: initialState(config, settings, 8, 500, stored, () => openElsewhere ?? []), stored };
  };

  test.each([
    ['yes'],
    [1],
    [null],
    [false],
    [{ since: 5 }],
  ])('availability of %j counts as inoperative, and stays so', (value) => {
    const { state, stored } = startOf([['station/inoperative/2', value]]);
    expect(state.connectors.map((c) => c.operative)).toEqual([true, false, true, true]);
    expect(stored.batch().put).toContainEqual(['station/inoperative/2', true]);
    expect(stored.batch().del).toEqual([]);
    expect(stored.news).toEqual([expect.objectContaining({ key: 'station/inoperative/2', value })]);
    const again = startOf([...stored.batch().put] as [string, JsonValue][]);
    expect(again.state.connectors[1]?.operative).toBe(false);
    expect(again.stored.news).toEqual([]);
  });

  test('of the station as a whole, too', () => {
    expect(startOf([['station/inoperative/0', 'yes']]).state.operative).toBe(false);
  });

  test.each([
    ['yes'],
    [false],
    [{ since: 5 }],
  ])('a fault that waits for a person stands though its value is %j, told once', (value) => {
    const key = 'station/latchedFault/3/contactorWelded';
    const { state, stored } = startOf([[key, value]]);
    expect(state.connectors.map((c) => c.rememberedFaults)).toEqual([[], [], ['contactorWelded'], []]);
    expect(stored.news).toEqual([expect.objectContaining({ key, value })]);
    expect(stored.batch().put).toContainEqual([key, true]);
    expect(savedOf(state, config).get(key)).toBe(true);
    expect(startOf([...stored.batch().put] as [string, JsonValue][]).stored.news).toEqual([]);
  });

  test('a fault of a connector that the board does not have concerns no other', () => {
    const { state } = startOf([['station/latchedFault/9/contactorWelded', true]]);
    expect(state.connectors.flatMap((c) => c.rememberedFaults)).toEqual([]);
  });

  const whole = { key: '7-1', token: 'CARD', parent: null, meterStartWh: 1_000, lastWh: 1_500 };
  const without = (field: keyof typeof whole) => {
    const { [field]: gone, ...rest } = whole;
    return { ...rest, renamed: gone };
  };

  test.each([
    ['token', { key: '7-1', token: '', meterStartWh: 1_000, lastWh: 1_500 }],
    ['parent', { key: '7-1', token: 'CARD', meterStartWh: 1_000, lastWh: 1_500 }],
    ['meterStartWh', { key: '7-1', token: 'CARD', meterStartWh: 1_500, lastWh: 1_500 }],
    ['lastWh', { key: '7-1', token: 'CARD', meterStartWh: 1_000, lastWh: 1_000 }],
  ] as const)('an open transaction without %s ends all the same, with what is left of it', (field, tx) => {
    const { state, stored } = startOf([['station/transaction/1', without(field)]]);
    expect(state.connectors[0]?.session).toMatchObject({ kind: 'recovering', tx });
    expect(stored.news).toHaveLength(1);
  });

  test('without its name it is the one that is open elsewhere, if that can be but one', () => {
    const nameless: [string, JsonValue] = ['station/transaction/1', without('key')];
    expect(startOf([nameless], ['7-1']).state.connectors[0]?.session).toMatchObject({
      tx: { key: '7-1', lastWh: 1_500 },
    });
    expect(startOf([nameless], ['7-1', '7-2']).state.connectors[0]?.session).toEqual({ kind: 'none' });
    expect(startOf([nameless], []).state.connectors[0]?.session).toEqual({ kind: 'none' });
    const other: [string, JsonValue] = ['station/transaction/3', { ...whole, key: '7-2' }];
    expect(startOf([nameless, other], ['7-1', '7-2']).state.connectors[0]?.session).toMatchObject({
      tx: { key: '7-1' },
    });
  });

  test('a reservation is set aside, the others stay', () => {
    const good = { id: 2, connectorId: 1, token: 'A', parent: null, expiryUnixMs: 5 };
    const { state, stored } = startOf([
      ['station/reservation/1', { id: 1, connector: 1 }],
      ['station/reservation/2', good],
    ]);
    expect(state.reservations.map(({ id }) => id)).toEqual([2]);
    expect(stored.news.map(({ key }) => key)).toEqual(['station/reservation/1']);
  });
});
