/** One step: settings and faults from outside, and what follows from an input at the same instant. */
import { Bench, plugged, settings } from './bench';

test('settings act at once: the interval of samples, the limit', () => {
  const bench = new Bench();
  bench.charge();
  bench.advance(25_000);
  bench.post({ kind: 'settings', settings: { ...settings, sampleIntervalMs: 10_000, stationMaxA: 10 } });
  expect(bench.wish()).toEqual({ kind: 'permit', offerA: 10 });
  bench.advance(10_000);
  expect(bench.records.filter((r) => r.kind === 'sample')).toHaveLength(1);
});

test('a fault told by others passes when they say so, and touches none of the socket', () => {
  const bench = new Bench();
  bench.report(1, { faults: ['residualCurrent'] });
  bench.fault(1, 'otherError');
  expect(bench.fault(1, 'otherError', false)).toEqual([]);
  expect(bench.status()).toMatchObject({ status: 'Faulted', errorCode: 'GroundFailure' });
  bench.report(1, { faults: [] });
  expect(bench.status().status).toBe('Available');
});

test('what frees the twin socket gives the waiting plug its turn at the same instant', () => {
  const bench = new Bench();
  bench.charge(2);
  bench.report(1, plugged);
  bench.post({ kind: 'availability', connectorId: 2, operative: false });
  expect(bench.session(1).kind).toBe('none');
  bench.card('CARD');
  bench.open(2);
  expect([bench.session(1).kind, bench.session(2).kind]).toEqual(['waiting', 'none']);
});

test('a grant that waits for a plug is over with the availability of its connector', () => {
  const bench = new Bench();
  bench.post({ kind: 'remoteStart', connectorId: 1, token: 'CARD', authorise: false });
  expect(bench.state.points[0]?.pending).toBeDefined();
  bench.post({ kind: 'availability', connectorId: 0, operative: false });
  expect(bench.state.points[0]?.pending).toBeUndefined();
});
