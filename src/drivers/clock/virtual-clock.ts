/** A clock that stands still until a test, or a fast simulation, moves it. */
import type { Cancel, Clock } from '../../hal/clock';
import { type Timer, TimerQueue } from './timer-queue';

/** How a `VirtualClock` begins. */
export interface VirtualClockOptions {
  /** First value of `now()`, in ms; default 0. */
  startMs?: number;
  /** Unix time at the start, in ms; absent or undefined: the wall clock is unknown. */
  systemTimeMs?: number | undefined;
  /** Awaited after each timer, for work that leaves the process (files, sockets) and so outlives promise jobs. */
  settle?: () => Promise<void>;
}

/** More timers than this without time moving on is a loop in the code under test. */
const timersAtOneInstantMax = 100_000;

/** Time that stands still until `advance`, and takes next to no time of the machine. */
export class VirtualClock implements Clock {
  private readonly queue = new TimerQueue();
  private readonly settleHook: (() => Promise<void>) | undefined;
  private instantMs: number;
  private order = 0;
  private systemOffset: number | undefined;
  private advancing = false;

  constructor(options: VirtualClockOptions = {}) {
    this.instantMs = options.startMs ?? 0;
    this.settleHook = options.settle;
    this.setSystemTime(options.systemTimeMs);
  }

  now(): number {
    return this.instantMs;
  }

  at(dueMs: number, run: () => void): Cancel {
    if (Number.isNaN(dueMs)) throw new RangeError('a timer needs a time, not NaN');
    const timer: Timer = { dueMs, order: this.order++, run };
    this.queue.push(timer);
    return () => {
      if (timer.run === undefined) return;
      timer.run = undefined;
      this.queue.forgetOne();
    };
  }

  systemTime(): number | undefined {
    return this.systemOffset === undefined ? undefined : this.systemOffset + this.instantMs;
  }

  /** Sets the wall clock in ms of Unix time, as NTP would; `undefined` makes it unknown. Timers are not touched. */
  setSystemTime(systemTimeMs: number | undefined): void {
    this.systemOffset = systemTimeMs === undefined ? undefined : systemTimeMs - this.instantMs;
  }

  /** Timers that wait and were not withdrawn. */
  get pendingTimers(): number {
    return this.queue.live;
  }

  /**
   * Moves time on by `ms` (0 or more), running each timer that falls due at its own due time, earliest first and in the
   * order of asking where times are equal. Promise jobs run to their end before, between and after the timers.
   * Rejects with what a timer threw (time then stands at that timer), or when called before the last call has ended.
   */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`time can advance by 0 ms or more, not by ${ms}`);
    if (this.advancing) throw new Error('advance() is already under way: await it first');
    this.advancing = true;
    try {
      await this.runUntil(this.instantMs + ms);
    } finally {
      this.advancing = false;
    }
  }

  private runUntil(endMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let atThisInstant = 0;
      const next = (): void => {
        const before = this.instantMs;
        const run = this.takeDue(endMs);
        if (run === undefined) {
          this.instantMs = endMs;
          resolve();
          return;
        }
        atThisInstant = this.instantMs > before ? 0 : atThisInstant + 1;
        if (atThisInstant > timersAtOneInstantMax) {
          const why = `over ${timersAtOneInstantMax} timers ran at ${this.instantMs} ms`;
          reject(new Error(`${why}: some timer asks for itself again`));
          return;
        }
        try {
          run();
        } catch (error) {
          reject(error);
          return;
        }
        settle();
      };
      const settle = this.settling(next, reject);
      settle();
    });
  }

  private takeDue(endMs: number): (() => void) | undefined {
    const timer = this.queue.first();
    if (timer?.run === undefined || timer.dueMs > endMs) return undefined;
    this.queue.removeFirst();
    const { run } = timer;
    timer.run = undefined;
    this.instantMs = Math.max(this.instantMs, timer.dueMs);
    return run;
  }

  /** What is to be called after a timer; it calls `next` when all that followed from the timer has been done. */
  private settling(next: () => void, failed: (error: unknown) => void): () => void {
    const hook = this.settleHook;
    const settled = hook === undefined ? next : () => void hook().then(next, failed);
    return afterPromiseJobs(afterPromiseJobs(settled));
  }
}

const resolved = Promise.resolve();

/**
 * Calls back as a promise job of its own, when no other is left. Node runs the tick queue only then, however long their
 * chain; done twice it waits for the promise jobs, too, that other ticks started. Callbacks, for promises would cost more
 * than most timers do.
 */
function afterPromiseJobs(run: () => void): () => void {
  const tick = (): void => void resolved.then(run);
  return () => process.nextTick(tick);
}
