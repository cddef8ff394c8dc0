/** The vehicles in a thread of their own: each opens S2 or is unplugged at a random time, and notes how long the contactor took. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type Electrics, Wires } from './electrics';

export interface VehiclesSetup {
  electrics: Electrics;
  origin: bigint;
  changes: number;
  /** Longest time for all of them, in ms. */
  withinMs: number;
  /** The first outlet that has a vehicle. */
  first: number;
}

export interface VehiclesResult {
  /** S2 opened: 6 V to 9 V. */
  latenciesMs: number[];
  /** Unplugged: 6 V to 12 V. */
  unpluggedMs: number[];
  /** Contactors that opened although nothing had changed. */
  falseOpenings: number;
}

/** A contactor that does not open is counted with the time waited, in ms. */
const longestMs = 10_000;
/** A vehicle charges for up to this long, in ms: changes fall anywhere, also into a stall of the main thread. */
const chargingMaxMs = 300;
/** The next plug comes so much later, in ms: longer than the machine takes to believe that the last one is gone. */
const plugOutMs = 600;

type Vehicle =
  | { kind: 'asking' } // 6 V, contactor still open
  | { kind: 'charging'; until: number }
  | { kind: 'left'; at: number; unplugged: boolean }
  | { kind: 'away'; until: number };

function run({ electrics, origin, changes, withinMs, first }: VehiclesSetup): VehiclesResult {
  const now = (): number => Number(process.hrtime.bigint() - origin) / 1e6;
  const wires = new Wires(electrics);
  const vehicles = new Map<number, Vehicle>();
  for (let outlet = first; outlet < electrics.outlets; outlet += 1) vehicles.set(outlet, { kind: 'asking' });
  const result: VehiclesResult = { latenciesMs: [], unpluggedMs: [], falseOpenings: 0 };
  const end = now() + withinMs;
  const step = (vehicle: Vehicle, outlet: number): Vehicle => {
    const closed = wires.isClosed(outlet);
    switch (vehicle.kind) {
      case 'asking':
        return closed ? { kind: 'charging', until: now() + Math.random() * chargingMaxMs } : vehicle;
      case 'charging': {
        if (!closed) result.falseOpenings += 1;
        if (!closed) return { kind: 'asking' };
        if (now() < vehicle.until) return vehicle;
        const unplugged = Math.random() < 0.5;
        const at = now();
        wires.setPilot(outlet, unplugged ? 12 : 9);
        return { kind: 'left', at, unplugged };
      }
      case 'left': {
        if (closed && now() - vehicle.at < longestMs) return vehicle;
        const opened = closed ? now() : wires.openedAtMs(outlet);
        if (opened < vehicle.at) result.falseOpenings += 1;
        else (vehicle.unplugged ? result.unpluggedMs : result.latenciesMs).push(opened - vehicle.at);
        // Another vehicle comes: the same one would have to wait a minute after its third closing.
        wires.setPilot(outlet, 12);
        wires.setCable(outlet, false);
        return { kind: 'away', until: now() + plugOutMs };
      }
      case 'away':
        if (now() < vehicle.until) return vehicle;
        wires.setCable(outlet, true);
        wires.setPilot(outlet, 6);
        return { kind: 'asking' };
    }
  };
  while (result.latenciesMs.length + result.unpluggedMs.length < changes && now() < end) {
    const count = wires.bellCount;
    let due = now() + 50;
    for (const [outlet, before] of vehicles) {
      const vehicle = step(before, outlet);
      vehicles.set(outlet, vehicle);
      if (vehicle.kind === 'charging' || vehicle.kind === 'away') due = Math.min(due, vehicle.until);
    }
    wires.sleep(count, due - now());
  }
  return result;
}

if (!isMainThread) parentPort?.postMessage(run(workerData as VehiclesSetup));
