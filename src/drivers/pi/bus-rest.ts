/** Leaves a bus alone that holds its users up: one stuck use must not follow the other. */
import type { Clock } from '../../hal/clock';

/** A use that takes this long, in ms, found a stuck bus: adapters give up after 50 ms to 1 s, and whoever uses the bus waits with them. */
export const busStuckMs = 200;
/** Failures that took this long, in ms, come from an adapter that waited in vain and not from a chip that said no. */
const slowFailureMs = 20;
/** So many of them in a row, whoever met them, are a stuck bus as well. */
const slowFailuresMax = 3;
/** A stuck bus is left alone for so many times as long as its last use took. */
const restTimes = 10;

export interface BusRestOptions {
  /**
   * Drivers of expanders (mcp23s08) swallow what goes wrong on the bus: a read that took so long has failed, whatever it
   * says. Not for lines of the processor, whose reads are slow only when the processor is.
   */
  slowMeansFailed: boolean;
}

/** One for each bus, shared by all that use it. */
export class BusRest {
  /** Why it rests, or rested last: `held its users up for 1000 ms`. */
  reason = '';
  private slowFailures = 0;
  private until = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly clock: Clock,
    private readonly options: BusRestOptions = { slowMeansFailed: true },
  ) {}

  /** Nobody should use the bus now. */
  get resting(): boolean {
    return this.clock.now() < this.until;
  }

  /** Does `work`, a use of the bus, and judges it. Throws what it throws. */
  use<T>(work: () => T): T {
    const begun = this.clock.now();
    let failed = true;
    try {
      const result = work();
      failed = false;
      return result;
    } finally {
      this.judge(this.clock.now() - begun, failed);
    }
  }

  private judge(tookMs: number, failed: boolean): void {
    const { slowMeansFailed } = this.options;
    if (failed && tookMs >= slowFailureMs) this.slowFailures += 1;
    else if (!failed) this.slowFailures = 0;
    const stuck = tookMs >= busStuckMs && (failed || slowMeansFailed);
    if (!stuck && this.slowFailures < slowFailuresMax) return;
    this.slowFailures = 0;
    this.until = this.clock.now() + tookMs * restTimes;
    this.reason = `held its users up for ${Math.round(tookMs)} ms`;
  }
}

/** The rests of the buses of a rig, by the buses' names. */
export class BusRests {
  private readonly rests = new Map<string, BusRest>();

  constructor(private readonly clock: Clock) {}

  of(bus: string): BusRest {
    const rest = this.rests.get(bus) ?? new BusRest(this.clock);
    this.rests.set(bus, rest);
    return rest;
  }
}

/** As the kernel and GPIO lines name it: `i2c-1`. */
export function i2cBusName(bus: number): string {
  return `i2c-${bus}`;
}
