/** Watches the energy register of one meter: it never falls, and rises no faster than the socket can deliver. */
import { GreenupError } from '../../../hal/errors';
import type { ReportTrouble } from '../../../hal/trouble';
import { withoutDust } from './decode';

/** Largest outlet, in A per phase, and the highest voltage to be expected there, in V. */
const outletMaxA = 63;
const mainsMaxV = 253;
/** Twice what the outlet can give, over the time passed, … */
const riseFactor = 2;
/** … and the coarsest register's step (0.1 kWh) twice, in Wh. */
const riseMarginWh = 200;
/**
 * A register that jumps, up or down, is followed when so many readings in a row agree, and from a new base: what it
 * jumped by was not drawn here, and nobody is billed for it. A damaged frame that slips through its check sum does not
 * come again; a meter that was replaced stays. The refusals before are more than the three misses after which the station
 * takes the meter for silent, so the central system is told (PowerMeterFailure) and the outlet is dead meanwhile.
 */
export const jumpReadings = 5;

const hourMs = 3_600_000;

/** `energyWh` as the meter shows it. */
interface Shown {
  energyWh: number;
  at: number;
}

export class EnergyRegister {
  private last: Shown | undefined;
  private candidate: { first: Shown; last: Shown; seen: number } | undefined;
  /** What is told less what the meter shows, in Wh; other than 0 after a jump, until the program ends. */
  private baseWh = 0;

  /** `name` begins each message; `report` is called when a jump is followed. */
  constructor(
    private readonly name: string,
    private readonly phases: 1 | 3,
    private readonly report: ReportTrouble,
  ) {}

  /**
   * The energy to be told, in Wh, which never falls, for a register that shows `energyWh` at `now` (ms). Throws
   * `part.failed` while it cannot be believed.
   */
  accept(energyWh: number, now: number): number {
    const shown = { energyWh, at: now };
    if (this.last && !this.canFollow(this.last, shown)) this.followJump(this.last, shown);
    this.last = shown;
    this.candidate = undefined;
    return withoutDust(energyWh + this.baseWh);
  }

  private followJump(last: Shown, shown: Shown): void {
    const candidate = this.candidate;
    const agrees = candidate !== undefined && this.canFollow(candidate.last, shown);
    const first = agrees ? candidate.first : shown;
    const seen = agrees ? candidate.seen + 1 : 1;
    const change = shown.energyWh < last.energyWh ? 'fell' : 'jumped';
    const jump = `energy register ${change} from ${last.energyWh} Wh to ${shown.energyWh} Wh in ${Math.round((shown.at - last.at) / 1000)} s`;
    if (seen < jumpReadings) {
      this.candidate = { first, last: shown, seen };
      throw new GreenupError(
        'part.failed',
        `${this.name}: ${jump}, which the outlet cannot have drawn: meter replaced or wrong address? Seen ${seen} of ${jumpReadings} times`,
      );
    }
    this.baseWh += last.energyWh - first.energyWh;
    this.report({
      part: 'meter',
      code: 'noticed',
      text: `${this.name}: ${jump}; counted on from there since ${seen} readings agree, and what it jumped by is billed to nobody: was the meter replaced?`,
    });
  }

  private canFollow(from: Shown, to: Shown): boolean {
    const watts = this.phases * outletMaxA * mainsMaxV * riseFactor;
    const rise = to.energyWh - from.energyWh;
    return rise >= 0 && rise <= (watts * (to.at - from.at)) / hourMs + riseMarginWh;
  }
}
