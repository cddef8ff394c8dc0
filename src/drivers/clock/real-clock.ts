/** The machine's own clock, for stations on hardware. */
import { type Cancel, type Clock, canBeNow } from '../../hal/clock';
import { timeoutMaxMs } from './host-time';

/** How a `RealClock` counts. */
export interface RealClockOptions {
  /** True: waiting timers do not keep the process alive. Default false. */
  unref?: boolean;
  /** Whether the machine's wall clock is right (NTP, RTC), asked at each `systemTime()`; default: always. */
  systemTimeTrusted?: () => boolean;
  /** `process.hrtime.bigint()` at which the count begins, so that threads share one count; default: now. */
  origin?: bigint;
}

/** The time of the machine. */
export class RealClock implements Clock {
  private readonly unref: boolean;
  private readonly systemTimeTrusted: () => boolean;
  /** performance.now() would count from the start of each thread. */
  private readonly origin: bigint;

  constructor(options: RealClockOptions = {}) {
    this.origin = options.origin ?? process.hrtime.bigint();
    this.unref = options.unref ?? false;
    this.systemTimeTrusted = options.systemTimeTrusted ?? (() => true);
  }

  now(): number {
    return Number(process.hrtime.bigint() - this.origin) / 1e6;
  }

  at(dueMs: number, run: () => void): Cancel {
    let timeout: NodeJS.Timeout;
    const arm = (): void => {
      const waitMs = Math.ceil(dueMs - this.now());
      timeout = setTimeout(expire, Math.min(Math.max(waitMs, 0), timeoutMaxMs));
      if (this.unref) timeout.unref();
    };
    const expire = (): void => {
      // setTimeout counts in whole milliseconds and may come a little early, and long waits are cut in pieces.
      if (this.now() < dueMs) arm();
      else run();
    };
    arm();
    return () => clearTimeout(timeout);
  }

  systemTime(): number | undefined {
    const systemMs = Date.now();
    return canBeNow(systemMs) && this.systemTimeTrusted() ? systemMs : undefined;
  }
}
