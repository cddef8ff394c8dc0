/** A release that was installed lately proves itself, and is confirmed once; one that does not prove itself is given up. */
import type { Clock } from '../hal/clock';
import { messageOf } from '../hal/errors';
import type { FirmwareSlots } from '../hal/ports';

/** A release on trial that was healthy for so long without a break is good. */
export const trialHealthyMs = 60_000;
/** The central system may be away, or may not want to accept this station: so long it is waited for, in ms. */
export const acceptanceMaxMs = 600_000;
/** A release that has not proved itself after so long is given up, in ms. */
export const trialMaxMs = 1_800_000;

export interface ReleaseTrialOptions {
  slots: Pick<FirmwareSlots, 'confirm' | 'running' | 'versions'>;
  clock: Clock;
  /** Default: `trialHealthyMs`. */
  healthyMs?: number;
  /** The release on trial does not prove itself; the reason goes on after its name and "it". */
  giveUp(reason: string): Promise<void>;
  /** Takes why the release could not be confirmed, or given up. */
  warn(message: string): void;
}

/** One look at the station. */
export interface TrialLook {
  /** Its machines run, and each outlet has reported. */
  healthy: boolean;
  /** The central system has accepted this start, or the station has no need of one. */
  accepted: boolean;
  /** Why it is not healthy. */
  reasons: readonly string[];
}

export class ReleaseTrial {
  private startedAt: number | undefined;
  private healthySince: number | undefined;
  /** Whether this release is on trial; undefined until the slots have said so. */
  private onTrial: boolean | undefined;
  private over = false;

  constructor(private readonly options: ReleaseTrialOptions) {}

  /** Whether nothing is judged any more. */
  get isOver(): boolean {
    return this.over;
  }

  /** To be called with each look at the health of the station. */
  judge(look: TrialLook): void {
    const now = this.options.clock.now();
    if (this.startedAt === undefined) this.ask();
    this.startedAt ??= now;
    this.healthySince = look.healthy ? (this.healthySince ?? now) : undefined;
    if (this.over || this.onTrial === undefined) return;
    if (this.isProven(look, now, this.startedAt)) this.end(this.options.slots.confirm(), 'confirmed');
    else if (this.onTrial && now >= this.startedAt + trialMaxMs)
      this.end(this.options.giveUp(whyNot(look)), 'given up');
  }

  /** Of a good release that starts again nothing is asked but health. */
  private isProven({ accepted }: TrialLook, now: number, startedAt: number): boolean {
    const { healthyMs = trialHealthyMs } = this.options;
    if (this.healthySince === undefined || now < this.healthySince + healthyMs) return false;
    return !this.onTrial || accepted || now >= startedAt + acceptanceMaxMs;
  }

  private end(done: Promise<void>, what: string): void {
    this.over = true;
    done.catch((error) => this.options.warn(`the release cannot be ${what}: ${messageOf(error)}`));
  }

  private ask(): void {
    const { slots } = this.options;
    slots.versions().then(
      ({ trial }) => {
        this.onTrial = trial !== undefined && trial.version === slots.running()?.version;
      },
      () => {
        // Where nobody knows, more is asked for rather than less.
        this.onTrial = true;
      },
    );
  }
}

function whyNot({ reasons }: TrialLook): string {
  const why = reasons.length === 0 ? 'it was not healthy for long enough' : reasons.join(', ');
  return `did not prove itself within ${trialMaxMs / 60_000} minutes: ${why}`;
}
