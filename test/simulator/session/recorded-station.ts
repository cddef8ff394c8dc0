/** A simulated station whose session is kept, in time that stands still until it is told. */
import type { StationControl } from '../../../src/control/control';
import { SimulatedClock } from '../../../src/drivers/clock/simulated-clock';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { programVersion } from '../../../src/hal/program-version';
import type { JsonValue } from '../../../src/hal/store';
import { simulationControl } from '../../../src/simulator/control';
import { beginSession } from '../../../src/simulator/session/begin';
import { RecordedTransport, recordedControl, recordedStore, toldOf } from '../../../src/simulator/session/recording';
import { parseSession, type RecordedSession, type Session } from '../../../src/simulator/session/session';
import { Simulation } from '../../../src/simulator/simulation';
import { doubleBoard } from '../../support/boards';
import { ScriptedCentral } from '../../support/central';

export const startOfTime = Date.UTC(2026, 4, 4, 8);

export interface RecordedStation {
  simulation: Simulation;
  control: StationControl;
  central: ScriptedCentral;
  clock: SimulatedClock;
  session: Session;
  /** Gives a command, and lets time pass after it. */
  act(name: string, request: object, thenMs: number): Promise<void>;
  recorded(): RecordedSession;
}

export async function recordedStation(
  seed = 5,
  stored: ReadonlyMap<string, JsonValue> = new Map(),
): Promise<RecordedStation> {
  const clock = new SimulatedClock({ stepped: true, systemTimeMs: startOfTime });
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
      store = new MemoryStore({ durable: store.written });
      return recordedStore(store, session);
    },
    memory,
    transport: new RecordedTransport(central, session),
    log: { info: () => {}, warn: () => {} },
    configuration,
    seed,
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
