/** Commits in order, tried again for ever: what the core believes to be stored is stored before anybody hears of it. */
import type { Clock } from '../../hal/clock';
import { messageOf } from '../../hal/errors';
import type { Batch, Commits, Store } from '../../hal/store';

/** A medium that fails is asked again after this, in ms. */
const retryMs = 1_000;

export class OrderedCommits implements Commits {
  private tail: Promise<void> = Promise.resolve();
  private closed = false;
  /** Failures so far, and commits that are being repeated now. */
  private failures = 0;
  private repeated = 0;

  constructor(
    private readonly store: Store,
    private readonly clock: Clock,
    /** Told of each failure, and with undefined when it works again. */
    private readonly onTrouble: (message: string | undefined) => void,
  ) {}

  /** An empty batch resolves when all earlier ones are durable. */
  commit(batch: Batch): Promise<void> {
    const empty = batch.put.length === 0 && batch.del.length === 0;
    // The store keeps the order of calls, so that batches may follow without waiting; only after a failure do they queue.
    const own = empty ? this.tail : this.attempt(batch);
    this.tail = own;
    return own;
  }

  /** From now on failed commits are not tried again: the store is about to close. What was not durable never counted. */
  close(): void {
    this.closed = true;
  }

  private async attempt(batch: Batch): Promise<void> {
    const before = this.tail;
    // What is still being repeated must be on disk before anything newer.
    if (this.repeated > 0) await before;
    const failures = this.failures;
    if (!(await this.written(batch))) {
      this.repeated += 1;
      await before;
      await this.again(batch);
      this.repeated -= 1;
      return;
    }
    await before;
    // An older commit failed meanwhile and was written over this one: the newest word must stay the last.
    if (this.failures !== failures && !(await this.written(batch))) await this.again(batch);
  }

  private async again(batch: Batch): Promise<void> {
    do {
      await new Promise<void>((resolve) => this.clock.at(this.clock.now() + retryMs, resolve));
    } while (!(await this.written(batch)));
    this.onTrouble(undefined);
  }

  /** One try. After the end it never settles: nobody waits any more, and nothing may be done in the name of the batch. */
  private async written(batch: Batch): Promise<boolean> {
    if (this.closed) await new Promise(() => {});
    try {
      await this.store.commit(batch);
      return true;
    } catch (error) {
      if (this.closed) await new Promise(() => {});
      this.failures += 1;
      this.onTrouble(messageOf(error));
      return false;
    }
  }
}
