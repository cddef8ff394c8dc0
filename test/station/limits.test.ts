/** The current a connector may offer: every restraint is named with its amperes, and the one that rules. */
import { StoredValues } from '../../src/hal/stored';
import { aloneLimitA, limitOf } from '../../src/station/limits';
import { initialState } from '../../src/station/saved';
import type { SocketReport } from '../../src/station/socket/types';
import {
  type ConnectorState,
  noShare,
  type Session,
  type StationConfig,
  type StationState,
} from '../../src/station/types';

const config: StationConfig = {
  points: [{ side: 'right', installationA: 25 }],
  connectors: [
    {
      connectorId: 1,
      pointIndex: 0,
      seesPlug: true,
      socket: {
        mode: 'mode3',
        phases: 3,
        ratedA: 32,
        lock: true,
        plugDetector: true,
        residual: true,
        thermometer: true,
        ventilation: false,
        nominalVoltageV: 230,
      },
    },
  ],
};

const report: SocketReport = {
  plugged: true,
  evConnected: true,
  evRequests: true,
  cableA: 20,
  contactor: 'closed',
  locked: true,
  offeredA: 0,
  thermalA: undefined,
  temperatureC: 20,
  meter: undefined,
  faults: [],
};

const running: Session = {
  kind: 'running',
  tx: { key: 't', connectorId: 1, token: 'T', parent: undefined, startedAt: 0, meterStartWh: 0, lastWh: 0 },
  settled: true,
  settleBy: 0,
  deauthorised: false,
  graceUntilWh: 0,
  evLeft: false,
  lowSince: undefined,
  idle: false,
  nextSampleAt: undefined,
};

interface Change {
  connector?: Partial<ConnectorState>;
  stationA?: number;
  stationW?: number;
  stationMaxA?: number;
}

function stateWith({ connector, stationA, stationW, stationMaxA = 64 }: Change): StationState {
  const settings = {
    connectionTimeoutMs: 60_000,
    stationMaxA,
    plugAndCharge: false,
    defaultToken: { right: 'R', left: 'L' },
    stopOnInvalidId: true,
    maxEnergyOnInvalidWh: 0,
    stopOnEvDisconnect: true,
    unlockOnEvDisconnect: true,
    sampleIntervalMs: 0,
  };
  const state = initialState(config, settings, 1, 0, new StoredValues(new Map()));
  return {
    ...state,
    stationProfileLimitA: stationA,
    stationProfileLimitW: stationW,
    connectors: state.connectors.map((c) => ({ ...c, report, share: { ...noShare, grantedA: 30 }, ...connector })),
  };
}

const everything: Change = {
  connector: { session: running, profileLimitA: 29, report: { ...report, cableA: 31, thermalA: 28 } },
  stationA: 27,
  stationMaxA: 26,
};

test('every source is named with its amperes', () => {
  expect(limitOf(stateWith(everything), config, 1).sources).toEqual([
    { source: 'cable', amps: 31 },
    { source: 'socket', amps: 32 },
    { source: 'installation', amps: 25 },
    { source: 'station', amps: 26 },
    { source: 'temperature', amps: 28 },
    { source: 'profile', amps: 29 },
    { source: 'stationProfile', amps: 27 },
    { source: 'sharing', amps: 30 },
  ]);
});

test('what does not restrain is not named', () => {
  const state = stateWith({ connector: { report: { ...report, cableA: undefined } } });
  expect(limitOf(state, config, 1).sources.map((s) => s.source)).toEqual(['socket', 'installation', 'station']);
});

test.each<[string, Change, number]>([
  ['cable', { connector: { report: { ...report, cableA: 13 } } }, 13],
  ['installation', { connector: { report: { ...report, cableA: 32 } } }, 25],
  ['station', { stationMaxA: 12 }, 12],
  ['temperature', { connector: { report: { ...report, thermalA: 9.5 } } }, 9.5],
  ['profile', { connector: { profileLimitA: 8 } }, 8],
  ['stationProfile', { stationA: 7 }, 7],
  ['stationProfile', { stationW: 4_830 }, 7],
  ['stationProfile', { stationW: 4_600, connector: { phases: { inUse: 2, less: undefined } } }, 10],
  ['sharing', { connector: { session: running, share: { ...noShare, grantedA: 6 } } }, 6],
  ['profile', { connector: { profileLimitA: 0 }, stationA: 10 }, 0],
])('%s rules with its amperes', (by, change, amps) => {
  expect(limitOf(stateWith(change), config, 1)).toMatchObject({ by, amps });
});

test('the socket rules where nothing else is lower', () => {
  const roomy = { ...config, points: [{ side: 'right' as const, installationA: 63 }] };
  const state = stateWith({ connector: { report: { ...report, cableA: 63 } } });
  expect(limitOf(state, roomy, 1)).toMatchObject({ by: 'socket', amps: 32 });
});

test('sharing counts while a transaction runs, and never for what the connector could do alone', () => {
  const share = { ...noShare, grantedA: 6 };
  expect(limitOf(stateWith({ connector: { share } }), config, 1).by).toBe('cable');
  expect(limitOf(stateWith({ connector: { share, session: running } }), config, 1).by).toBe('sharing');
  expect(aloneLimitA(stateWith({ connector: { share, session: running } }), config, 1)).toBe(20);
});

/** What keeps a connector from charging, with a share of 0 that follows from it. */
const noneGranted = { ...noShare, grantedA: 0 };
test.each<[string, Change]>([
  ['temperature', { connector: { report: { ...report, thermalA: 5 } } }],
  ['cable', { connector: { report: { ...report, cableA: 0 } } }],
  ['station', { stationMaxA: 5 }],
  ['profile', { connector: { profileLimitA: 3 } }],
  ['stationProfile', { stationA: 4 }],
  ['stationProfile', { stationW: 1_000 }],
  ['fault', { connector: { faults: ['internalError'] } }],
  ['authorisation', { connector: { session: { ...running, deauthorised: true } } }],
  ['sharing', {}],
])('no share because of %s: that is named, and not the share', (by, { connector, ...change }) => {
  const state = stateWith({ ...change, connector: { session: running, share: noneGranted, ...connector } });
  expect(limitOf(state, config, 1)).toMatchObject({ by, amps: 0 });
});

test('a profile is named by its purpose and id', () => {
  const profile = { purpose: 'TxProfile', id: 7 };
  const state = stateWith({ connector: { profileLimitA: 8, profile } });
  expect(limitOf(state, config, 1).sources).toContainEqual({ source: 'profile', amps: 8, profile });
});

test('a connector that is not there may offer nothing', () => {
  expect(limitOf(stateWith({}), config, 2).amps).toBe(0);
});
