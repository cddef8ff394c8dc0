/**
 * Commits in order, tried again for ever: what the core believes to be stored is stored before anybody hears of it. What
 * was only written is flushed within the time that its commit allowed.
 */
import type { Cancel, Clock } from '../../hal/clock';
import { messageOf } from '../../hal/errors';
import type { Batch, Commits, Durability, Store } from '../../hal/store';

/** A medium that fails is asked again after this, in ms. */
const retryMs = 1_000;

export class OrderedCommits implements Commits {
  private tail: Promise<void> = Promise.resolve();
  private closed = false;
  /** The flush that is owed for what was only written, and when it is due; none is owed once one has been called. */
  private owed: { due: number; cancel: Cancel } | undefined;
  private flushedAt: number | undefined;
  /** Failures so far, and commits that are being repeated now. */
  private failures = 0;
  private repeated = 0;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    /** Told of each failure, and with undefined when it works again. */
    private readonly onTrouble: (message: string | undefined) => void,
  ) {}

  /** When something was flushed last, in ms of the clock; undefined: nothing was yet. */
  get lastFlushAt(): number | undefined {
    return this.flushedAt;
  }

  /** An empty batch resolves when all earlier ones are as durable as it is to be. */
  commit(batch: Batch, flushWithinMs = 0): Promise<void> {
    const durability = flushWithinMs > 0 ? 'written' : 'flushed';
    const isEmpty = batch.put.length === 0 && batch.del.length === 0;
    const isNeeded = !isEmpty || (durability === 'flushed' && this.owed !== undefined);
    if (durability === 'flushed') this.settleFlush();
    else if (!isEmpty) this.oweFlush(this.clock.now() + flushWithinMs);
    // The store keeps the order of calls, so that batches may follow without waiting; only after a failure do they queue.
    const own = isNeeded ? this.attempt(batch, durability) : this.tail;
    this.tail = own;
    return own;
  }

  /** From now on failed commits are not tried again: the store is about to close, which flushes what was written. */
  close(): void {
    this.closed = true;
    this.settleFlush();
  }

  /** The earliest of all that are owed comes for all of them. */
  private oweFlush(due: number): void {
    if (this.owed && this.owed.due <= due) return;
    this.owed?.cancel();
    this.owed = { due, cancel: this.clock.at(due, () => void this.commit({ put: [], del: [] })) };
  }

  private settleFlush(): void {
    this.owed?.cancel();
    this.owed = undefined;
  }

  private async attempt(batch: Batch, durability: Durability): Promise<void> {
    const before = this.tail;
    // What is still being repeated must be on disk before anything newer.
    if (this.repeated > 0) await before;
    const failures = this.failures;
    if (!(await this.written(batch, durability))) {
      this.repeated += 1;
      await before;
      await this.again(batch, durability);
      this.repeated -= 1;
      return;
    }
    await before;
    // An older commit failed meanwhile and was written over this one: the newest word must stay the last.
    if (this.failures !== failures && !(await this.written(batch, durability))) await this.again(batch, durability);
  }

  private async again(batch: Batch, durability: Durability): Promise<void> {
    do {
      await new Promise<void>((resolve) => this.clock.at(this.clock.now() + retryMs, resolve));
    } while (!(await this.written(batch, durability)));
    this.onTrouble(undefined);
  }

  /** One try. After the end it never settles: nobody waits any more, and nothing may be done in the name of the batch. */
  private async written(batch: Batch, durability: Durability): Promise<boolean> {
    if (this.closed) await new Promise(() => {});
    try {
      await this.store.commit(batch, durability);
      if (durability === 'flushed') this.flushedAt = this.clock.now();
      return true;
    } catch (error) {
      if (this.closed) await new Promise(() => {});
      this.failures += 1;
      this.onTrouble(messageOf(error));
      return false;
    }
  }
}
