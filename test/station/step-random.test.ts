/** What no event may ever do to the station, in whatever order events come. */
import fc from 'fast-check';
import { nextDeadline, stepStation } from '../../src/station/step';
import type { StationInput, StationState } from '../../src/station/types';
import { runs } from '../support/soak';
import { Bench, config, idle, settings } from './bench';

const id = fc.integer({ min: 0, max: 5 });
const flag = fc.boolean();
const token = fc.constantFrom('A', 'B', 'LEGRAND001');
const parent = fc.constantFrom(undefined, 'G');
const fault = fc.constantFrom('overTemperature', 'residualCurrent', 'pilotShort', 'supplyLost', 'readerAbsent');
const verdict = fc.record({ accepted: flag, parent });
const report = fc.record({
  plugged: flag,
  evConnected: flag,
  evRequests: flag,
  cableA: fc.constantFrom(undefined, 13, 32),
  contactor: fc.constantFrom('open', 'closed', 'unknown'),
  locked: fc.constantFrom(true, false, undefined),
  offeredA: fc.constantFrom(0, 16),
  thermalA: fc.constantFrom(undefined, 6),
  temperatureC: fc.constantFrom(undefined, 30),
  meter: fc.constantFrom(undefined, idle.meter, { ...idle.meter, at: 1e9 }),
  faults: fc.subarray(['overTemperature', 'unlockFailed', 'diodeMissing', 'overCurrent']),
});
const key = fc.constantFrom('7-1', '7-2', '7-3', 'x');
const event = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('tick') }) },
  { weight: 9, arbitrary: fc.record({ kind: fc.constant('socket'), connectorId: id, report }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('card'), side: fc.constantFrom('right', 'left'), token }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('verdict'), ask: fc.integer({ min: 1, max: 12 }), verdict }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('recorded'), tx: key }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('startVerdict'), tx: key, verdict }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('remoteStart'), connectorId: id, token, authorise: flag }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('stop'), tx: key, reason: fc.constantFrom('Remote', 'Local') }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('unlock'), id: fc.nat(9), connectorId: id }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('availability'), connectorId: id, operative: flag }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('fault'), connectorId: id, fault, present: flag }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('settings'),
      settings: fc.record({ plugAndCharge: flag, stopOnEvDisconnect: flag, stopOnInvalidId: flag }).map((change) => ({
        ...settings,
        ...change,
      })),
    }),
  },
) as fc.Arbitrary<StationInput>;

test('a step neither throws nor touches its input, and says the same twice', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(20_000)), { maxLength: 60 }), (events) => {
      const bench = new Bench();
      for (const [e, ms] of events) {
        bench.now += ms;
        const before = JSON.stringify(bench.state);
        const first = stepStation(bench.state, e, bench.now, config);
        expect(JSON.stringify(bench.state)).toBe(before);
        expect(stepStation(bench.state, e, bench.now, config)).toEqual(first);
        bench.state = first.state;
      }
    }),
    { numRuns: runs(60) },
  );
});

test('permission only in a running transaction, one socket a point, and each start has at most one stop', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(20_000)), { maxLength: 80 }), (events) => {
      const bench = new Bench();
      for (const [e, ms] of events) {
        bench.now += ms;
        bench.post(e);
        for (const { connectorId } of config.connectors) {
          const permit = bench.permits(connectorId);
          if (permit) expect(bench.session(connectorId).kind).toBe('running');
        }
        expect(bench.permits(1) && bench.permits(2)).toBe(false);
        expect(bench.permits(3) && bench.permits(4)).toBe(false);
      }
      const keys = (kind: string) => bench.records.flatMap((r) => (r.kind === kind ? [r.tx.key] : []));
      expect(new Set(keys('start')).size).toBe(keys('start').length);
      expect(new Set(keys('stop')).size).toBe(keys('stop').length);
      expect(keys('stop').every((k) => keys('start').includes(k))).toBe(true);
    }),
    { numRuns: runs(150) },
  );
});

test('left alone, the station comes to rest: no deadline lies in the past, and none comes for ever', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), (events) => {
      const bench = new Bench();
      for (const e of events) bench.post(e);
      let ticks = 0;
      for (
        let due = nextDeadline(bench.state, bench.now);
        due !== undefined;
        due = nextDeadline(bench.state, bench.now)
      ) {
        expect(due).toBeGreaterThan(bench.now);
        bench.now = due;
        bench.post({ kind: 'tick' });
        ticks += 1;
        expect(ticks).toBeLessThan(50);
      }
    }),
    { numRuns: runs(150) },
  );
});

test('states are plain data: what was written down and read again goes on in the same way', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), event, (events, last) => {
      const bench = new Bench();
      for (const e of events) bench.post(e);
      const copy = structuredClone(bench.state) as StationState;
      expect(stepStation(copy, last, bench.now, config)).toEqual(stepStation(bench.state, last, bench.now, config));
    }),
    { numRuns: runs(50) },
  );
});
