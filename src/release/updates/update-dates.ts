/** When an update that waits for a date looks at the time again. */

export interface StepTime {
  now: number;
  /** Undefined while nobody knows it. */
  unixMs: number | undefined;
}

/** While nobody knows the time, and where the slots cannot be read, it is asked for again after this, in ms. */
export const askAgainMs = 10_000;
/** The clock may be set meanwhile: a date that is far off is looked at again after this, in ms. */
const dateLookMs = 3_600_000;

/** When to look again whether a date has come; undefined: it has. One that nobody can judge is waited for: the time comes with the network, as a rule. */
export function notBefore(dateUnixMs: number | undefined, { now, unixMs }: StepTime): number | undefined {
  if (dateUnixMs === undefined) return undefined;
  if (unixMs === undefined) return now + askAgainMs;
  return unixMs < dateUnixMs ? now + Math.min(dateUnixMs - unixMs, dateLookMs) : undefined;
}
