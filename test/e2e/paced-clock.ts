/** A clock for tests with real sockets: its time goes in small steps, so that a busy machine makes it slower and nothing late. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { Cancel, Clock } from '../../src/hal/clock';

/**
 * Between two steps the event loop turns once, with all that sockets and files have ready. A real clock would jump when
 * the machine has no time for the test, and what needs half a second would be found late by time-outs of half a second.
 */
export class PacedClock implements Clock {
  private readonly virtual = new VirtualClock({ systemTimeMs: Date.now() });
  private stopped = false;

  /** `stepMs`: time that passes at each step; there are nearly a thousand steps in a real second. */
  constructor(stepMs: number) {
    void this.run(stepMs);
  }

  now(): number {
    return this.virtual.now();
  }

  at(dueMs: number, run: () => void): Cancel {
    return this.virtual.at(dueMs, run);
  }

  systemTime(): number | undefined {
    return this.virtual.systemTime();
  }

  /** Time stands still from now on. */
  stop(): void {
    this.stopped = true;
  }

  private async run(stepMs: number): Promise<void> {
    while (!this.stopped) {
      await this.virtual.advance(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }
}
