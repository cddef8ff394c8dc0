/** Time for the simulated world: timers that all stop with it, and values whose watchers are told through a timer. */
import type { Cancel, Clock } from '../../hal/clock';
import type { Listener } from '../../hal/parts';

/** From a change in the world until a part has told it, in ms: sampling, filtering, a bus. */
export const notifyDelayMs = 5;

/** Passes time on from another clock, and withdraws all its timers at `close()`. */
export class WorldClock implements Clock {
  readonly #clock: Clock;
  readonly #cancels = new Set<Cancel>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  systemTime(): number | undefined {
    return this.#clock.systemTime();
  }

  after(delayMs: number, run: () => void): Cancel {
    return this.at(this.#clock.now() + delayMs, run);
  }

  /** Calls `run` once at `dueMs`; never after `close()`. */
  at(dueMs: number, run: () => void): Cancel {
    if (this.#closed) return () => undefined;
    const cancelTimer = this.#clock.at(dueMs, () => {
      this.#cancels.delete(cancel);
      run();
    });
    const cancel: Cancel = () => {
      this.#cancels.delete(cancel);
      cancelTimer();
    };
    this.#cancels.add(cancel);
    return cancel;
  }

  close(): void {
    this.#closed = true;
    for (const cancel of [...this.#cancels]) cancel();
  }
}

interface Watcher<T> {
  listener: Listener<T>;
  told: { value: T } | undefined;
}

/** A value that parts show: watchers hear it soon after they ask, and then each change, never from inside a call. */
export class Watched<T> {
  readonly #clock: WorldClock;
  readonly #same: (a: T, b: T) => boolean;
  readonly #watchers = new Set<Watcher<T>>();
  #value: T;
  #telling = false;

  constructor(clock: WorldClock, value: T, same: (a: T, b: T) => boolean = Object.is) {
    this.#clock = clock;
    this.#value = value;
    this.#same = same;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (this.#same(this.#value, value)) return;
    this.#value = value;
    this.#tellSoon();
  }

  watch(listener: Listener<T>): Cancel {
    const watcher: Watcher<T> = { listener, told: undefined };
    this.#watchers.add(watcher);
    this.#tellSoon();
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  #tellSoon(): void {
    if (this.#telling || this.#watchers.size === 0) return;
    this.#telling = true;
    this.#clock.after(notifyDelayMs, () => {
      this.#telling = false;
      for (const watcher of [...this.#watchers]) this.#tell(watcher);
    });
  }

  #tell(watcher: Watcher<T>): void {
    if (!this.#watchers.has(watcher)) return;
    if (watcher.told !== undefined && this.#same(watcher.told.value, this.#value)) return;
    watcher.told = { value: this.#value };
    watcher.listener(this.#value);
  }
}
