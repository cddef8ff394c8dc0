/** A machine whose time the test moves: it wakes late, stands still, and turns its event loop only when told. */
import type { HostTime } from '../../src/drivers/clock/host-time';
import type { Cancel } from '../../src/hal/clock';

interface Waiting {
  dueMs: number;
  run: () => void;
}

export class FakeHost implements HostTime {
  /** What the wall clock shows more than the count of time. */
  systemOffsetMs = Date.UTC(2026, 0, 1);
  private now = 0;
  private timeouts: Waiting[] = [];
  private immediates: Waiting[] = [];

  nowMs(): number {
    return this.now;
  }

  systemMs(): number {
    return this.systemOffsetMs + this.now;
  }

  after(delayMs: number, run: () => void): Cancel {
    const waiting = { dueMs: this.now + Math.ceil(delayMs), run };
    this.timeouts.push(waiting);
    return () => {
      this.timeouts = this.timeouts.filter((other) => other !== waiting);
    };
  }

  soon(run: () => void): Cancel {
    const waiting = { dueMs: 0, run };
    this.immediates.push(waiting);
    return () => {
      this.immediates = this.immediates.filter((other) => other !== waiting);
    };
  }

  /** One round of the event loop after `ms` in which it did not turn; tells whether it had anything to do. */
  async turn(ms = 0): Promise<boolean> {
    this.now += ms;
    const due = this.timeouts.filter(({ dueMs }) => dueMs <= this.now).sort((a, b) => a.dueMs - b.dueMs);
    this.timeouts = this.timeouts.filter((waiting) => !due.includes(waiting));
    const soon = this.immediates;
    this.immediates = [];
    for (const { run } of [...due, ...soon]) {
      run();
      await new Promise<void>((resolve) => process.nextTick(resolve));
    }
    await new Promise<void>((resolve) => process.nextTick(resolve));
    return due.length + soon.length > 0;
  }

  /** `ms` pass in one piece, then the loop turns until it has nothing more to do at once. */
  async stall(ms: number): Promise<void> {
    await this.turn(ms);
    while (this.immediates.length > 0) await this.turn();
  }
}
