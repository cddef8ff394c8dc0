/** Judges how late the turns of the safety loop come: a hiccup is borne, a loop that is late again and again is not. */

/**
 * A second is late when two turns were further apart in it, in ms. This much of the 100 ms between the loss of the pilot and open
 * contacts is left for what was not foreseen, in the worse of the two cases (docs/rig.md, "The 100 ms").
 */
export const gapMaxMs = 33;
/**
 * More late seconds in `lateWindowMs` make a late loop: then a loss of the pilot would meet a gap in more than one of ten seconds.
 * A few are borne, such as when a program starts beside it.
 */
export const lateSecondsMax = 6;
const lateWindowMs = 60_000;

export class Lateness {
  private late: { at: number; gapMs: number }[] = [];

  /** Takes the longest gap of a second that ends now. */
  take(longestGapMs: number, now: number): void {
    this.late = this.late.filter(({ at }) => now < at + lateWindowMs);
    if (longestGapMs > gapMaxMs) this.late.push({ at: now, gapMs: longestGapMs });
  }

  /** Of the last minute; `worstGapMs` is 0 when none was late. */
  get seconds(): { late: number; worstGapMs: number } {
    return { late: this.late.length, worstGapMs: Math.max(0, ...this.late.map(({ gapMs }) => gapMs)) };
  }

  get isLate(): boolean {
    return this.late.length > lateSecondsMax;
  }
}

/** For people: what is wrong with a loop that is late. */
export function latenessText({ late, worstGapMs }: { late: number; worstGapMs: number }): string {
  return `the safety loop came late in ${late} of the last 60 s, at worst by ${Math.round(worstGapMs)} ms (${gapMaxMs} ms can be borne)`;
}
