/** The charge point walks whatever features its table has: rows of these tests' own, beside the registration. */

import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { OrderedCommits } from '../../src/drivers/store/ordered-commits';
import type { JsonValue } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { ChargePoint } from '../../src/ocpp/charge-point';
import type { Feature } from '../../src/ocpp/feature';
import type { FeatureTable } from '../../src/ocpp/feature-table';
import { Boot } from '../../src/ocpp/features/boot';
import { Heartbeat } from '../../src/ocpp/features/heartbeat';
import type { Services } from '../../src/ocpp/services';
import { stationConfiguration } from '../../src/ocpp/settings';
import { ClockAligned } from '../../src/ocpp/transactions/clock-aligned';
import { stationConfig } from '../../src/station/board-config';
import type { Station } from '../../src/station/shell/station';
import type { StationRecord } from '../../src/station/types';
import { doubleBoard } from '../../src/testing/boards';
import { ScriptedCentral } from '../../src/testing/central';
import { startOfTime } from '../support/rig';

const records: readonly StationRecord[] = [];

async function bench(table: FeatureTable, stored: ReadonlyMap<string, JsonValue> = new Map()) {
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  const central = new ScriptedCentral(clock, startOfTime);
  const store = new MemoryStore();
  const commits = new OrderedCommits(store, clock, () => {});
  const warnings: object[] = [];
  const posted: string[] = [];
  const board = doubleBoard();
  const station = {
    config: stationConfig(board),
    state: { connectors: [], points: [{ mode: 'ocpp' }] },
    post: ({ kind }: { kind: string }) => posted.push(kind),
  } as unknown as Station;
  const configuration = stationConfiguration({
    board,
    state: () => station.state,
    network: {},
    initial: { URL: 'ws://central.test/ocpp', UID: 'CP' },
    stored: new StoredValues(stored),
    commits,
  });
  const chargePoint = new ChargePoint({
    files: undefined,
    keyFiles: undefined,
    updates: undefined,
    clock,
    transport: central,
    random: () => 0,
    commits,
    stored: new StoredValues(stored),
    boot: 1,
    configuration,
    station,
    identity: { ...board, firmwareVersion: '1' },
    log: { info: () => {}, warn: (fields) => warnings.push(fields) },
    followCentralTime: () => true,
    ownViolations: 'throw',
    wire: 'standard',
    onRestart: () => {},
    onRegistration: () => {},
    onRefusal: () => {},
    onDelivered: () => ({ put: [], del: [] }),
    features: table,
  });
  chargePoint.start();
  await clock.advance(1_000);
  const call = async (action: string, payload: Record<string, unknown>) => {
    const answer = central.callRaw(action, payload);
    await clock.advance(100);
    return answer;
  };
  return { clock, central, store, chargePoint, configuration, warnings, posted, call };
}

/** A feature that notes what it hears. */
function witness(heard: string[], name = ''): Feature {
  const note =
    (what: string) =>
    (...facts: unknown[]) =>
      void heard.push([name + what, ...facts.map(String)].join(' '));
  return {
    profile: 'Core',
    start: note('start'),
    stop: note('stop'),
    linkUp: note('linkUp'),
    linkDown: note('linkDown'),
    registered: note('registered'),
    unknownHere: note('unknownHere'),
    timeChanged: note('timeChanged'),
    keyChanged: note('keyChanged'),
    changed: () => void heard.push(`${name}changed`),
    asked: ({ id }) => void heard.push(`${name}asked ${id}`),
    entriesFor: () => ({
      batch: { put: [[`mine/${name}`, 1]], del: [`other/${name}`] },
      committed: () => void heard.push(`${name}committed`),
    }),
    recorded: () => void heard.push(`${name}recorded`),
  };
}

test('a row hears of its start, the link, the registration and the end, in the order in which they come', async () => {
  const heard: string[] = [];
  const { chargePoint, central, clock } = await bench((services) => [new Boot(services), witness(heard)]);
  expect(heard).toEqual(['timeChanged true', 'start', 'linkUp', 'registered Accepted 300']);
  central.drop('gone');
  await clock.advance(2_000);
  chargePoint.stop();
  await clock.advance(100);
  expect(heard.slice(4)).toEqual(['linkDown', 'linkUp', 'stop', 'linkDown']);
});

test('the end leaves no timer: not of what waits for an answer, is being answered, or comes late', async () => {
  const hangs: Feature = { profile: 'Core', handlers: { UnlockConnector: () => new Promise(() => {}) } };
  const { chargePoint, central, clock, configuration } = await bench((services) => [
    new Boot(services),
    new Heartbeat(services),
    new ClockAligned(services),
    hangs,
  ]);
  central.answer('Heartbeat', () => 'silence');
  await clock.advance(300_000);
  void central.callRaw('UnlockConnector', { connectorId: 1 });
  await configuration.change('URL', 'ws://other.test/ocpp', 'person');
  await clock.advance(100);
  // The other side takes its time to let go of the link: that is the one timer, and not the station's.
  central.delayMs = 60_000;
  chargePoint.stop();
  expect(clock.pendingTimers).toBe(1);
  await configuration.change('ClockAlignedDataInterval', '60', 'person');
  await configuration.change('HeartbeatInterval', '60', 'person');
  await clock.advance(1_000);
  expect(clock.pendingTimers).toBe(1);
  await clock.advance(60_000);
  expect(clock.pendingTimers).toBe(0);
});

test('and of what the station tells and asks', async () => {
  const heard: string[] = [];
  const { chargePoint } = await bench((services) => [new Boot(services), witness(heard)]);
  heard.length = 0;
  chargePoint.ask({ id: 7 } as Parameters<ChargePoint['ask']>[0]);
  chargePoint.changed({} as Parameters<ChargePoint['changed']>[0]);
  chargePoint.recorded(records);
  expect(heard).toEqual(['asked 7', 'changed', 'recorded']);
});

test('and of a changed key, with who wanted it', async () => {
  const heard: string[] = [];
  const { configuration } = await bench((services) => [new Boot(services), witness(heard)]);
  await configuration.change('connectiontimeout', '77', 'person');
  expect(heard.at(-1)).toBe('keyChanged ConnectionTimeOut person');
});

test('and that the central system does not know the station (J errata 3.10), or that it moves to another one', async () => {
  const heard: string[] = [];
  const use: { services?: Services } = {};
  const { central, configuration, clock } = await bench((services) => {
    use.services = services;
    return [new Boot(services), witness(heard)];
  });
  central.once('Heartbeat', () => ({ callError: 'SecurityError' }));
  void use.services?.calls.send('Heartbeat', 'idle', () => ({}), 1_000);
  await clock.advance(100);
  expect(heard.slice(4)).toEqual(['registered none 0', 'unknownHere']);
  await clock.advance(60_000);
  expect(heard.at(-1)).toBe('registered Accepted 300');
  await configuration.change('URL', 'ws://other.test/ocpp', 'person');
  await clock.advance(3_000);
  const moved = ['registered none 0', 'linkDown', 'linkUp', 'registered Accepted 300'];
  expect(heard.slice(-4)).toEqual(moved);
});

test('its handler answers, what follows the answer follows it, and without handler the action is NotSupported', async () => {
  const heard: string[] = [];
  const { call } = await bench((services) => [
    new Boot(services),
    {
      profile: 'Core',
      handlers: {
        Reset: ({ type }) => ({
          result: { status: 'Rejected' },
          why: 'no',
          afterwards: () => void heard.push(`after ${type}`),
        }),
      },
    },
  ]);
  expect(await call('Reset', { type: 'Soft' })).toMatchObject([3, expect.any(String), { status: 'Rejected' }]);
  expect(heard).toEqual(['after Soft']);
  expect((await call('ClearCache', {})).slice(2, 3)).toEqual(['NotSupported']);
});

test('it may have another word than a CALLERROR for a request against the schema', async () => {
  const { call } = await bench((services) => [
    new Boot(services),
    { profile: 'Core', invalidAnswers: { Reset: () => ({ result: { status: 'Rejected' }, why: 'no' }) } },
  ]);
  expect(await call('Reset', { type: 'Warm' })).toMatchObject([3, expect.any(String), { status: 'Rejected' }]);
});

test('it remembers: what it stored is there at the next start', async () => {
  const found: (JsonValue | undefined)[] = [];
  const table: FeatureTable = ({ stored, commits }) => [
    { profile: 'Core', start: () => void commits.commit({ put: [['mine/count', 1]], del: [] }) },
    { profile: 'Core', start: () => void found.push(stored.get('mine/count')) },
  ];
  const { store } = await bench(table);
  await bench(table, new Map(store.durable));
  expect(found).toEqual([undefined, 1]);
});

test('it sends messages of its own', async () => {
  const { central, clock } = await bench((services) => [
    new Boot(services),
    {
      profile: 'Core',
      registered: (status) => {
        if (status !== 'Accepted') return;
        void services.calls.send('Heartbeat', 'ordered', () => ({}), 1_000);
      },
    },
  ]);
  await clock.advance(100);
  expect(central.calls('Heartbeat')).toHaveLength(1);
});

test('the entries of all go into one commit, and each is told when it is durable', async () => {
  const heard: string[] = [];
  const { chargePoint } = await bench(() => [witness(heard, 'a '), { profile: 'Core' }, witness(heard, 'b ')]);
  const { batch, committed } = chargePoint.entriesFor(records);
  expect(batch).toEqual({
    put: [
      ['mine/a ', 1],
      ['mine/b ', 1],
    ],
    del: ['other/a ', 'other/b '],
  });
  heard.length = 0;
  committed();
  expect(heard).toEqual(['a committed', 'b committed']);
});

describe('a feature that fails', () => {
  const broken = (): never => {
    throw new Error('not today');
  };

  test.each([
    'start',
    'linkUp',
    'registered',
    'timeChanged',
    'recorded',
    'changed',
    'linkDown',
    'stop',
  ] as const)('in %s keeps nothing from the others, and is logged', async (hook) => {
    const heard: string[] = [];
    const { chargePoint, warnings, clock } = await bench((services) => [
      { profile: 'Core', [hook]: broken },
      new Boot(services),
      witness(heard),
    ]);
    chargePoint.changed({} as Parameters<ChargePoint['changed']>[0]);
    chargePoint.recorded(records);
    chargePoint.stop();
    await clock.advance(100);
    const all = [
      'timeChanged true',
      'start',
      'linkUp',
      'registered Accepted 300',
      'changed',
      'recorded',
      'stop',
      'linkDown',
    ];
    expect(heard).toEqual(all);
    expect(warnings).toEqual([{ hook, error: 'not today' }]);
  });

  test('when it is told that its entries are durable keeps this from no other', async () => {
    const heard: string[] = [];
    const { chargePoint, warnings } = await bench(() => [
      { profile: 'Core', entriesFor: () => ({ batch: { put: [], del: [] }, committed: broken }) },
      witness(heard),
    ]);
    chargePoint.entriesFor(records).committed();
    expect(heard.at(-1)).toBe('committed');
    expect(warnings).toEqual([{ hook: 'committed', error: 'not today' }]);
  });

  test('when it makes its entries is heard by the station: a record is not stored without its messages', async () => {
    const { chargePoint } = await bench(() => [{ profile: 'Core', entriesFor: broken }]);
    expect(() => chargePoint.entriesFor(records)).toThrow('not today');
  });
});

test('two features that answer the same, or send the same on trigger, are refused at once', async () => {
  const answers: Feature = { profile: 'Core', handlers: { ClearCache: () => ({ result: { status: 'Accepted' } }) } };
  await expect(bench(() => [answers, answers])).rejects.toThrow('ClearCache is in the tables of two features');
  const sends: Feature = { profile: 'Core', triggers: { Heartbeat: () => ({ refused: 'no' }) } };
  await expect(bench(() => [sends, sends])).rejects.toThrow('Heartbeat is in the tables of two features');
});
