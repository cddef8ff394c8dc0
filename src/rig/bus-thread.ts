/** Entry of the thread of a bus on a rig: what is on the bus may hold it up, and nothing else. */
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../drivers/clock/real-clock';
import type { BusAnswer, FromBus, ToBus } from '../drivers/pi/bus/bus-messages';
import { BusWorker } from '../drivers/pi/bus/bus-worker';
import { i2cBusName } from '../drivers/pi/bus-rest';
import { gpioBackendOf } from '../drivers/pi/gpio/backends';
import type { GpioLines } from '../drivers/pi/gpio/lines';
import type { I2cBus } from '../drivers/pi/i2c/bus';
import { ReopeningBus } from '../drivers/pi/i2c/reopening-bus';
import { SafetyLoop } from '../drivers/pi/loop';
import type { Clock } from '../hal/clock';
import type { RigHardware } from '../hal/wiring';
import { raiseOwnPriority } from './thread-priority';

export interface BusThreadData {
  /** As `i2c-1`. */
  bus: string;
  hardware: RigHardware;
  /** Where the count of all clocks begins. */
  origin: bigint;
  /** Takes the answers for which the safety thread waits; `bell` is rung at each. */
  answers: MessagePort;
  bell: SharedArrayBuffer;
}

/** What the thread runs on; tests hand in their own. */
export interface BusThreadParts {
  clock: Clock;
  i2c: I2cBus;
  gpio(): GpioLines;
}

export function runBusThread(
  port: MessagePort,
  data: Pick<BusThreadData, 'answers' | 'bell'>,
  parts: BusThreadParts,
): void {
  const { answers } = data;
  const bell = new Int32Array(data.bell);
  const loop = new SafetyLoop(parts.clock);
  const worker = new BusWorker({
    ...parts,
    loop,
    send: (message: FromBus) => port.postMessage(message),
    answer: (answer: BusAnswer) => {
      answers.postMessage(answer);
      Atomics.add(bell, 0, 1);
      Atomics.notify(bell, 0);
    },
    onStopped: () => {
      loop.stop();
      port.close();
    },
  });
  port.on('message', (message: ToBus) => worker.receive(message));
  loop.start();
}

function run(data: BusThreadData): void {
  if (!parentPort) return;
  raiseOwnPriority();
  const { bus, hardware, origin } = data;
  const ofConverters = bus === i2cBusName(hardware.i2cBus ?? 0) ? hardware.i2cBus : undefined;
  runBusThread(parentPort, data, {
    clock: new RealClock({ origin }),
    i2c: new ReopeningBus(ofConverters),
    gpio: () => gpioBackendOf(hardware).open(),
  });
}

// In a thread of a test another entry runs it.
if (!isMainThread && isHardwareGiven(workerData)) run(workerData);

function isHardwareGiven(data: unknown): data is BusThreadData {
  return typeof data === 'object' && data !== null && 'answers' in data && 'hardware' in data;
}
