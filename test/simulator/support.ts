/** A simulated station for tests of the command line: virtual clock, scripted central system, memory for a disk. */

import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { plainBoard } from '../../src/hal/board/plain-board';
import type { JsonValue } from '../../src/hal/store';
import { Simulation, type SimulationOptions } from '../../src/simulator/simulation';
import type { Notice } from '../../src/station/notices';
import { statusOf } from '../../src/station/status';
import { type RunEvent, runEventOf } from '../../src/terminal/run-events';
import { ScriptedCentral } from '../../src/testing/central';

const startOfTime = Date.UTC(2026, 4, 4, 8);
/** More virtual time than anything here takes. */
const patienceMs = 24 * 3_600_000;

export interface SimulatedStation {
  simulation: Simulation;
  clock: VirtualClock;
  central: ScriptedCentral;
  notices: Notice[];
  /** As `greenup run` prints them. */
  events: RunEvent[];
  warnings: string[];
  /** The last one opened. */
  store(): MemoryStore;
  status(connectorId: number): string;
  advance(ms: number): Promise<void>;
  /** Settles `done` while virtual time goes on. */
  during<T>(done: Promise<T>): Promise<T>;
}

/** Two Type 2 outlets unless told otherwise, connected and accepted. */
export async function startSimulation(wishes: Partial<SimulationOptions> = {}): Promise<SimulatedStation> {
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  const central = new ScriptedCentral(clock, startOfTime);
  const notices: Notice[] = [];
  const events: RunEvent[] = [];
  const warnings: string[] = [];
  let world: JsonValue | undefined;
  let durable = new Map<string, JsonValue>();
  let store = new MemoryStore();
  const simulation = await Simulation.start({
    board: plainBoard({ connectors: 2 }),
    clock,
    openStore: async () => {
      durable = store.written;
      store = new MemoryStore({ durable });
      return store;
    },
    memory: {
      load: () => world,
      save: (value) => {
        world = structuredClone(value);
      },
    },
    transport: central,
    log: { info: () => {}, warn: (_fields, message) => warnings.push(message) },
    configuration: { URL: 'ws://central.test/ocpp', UID: 'BENCH1' },
    followCentralTime: () => true,
    onNotice: (notice) => {
      notices.push(notice);
      const event = runEventOf(notice);
      if (event) events.push(event);
    },
    onWarning: (message) => events.push({ event: 'warning', message }),
    onReset: (reset) => events.push({ event: 'restarting', reset }),
    restarts: true,
    ...wishes,
  });
  await clock.advance(2_000);
  return {
    simulation,
    clock,
    central,
    notices,
    events,
    warnings,
    store: () => store,
    status: (connectorId) => {
      const { station } = simulation.running;
      return statusOf(station.state, station.config, connectorId).status;
    },
    advance: (ms) => clock.advance(ms),
    during: async (done) => {
      let settled = false;
      const mark = () => {
        settled = true;
      };
      done.then(mark, mark);
      for (const end = clock.now() + patienceMs; !settled && clock.now() < end; ) await clock.advance(20);
      if (!settled) throw new Error(`it did not end within ${patienceMs / 3_600_000} h of virtual time`);
      return done;
    },
  };
}
