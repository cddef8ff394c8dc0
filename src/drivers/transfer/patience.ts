/** Ends what waits for another machine when nothing has moved for a while. */
import type { Cancel, Clock } from '../../hal/clock';

/** A transfer in which nothing moves for so long is given up, in ms. */
export const silenceMaxMs = 60_000;

/** Calls `onSilence` when nothing has renewed it for `silenceMaxMs`. */
export class Patience {
  private cancel: Cancel = () => {};
  private renewedMs: number;
  private ownWaits = 0;

  constructor(
    private readonly clock: Pick<Clock, 'now' | 'at'>,
    private readonly onSilence: () => void,
  ) {
    this.renewedMs = clock.now();
    this.arm();
  }

  renew(): void {
    this.renewedMs = this.clock.now();
  }

  /** What waits for this machine, such as for its disk, is no silence of the other one. */
  async during(own: Promise<void>): Promise<void> {
    this.ownWaits += 1;
    try {
      await own;
    } finally {
      this.ownWaits -= 1;
      this.renew();
    }
  }

  end(): void {
    this.cancel();
  }

  /** One timer at a time: a transfer has thousands of portions. */
  private arm(): void {
    const dueMs = this.renewedMs + silenceMaxMs;
    this.cancel = this.clock.at(dueMs, () => {
      if (this.ownWaits > 0) this.renew();
      if (this.renewedMs + silenceMaxMs <= this.clock.now()) this.onSilence();
      else this.arm();
    });
  }
}
