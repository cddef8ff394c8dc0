/** What the journal of a rig has of notices and frames: card numbers whole only where they are asked for. */
import { maskedCard, withoutCards, withoutPasswords, withoutStoredCards } from '../ocpp/frames/masking';
import type { ObservedFrame } from '../ocpp/frames/observed-frame';
import type { Notice } from '../station/notices';

export interface JournalOptions {
  /** Each OCPP frame as a line: off unless asked for, since a journal lies on flash. */
  frames: boolean;
  /** Whole card numbers: more people read a journal than a driver trusts with one. */
  cards: boolean;
}

export function journalNotice(notice: Notice, { cards }: JournalOptions): Notice {
  return cards || !('idTag' in notice) ? notice : { ...notice, idTag: maskedCard(notice.idTag) };
}

/** undefined: it does not go there. */
export function journalFrame(frame: ObservedFrame, { frames, cards }: JournalOptions): ObservedFrame | undefined {
  if (!frames) return undefined;
  return cards ? frame : withoutCards(frame);
}

/** How lines for people and for programs name a card (terminal/wording.ts, terminal/run-events.ts). */
const cardInLine = /("(?:idTag|parentIdTag)":"|\bcard |\b(?:remote start|plug and charge) of )([^\s",]+)/g;
// Written as an escape: the launcher reads the bundle as ASCII, and the bundler leaves a pattern as it is.
const alreadyMasked = /^(\u2026|\*\*\*)/;

/** A line that may have been written with whole card numbers, for others than those who read this journal. */
export function journalLineWithoutSecrets(line: string): string {
  return withoutStoredCards(withoutPasswords(line)).replaceAll(cardInLine, (whole, before: string, card: string) =>
    alreadyMasked.test(card) ? whole : `${before}${maskedCard(card)}`,
  );
}
