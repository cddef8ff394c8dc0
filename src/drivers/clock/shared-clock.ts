/** The machine's clock for many stations in one process: their timers wait in one queue, behind one timer of the machine. */
import { type Cancel, type Clock, canBeNow } from '../../hal/clock';
import { type HostTime, machineTime } from './host-time';
import { type Timer, TimerQueue } from './timer-queue';

/** After so many timers files and sockets have a turn. */
const timersARoundMax = 200;

export class SharedClock implements Clock {
  private readonly queue = new TimerQueue();
  private readonly originMs: number;
  private order = 0;
  private running = false;
  private wake: { dueMs: number; cancel: Cancel } | undefined;

  constructor(private readonly host: HostTime = machineTime) {
    this.originMs = host.nowMs();
  }

  now(): number {
    return this.host.nowMs() - this.originMs;
  }

  at(dueMs: number, run: () => void): Cancel {
    if (Number.isNaN(dueMs)) throw new RangeError('a timer needs a time, not NaN');
    const timer: Timer = { dueMs, order: this.order++, run };
    this.queue.push(timer);
    if (!this.running) this.arm();
    return () => {
      if (timer.run === undefined) return;
      timer.run = undefined;
      this.queue.forgetOne();
    };
  }

  systemTime(): number | undefined {
    const systemMs = this.host.systemMs();
    return canBeNow(systemMs) ? systemMs : undefined;
  }

  /** One that was withdrawn may still wake the machine, once, for nothing. */
  private arm(): void {
    const dueMs = this.queue.first()?.dueMs;
    if (dueMs === undefined || (this.wake !== undefined && this.wake.dueMs <= dueMs)) return;
    this.wake?.cancel();
    const waitMs = dueMs - this.now();
    const fire = (): void => this.runDue();
    this.wake = { dueMs, cancel: waitMs > 0 ? this.host.after(waitMs, fire) : this.host.soon(fire) };
  }

  /** What a timer throws ends the process, as with timers of the machine; the others would still have their time. */
  private runDue(): void {
    this.wake = undefined;
    this.running = true;
    try {
      const nowMs = this.now();
      for (let ran = 0; ran < timersARoundMax; ran += 1) {
        const timer = this.queue.first();
        if (timer?.run === undefined || timer.dueMs > nowMs) return;
        this.queue.removeFirst();
        const { run } = timer;
        timer.run = undefined;
        run();
      }
    } finally {
      this.running = false;
      this.arm();
    }
  }
}
