/** The session of a process that begins: what its station is started with. */
import type { SimulatedClock } from '../../drivers/clock/simulated-clock';
import type { WorldMemory } from '../../drivers/sim/memory';
import type { Board } from '../../hal/board';
import { programVersion } from '../../hal/program-version';
import type { JsonValue } from '../../hal/store';
import type { SimulationOptions } from '../simulation';
import { BenchSession, sessionFormat } from './session';

interface Beginning extends Pick<SimulationOptions, 'address' | 'wire' | 'configuration'> {
  board: Board;
  clock: SimulatedClock;
  memory: WorldMemory;
  seed: number;
}

export function beginSession({ board, clock, memory, seed, address, wire, configuration }: Beginning): BenchSession {
  const systemMs = clock.systemTime();
  return new BenchSession(clock, {
    kind: 'start',
    format: sessionFormat,
    version: programVersion,
    board: board as unknown as JsonValue,
    seed,
    wire: wire ?? 'standard',
    address: address ?? null,
    configuration,
    systemTimeMs: systemMs === undefined ? null : systemMs - clock.now(),
    isReal: clock.isReal,
    world: memory.load() ?? null,
    flow: memory.flow?.load() ?? null,
  });
}
