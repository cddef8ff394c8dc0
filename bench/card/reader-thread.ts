/** A card reader's thread over a modelled chip: a card comes when told, and the time is noted. */
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { runCardThread } from '../../src/drivers/pi/card/card-thread';
import { CardModel } from '../../test/drivers/pi/card/cards-model';
import { LibraryStandIn } from '../../test/drivers/pi/card/library';
import { Mfrc522Model } from '../../test/drivers/pi/card/mfrc522-model';

/** A card on the reader, or `undefined`: the last one is taken away. The answer is the time of it. */
export interface Put {
  uid: number[] | undefined;
}

function run(): void {
  if (isMainThread || parentPort === null) return;
  const chip = new Mfrc522Model();
  runCardThread(parentPort, {
    device: 'model',
    clock: new RealClock(),
    openBus: () => chip,
    library: () => LibraryStandIn,
  });
  const { cards } = workerData as { cards: MessagePort };
  cards.on('message', ({ uid }: Put) => {
    chip.cards = uid ? [new CardModel(uid)] : [];
    cards.postMessage(process.hrtime.bigint());
  });
}

run();
