/** Entry of a card reader's thread on a rig: the reader's calls block, and may do so here. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { runCardThread } from '../drivers/pi/card/card-thread';
import { onoffBackend } from '../drivers/pi/gpio/onoff-backend';
import type { CardReaderWiring, RigHardware } from '../hal/wiring';

export interface CardThreadData {
  wiring: CardReaderWiring;
  hardware: RigHardware;
}

function run({ wiring, hardware }: CardThreadData): void {
  if (!parentPort) return;
  const { device, reset } = wiring;
  runCardThread(parentPort, {
    device,
    ...(reset ? { resetLine: () => onoffBackend(hardware).output(reset) } : {}),
  });
}

if (!isMainThread) run(workerData as CardThreadData);
