/** Time for the simulated world: timers that all stop with it, and values whose watchers are told through a timer. */
import type { Cancel, Clock } from '../../hal/clock';
import { Watched } from '../../hal/watched';

/** From a change in the world until a part has told it, in ms: sampling, filtering, a bus. */
export const notifyDelayMs = 5;

/** Passes time on from another clock, and withdraws all its timers at `close()`. */
export class WorldClock implements Clock {
  private readonly clock: Clock;
  private readonly cancels = new Set<Cancel>();
  private closed = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  now(): number {
    return this.clock.now();
  }

  systemTime(): number | undefined {
    return this.clock.systemTime();
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.at(this.clock.now() + delayMs, run);
  }

  /** Calls `run` once at `dueMs`; never after `close()`. */
  at(dueMs: number, run: () => void): Cancel {
    if (this.closed) return () => undefined;
    const cancelTimer = this.clock.at(dueMs, () => {
      this.cancels.delete(cancel);
      run();
    });
    const cancel: Cancel = () => {
      this.cancels.delete(cancel);
      cancelTimer();
    };
    this.cancels.add(cancel);
    return cancel;
  }

  close(): void {
    this.closed = true;
    for (const cancel of [...this.cancels]) cancel();
  }
}

/** A value that a simulated part shows: known from the start, and told as a sensor does that filters. */
export class ShownValue<T> extends Watched<T> {
  constructor(clock: WorldClock, value: T, same?: (a: T, b: T) => boolean) {
    super(clock, { first: { value }, settleMs: notifyDelayMs, ...(same ? { same } : {}) });
  }

  override get value(): T {
    return super.value as T;
  }
}
