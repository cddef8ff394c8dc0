/** A safety thread of tests: the real entry and loop, on electrics in shared memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { SafetyLoop } from '../../src/drivers/pi/loop';
import { runSafetyThread } from '../../src/rig/safety-thread';
import type { StationConfig } from '../../src/station/types';
import { cellsOf, sharedParts } from './shared-world';

export interface ThreadData {
  memory: SharedArrayBuffer;
  origin: bigint;
  config: StationConfig;
}

const { memory, origin, config } = workerData as ThreadData;
const clock = new RealClock({ origin });
const loop = new SafetyLoop(clock);
if (parentPort) {
  runSafetyThread(parentPort, { config, loop, clock, parts: () => sharedParts(cellsOf(memory), loop, clock) });
}
