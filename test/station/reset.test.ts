/** Reset: transactions end in order, and nobody is waited for beyond a time (OCPP 1.6, 5.14). */
import { Bench, plugged } from './bench';

const restarts = (bench: Bench) => bench.effects.filter((e) => e.kind === 'restart');

test('idle: at once, and only once', () => {
  const bench = new Bench();
  expect(bench.post({ kind: 'reset', hard: true })).toContainEqual({ kind: 'restart', hard: true });
  bench.post({ kind: 'tick' });
  bench.post({ kind: 'reset', hard: false });
  expect(restarts(bench)).toEqual([]);
});

test('soft: after the transactions have ended in order, with reason SoftReset', () => {
  const bench = new Bench();
  bench.charge(1);
  bench.charge(3, 'OTHER');
  bench.post({ kind: 'reset', hard: false });
  expect(bench.wish(1)).toMatchObject({ kind: 'deny', opening: 'askFirst' });
  bench.open(1);
  expect(restarts(bench)).toEqual([]);
  bench.open(3);
  expect(restarts(bench)).toHaveLength(1);
  expect(bench.stops().map((s) => s.reason)).toEqual(['SoftReset', 'SoftReset']);
});

test.each([
  [true, 3_000, 'HardReset'],
  [false, 15_000, 'SoftReset'],
])('hard %p: waits at most %i ms for a contactor', (hard, ms, reason) => {
  const bench = new Bench();
  bench.charge();
  bench.post({ kind: 'reset', hard });
  expect(bench.wish()).toMatchObject({ opening: hard ? 'now' : 'askFirst' });
  bench.advance(ms - 100);
  expect(bench.stops()).toEqual([]);
  bench.advance(200);
  expect(bench.stops()).toMatchObject([{ reason }]);
});

test('a vehicle that comes meanwhile is not served', () => {
  const bench = new Bench();
  bench.charge(1);
  bench.post({ kind: 'reset', hard: false });
  bench.report(3, plugged);
  expect(bench.session(3).kind).toBe('none');
});
