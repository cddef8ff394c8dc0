/** The safety loop: one steady beat by which every driver of the safety thread samples, in turn. */
import type { Cancel, Clock } from '../../hal/clock';

/** Time between two turns, in ms. With two samples of 10 ms a loss of the pilot is believed within 30 ms. */
export const loopPeriodMs = 5;

/**
 * From the begin of one turn to that of the next: after so long, in ms, the loop has stood still. The pump of the coil supply
 * lets go after some 180 ms (docs/rig.md), so from here on nobody knows whether the coils were supplied all the time; and a loss
 * of the pilot, which must be followed within 100 ms, was missed if it came.
 */
export const loopStandMs = 150;

/** Called at each turn; must not throw and must not wait. */
export type Poll = (now: number) => void;

/** Since they were last taken. */
export interface LoopStatistics {
  turns: number;
  /** Longest time between two turns, in ms. */
  longestGapMs: number;
  /** Share of the time that the turns themselves took, 0 to 1. */
  busyShare: number;
}

export interface SafetyLoopOptions {
  /** Default: `loopStandMs`. */
  standMs?: number;
}

export class SafetyLoop {
  private readonly standListeners = new Set<(gapMs: number) => void>();
  private readonly polls = new Set<Poll>();
  private cancelNext: Cancel = () => {};
  private running = false;
  private due = 0;
  private last: number | undefined;
  private turns = 0;
  private longestGapMs = 0;
  private busyMs = 0;
  private takenAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly options: SafetyLoopOptions = {},
  ) {
    this.takenAt = clock.now();
  }

  /** Joins from the next turn on. */
  add(poll: Poll): Cancel {
    this.polls.add(poll);
    return () => {
      this.polls.delete(poll);
    };
  }

  /** Called when the loop has stood still, before the turn that follows: nothing of that turn shall meet what was before. */
  watchStands(listener: (gapMs: number) => void): Cancel {
    this.standListeners.add(listener);
    return () => this.standListeners.delete(listener);
  }

  start(): void {
    this.stop();
    this.running = true;
    this.last = undefined;
    this.due = this.clock.now();
    this.arm();
  }

  /** No more turns; also from inside one. */
  stop(): void {
    this.running = false;
    this.cancelNext();
  }

  takeStatistics(): LoopStatistics {
    const now = this.clock.now();
    const busyShare = now > this.takenAt ? this.busyMs / (now - this.takenAt) : 0;
    const taken = { turns: this.turns, longestGapMs: this.longestGapMs, busyShare };
    this.turns = 0;
    this.longestGapMs = 0;
    this.busyMs = 0;
    this.takenAt = now;
    return taken;
  }

  private arm(): void {
    this.cancelNext = this.clock.at(this.due, () => this.turn());
  }

  private turn(): void {
    const now = this.clock.now();
    const gap = now - (this.last ?? now);
    this.last = now;
    this.turns += 1;
    this.longestGapMs = Math.max(this.longestGapMs, gap);
    const { standMs = loopStandMs } = this.options;
    if (gap > standMs) for (const listener of [...this.standListeners]) listener(gap);
    // One that is withdrawn in this turn has let go of what it would read.
    for (const poll of [...this.polls]) if (this.polls.has(poll)) poll(now);
    const after = this.clock.now();
    this.busyMs += after - now;
    // By absolute instants, so that the beat does not drift; what was missed is not made up for.
    this.due = Math.max(this.due + loopPeriodMs, after);
    if (this.running) this.arm();
  }
}
