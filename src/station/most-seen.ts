/** A measured value of which more is believed at once, and less only after it has lasted; pure. */

/**
 * So long less than before must be measured until it is believed, in ms. A charger may begin on one phase and take the
 * others some seconds later, and follows a new offer within 5 s (IEC 61851-1, A.4): half a minute is well over both. It is
 * also the time after which a share that is not used goes to others.
 */
const lessMs = 30_000;

export interface MostSeen {
  inUse: number;
  /** Since when less is measured, and the most of it. */
  less: { since: number; most: number } | undefined;
}

export function mostSeen(before: MostSeen, measured: number, at: number): MostSeen {
  if (measured > before.inUse) return { inUse: measured, less: undefined };
  if (measured === before.inUse) return nothingLess(before);
  const since = before.less?.since ?? at;
  const most = Math.max(measured, before.less?.most ?? 0);
  return at - since >= lessMs ? { inUse: most, less: undefined } : { ...before, less: { since, most } };
}

/** Nothing can be said of now, so less must last anew. */
export function nothingLess(before: MostSeen): MostSeen {
  return before.less === undefined ? before : { ...before, less: undefined };
}
