/** A worker thread that runs the reader's loop over the model of chip and cards, and obeys a test's words. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../../../../src/drivers/clock/real-clock';
import { runCardThread } from '../../../../src/drivers/pi/card/card-thread';
import { CardModel } from './cards-model';
import { LibraryStandIn } from './library';
import { Mfrc522Model } from './mfrc522-model';

export type TestWord = { put: number[] } | { crash: string } | { hang: true };

function run(): void {
  if (isMainThread || parentPort === null) return;
  const chip = new Mfrc522Model();
  runCardThread(parentPort, {
    device: String(workerData.device),
    clock: new RealClock(),
    openBus: () => chip,
    library: () => LibraryStandIn,
  });
  parentPort.on('message', (word: TestWord) => {
    if ('put' in word) chip.cards = [new CardModel(word.put)];
    if ('crash' in word) throw new Error(word.crash);
    while ('hang' in word);
  });
}

run();
