/** Those who watch a measured value: each hears the present one soon after asking, and then what is told. */
import type { Cancel, Clock } from '../../../hal/clock';
import type { Listener } from '../../../hal/parts';

interface Watcher<T> {
  listener: Listener<T>;
  /** It has heard a value: the one that waits for it by timer is old. */
  told: boolean;
}

/** `tell` calls listeners at once: use it in a turn of the safety loop or in a timer, never inside a command. */
export class Watchers<T> {
  private readonly watchers = new Set<Watcher<T>>();
  private last: { value: T } | undefined;

  constructor(private readonly clock: Clock) {}

  /** The value last told, boxed, since it may be undefined itself. */
  get present(): { readonly value: T } | undefined {
    return this.last;
  }

  watch(listener: Listener<T>): Cancel {
    const watcher: Watcher<T> = { listener, told: false };
    this.watchers.add(watcher);
    const cancelFirst = this.clock.at(this.clock.now(), () => {
      if (this.last !== undefined && !watcher.told) this.hear(watcher, this.last.value);
    });
    return () => {
      cancelFirst();
      this.watchers.delete(watcher);
    };
  }

  tell(value: T): void {
    this.last = { value };
    for (const watcher of [...this.watchers]) this.hear(watcher, value);
  }

  clear(): void {
    this.watchers.clear();
  }

  private hear(watcher: Watcher<T>, value: T): void {
    if (!this.watchers.has(watcher)) return;
    watcher.told = true;
    watcher.listener(value);
  }
}
