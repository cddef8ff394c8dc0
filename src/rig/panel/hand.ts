/** Whose hand works the parts of a rig: the keys of the terminal, or one page in a browser. */
import { beatEveryMs } from '../../web/page-protocol';

/** `page`: the name that the page has given itself. */
export type Hand = { kind: 'keys' } | { kind: 'page'; page: string };

export const keysHand: Hand = { kind: 'keys' };

/** A page that was not heard for two of its beats is gone, in ms. */
export const pageSilenceMaxMs = 2 * beatEveryMs;

export function isSameHand(one: Hand, other: Hand): boolean {
  return one.kind === 'page' && other.kind === 'page' ? one.page === other.page : one.kind === other.kind;
}

/** The key that does it, for who has keys. */
export function keyHint(hand: Hand, hint: string): string {
  return hand.kind === 'keys' ? hint : '';
}
