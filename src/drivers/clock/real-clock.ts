/** The machine's own clock, which a simulation may run faster than the world outside. */
import { type Cancel, type Clock, wallTimeMinMs } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';

export interface RealClockOptions {
  /** How many simulated seconds pass in a real one, 1 to 1000; default 1. */
  speed?: number;
  /** True: waiting timers do not keep the process alive. Default false. */
  unref?: boolean;
  /** Whether the machine's wall clock is right (NTP, RTC), asked at each `systemTime()`; default: always. */
  systemTimeTrusted?: () => boolean;
  /** `process.hrtime.bigint()` at which the count begins, so that threads share one count; default: now. */
  origin?: bigint;
}

/** setTimeout takes no longer wait: 2^31 − 1 ms, nearly 25 days. */
const timeoutMaxMs = 2 ** 31 - 1;

export class RealClock implements Clock {
  readonly speed: number;
  readonly #unref: boolean;
  readonly #systemTimeTrusted: () => boolean;
  /** performance.now() would count from the start of each thread. */
  readonly #origin: bigint;
  readonly #startSystemMs = Date.now();

  /** Throws `config.invalid` if `speed` is not between 1 and 1000. */
  constructor(options: RealClockOptions = {}) {
    const speed = options.speed ?? 1;
    if (!(speed >= 1 && speed <= 1000)) {
      throw new GreenupError('config.invalid', `clock speed ${speed} is not possible: choose 1 to 1000`);
    }
    this.speed = speed;
    this.#origin = options.origin ?? process.hrtime.bigint();
    this.#unref = options.unref ?? false;
    this.#systemTimeTrusted = options.systemTimeTrusted ?? (() => true);
  }

  now(): number {
    return (Number(process.hrtime.bigint() - this.#origin) / 1e6) * this.speed;
  }

  at(dueMs: number, run: () => void): Cancel {
    let timeout: NodeJS.Timeout;
    const arm = (): void => {
      const waitMs = Math.ceil((dueMs - this.now()) / this.speed);
      timeout = setTimeout(expire, Math.min(Math.max(waitMs, 0), timeoutMaxMs));
      if (this.#unref) timeout.unref();
    };
    const expire = (): void => {
      // setTimeout counts in whole milliseconds and may come a little early, and long waits are cut in pieces.
      if (this.now() < dueMs) arm();
      else run();
    };
    arm();
    return () => clearTimeout(timeout);
  }

  /** At speed 1 the wall clock, with its corrections; faster, it starts at the real time and runs ahead of it. */
  systemTime(): number | undefined {
    const systemMs = this.speed === 1 ? Date.now() : this.#startSystemMs + this.now();
    return systemMs >= wallTimeMinMs && this.#systemTimeTrusted() ? systemMs : undefined;
  }
}
