/** The thread of a bus as it is on a rig, on electrics in shared memory. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { type BusThreadData, runBusThread } from '../../src/rig/bus-thread';
import { raiseOwnPriority } from '../../src/rig/thread-priority';
import { type Electrics, Wires, wiredGpio, wiredI2c } from './electrics';

export interface WiredBusData {
  electrics: Electrics;
  transferMs: number;
  origin: bigint;
  /** The outlet of its first converter. */
  first: number;
}

function run(data: WiredBusData & Pick<BusThreadData, 'answers' | 'bell'>): void {
  if (!parentPort) return;
  raiseOwnPriority();
  const clock = new RealClock({ origin: data.origin });
  const wires = new Wires(data.electrics);
  runBusThread(parentPort, data, {
    clock,
    i2c: wiredI2c(wires, data.first, data.transferMs),
    gpio: () => wiredGpio(wires, data.electrics.outlets, () => clock.now()),
  });
}

if (!isMainThread && 'first' in workerData) run(workerData);
