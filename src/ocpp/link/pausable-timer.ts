/** A timer that stands still while nothing is read: what it waits for may lie unread in the socket. */
import type { Cancel, Clock } from '../../hal/clock';

export class PausableTimer {
  private leftMs: number;
  private since = 0;
  private cancelTimer: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    ms: number,
    private readonly run: () => void,
  ) {
    this.leftMs = ms;
  }

  start(): void {
    if (this.cancelTimer) return;
    this.since = this.clock.now();
    this.cancelTimer = this.clock.at(this.since + this.leftMs, this.run);
  }

  pause(): void {
    if (!this.cancelTimer) return;
    this.cancel();
    this.leftMs = Math.max(0, this.leftMs - (this.clock.now() - this.since));
  }

  cancel(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }
}
