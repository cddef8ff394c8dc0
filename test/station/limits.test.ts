/** The offered current: the least of all restraints, by name. */
import fc from 'fast-check';
import { aloneLimitA, limitOf } from '../../src/station/limits';
import { divide } from '../../src/station/sharing';
import { Bench, config, plugged } from './bench';

const limit = (bench: Bench, connectorId = 1) => limitOf(bench.state, config, connectorId);

test('the least restraint rules and is named; of equal ones the first', () => {
  const bench = new Bench();
  expect(limit(bench)).toMatchObject({ amps: 32, by: 'socket' });
  bench.report(1, { cableA: 20 });
  expect(limit(bench)).toMatchObject({ amps: 20, by: 'cable' });
  bench.report(1, { thermalA: 11 });
  expect(limit(bench)).toMatchObject({ amps: 11, by: 'temperature' });
  bench.post({ kind: 'restraint', stationA: undefined, connectorsA: [10] });
  expect(limit(bench)).toMatchObject({ amps: 10, by: 'profile' });
  bench.post({ kind: 'restraint', stationA: 9, connectorsA: [10] });
  expect(limit(bench)).toMatchObject({ amps: 9, by: 'stationProfile' });
  bench.post({ kind: 'settings', settings: { ...bench.state.settings, stationMaxA: 8 } });
  expect(limit(bench)).toMatchObject({ amps: 8, by: 'station' });
});

test('a restraint that is gone no longer counts', () => {
  const bench = new Bench();
  bench.post({ kind: 'restraint', stationA: 7, connectorsA: [6, 6, 6, 6] });
  expect(limit(bench).amps).toBe(6);
  bench.post({ kind: 'restraint', stationA: undefined, connectorsA: [] });
  expect(limit(bench).amps).toBe(32);
});

test('the domestic outlet has its own rating and knows no cable', () => {
  const bench = new Bench();
  bench.report(2, { plugged: true });
  expect(limit(bench, 2)).toMatchObject({ amps: 16, by: 'socket' });
  expect(limit(bench, 2).sources.map((s) => s.source)).not.toContain('cable');
});

test('a running transaction has its share of the station, never more than it could use alone', () => {
  const bench = new Bench({ stationMaxA: 40 });
  bench.charge(1);
  bench.charge(3);
  bench.advance(60_000);
  expect(limit(bench, 1).amps + limit(bench, 3).amps).toBeLessThanOrEqual(40);
  expect(limit(bench, 3)).toMatchObject({ by: 'sharing' });
  expect(limit(bench, 3).amps).toBeLessThanOrEqual(aloneLimitA(bench.state, config, 3));
});

test('the first keeps all until it must have followed its lower offer; then the second begins', () => {
  const bench = new Bench({ stationMaxA: 32 });
  bench.charge(1);
  expect(limit(bench, 1).amps).toBe(32);
  bench.report(3, plugged);
  bench.card('OTHER', { accepted: true }, 'left');
  bench.report(3, { locked: true });
  bench.post({ kind: 'recorded', tx: bench.key(3) });
  expect(limit(bench, 1).amps).toBe(16);
  expect(limit(bench, 3).amps).toBe(0);
  bench.advance(6_000);
  expect(limit(bench, 3).amps).toBe(16);
});

test('division: never more than the total or the wish, nothing below 6 A, seniors first (properties)', () => {
  const wish = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 63, noNaN: true }));
  fc.assert(
    fc.property(fc.double({ min: 0, max: 126, noNaN: true }), fc.array(wish, { maxLength: 4 }), (total, wishes) => {
      const parts = divide(total, wishes);
      expect(parts.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(total + 1e-9);
      for (const [i, part] of parts.entries()) {
        expect(part).toBeLessThanOrEqual((wishes[i] ?? 0) + 1e-9);
        expect(part === 0 || part >= 6 - 1e-9).toBe(true);
      }
      // Whoever wants enough and gets nothing has only seniors before him.
      const served = wishes.flatMap((w, i) => (w >= 6 ? [(parts[i] ?? 0) > 0] : []));
      expect(served).toEqual([...served].sort((a, b) => Number(b) - Number(a)));
    }),
  );
});

test('division: what one cannot use the others get', () => {
  expect(divide(40, [32, 32])).toEqual([20, 20]);
  expect(divide(40, [10, 32])).toEqual([10, 30]);
  expect(divide(11, [32, 32])).toEqual([11, 0]);
  expect(divide(5, [32])).toEqual([0]);
  expect(divide(64, [32, 20])).toEqual([32, 20]);
});
