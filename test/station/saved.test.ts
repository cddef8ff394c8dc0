/** What survives a power cut, and what the next boot makes of it. */
import type { JsonValue } from '../../src/hal/store';
import { initialState, savedOf } from '../../src/station/saved';
import { Bench, config, settings } from './bench';

const reborn = (stored: Map<string, JsonValue>, now = 500) =>
  initialState(
    config,
    settings,
    8,
    now,
    JSON.parse(JSON.stringify([...stored])).reduce(
      (map: Map<string, JsonValue>, [key, value]: [string, JsonValue]) => map.set(key, value),
      new Map<string, JsonValue>(),
    ),
  );

test('an idle station that was never told anything stores nothing', () => {
  expect(savedOf(new Bench().state)).toEqual(new Map());
});

test('availability of connectors and station, each for itself', () => {
  const bench = new Bench();
  bench.post({ kind: 'availability', connectorId: 3, operative: false });
  let after = reborn(savedOf(bench.state));
  expect(after.connectors.map((c) => c.operative)).toEqual([true, true, false, true]);
  expect(after.operative).toBe(true);
  bench.post({ kind: 'availability', connectorId: 0, operative: false });
  after = reborn(savedOf(bench.state));
  expect([after.operative, ...after.connectors.map((c) => c.operative)]).toEqual(Array(5).fill(false));
});

test('a change that waits for a transaction is in force after a restart, for no transaction outlives one', () => {
  const bench = new Bench();
  bench.charge(1);
  bench.post({ kind: 'availability', connectorId: 1, operative: false });
  expect(bench.state.connectors[0]).toMatchObject({ operative: true, scheduled: false });
  const after = reborn(savedOf(bench.state));
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
  const after = reborn(savedOf(bench.state)).connectors[0]?.session;
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
  expect(savedOf(bench.state)).toEqual(new Map());
});

test('names of transactions differ between boots', () => {
  const bench = new Bench();
  expect(bench.charge(1)).toBe('7-1');
  expect(bench.charge(3, 'OTHER')).toBe('7-2');
  const next = reborn(new Map());
  expect(`${next.boot}-${next.nextTransaction}`).toBe('8-1');
});
