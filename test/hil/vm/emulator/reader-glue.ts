/** A card reader between its emulated chip and the simulated world: cards lie on it for a while, and it may vanish. */
import type { Cancel, Clock } from '../../../../src/hal/clock';
import { GreenupError } from '../../../../src/hal/errors';
import type { CardReader } from '../../../../src/hal/parts';
import { Card } from './card';
import type { Mfrc522 } from './mfrc522';

/** How long a person holds a card, in ms. */
export const cardHeldMs = 1200;

const uidPattern = /^(?:[0-9A-F]{8}|[0-9A-F]{14}|[0-9A-F]{20})$/;

/** Throws `command.invalid` unless `uid` is one that a card can have: 4, 7 or 10 bytes in hexadecimal. */
export function checkUid(uid: string): void {
  if (uidPattern.test(uid.toUpperCase())) return;
  throw new GreenupError('command.invalid', `card ${JSON.stringify(uid)}: valid are 8, 14 or 20 hexadecimal digits`);
}

export class ReaderGlue {
  private cancelAway: Cancel = () => undefined;

  constructor(
    part: CardReader,
    private readonly chip: Mfrc522,
    private readonly clock: Clock,
  ) {
    part.watch((event) => {
      if (event.kind === 'reader') chip.powered = event.present;
      else if (event.kind === 'card') this.hold([event.uid]);
    });
  }

  /** Holds cards to the reader at once. Throws `command.invalid` for a wrong UID. */
  hold(uids: readonly string[]): void {
    for (const uid of uids) checkUid(uid);
    this.chip.setField(uids.map((uid) => new Card(Buffer.from(uid, 'hex'))));
    this.cancelAway();
    this.cancelAway = this.clock.at(this.clock.now() + cardHeldMs, () => this.chip.setField([]));
  }
}
