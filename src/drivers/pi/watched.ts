/** Values and happenings that parts tell: always from a timer, never from inside a call of ours. */
import type { Cancel, Clock } from '../../hal/clock';
import type { Listener } from '../../hal/parts';

/** Those who listen to one part; the same listener may stand in it twice. */
export class Listeners<T> {
  private readonly entries = new Set<{ listener: Listener<T> }>();

  constructor(private readonly clock: Clock) {}

  /** `first`, where given, is told to this listener alone, soon. */
  add(listener: Listener<T>, first?: { value: T }): Cancel {
    const entry = { listener };
    this.entries.add(entry);
    if (first) this.tellOne(entry, first.value);
    return () => {
      this.entries.delete(entry);
    };
  }

  /** Tells everybody soon, in the order of the calls. */
  tell(value: T): void {
    for (const entry of this.entries) this.tellOne(entry, value);
  }

  clear(): void {
    this.entries.clear();
  }

  private tellOne(entry: { listener: Listener<T> }, value: T): void {
    this.clock.at(this.clock.now(), () => {
      if (this.entries.has(entry)) entry.listener(value);
    });
  }
}

/** A value as a part shows it: told soon after somebody watches, as soon as it is known, and then at each change. */
export class Watched<T> {
  private readonly listeners: Listeners<T>;
  private present: { value: T } | undefined;

  /** Without `initial` nothing is told before the first `set`. */
  constructor(
    clock: Clock,
    initial?: { value: T },
    private readonly same: (a: T, b: T) => boolean = Object.is,
  ) {
    this.listeners = new Listeners(clock);
    this.present = initial;
  }

  get value(): T | undefined {
    return this.present?.value;
  }

  set(value: T): void {
    if (this.present && this.same(this.present.value, value)) return;
    this.present = { value };
    this.listeners.tell(value);
  }

  watch(listener: Listener<T>): Cancel {
    return this.listeners.add(listener, this.present);
  }

  /** Nothing more is told. */
  close(): void {
    this.listeners.clear();
  }
}
