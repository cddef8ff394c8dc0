/** The thread of a bus for tests: the real entry and loop, on a bus in shared memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { type BusThreadData, runBusThread } from '../../src/rig/bus-thread';
import { sharedI2c, sharedLines } from './bus-cells';

export interface TestBusData {
  memory: SharedArrayBuffer;
  origin: bigint;
}

const data = workerData as TestBusData & Pick<BusThreadData, 'answers' | 'bell'>;
const cells = new Int32Array(data.memory);
if (parentPort) {
  const clock = new RealClock({ origin: data.origin });
  runBusThread(parentPort, data, { clock, i2c: sharedI2c(cells), gpio: () => sharedLines(cells) });
}
