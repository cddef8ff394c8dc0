/**
 * Meter values that wait for their answer are flushed before long. One that was answered needs no flush of its own: a power
 * cut takes both the value and its deletion, and the central system has it.
 */
import type { Cancel, Clock } from '../../hal/clock';
import type { Commits } from '../../hal/store';

/** A value that is written and neither answered nor flushed waits this long for its flush, in ms. */
export const unansweredFlushMs = 10_000;

export class UnansweredValues {
  /** Keys of the store since the last look. */
  private readonly keys = new Set<string>();
  private cancel: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly commits: Commits,
  ) {}

  written(keys: readonly string[]): void {
    for (const key of keys) this.keys.add(key);
    if (this.keys.size === 0) return;
    this.cancel ??= this.clock.at(this.clock.now() + unansweredFlushMs, () => this.look());
  }

  deleted(keys: readonly string[]): void {
    for (const key of keys) this.keys.delete(key);
    // The next value has a time of its own: one that comes just as an answered one is due is not flushed for it.
    if (this.keys.size === 0) this.stop();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
  }

  private look(): void {
    this.cancel = undefined;
    if (this.keys.size > 0) void this.commits.commit({ put: [], del: [] });
    this.keys.clear();
  }
}
