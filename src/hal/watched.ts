/**
 * Watching, for all that parts and sockets tell: the one implementation of the rules in parts.ts.
 *
 * - Nobody is called from inside the call by which they asked, nor from inside `set` or `emit`.
 * - Who watches a value hears the present one soon after, and then what follows.
 * - Who has cancelled hears nothing more, even of what was under way, and from inside a listener, too.
 * - A listener that throws keeps no other from hearing; its error is thrown by a timer of its own.
 */
import type { Cancel, Clock } from './clock';
import type { Listener } from './parts';

/** In place of a value, for who has heard none. */
const nothing: unique symbol = Symbol('nothing');

interface Watcher<T> {
  readonly listener: Listener<T>;
  /** What it heard last. */
  heard: T | typeof nothing;
  /** Of the timer by which it hears the present value, until then. */
  cancelFirst: Cancel | undefined;
}

/** A station has dozens of audiences, most of one or none: they share this one while nobody is there. */
const nobody: readonly never[] = [];

/** Those who listen to one thing; the same listener may stand in it twice. */
class Audience<T> {
  /** Who is here now, in the order in which they came: another list when that changes, so that it can be gone through. */
  present: readonly Watcher<T>[] = nobody;

  constructor(private readonly clock: Clock) {}

  join(listener: Listener<T>): Watcher<T> {
    const watcher: Watcher<T> = { listener, heard: nothing, cancelFirst: undefined };
    // Unlike a list with something spread in it, this one has no room left over.
    this.present = this.present.concat(watcher);
    return watcher;
  }

  leave(watcher: Watcher<T>): void {
    watcher.cancelFirst?.();
    const others = this.present.filter((other) => other !== watcher);
    this.present = others.length === 0 ? nobody : others;
  }

  /** Calls at once, unless the watcher has left. */
  call(watcher: Watcher<T>, value: T): void {
    if (!this.present.includes(watcher)) return;
    watcher.heard = value;
    try {
      watcher.listener(value);
    } catch (error) {
      this.clock.at(this.clock.now(), () => {
        throw error;
      });
    }
  }

  clear(): void {
    this.present = nobody;
  }
}

/** Happenings: each is told to those who watch when it happens, and to nobody later. */
export class Happenings<T> {
  private readonly audience: Audience<T>;

  constructor(private readonly clock: Clock) {
    this.audience = new Audience(clock);
  }

  watch(listener: Listener<T>): Cancel {
    const watcher = this.audience.join(listener);
    return () => this.audience.leave(watcher);
  }

  /** Tells everybody soon, or after `delayMs`, in the order of the calls. */
  emit(value: T, delayMs = 0): void {
    this.clock.at(this.clock.now() + delayMs, () => this.emitNow(value));
  }

  /** Tells everybody at once: from a timer, a message or a turn of the safety loop, never inside a command. */
  emitNow(value: T): void {
    for (const watcher of this.audience.present) this.audience.call(watcher, value);
  }

  /** Nothing more is told. */
  close(): void {
    this.audience.clear();
  }
}

export interface WatchedOptions<T> {
  /** Known from the start; without it nothing is told before the first value. */
  first?: { value: T };
  /** When two values are no change. */
  same?: (a: T, b: T) => boolean;
  /** Changes are told so much later, in ms, and of several meanwhile the last one alone: a sensor that filters. */
  settleMs?: number;
}

/** A value as a part shows it. */
export class Watched<T> {
  private readonly audience: Audience<T>;
  private readonly same: (a: T, b: T) => boolean;
  private readonly settleMs: number | undefined;
  private shown: { value: T } | undefined;
  private settling = false;
  private tellings = 0;

  constructor(
    private readonly clock: Clock,
    { first, same = Object.is, settleMs }: WatchedOptions<T> = {},
  ) {
    this.audience = new Audience(clock);
    this.shown = first;
    this.same = same;
    this.settleMs = settleMs;
  }

  /** The value as it is, boxed, since it may be undefined itself; undefined before it is known. */
  get present(): { readonly value: T } | undefined {
    return this.shown;
  }

  get value(): T | undefined {
    return this.shown?.value;
  }

  /** How many watch now; 0 after everything was let go. */
  get watchers(): number {
    return this.audience.present.length;
  }

  watch(listener: Listener<T>): Cancel {
    const watcher = this.audience.join(listener);
    if (this.settleMs !== undefined) this.settleSoon();
    else if (this.shown) this.tellFirst(watcher, this.shown.value);
    return () => this.audience.leave(watcher);
  }

  /** Tells everybody soon, where it is a change. */
  set(value: T): void {
    if (this.shown && this.same(this.shown.value, value)) return;
    this.shown = { value };
    if (this.settleMs !== undefined) {
      this.settleSoon();
      return;
    }
    const audience = this.audience.present;
    this.clock.at(this.clock.now(), () => {
      for (const watcher of audience) this.audience.call(watcher, value);
    });
  }

  /**
   * Tells everybody at once, change or not: from a timer, a message or a turn of the safety loop, never inside a command.
   * A listener may cause another value: those after it hear that one only.
   */
  setNow(value: T): void {
    this.shown = { value };
    this.tellings += 1;
    const telling = this.tellings;
    for (const watcher of this.audience.present) {
      if (this.tellings !== telling) return;
      this.audience.call(watcher, value);
    }
  }

  /** Nothing more is told. */
  close(): void {
    this.audience.clear();
  }

  private tellFirst(watcher: Watcher<T>, value: T): void {
    watcher.cancelFirst = this.clock.at(this.clock.now(), () => {
      watcher.cancelFirst = undefined;
      if (watcher.heard === nothing) this.audience.call(watcher, value);
    });
  }

  private settleSoon(): void {
    if (this.settling || this.audience.present.length === 0) return;
    this.settling = true;
    this.clock.at(this.clock.now() + (this.settleMs ?? 0), () => {
      this.settling = false;
      for (const watcher of this.audience.present) {
        const { shown } = this;
        if (shown && (watcher.heard === nothing || !this.same(watcher.heard, shown.value))) {
          this.audience.call(watcher, shown.value);
        }
      }
    });
  }
}
