/** The sleep of a vehicle that was offered nothing for long: it no longer looks at the offer until something wakes it. */
import type { Clock } from '../../hal/clock';

/** An interruption of the pilot that is shorter than this wakes nobody, in ms. */
export const wakingInterruptionMs = 1000;

export class Sleep {
  private readonly clock: Clock;
  private unofferedSinceMs: number | undefined;
  private interruptedSinceMs: number | undefined;
  private isAsleep = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get asleep(): boolean {
    return this.isAsleep;
  }

  /** Takes note of whether anything is offered now; `afterMs`: how long it takes to fall asleep, 0: it never does. */
  update(offered: boolean, afterMs: number): void {
    const now = this.clock.now();
    if (offered) this.unofferedSinceMs = undefined;
    else this.unofferedSinceMs ??= now;
    const dueMs = this.dueMs(afterMs);
    if (dueMs !== undefined && now >= dueMs) this.isAsleep = true;
  }

  get pilotInterrupted(): boolean {
    return this.interruptedSinceMs !== undefined;
  }

  /** When it will fall asleep if nothing changes. */
  dueMs(afterMs: number): number | undefined {
    if (this.isAsleep || afterMs === 0 || this.unofferedSinceMs === undefined) return undefined;
    return this.unofferedSinceMs + afterMs;
  }

  /** The pilot is neither at a positive level nor swinging (state E or F, a broken wire), or it is again. */
  setPilotInterrupted(interrupted: boolean): void {
    const since = this.interruptedSinceMs;
    this.interruptedSinceMs = interrupted ? (since ?? this.clock.now()) : undefined;
    if (!interrupted && since !== undefined && this.clock.now() - since >= wakingInterruptionMs) this.wake();
  }

  /** Its owner unlocks it, or changes something by its screen or program. */
  wake(): void {
    this.isAsleep = false;
    this.unofferedSinceMs = undefined;
  }
}
