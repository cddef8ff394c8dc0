/** Watches the energy register of one meter: it never falls, and rises no faster than the socket can deliver. */
import { GreenupError } from '../../../hal/errors';

/** Largest outlet, in A per phase, and the highest voltage to be expected there, in V. */
const outletMaxA = 63;
const mainsMaxV = 253;
/** Twice what the outlet can give, over the time passed, … */
const riseFactor = 2;
/** … and the coarsest register's step (0.1 kWh) twice, in Wh. */
const riseMarginWh = 200;
/**
 * A register that jumps is believed when so many readings in a row agree. A damaged frame that slips through its
 * check sum does not come again; a meter that was replaced, or counted on while it could not be read, stays. To refuse
 * it for good would stop charging until somebody restarts the station, while a fall is refused for good: no energy
 * drawn can explain it, and a transaction must not end below its start. Two refusals are fewer than the three misses
 * after which the station takes the meter for silent.
 */
export const jumpConfirmations = 3;

const hourMs = 3_600_000;

interface Accepted {
  energyWh: number;
  at: number;
}

export class EnergyRegister {
  private last: Accepted | undefined;
  private candidate: (Accepted & { seen: number }) | undefined;

  /** `name` begins each message; `trouble` is told when a jump is believed. */
  constructor(
    private readonly name: string,
    private readonly phases: 1 | 3,
    private readonly trouble: (line: string) => void,
  ) {}

  /** Throws `part.failed` when a register of `energyWh` at `now` (ms) cannot be believed. */
  accept(energyWh: number, now: number): void {
    const last = this.last;
    if (last === undefined || this.canFollow(last, energyWh, now)) {
      this.take(energyWh, now);
      return;
    }
    if (energyWh < last.energyWh) {
      this.candidate = undefined;
      throw this.refusal(
        `energy register fell from ${last.energyWh} Wh to ${energyWh} Wh: meter replaced or wrong address? Restart the station if it was replaced`,
      );
    }
    const agrees = this.candidate !== undefined && this.canFollow(this.candidate, energyWh, now);
    const seen = agrees ? (this.candidate?.seen ?? 0) + 1 : 1;
    const passedS = Math.round((now - last.at) / 1000);
    const jump = `energy register jumped from ${last.energyWh} Wh to ${energyWh} Wh in ${passedS} s`;
    if (seen < jumpConfirmations) {
      this.candidate = { energyWh, at: now, seen };
      throw this.refusal(`${jump}, more than the socket can deliver; seen ${seen} of ${jumpConfirmations} times`);
    }
    this.trouble(`${this.name}: ${jump}; believed since ${seen} readings agree: was the meter replaced?`);
    this.take(energyWh, now);
  }

  private canFollow(from: Accepted, energyWh: number, now: number): boolean {
    const watts = this.phases * outletMaxA * mainsMaxV * riseFactor;
    const rise = energyWh - from.energyWh;
    return rise >= 0 && rise <= (watts * (now - from.at)) / hourMs + riseMarginWh;
  }

  private take(energyWh: number, now: number): void {
    this.last = { energyWh, at: now };
    this.candidate = undefined;
  }

  private refusal(text: string): GreenupError {
    return new GreenupError('part.failed', `${this.name}: ${text}`);
  }
}
