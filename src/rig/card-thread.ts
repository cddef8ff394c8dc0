/** Entry of the card readers' thread on a rig: their calls block, and may do so here. One thread, since the native packages load in one only. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../drivers/clock/real-clock';
import { type CardThreadMessage, runCardThread } from '../drivers/pi/card/card-thread';
import { gpioBackendOf } from '../drivers/pi/gpio/backends';
import type { CardReaderWiring, RigHardware } from '../hal/wiring';

export interface CardThreadData {
  readers: CardReaderWiring[];
  hardware: RigHardware;
}

/** `reader`: its place in `CardThreadData.readers`. */
export interface FromCards {
  reader: number;
  message: CardThreadMessage;
}

export interface ToCards {
  reader: number;
  message: unknown;
}

function run({ readers, hardware }: CardThreadData): void {
  const port = parentPort;
  if (!port) return;
  const clock = new RealClock();
  let open = readers.length;
  readers.forEach(({ device, reset }, reader) => {
    const own = {
      postMessage: (message: CardThreadMessage) => port.postMessage({ reader, message } satisfies FromCards),
      on: (_event: 'message', listener: (message: unknown) => void) =>
        port.on('message', (message: ToCards) => {
          if (message.reader === reader) listener(message.message);
        }),
      close: () => {
        open -= 1;
        if (open === 0) port.close();
      },
    };
    runCardThread(own, {
      device,
      clock,
      ...(reset ? { resetLine: () => gpioBackendOf(hardware).open().output(reset) } : {}),
    });
  });
}

if (!isMainThread) run(workerData as CardThreadData);
