/** The vehicles in a thread of their own: each opens S2 (6 V to 9 V) at a random time, and notes how long the contactor took. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { type Electrics, Wires } from './electrics';

export interface VehiclesSetup {
  electrics: Electrics;
  origin: bigint;
  changes: number;
  /** Longest time for all of them, in ms. */
  withinMs: number;
}

export interface VehiclesResult {
  latenciesMs: number[];
  /** Contactors that opened although nothing had changed. */
  falseOpenings: number;
}

/** A contactor that does not open is counted with the time waited, in ms. */
const longestMs = 10_000;
/** A vehicle charges for up to this long, in ms: changes fall anywhere, also into a stall of the main thread. */
const chargingMaxMs = 300;

type Vehicle =
  | { kind: 'asking' } // 6 V, contactor still open
  | { kind: 'charging'; until: number }
  | { kind: 'left'; at: number };

function run({ electrics, origin, changes, withinMs }: VehiclesSetup): VehiclesResult {
  const now = (): number => Number(process.hrtime.bigint() - origin) / 1e6;
  const wires = new Wires(electrics);
  const vehicles: Vehicle[] = Array.from({ length: electrics.outlets }, () => ({ kind: 'asking' }));
  const result: VehiclesResult = { latenciesMs: [], falseOpenings: 0 };
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
        const at = now();
        wires.setPilot(outlet, 9);
        return { kind: 'left', at };
      }
      case 'left': {
        if (closed && now() - vehicle.at < longestMs) return vehicle;
        const opened = closed ? now() : wires.openedAtMs(outlet);
        wires.setPilot(outlet, 6);
        if (opened < vehicle.at) result.falseOpenings += 1;
        else result.latenciesMs.push(opened - vehicle.at);
        return { kind: 'asking' };
      }
    }
  };
  while (result.latenciesMs.length < changes && now() < end) {
    const count = wires.bellCount;
    let due = now() + 50;
    for (const [outlet, before] of vehicles.entries()) {
      const vehicle = step(before, outlet);
      vehicles[outlet] = vehicle;
      if (vehicle.kind === 'charging') due = Math.min(due, vehicle.until);
    }
    wires.sleep(count, due - now());
  }
  return result;
}

if (!isMainThread) parentPort?.postMessage(run(workerData as VehiclesSetup));
