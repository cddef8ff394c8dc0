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

interface Watcher<T> {
  listener: Listener<T>;
  /** What it heard last. */
  heard: { value: T } | undefined;
}

/** Those who listen to one thing; the same listener may stand in it twice. */
class Audience<T> {
  private readonly watchers = new Set<Watcher<T>>();

  constructor(private readonly clock: Clock) {}

  get size(): number {
    return this.watchers.size;
  }

  join(listener: Listener<T>): Watcher<T> {
    const watcher: Watcher<T> = { listener, heard: undefined };
    this.watchers.add(watcher);
    return watcher;
  }

  leave(watcher: Watcher<T>): void {
    this.watchers.delete(watcher);
  }

  /** Who is here now, in the order in which they came. */
  present(): Watcher<T>[] {
    return [...this.watchers];
  }

  /** Calls at once, unless the watcher has left. */
  call(watcher: Watcher<T>, value: T): void {
    if (!this.watchers.has(watcher)) return;
    watcher.heard = { value };
    try {
      watcher.listener(value);
    } catch (error) {
      this.clock.at(this.clock.now(), () => {
        throw error;
      });
    }
  }

  clear(): void {
    this.watchers.clear();
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
    for (const watcher of this.audience.present()) this.audience.call(watcher, value);
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
    return this.audience.size;
  }

  watch(listener: Listener<T>): Cancel {
    const watcher = this.audience.join(listener);
    let cancelFirst: Cancel = () => {};
    if (this.settleMs !== undefined) this.settleSoon();
    else if (this.shown) cancelFirst = this.tellFirst(watcher, this.shown.value);
    return () => {
      cancelFirst();
      this.audience.leave(watcher);
    };
  }

  /** Tells everybody soon, where it is a change. */
  set(value: T): void {
    if (this.shown && this.same(this.shown.value, value)) return;
    this.shown = { value };
    if (this.settleMs !== undefined) {
      this.settleSoon();
      return;
    }
    const audience = this.audience.present();
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
    for (const watcher of this.audience.present()) {
      if (this.tellings !== telling) return;
      this.audience.call(watcher, value);
    }
  }

  /** Nothing more is told. */
  close(): void {
    this.audience.clear();
  }

  private tellFirst(watcher: Watcher<T>, value: T): Cancel {
    return this.clock.at(this.clock.now(), () => {
      if (watcher.heard === undefined) this.audience.call(watcher, value);
    });
  }

  private settleSoon(): void {
    if (this.settling || this.audience.size === 0) return;
    this.settling = true;
    this.clock.at(this.clock.now() + (this.settleMs ?? 0), () => {
      this.settling = false;
      for (const watcher of this.audience.present()) {
        const { shown } = this;
        if (shown && !(watcher.heard && this.same(watcher.heard.value, shown.value))) {
          this.audience.call(watcher, shown.value);
        }
      }
    });
  }
}
