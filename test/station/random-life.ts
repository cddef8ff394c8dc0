/** Random inputs of the station, and random lives that bring it to charges in between. */
import fc from 'fast-check';
import type { StationInput } from '../../src/station/types';
import { type Bench, config, idle, meterAt, plugged, settings } from './bench';

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
/** What may come to a station from its sockets, its users and its central system. */
export const anyInput = fc.oneof(
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

/** What comes to it less often, and puts an end to much. */
const anyRareInput = fc.oneof(
  fc.record({
    kind: fc.constant('reserve'),
    reservation: fc.record({
      id: fc.nat(3),
      connectorId: id,
      token,
      parent,
      expiryUnixMs: fc.constantFrom(50_000, 2_000_000),
    }),
    expiresAt: fc.constantFrom(30_000, 500_000, Number.POSITIVE_INFINITY),
  }),
  fc.record({ kind: fc.constant('cancelReservation'), id: fc.nat(3) }),
  fc.record({ kind: fc.constant('clock'), offsetMs: fc.constantFrom(-100_000, 0, 100_000) }),
  fc.record({ kind: fc.constant('reset'), hard: flag }),
  fc.record({ kind: fc.constant('updating'), on: flag }),
  fc.record({
    kind: fc.constant('mode'),
    side: fc.constantFrom('right', 'left'),
    mode: fc.constantFrom('ocpp', 'free', 'cards', 'none'),
  }),
) as fc.Arbitrary<StationInput>;

const anyProfileLimits = fc.record({
  kind: fc.constant('profileLimits' as const),
  stationA: fc.constantFrom(undefined, 0, 10, 20, 40),
  connectorsA: fc.array(fc.constantFrom(undefined, 0, 6, 16), { maxLength: 4 }),
});
const anySampling = fc.constantFrom(0, 10_000, 60_000).map(
  (sampleIntervalMs): StationInput => ({
    kind: 'settings',
    settings: { ...settings, sampleIntervalMs, stopOnEvDisconnect: false, stationMaxA: 40 },
  }),
);

/** Something to do with a bench; the text is for the report of a failure. */
export interface Action {
  run(bench: Bench): void;
  toString(): string;
}

const action = (text: string, run: Action['run']): Action => ({ run, toString: () => text });
const post = (input: StationInput) => action(JSON.stringify(input), (bench) => bench.post(input));

/** As far towards a charge as the state of the station allows. */
export function tryCharge(bench: Bench, connectorId: number): void {
  const { pointIndex = 0, socket, seesPlug = true } = config.connectors[connectorId - 1] ?? {};
  bench.report(connectorId, { ...plugged, faults: [], contactor: 'open', ...meterAt(bench.now, 1_000) });
  if (seesPlug) bench.card('A', { accepted: true }, config.points[pointIndex]?.side);
  else bench.post({ kind: 'remoteStart', connectorId, token: 'A', authorise: false });
  if (socket?.lock) bench.report(connectorId, { locked: true });
  const session = bench.session(connectorId);
  if ('tx' in session) bench.post({ kind: 'recorded', tx: session.tx.key });
  bench.report(connectorId, { contactor: 'closed', offeredA: 16, evRequests: true, ...meterAt(bench.now, 1_500, 16) });
}

const connectorId = fc.integer({ min: 1, max: 4 });
const anyAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .oneof(fc.integer({ min: 0, max: 40_000 }), fc.constant(700_000))
      .map((ms) => action(`wait ${ms}`, (b) => b.advance(ms))),
  },
  { weight: 4, arbitrary: connectorId.map((n) => action(`charge ${n}`, (b) => tryCharge(b, n))) },
  {
    weight: 5,
    arbitrary: fc
      .tuple(connectorId, fc.constantFrom(0, 4, 6, 10, 16, 32))
      .map(([n, amps]) => action(`${n} draws ${amps} A`, (b) => b.report(n, meterAt(b.now, 1_500, amps)))),
  },
  { weight: 2, arbitrary: connectorId.map((n) => action(`open ${n}`, (b) => b.open(n))) },
  { weight: 1, arbitrary: connectorId.map((n) => action(`unplug ${n}`, (b) => b.report(n, { ...idle }))) },
  { weight: 2, arbitrary: anyProfileLimits.map(post) },
  { weight: 1, arbitrary: anySampling.map(post) },
  { weight: 12, arbitrary: anyInput.map(post) },
  { weight: 1, arbitrary: anyRareInput.map(post) },
);

/** What a station may live through. */
export const anyLife: fc.Arbitrary<Action[]> = fc.array(anyAction, { maxLength: 60, size: 'max' });
