/** Time for the simulated world: timers that all stop with it, and values whose watchers are told through a timer. */
import type { Cancel, Clock } from '../../hal/clock';
import { Watched } from '../../hal/watched';

/** From a change in the world until a part has told it, in ms: sampling, filtering, a bus. */
export const notifyDelayMs = 5;

/** A timer that waits. A set of them would take longer than the timers themselves. */
interface WorldTimer {
  /** Undefined once it has run or was withdrawn. */
  cancel: Cancel | undefined;
  earlier: WorldTimer | undefined;
  later: WorldTimer | undefined;
}

/** Passes time on from another clock, and withdraws all its timers at `close()`. */
export class WorldClock implements Clock {
  private readonly clock: Clock;
  /** The timer that was asked for last of those that wait; each knows its neighbours. */
  private last: WorldTimer | undefined;
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
    const timer: WorldTimer = { cancel: undefined, earlier: this.last, later: undefined };
    if (this.last) this.last.later = timer;
    this.last = timer;
    timer.cancel = this.clock.at(dueMs, () => {
      this.forget(timer);
      run();
    });
    return () => {
      const { cancel } = timer;
      this.forget(timer);
      cancel?.();
    };
  }

  close(): void {
    this.closed = true;
    for (let timer = this.last; timer !== undefined; timer = timer.earlier) timer.cancel?.();
    this.last = undefined;
  }

  /** Nothing for one that has run or was withdrawn. */
  private forget(timer: WorldTimer): void {
    if (timer.cancel === undefined) return;
    timer.cancel = undefined;
    if (timer.later) timer.later.earlier = timer.earlier;
    else this.last = timer.earlier;
    if (timer.earlier) timer.earlier.later = timer.later;
    // Whoever still holds its cancel holds no other timers by it.
    timer.earlier = undefined;
    timer.later = undefined;
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
