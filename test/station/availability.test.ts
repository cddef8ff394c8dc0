/** Changes of availability: at once where nothing charges, else after the transaction (OCPP 1.6, 5.2). */
import { Bench, plugged } from './bench';

const set = (bench: Bench, connectorId: number, operative: boolean) =>
  bench.post({ kind: 'availability', connectorId, operative });

test('takes effect at once where no transaction runs, and ends what was being prepared', () => {
  const bench = new Bench();
  bench.report(1, plugged);
  set(bench, 1, false);
  expect(bench.state.connectors[0]).toMatchObject({
    operative: false,
    scheduled: undefined,
    session: { kind: 'none' },
  });
});

test('waits for the transaction, and the last word counts', () => {
  const bench = new Bench();
  bench.charge();
  set(bench, 1, false);
  set(bench, 1, true);
  set(bench, 1, false);
  expect(bench.state.connectors[0]?.scheduled).toBe(false);
  bench.card('CARD');
  bench.open();
  expect(bench.state.connectors[0]).toMatchObject({ operative: false, scheduled: undefined });
  expect(bench.holdsPlug()).toBe(false);
});

test('of connector 0 waits for the last transaction, that of each connector for its own', () => {
  const bench = new Bench();
  bench.charge(1);
  set(bench, 0, false);
  expect(bench.state.connectors.map((c) => c.operative)).toEqual([true, false, false, false]);
  expect(bench.state.operative).toBe(true);
  bench.card('CARD');
  bench.open();
  expect(bench.state.operative).toBe(false);
});

test('of a connector that does not exist changes nothing', () => {
  const bench = new Bench();
  const before = JSON.stringify(bench.state);
  set(bench, 9, false);
  expect(JSON.stringify(bench.state)).toBe(before);
});

test('of a station whose last transaction ends with a late hard reset takes effect with that end', () => {
  const bench = new Bench();
  bench.charge();
  set(bench, 0, false);
  bench.post({ kind: 'reset', hard: true });
  bench.advance(3_000);
  expect(bench.state).toMatchObject({ operative: false, scheduled: undefined, reset: { done: true } });
});
