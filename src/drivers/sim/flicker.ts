/** Signals that show for a moment what is not so: a switch that bounces, a wire that is loose. */
import type { Cancel } from '../../hal/clock';
import { CommandRefusal } from '../../hal/command-refusal';
import { notifyDelayMs, type WorldClock } from './world-clock';

/**
 * `lock` and `contactor` show the opposite of what is so; on `pilotOpen` the pilot wire is broken, on `pilotShort` it
 * touches earth.
 */
export const flickerSignals = ['lock', 'contactor', 'pilotOpen', 'pilotShort'] as const;

/** A signal that can flicker: what it shows for a moment is not so. */
export type FlickerSignal = (typeof flickerSignals)[number];

/** When a signal flickers. */
export interface FlickerTimes {
  /** How long each lasts, in ms. */
  forMs: number;
  /** How many; default 1. */
  times?: number;
  /** From the beginning of one to that of the next, in ms; default twice `forMs`. */
  everyMs?: number;
}

/** A change that is over before the part has told it was not there. */
export const flickerMinMs = notifyDelayMs + 1;
export const flickerMaxMs = 60_000;
export const flickerTimesMax = 10_000;

export class Flicker {
  private readonly clock: WorldClock;
  private readonly onChange: () => void;
  private cancels: Cancel[] = [];
  private isActive = false;

  constructor(clock: WorldClock, onChange: () => void) {
    this.clock = clock;
    this.onChange = onChange;
  }

  /** Whether the signal shows what is not so. */
  get active(): boolean {
    return this.isActive;
  }

  /** Begins at once; what was under way ends. Throws `command.invalid` where one would not end before the next. */
  start(place: string, { forMs, times = 1, everyMs = 2 * forMs }: FlickerTimes): void {
    if (times > 1 && everyMs <= forMs) {
      const why = `each lasts ${forMs} ms, so the next cannot begin after ${everyMs} ms`;
      throw new CommandRefusal('flickersOverlap', `${place}: flicker: ${why}`);
    }
    for (const cancel of this.cancels) cancel();
    this.round(forMs, times, everyMs);
  }

  private round(forMs: number, times: number, everyMs: number): void {
    this.show(true);
    this.cancels = [this.clock.after(forMs, () => this.show(false))];
    if (times > 1) this.cancels.push(this.clock.after(everyMs, () => this.round(forMs, times - 1, everyMs)));
  }

  private show(active: boolean): void {
    if (active === this.isActive) return;
    this.isActive = active;
    this.onChange();
  }
}
