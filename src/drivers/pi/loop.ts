/** The safety loop: one steady beat by which every driver of the safety thread samples, in turn. */
import type { Cancel, Clock } from '../../hal/clock';

/** Time between two turns, in ms. With two samples of 10 ms a loss of the pilot is believed within 30 ms. */
export const loopPeriodMs = 5;

/** Called at each turn; must not throw and must not wait. */
export type Poll = (now: number) => void;

export interface LoopStatistics {
  turns: number;
  /** Longest time between two turns, in ms. */
  longestGapMs: number;
}

export class SafetyLoop {
  private readonly polls = new Set<Poll>();
  private cancelNext: Cancel = () => {};
  private due = 0;
  private last: number | undefined;
  private counted: LoopStatistics = { turns: 0, longestGapMs: 0 };

  constructor(private readonly clock: Clock) {}

  /** Joins from the next turn on. */
  add(poll: Poll): Cancel {
    this.polls.add(poll);
    return () => {
      this.polls.delete(poll);
    };
  }

  start(): void {
    this.due = this.clock.now();
    this.arm();
  }

  stop(): void {
    this.cancelNext();
    this.cancelNext = () => {};
  }

  statistics(): LoopStatistics {
    return { ...this.counted };
  }

  private arm(): void {
    this.cancelNext = this.clock.at(this.due, () => this.turn());
  }

  private turn(): void {
    const now = this.clock.now();
    const gap = now - (this.last ?? now);
    this.last = now;
    this.counted = { turns: this.counted.turns + 1, longestGapMs: Math.max(this.counted.longestGapMs, gap) };
    for (const poll of [...this.polls]) poll(now);
    // By absolute instants, so that the beat does not drift; what was missed is not made up for.
    this.due = Math.max(this.due + loopPeriodMs, this.clock.now());
    this.arm();
  }
}
