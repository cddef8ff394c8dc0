/** Sessions without a transaction: the plug, its turn, and faults that come first. */
import { Bench, plugged } from './bench';

test('a plug begins a session, its end ends it', () => {
  const bench = new Bench();
  bench.report(1, plugged);
  expect(bench.session()).toMatchObject({ kind: 'waiting', deadline: bench.now + 60_000 });
  bench.report(1, { plugged: false, evConnected: false });
  expect(bench.session().kind).toBe('none');
});

test('the first of two plugs of a point has it; when it leaves the other gets its turn', () => {
  const bench = new Bench();
  bench.report(2, { plugged: true, evConnected: true });
  bench.report(1, plugged);
  expect([bench.session(1).kind, bench.session(2).kind]).toEqual(['none', 'waiting']);
  bench.report(2, { plugged: false, evConnected: false });
  expect([bench.session(1).kind, bench.session(2).kind]).toEqual(['waiting', 'none']);
});

test('a plug found together with a fault waits for the fault to pass', () => {
  const bench = new Bench();
  bench.report(1, { ...plugged, faults: ['overTemperature'] });
  expect(bench.session().kind).toBe('none');
  bench.report(1, { faults: [] });
  expect(bench.session().kind).toBe('waiting');
});
