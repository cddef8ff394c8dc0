/**
 * Keeps requests apart whose answers may still come, so that a late answer is never taken for another request's.
 *
 * RTU has no transaction number: an answer bears unit, function and byte count, and nothing of the address. A pause
 * after a time-out helps only against answers that are late by less than the pause. What an answer does tell is how
 * many registers it holds. So after a failed read its number of registers is not asked of that unit again for a long
 * time, whatever the address: the next read asks for some registers more than it needs, where the meter allows it, and
 * the late answer is then of the wrong length. Where it does not, or all lengths are taken, the unit is left alone.
 *
 * Weighed and put aside: reading a fixed identification tells nothing of the next answer when answers overtake one
 * another; two equal answers may both be late ones, and registers that do not change are always equal.
 */
import type { Clock } from '../../../hal/clock';

/**
 * For how long after a request its answer is held possible, in ms. Meters answer within some 100 ms and radio gateways
 * within some seconds; a length is used again only after twice the latest answer that was thought of (5 s).
 */
export const lateAnswerMaxMs = 10_000;
/** After this time, in ms, a length is as good as one that was never used; before, others are preferred. */
const forgetMs = 60_000;

export type LengthChoice = { count: number } | { notBefore: number };

export class LateAnswers {
  /** By unit and function, then number of registers: when a request was last sent that was not answered for sure. */
  private readonly unanswered = new Map<string, Map<number, number>>();

  constructor(private readonly clock: Clock) {}

  /** The first number of registers that no late answer can have; else the instant from which one is free again. */
  choose(unit: number, functionCode: number, counts: readonly number[]): LengthChoice {
    const taken = this.of(unit, functionCode);
    const free = counts.find((count) => !taken.has(count));
    if (free !== undefined) return { count: free };
    const [oldest] = [...taken].filter(([count]) => counts.includes(count)).sort((a, b) => a[1] - b[1]);
    if (oldest === undefined) throw new RangeError('no number of registers to choose from');
    const [count, sentAt] = oldest;
    const notBefore = sentAt + lateAnswerMaxMs;
    return notBefore <= this.clock.now() ? { count } : { notBefore };
  }

  /** An answer of this length to a request sent at `sentAt` may still come. */
  note(unit: number, functionCode: number, count: number, sentAt: number): void {
    const key = `${unit}/${functionCode}`;
    const taken = this.unanswered.get(key) ?? new Map<number, number>();
    taken.set(count, sentAt);
    this.unanswered.set(key, taken);
  }

  /** Whether any answer of this unit may still come. */
  expected(unit: number, functionCode: number): boolean {
    const now = this.clock.now();
    return [...this.of(unit, functionCode).values()].some((sentAt) => now - sentAt < lateAnswerMaxMs);
  }

  private of(unit: number, functionCode: number): Map<number, number> {
    const taken = this.unanswered.get(`${unit}/${functionCode}`) ?? new Map<number, number>();
    const now = this.clock.now();
    for (const [count, sentAt] of [...taken]) {
      if (now - sentAt >= forgetMs) taken.delete(count);
    }
    return taken;
  }
}
