/** A whole simulated station on a machine that is slow, and in steps: no fault comes from the machine, and no time-out. */
import { SimulatedClock } from '../../src/drivers/clock/simulated-clock';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { plainBoard } from '../../src/hal/board/plain-board';
import type { JsonValue } from '../../src/hal/store';
import type { CentralSystemEndpoint } from '../../src/ocpp/link/endpoint';
import { type LinkEvents, noLink, type Transport } from '../../src/ocpp/link/transport';
import { answerPatienceMs, PatientTransport, simulatedTime } from '../../src/simulator/simulated-time';
import { Simulation } from '../../src/simulator/simulation';
import { simulationView } from '../../src/simulator/simulation-view';
import type { Notice } from '../../src/station/notices';
import { ScriptedCentral } from '../../src/testing/central';
import { FakeHost } from '../support/fake-host';

const startOfTime = Date.UTC(2026, 0, 1);

interface Street {
  simulation: Simulation;
  clock: SimulatedClock;
  central: ScriptedCentral;
  notices: Notice[];
}

/** A station whose time runs by itself; the test moves the machine. */
async function stationOn(host: FakeHost, speed: number): Promise<Street> {
  const clock = new SimulatedClock({ speed, host });
  const central = new ScriptedCentral(clock, startOfTime);
  const notices: Notice[] = [];
  let world: JsonValue | undefined;
  const simulation = await Simulation.start({
    board: plainBoard({ connectors: 2 }),
    clock,
    openStore: async () => new MemoryStore(),
    memory: {
      load: () => world,
      save: (value) => {
        world = structuredClone(value);
      },
    },
    transport: central,
    log: { info: () => {}, warn: () => {} },
    configuration: { URL: 'ws://central.test/ocpp', UID: 'FAST' },
    seed: 7,
    followCentralTime: () => false,
    onNotice: (notice) => notices.push(notice),
    onWarning: () => {},
    onReset: () => {},
    restarts: true,
  });
  return { simulation, clock, central, notices };
}

test.each([
  60, 300, 1000,
])('at speed %d on a machine that stands still now and then, a charge has no fault', async (speed) => {
  const host = new FakeHost();
  const { simulation, clock, central, notices } = await stationOn(host, speed);
  const first = () => simulationView(simulation).connectors[0]?.status;
  /** Simulated ms pass; the machine is away for up to 100 ms at a time. */
  let stalls = 0;
  const pass = async (ms: number): Promise<void> => {
    const until = clock.now() + ms;
    while (clock.now() < until) {
      stalls += 1;
      await host.stall((stalls * 37) % 101);
    }
  };
  await pass(5_000);
  simulation.world.plug(1, { ev: { batteryWh: 20_000 } });
  await pass(20_000);
  simulation.world.present('04A1B2C3', 'right');
  await pass(60_000);
  expect(first()).toBe('Charging');
  await pass(1_200_000);
  simulation.world.present('04A1B2C3', 'right');
  await pass(60_000);
  simulation.world.unplug(1);
  await pass(60_000);
  expect(central.calls('StopTransaction')).toHaveLength(1);
  const errors = notices.filter((notice) => notice.kind === 'statusChanged' && notice.errorCode !== 'NoError');
  expect(errors).toEqual([]);
  expect(simulationView(simulation).connectors.map(({ status }) => status)).toEqual(['Available', 'Available']);
});

describe('an answer takes no simulated time', () => {
  function wire(): { transport: Transport; events: () => LinkEvents; sent: string[] } {
    let last: LinkEvents | undefined;
    const sent: string[] = [];
    return {
      sent,
      events: () => last as LinkEvents,
      transport: {
        connect: ({ identity }, subprotocol, events) => {
          last = events;
          sent.push(`${identity} ${subprotocol}`);
          return { ...noLink, send: (text) => sent.push(text), ping: () => sent.push('ping') };
        },
      },
    };
  }

  function held(isReal = false): { isReal: boolean; hold: () => () => void; count: () => number } {
    let holds = 0;
    return {
      isReal,
      count: () => holds,
      hold: () => {
        holds += 1;
        return () => {
          holds -= 1;
        };
      },
    };
  }

  const endpoint: CentralSystemEndpoint = { url: 'ws://x', identity: 'CP1', security: { profile: 0 } };
  const nothing: LinkEvents = { open: () => {}, message: () => {}, pong: () => {}, drained: () => {}, close: () => {} };

  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  test('time is held from connecting to open, from a request to its result or error, from a ping to its pong', () => {
    const clock = held();
    const { transport, events, sent } = wire();
    const link = new PatientTransport(transport, clock).connect(endpoint, 'ocpp1.6', nothing);
    const steps: [act: () => void, holds: number][] = [
      [() => undefined, 1],
      [() => events().open(), 0],
      [() => link.send('[2,"a","Heartbeat",{}]'), 1],
      [() => events().message('[2,"b","Reset",{}]'), 1],
      [() => link.send('[3,"b",{}]'), 1],
      [() => events().message('[3,"a",{}]'), 0],
      [() => link.send('[2,"c","Heartbeat",{}]'), 1],
      [() => events().message('[4,"c","GenericError","",{}]'), 0],
      [() => link.send('no frame'), 0],
      [() => events().message('no frame'), 0],
      [() => link.ping(), 1],
      [() => events().pong(), 0],
      [() => link.send('[2,"d","Heartbeat",{}]'), 1],
      [() => link.ping(), 2],
      [() => events().close('gone'), 0],
    ];
    for (const [act, holds] of steps) {
      act();
      jest.advanceTimersByTime(1);
      expect(clock.count()).toBe(holds);
    }
    expect(sent[0]).toBe('CP1 ocpp1.6');
  });

  test('real time is held by nothing, until it has gone at another pace', () => {
    const clock = held(true);
    const { transport, events } = wire();
    const link = new PatientTransport(transport, clock).connect(endpoint, 'ocpp1.6', nothing);
    events().open();
    link.send('[2,"a","Heartbeat",{}]');
    link.ping();
    expect(clock.count()).toBe(0);
    clock.isReal = false;
    link.send('[2,"b","Heartbeat",{}]');
    expect(clock.count()).toBe(1);
    events().message('[3,"b",{}]');
    jest.advanceTimersByTime(1);
    expect(clock.count()).toBe(0);
  });

  test('one that does not come is not waited for any longer than its patience', () => {
    const clock = held();
    const { transport, events } = wire();
    const link = new PatientTransport(transport, clock).connect(endpoint, 'ocpp1.6', nothing);
    events().open();
    link.send('[2,"a","Heartbeat",{}]');
    jest.advanceTimersByTime(answerPatienceMs - 1);
    expect(clock.count()).toBe(1);
    jest.advanceTimersByTime(2);
    expect(clock.count()).toBe(0);
    events().message('[3,"a",{}]');
    jest.advanceTimersByTime(1);
    expect(clock.count()).toBe(0);
  });

  test('the station has dealt with an answer before time goes on', () => {
    const clock = held();
    const { transport, events } = wire();
    const seen: number[] = [];
    const link = new PatientTransport(transport, clock).connect(endpoint, 'ocpp1.6', {
      ...nothing,
      message: () => {
        seen.push(clock.count());
        setImmediate(() => seen.push(clock.count()));
      },
    });
    events().open();
    jest.advanceTimersByTime(1);
    link.send('[2,"a","Heartbeat",{}]');
    events().message('[3,"a",{}]');
    jest.advanceTimersByTime(1);
    expect(seen).toEqual([1, 1]);
  });
});

test('the disk takes no simulated time; in real time nothing is held', async () => {
  const fast = simulatedTime({ stepped: true });
  const store = fast.store(new MemoryStore());
  const commit = store.commit({ put: [['a', 1]], del: [] });
  let advanced = false;
  const advance = fast.clock.advance(10).then(() => {
    advanced = true;
  });
  await commit;
  expect(advanced).toBe(false);
  await advance;
  expect((await store.load()).get('a')).toBe(1);
  const clocks = [simulatedTime(), fast, simulatedTime({ speed: 2 })].map(({ clock }) => clock);
  expect(clocks.map(({ isReal }) => isReal)).toEqual([true, false, false]);
});

test('the work of the disk takes real time as long as time is the real one', async () => {
  const time = simulatedTime();
  const hold = jest.spyOn(time.clock, 'hold');
  const store = time.store(new MemoryStore());
  await store.commit({ put: [['a', 1]], del: [] });
  expect(hold).not.toHaveBeenCalled();
  time.clock.setPace({ speed: 2 });
  await store.commit({ put: [['b', 1]], del: [] });
  expect(hold).toHaveBeenCalledTimes(1);
});
