/** Where a step is said to have changed nothing but readings, everything that is derived from the state is what it was. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { limitOf } from '../../src/station/limits';
import { differencesOf } from '../../src/station/notices';
import { nothingToTell, sameSamples, sameShares, withReading } from '../../src/station/readings-only';
import { savedOf } from '../../src/station/saved';
import type { SocketReport } from '../../src/station/socket/types';
import { indicatorOf, statusOf } from '../../src/station/status';
import { nextDeadline, stepSamples, stepStation } from '../../src/station/step';
import type { StationInput, StationState } from '../../src/station/types';
import { wishOf } from '../../src/station/wish';
import { runs } from '../support/soak';
import { Bench, config, meterAt } from './bench';
import { anyLife, tryCharge } from './random-life';

function derived(state: StationState) {
  return {
    connectors: config.connectors.map(({ connectorId }) => ({
      wish: wishOf(state, config, connectorId),
      status: statusOf(state, config, connectorId),
      limit: limitOf(state, config, connectorId),
    })),
    station: statusOf(state, config, 0),
    lights: config.points.map((_, index) => indicatorOf(state, config, index)),
  };
}

/** The quick comparison first: of what differs only `toEqual` tells. */
function expectSame(actual: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toEqual(expected);
}

/** Looks at each step, and counts those of nothing but readings, and those that took samples and changed nothing else. */
class WatchfulBench extends Bench {
  readingsOnly = 0;
  sampled = 0;
  sampledOnly = 0;
  notStepped = 0;
  private steppedAt = 0;

  override post(input: StationInput) {
    const { state: before, now } = this;
    if (input.kind === 'socket' && now < (nextDeadline(before, this.steppedAt) ?? Number.POSITIVE_INFINITY)) {
      const read = withReading(before, input.connectorId, input.report, config);
      if (read) {
        this.notStepped += 1;
        expectSame(stepStation(before, input, now, config), { state: read, effects: [] });
      }
    }
    const sampled = input.kind === 'tick' ? stepSamples(before, { since: this.steppedAt, now }, config) : undefined;
    const effects = super.post(input);
    if (sampled) {
      this.sampledOnly += sampled.effects.length;
      expectSame(sampled, { state: this.state, effects });
    }
    this.steppedAt = now;
    if (!nothingToTell(before, this.state)) return effects;
    expectSame(derived(this.state), derived(before));
    expect(differencesOf(before, this.state, config)).toEqual([]);
    if (effects.length > 0 || !sameSamples(before, this.state)) {
      this.sampled += effects.some(({ kind }) => kind === 'record') ? 1 : 0;
      return effects;
    }
    this.readingsOnly += 1;
    expectSame(savedOf(this.state, config), savedOf(before, config));
    if (sameShares(before, this.state)) expect(nextDeadline(this.state, now)).toBe(nextDeadline(before, now));
    return effects;
  }
}

test('nothing that is derived follows from such a step, and what is not stepped is as if it were, whatever came before', () => {
  const found = { readingsOnly: 0, sampled: 0, notStepped: 0 };
  fc.assert(
    fc.property(anyLife, (actions) => {
      const bench = new WatchfulBench();
      for (const { run } of actions) run(bench);
      found.readingsOnly += bench.readingsOnly;
      found.sampled += bench.sampled;
      found.notStepped += bench.notStepped;
    }),
    { numRuns: runs(60) },
  );
  expect(found.readingsOnly).toBeGreaterThan(0);
  expect(found.sampled).toBeGreaterThan(0);
  expect(found.notStepped).toBeGreaterThan(0);
});

test('the readings of a steady charge are such steps, and need none', () => {
  const bench = new WatchfulBench();
  bench.charge();
  bench.readingsOnly = 0;
  bench.notStepped = 0;
  for (let second = 1; second <= 60; second += 1) {
    bench.advance(1_000);
    bench.report(1, meterAt(bench.now, 1_000 + second, 16));
  }
  expect(bench.readingsOnly).toBeGreaterThanOrEqual(58);
  expect(bench.notStepped).toBeGreaterThanOrEqual(58);
});

const others: Record<Exclude<keyof SocketReport, 'meter'>, Partial<SocketReport>> = {
  plugged: { plugged: false },
  evConnected: { evConnected: false },
  evRequests: { evRequests: false },
  cableA: { cableA: 13 },
  contactor: { contactor: 'unknown' },
  locked: { locked: false },
  offeredA: { offeredA: 6 },
  thermalA: { thermalA: 6 },
  temperatureC: { temperatureC: 41 },
  faults: { faults: ['diodeMissing'] },
};

test.each(Object.entries(others))('a report with another %s is more than a reading', (_, change) => {
  const bench = new Bench();
  bench.charge();
  bench.report(1, meterAt(bench.now, 1_000, 16));
  const { report } = bench.state.connectors[0] ?? {};
  if (!report) throw new Error('the socket has not reported');
  const next = { ...report, faults: [...report.faults], ...meterAt(bench.now + 1_000, 1_001, 16) };
  expect(withReading(bench.state, 1, next, config)?.connectors[0]?.report).toEqual(next);
  expect(withReading(bench.state, 1, { ...next, ...change }, config)).toBeUndefined();
});

test('the samples of a steady charge are stored, and change nothing else', () => {
  const bench = new WatchfulBench({ sampleIntervalMs: 60_000 });
  bench.charge();
  for (let second = 1; second <= 300; second += 1) {
    const { state: before } = bench;
    bench.report(1, meterAt(bench.now, 1_000 + second, 16));
    const sampled = bench.sampled;
    bench.advance(1_000);
    if (bench.sampled > sampled) expect(sameSamples(before, bench.state)).toBe(false);
  }
  expect(bench.sampled).toBeGreaterThanOrEqual(4);
  expect(bench.sampledOnly).toBe(bench.sampled);
});

/** So much is drawn for so long, and a real meter gives it with what it wavers. */
const anyDraw = fc.record({
  connectorId: fc.constantFrom(1, 2, 3, 4),
  amps: fc.constantFrom(0, 0.3, 0.49, 0.51, 0.99, 1.01, 4, 6, 7.9, 8.1, 9.5, 9.9, 12, 14.9, 15.1, 16, 31.2, 32),
  phases: fc.constantFrom(1, 3),
  seconds: fc.constantFrom(1, 2, 5, 40),
  wavers: fc.constantFrom(0, 0.02, 0.2),
});

test.each([
  { name: 'there is enough for all', stationMaxA: 64, charging: [1, 3] },
  { name: 'vehicles share', stationMaxA: 20, charging: [1, 3] },
  { name: 'a vehicle and a domestic cord share', stationMaxA: 20, charging: [1, 4] },
  { name: 'domestic cords', stationMaxA: 64, charging: [2, 4] },
])('currents that waver, rise and fall: what is not stepped is as if it were ($name)', ({ stationMaxA, charging }) => {
  let notStepped = 0;
  fc.assert(
    fc.property(fc.array(anyDraw, { minLength: 5, maxLength: 40 }), (draws) => {
      const bench = new WatchfulBench({ stationMaxA, stopOnEvDisconnect: false });
      for (const connectorId of charging) tryCharge(bench, connectorId);
      let energyWh = 1_500;
      for (const { connectorId, amps, phases, seconds, wavers } of draws) {
        for (let second = 0; second < seconds; second += 1) {
          bench.advance(1_000);
          energyWh += 1;
          const { meter } = meterAt(bench.now, energyWh);
          const drawn = amps === 0 ? 0 : amps + (wavers * ((second % 3) - 1)) / 2;
          const currentA = [drawn, phases === 3 ? drawn : 0, phases === 3 ? drawn : 0];
          bench.report(connectorId, { meter: { ...meter, reading: { ...meter.reading, currentA } } });
        }
      }
      notStepped += bench.notStepped;
    }),
    { numRuns: runs(20) },
  );
  expect(notStepped).toBeGreaterThan(0);
});

test('nor do those of a meter that wavers, as all real ones do', () => {
  const bench = new WatchfulBench();
  bench.charge();
  bench.report(1, meterAt(bench.now, 1_000, 16));
  bench.notStepped = 0;
  for (let second = 1; second <= 60; second += 1) {
    bench.advance(1_000);
    bench.report(1, meterAt(bench.now, 1_000 + second, 16 + (second % 3) / 100));
  }
  expect(bench.notStepped).toBeGreaterThanOrEqual(58);
});

test('a reading by which the energy of a refused start is used up is none', () => {
  const bench = new WatchfulBench({ maxEnergyOnInvalidWh: 100 });
  const tx = bench.charge();
  bench.report(1, meterAt(bench.now, 1_000, 16));
  bench.post({ kind: 'startVerdict', tx, verdict: { accepted: false, parent: undefined } });
  bench.report(1, meterAt(bench.now, 1_001, 16));
  expect(bench.wish()).toMatchObject({ kind: 'permit' });
  const { state: before } = bench;
  bench.report(1, meterAt(bench.now, 1_000_000, 16));
  expect(nothingToTell(before, bench.state)).toBe(false);
  expect(bench.notStepped).toBe(0);
  expect(bench.wish()).toMatchObject({ kind: 'deny' });
});

test('nor is it where nothing is offered at the moment: the permission ends all the same', () => {
  const bench = new WatchfulBench({ maxEnergyOnInvalidWh: 100 });
  const tx = bench.charge();
  bench.report(1, { contactor: 'open', ...meterAt(bench.now, 1_000) });
  bench.post({ kind: 'profileLimits', stationA: undefined, connectorsA: [0] });
  bench.post({ kind: 'startVerdict', tx, verdict: { accepted: false, parent: undefined } });
  bench.advance(60_000);
  const { state: before } = bench;
  expect(bench.wish()).toEqual({ kind: 'permit', offerA: 0 });
  bench.report(1, meterAt(bench.now, 1_000_000));
  expect(nothingToTell(before, bench.state)).toBe(false);
  expect(bench.wish()).toMatchObject({ kind: 'deny' });
});

test('a vehicle that goes on drawing on one phase is known to use one, whatever else stays the same', () => {
  const bench = new WatchfulBench();
  bench.charge();
  const onePhase = () => {
    const { meter } = meterAt(bench.now, 1_500);
    return { meter: { ...meter, reading: { ...meter.reading, currentA: [16, 0, 0] } } };
  };
  for (let second = 0; second <= 31; second += 1) {
    bench.report(1, onePhase());
    bench.advance(1_000);
  }
  expect(bench.state.connectors[0]?.phases).toEqual({ inUse: 1, less: undefined });
});
