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
// How busy the machine of the tests is, is no matter of theirs.
const loop = new SafetyLoop(clock, { standMs: Number.POSITIVE_INFINITY });
if (parentPort) {
  runSafetyThread(parentPort, { config, loop, clock, parts: () => sharedParts(cellsOf(memory), loop, clock) });
}
