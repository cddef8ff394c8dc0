/** A fleet for tests: virtual clock, a scripted central system for each station, memory for a disk. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { plainBoard } from '../../../src/hal/board/plain-board';
import type { JsonValue } from '../../../src/hal/store';
import type { Transport } from '../../../src/ocpp/link/transport';
import { Fleet, type FleetOptions } from '../../../src/simulator/fleet/fleet';
import { ScriptedCentral } from '../../../src/testing/central';

const startOfTime = Date.UTC(2026, 4, 4, 8);

export interface FleetBench {
  fleet: Fleet;
  clock: VirtualClock;
  /** That of a station; made when it is asked for. */
  central(identity: string): ScriptedCentral;
  /** What lies on the medium of a station, in its last store. */
  stores: Map<string, MemoryStore>;
  warnings: string[];
  /** How stations ended their links: with a word, or without one. */
  ends: string[];
  /** Settles `done` while virtual time goes on. */
  during<T>(done: Promise<T>): Promise<T>;
}

/** Two outlets each. */
export function fleetBench(wishes: Partial<FleetOptions> = {}): FleetBench {
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  const centrals = new Map<string, ScriptedCentral>();
  const stores = new Map<string, MemoryStore>();
  const warnings: string[] = [];
  const ends: string[] = [];
  const central = (identity: string): ScriptedCentral => {
    const known = centrals.get(identity) ?? new ScriptedCentral(clock, startOfTime);
    centrals.set(identity, known);
    return known;
  };
  const transport: Transport = {
    connect: (endpoint, subprotocol, events) => {
      const { identity } = endpoint;
      const link = central(identity).connect(endpoint, subprotocol, events);
      return {
        send: (text) => link.send(text),
        ping: () => link.ping(),
        pause: () => link.pause(),
        resume: () => link.resume(),
        unsentBytes: () => link.unsentBytes(),
        close: (code) => {
          ends.push(`${identity} closes`);
          link.close(code);
        },
        terminate: () => {
          ends.push(`${identity} drops`);
          link.terminate();
        },
      };
    },
  };
  const fleet = new Fleet({
    board: plainBoard({ connectors: 2 }),
    clock,
    storeOf: (identity) => {
      const before: ReadonlyMap<string, JsonValue> = stores.get(identity)?.written ?? new Map();
      const store = new MemoryStore({ durable: before });
      stores.set(identity, store);
      return store;
    },
    stations: { first: 1, last: 3 },
    identityOf: (index) => `CP${index}`,
    csms: 'ws://central.test/ocpp',
    configurationOf: () => ({}),
    seed: 1,
    rampMs: 0,
    openingMax: 100,
    transport,
    onWarning: ({ identity }, message) => warnings.push(`${identity}: ${message}`),
    ...wishes,
  });
  return {
    ...{ fleet, clock, central, stores, warnings, ends },
    during: async (done) => {
      let settled = false;
      const mark = (): void => {
        settled = true;
      };
      done.then(mark, mark);
      for (let steps = 0; !settled && steps < 100_000; steps += 1) await clock.advance(20);
      if (!settled) throw new Error('it did not end');
      return done;
    },
  };
}
