/** A simulated station whose session is kept, in time that stands still until it is told. */
import type { StationControl } from '../../../src/control/control';
import type { SimulatedClock } from '../../../src/drivers/clock/simulated-clock';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { programVersion } from '../../../src/hal/program-version';
import type { JsonValue } from '../../../src/hal/store';
import type { CentralSystemEndpoint } from '../../../src/ocpp/link/endpoint';
import { type LinkEvents, noLink, type Transport, type TransportLink } from '../../../src/ocpp/link/transport';
import { simulationControl } from '../../../src/simulator/control';
import { beginSession } from '../../../src/simulator/session/begin';
import {
  RecordedTransport,
  recordedControl,
  recordedDraw,
  recordedStore,
  toldOf,
} from '../../../src/simulator/session/recording';
import { type BenchSession, parseSession, type RecordedSession } from '../../../src/simulator/session/session';
import { simulatedTime } from '../../../src/simulator/simulated-time';
import { Simulation } from '../../../src/simulator/simulation';
import { doubleBoard } from '../../../src/testing/boards';
import { ScriptedCentral } from '../../../src/testing/central';

export const startOfTime = Date.UTC(2026, 4, 4, 8);

/**
 * A central system outside of simulated time, as a real one is: what it answers comes after some turns of the event loop, at
 * the very instant of the question.
 */
export class AtOnce implements Transport {
  private turns = 0;

  connect(_endpoint: CentralSystemEndpoint, _subprotocol: string, events: LinkEvents): TransportLink {
    this.later(() => events.open());
    return {
      ...noLink,
      send: (text) => {
        const [kind, id, action] = JSON.parse(text) as [number, string, string];
        const payload = {
          idTagInfo: { status: 'Accepted' },
          ...(action === 'BootNotification' ? { status: 'Accepted', interval: 300 } : {}),
          ...(action === 'BootNotification' || action === 'Heartbeat' ? { currentTime: '2026-05-04T08:00:00Z' } : {}),
          ...(action === 'StartTransaction' ? { transactionId: 7 } : {}),
        };
        if (kind === 2) this.later(() => events.message(JSON.stringify([3, id, payload])));
      },
    };
  }

  /** Now sooner, now later. */
  private later(act: () => void): void {
    this.turns = (this.turns + 1) % 4;
    let left = this.turns;
    const turn = (): void => {
      left -= 1;
      if (left < 0) act();
      else setImmediate(turn);
    };
    setImmediate(turn);
  }
}

export interface RecordedStation {
  simulation: Simulation;
  control: StationControl;
  central: ScriptedCentral;
  clock: SimulatedClock;
  session: BenchSession;
  /** Gives a command, and lets time pass after it. */
  act(name: string, request: object, thenMs: number): Promise<void>;
  recorded(): RecordedSession;
}

export async function recordedStation(
  seed = 5,
  stored: ReadonlyMap<string, JsonValue> = new Map(),
  { atOnce }: { atOnce?: AtOnce } = {},
): Promise<RecordedStation> {
  const time = simulatedTime({ stepped: true, systemTimeMs: startOfTime });
  const { clock } = time;
  const board = doubleBoard();
  const central = new ScriptedCentral(clock, startOfTime);
  const configuration = { URL: 'ws://central.test/ocpp', UID: 'GREENUP 1' };
  let world: JsonValue | undefined;
  const memory = {
    load: () => world,
    save: (value: JsonValue) => {
      world = structuredClone(value);
    },
  };
  const session = beginSession({ board, clock, memory, seed, configuration });
  let store = new MemoryStore({ durable: stored });
  const simulation = await Simulation.start({
    board,
    clock,
    openStore: async () => {
      const flush = atOnce && (() => new Promise<void>((resolve) => setImmediate(resolve)));
      store = new MemoryStore({ durable: store.written, ...(flush && { flush }) });
      return recordedStore(atOnce ? time.store(store) : store, session);
    },
    memory,
    transport: new RecordedTransport(atOnce ? time.transport(atOnce) : central, session),
    log: { info: () => {}, warn: () => {} },
    configuration,
    seed,
    onDraw: (value) => recordedDraw(value, session),
    followCentralTime: () => clock.isReal,
    onNotice: (notice) => {
      const told = toldOf(notice);
      if (told) session.note(told);
    },
    onWarning: () => {},
    onReset: () => {},
    restarts: true,
  });
  const control = recordedControl(simulationControl(simulation, { cutPower: () => {}, quit: () => {} }), session);
  await clock.advance(5_000);
  return {
    simulation,
    control,
    central,
    clock,
    session,
    act: async (name, request, thenMs) => {
      const done = control.run(name, { ...request });
      // What is refused is heard of below.
      done.catch(() => undefined);
      await clock.advance(thenMs);
      await done;
    },
    recorded: () => {
      const snapshot = simulation.isRunning ? (simulation.world.snapshot() as unknown as JsonValue) : null;
      return parseSession(session.text(snapshot), `session of ${programVersion}`);
    },
  };
}
