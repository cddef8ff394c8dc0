/** Samples on their grid, and transactions that a power cut left open. */
import { StoredValues } from '../../src/hal/stored';
import { nextSample } from '../../src/station/transaction';
import { Bench, meterAt, plugged } from './bench';

describe('samples', () => {
  test('lie on a grid that begins with the transaction, whatever the ticks do', () => {
    const bench = new Bench({ sampleIntervalMs: 10_000 });
    const started = bench.now;
    bench.charge();
    bench.advance(25_000);
    bench.now += 3_333;
    bench.report(1, meterAt(bench.now, 1_050));
    bench.advance(10_000);
    const at = bench.records.flatMap((r) => (r.kind === 'sample' ? [r.at - started] : []));
    expect(at).toEqual([10_000, 20_000, 30_000]);
  });

  test('a tick that comes late gives the newest place of the grid, once', () => {
    const bench = new Bench({ sampleIntervalMs: 10_000 });
    const started = bench.now;
    bench.charge();
    bench.now += 34_000;
    bench.post({ kind: 'tick' });
    bench.post({ kind: 'tick' });
    const at = bench.records.flatMap((r) => (r.kind === 'sample' ? [r.at - started] : []));
    expect(at).toEqual([30_000]);
  });

  test('no interval, no samples', () => {
    const bench = new Bench({ sampleIntervalMs: 0 });
    bench.charge();
    bench.advance(3_600_000);
    expect(bench.records.filter((r) => r.kind === 'sample')).toEqual([]);
  });

  test.each([
    [0, 0, 10, 10],
    [5, 5, 10, 15],
    [5, 14, 10, 15],
    [5, 15, 10, 25],
    [5, 99, 10, 105],
  ])('the next after a start at %i, now %i, each %i: %i', (startedAt, now, interval, next) => {
    expect(nextSample(startedAt, now, interval)).toBe(next);
  });

  test('an interval of 0 has no next', () => {
    expect(nextSample(0, 5, 0)).toBeUndefined();
  });
});

describe('a transaction found open at start', () => {
  const open = (lastWh = 1_500) =>
    new Map([['station/transaction/1', { key: '6-9', token: 'CARD', parent: null, meterStartWh: 900, lastWh }]]);

  test('ends with the register of now, once plug and vehicle are known', () => {
    const bench = new Bench({}, new StoredValues(open()));
    bench.report(1, meterAt(bench.now, 1_777));
    expect(bench.stops()).toEqual([]);
    bench.report(1, plugged);
    bench.advance(1_100);
    expect(bench.stops()).toMatchObject([{ meterWh: 1_777, reason: 'PowerLoss', tx: { key: '6-9' } }]);
    expect(bench.status().status).toBe('Finishing');
    expect(bench.permits()).toBe(false);
  });

  test('without a meter it ends after 15 s with what was last recorded', () => {
    const bench = new Bench({}, new StoredValues(open()));
    bench.report(1, { meter: undefined });
    bench.advance(14_900);
    expect(bench.stops()).toEqual([]);
    bench.advance(200);
    expect(bench.stops()).toMatchObject([{ meterWh: 1_500, reading: undefined }]);
  });

  test('a register that was reset does not lead below what was recorded', () => {
    const bench = new Bench({}, new StoredValues(open(5_000)));
    bench.advance(1_100);
    expect(bench.stops()[0]?.meterWh).toBe(5_000);
  });

  test('with plug-and-charge the plug that stayed in counts as new', () => {
    const bench = new Bench({ plugAndCharge: true }, new StoredValues(open()));
    bench.report(1, plugged);
    bench.advance(1_100);
    bench.post({ kind: 'tick' });
    expect(bench.session().kind).toBe('waiting');
    expect(bench.state.asks).toMatchObject([{ via: 'plugAndCharge', connectorId: 1 }]);
  });

  test('the twin stays out of use meanwhile', () => {
    const bench = new Bench({}, new StoredValues(open()));
    expect(bench.status(2).status).toBe('Unavailable');
  });
});
