/** How long something has been wrong, where being right for a moment forgives only a part of it. */

/** Time that is right takes away an eighth of itself, so what is wrong for more than a ninth of the time adds up. */
const leakShare = 8;

export interface Leaky {
  /** Wrong time in ms that counted at `at`. */
  countMs: number;
  at: number;
  /** What has been the case since `at`; `unknown` neither adds nor forgives. */
  since: 'wrong' | 'right' | 'unknown';
}

export const nothingWrong: Leaky = { countMs: 0, at: 0, since: 'unknown' };

/** The same count from now on under another truth; as long as nothing changes, the object stays the same. */
export function turnLeaky(leaky: Leaky, since: Leaky['since'], now: number): Leaky {
  if (leaky.since === since) return leaky;
  const countMs = countedMs(leaky, now);
  return countMs === 0 && since !== 'wrong' ? nothingWrong : { countMs, at: now, since };
}

/** The same count, where no more than so much is remembered once it is right again. */
export function cappedLeaky(leaky: Leaky, mostMs: number): Leaky {
  return leaky.since === 'wrong' || leaky.countMs <= mostMs ? leaky : { ...leaky, countMs: mostMs };
}

function countedMs({ countMs, at, since }: Leaky, now: number): number {
  if (since === 'unknown') return countMs;
  return since === 'wrong' ? countMs + (now - at) : Math.max(0, countMs - (now - at) / leakShare);
}

/** When the count reaches the limit, if nothing changes. */
export function fullAt({ countMs, at, since }: Leaky, limitMs: number): number | undefined {
  return since === 'wrong' ? at + Math.max(0, limitMs - countMs) : undefined;
}

/** When all is forgiven, if nothing changes. */
export function emptyAt({ countMs, at, since }: Leaky): number | undefined {
  if (since === 'right') return at + countMs * leakShare;
  return since === 'unknown' && countMs === 0 ? at : undefined;
}

/** Whether an instant that one of these functions gave has come. */
export function hasCome(at: number | undefined, now: number): boolean {
  return at !== undefined && now >= at;
}
