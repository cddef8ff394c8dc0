/** Commits in order, tried again for ever: what the core believes to be stored is stored before anybody hears of it. */
import type { Clock } from '../hal/clock';
import { messageOf } from '../hal/errors';
import type { Batch, Store } from '../hal/store';
import type { Commits } from '../station/station';

/** A medium that fails is asked again after this, in ms. */
const retry_ms = 1_000;

export class OrderedCommits implements Commits {
  private tail: Promise<void> = Promise.resolve();
  private closed = false;

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
    try {
      await this.store.commit(batch);
    } catch (error) {
      // After the end nobody waits for this any more, and nothing may be done in its name.
      if (this.closed) await new Promise(() => {});
      this.onTrouble(messageOf(error));
      await before;
      await this.again(batch);
    }
    await before;
  }

  private async again(batch: Batch): Promise<void> {
    for (;;) {
      await new Promise<void>((resolve) => this.clock.at(this.clock.now() + retry_ms, resolve));
      if (this.closed) await new Promise(() => {});
      try {
        await this.store.commit(batch);
        this.onTrouble(undefined);
        return;
      } catch (error) {
        this.onTrouble(messageOf(error));
      }
    }
  }
}
