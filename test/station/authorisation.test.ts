/** Cards, answers and grants: who is asked, which answer counts, and what a grant finds. */
import { StoredValues } from '../../src/hal/stored';
import { Bench, plugged } from './bench';

const asks = (bench: Bench) => bench.effects.flatMap((e) => (e.kind === 'ask' ? [e.ask] : []));
const show = (bench: Bench, token: string, side: 'right' | 'left' = 'right') =>
  bench.post({ kind: 'card', side, token });
const pending = (bench: Bench, point = 0) => bench.state.points[point]?.pending;

test('a card is asked about for its point, once', () => {
  const bench = new Bench();
  show(bench, 'CARD');
  expect(asks(bench)).toEqual([
    { id: 1, pointIndex: 0, connectorId: undefined, token: 'CARD', purpose: 'start', via: 'card' },
  ]);
  bench.post({ kind: 'tick' });
  expect(asks(bench)).toEqual([]);
});

test('of two questions of a point only the answer to the last counts', () => {
  const bench = new Bench();
  show(bench, 'FIRST');
  show(bench, 'SECOND');
  show(bench, 'OTHER', 'left');
  bench.answer(1, { accepted: true });
  expect(pending(bench)).toBeUndefined();
  bench.answer(2, { accepted: true });
  expect(pending(bench)?.grant.token).toBe('SECOND');
  bench.answer(3, { accepted: true });
  expect(pending(bench, 1)?.grant.token).toBe('OTHER');
});

test('an answer comes once, and answers to nothing are nothing', () => {
  const bench = new Bench();
  show(bench, 'CARD');
  bench.answer(1, { accepted: true });
  bench.post({ kind: 'card', side: 'right', token: 'CARD' });
  expect(pending(bench)).toBeUndefined();
  bench.answer(1, { accepted: true });
  bench.answer(99, { accepted: true });
  expect(pending(bench)).toBeUndefined();
});

test('a refusal is shown at the point of the card', () => {
  const bench = new Bench();
  show(bench, 'BAD', 'left');
  expect(bench.answer(1, { accepted: false })).toContainEqual({ kind: 'refused', pointIndex: 1 });
  expect(pending(bench, 1)).toBeUndefined();
});

test('a card at a side that does not exist is nothing', () => {
  const bench = new Bench();
  bench.state = { ...bench.state };
  const effects = bench.post({ kind: 'card', side: 'middle' as 'left', token: 'CARD' });
  expect(effects).toEqual([]);
});

test('a grant waits for a plug as long as ConnectionTimeOut', () => {
  const bench = new Bench();
  bench.card('CARD');
  bench.advance(59_000);
  expect(pending(bench)).toBeDefined();
  bench.advance(2_000);
  expect(pending(bench)).toBeUndefined();
});

test('a grant prefers the socket where a vehicle waits to one where a plug was left', () => {
  const bench = new Bench();
  bench.card('CARD');
  bench.report(2, { plugged: true, evConnected: true });
  expect(bench.session(2).kind).toBe('starting');
  expect(bench.session(1).kind).toBe('none');
});

test('a grant for one connector does not serve its twin', () => {
  const bench = new Bench();
  bench.post({ kind: 'remoteStart', connectorId: 1, token: 'REMOTE', authorise: false });
  bench.report(2, { plugged: true, evConnected: true });
  expect(bench.session(2).kind).toBe('waiting');
  expect(bench.records).toEqual([]);
});

test('a grant ends when its connector can no longer be used', () => {
  const bench = new Bench();
  bench.post({ kind: 'remoteStart', connectorId: 3, token: 'REMOTE', authorise: false });
  expect(pending(bench, 1)).toBeDefined();
  bench.fault(3, 'overTemperature');
  expect(pending(bench, 1)).toBeUndefined();
});

test('a domestic outlet that sees no plug takes a grant only if it is meant', () => {
  const bench = new Bench();
  bench.card('CARD', { accepted: true }, 'left');
  expect(bench.session(4).kind).toBe('none');
  const other = new Bench();
  other.post({ kind: 'card', side: 'left', token: 'CARD', connectorId: 4 });
  other.answer(1, { accepted: true });
  expect(other.session(4).kind).toBe('starting');
});

test('an answer that comes when somebody charges already starts nothing, then or later', () => {
  const bench = new Bench();
  bench.report(1, plugged);
  show(bench, 'SLOW');
  bench.post({ kind: 'remoteStart', connectorId: 1, token: 'REMOTE', authorise: false });
  expect(bench.session().kind).toBe('locking');
  expect(bench.answer(1, { accepted: true })).toContainEqual({ kind: 'refused', pointIndex: 0 });
  expect(pending(bench)).toBeUndefined();
});

test('the same card, while its plug is being locked, is a slip; while no vehicle has come, it takes the wish back', () => {
  const bench = new Bench();
  bench.report(1, plugged);
  bench.card('CARD');
  show(bench, 'CARD');
  expect(bench.session().kind).toBe('locking');
  expect(asks(bench)).toEqual([]);
  bench.report(1, { evConnected: false });
  show(bench, 'card');
  expect(bench.session().kind).toBe('timedOut');
});

test.each(['starting', 'ending', 'recovering'])('a card shown while a transaction is %s says nothing new', (kind) => {
  const stored = new Map([
    ['station/transaction/1', { key: '6-1', token: 'CARD', parent: null, meterStartWh: 0, lastWh: 0 }],
  ]);
  const bench = kind === 'recovering' ? new Bench({}, new StoredValues(stored)) : new Bench();
  if (kind === 'starting') {
    bench.report(1, plugged);
    bench.card('CARD');
    bench.report(1, { locked: true });
  } else if (kind === 'ending') {
    bench.charge();
    show(bench, 'CARD');
  }
  expect(bench.session().kind).toBe(kind);
  show(bench, 'CARD');
  expect(asks(bench)).toEqual([]);
  expect(bench.session().kind).toBe(kind);
});

test('while a transaction runs, its own card ends it and another is asked about', () => {
  const bench = new Bench();
  bench.charge(1, 'CARD', 'GROUP');
  show(bench, 'OTHER');
  expect(asks(bench)).toMatchObject([{ connectorId: 1, purpose: 'stop', token: 'OTHER' }]);
  bench.answer(asks(bench)[0]?.id ?? 0, { accepted: true, parent: 'ELSE' });
  expect(bench.session().kind).toBe('running');
  show(bench, 'OTHER');
  bench.answer(asks(bench)[0]?.id ?? 0, { accepted: true, parent: 'group' });
  expect(bench.session()).toMatchObject({ kind: 'ending', reason: 'Local', token: 'OTHER' });
});

test('two tokens without group are of no common group', () => {
  const bench = new Bench();
  bench.charge(1, 'CARD');
  show(bench, 'OTHER');
  bench.answer(asks(bench)[0]?.id ?? 0, { accepted: true });
  expect(bench.session().kind).toBe('running');
});

test('an answer about a stop that comes after the end does nothing', () => {
  const bench = new Bench();
  bench.charge(1, 'CARD', 'GROUP');
  show(bench, 'OTHER');
  const [ask] = asks(bench);
  bench.post({ kind: 'stop', tx: bench.key(), reason: 'Remote' });
  bench.open();
  bench.answer(ask?.id ?? 0, { accepted: true, parent: 'GROUP' });
  expect(bench.session().kind).toBe('finished');
  expect(bench.stops()).toHaveLength(1);
});

test('plug-and-charge asks with the tag of the side, when the vehicle is there, and once', () => {
  const bench = new Bench({ plugAndCharge: true });
  bench.report(3, { plugged: true, evConnected: false, cableA: 32 });
  expect(asks(bench)).toEqual([]);
  bench.report(3, { evConnected: true });
  expect(asks(bench)).toMatchObject([{ connectorId: 3, token: 'LEGRAND002', via: 'plugAndCharge' }]);
  bench.answer(asks(bench)[0]?.id ?? 0, { accepted: false });
  bench.report(3, { temperatureC: 26 });
  expect(asks(bench)).toEqual([]);
});

test('during a reset no card is heard and no grant is given', () => {
  const bench = new Bench();
  bench.charge(3);
  show(bench, 'CARD');
  const [ask] = asks(bench);
  bench.post({ kind: 'reset', hard: false });
  show(bench, 'CARD');
  expect(asks(bench)).toEqual([]);
  bench.answer(ask?.id ?? 0, { accepted: true });
  expect(pending(bench)).toBeUndefined();
});
