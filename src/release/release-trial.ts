/** A release that was installed lately proves itself by staying healthy: then it is confirmed, once. */
import type { Clock } from '../hal/clock';
import { messageOf } from '../hal/errors';
import type { FirmwareSlots } from '../hal/ports';

/** A release on trial that was healthy for so long without a break is good. */
export const trialHealthyMs = 60_000;

export interface ReleaseTrialOptions {
  slots: Pick<FirmwareSlots, 'confirm'>;
  clock: Clock;
  /** Takes why the release could not be confirmed. */
  warn(message: string): void;
}

export class ReleaseTrial {
  private healthySince: number | undefined;
  private over = false;

  constructor(private readonly options: ReleaseTrialOptions) {}

  /** To be called with each look at the health of the station. */
  judge(healthy: boolean): void {
    const { clock, slots, warn } = this.options;
    const now = clock.now();
    this.healthySince = healthy ? (this.healthySince ?? now) : undefined;
    if (this.over || this.healthySince === undefined || now < this.healthySince + trialHealthyMs) return;
    this.over = true;
    slots.confirm().catch((error) => warn(`the release cannot be confirmed: ${messageOf(error)}`));
  }
}
