/** What a simulated vehicle is like: options, their defaults and their ranges. */
import type { JsonValue } from '../../hal/store';
import { type Choices, changedValues, choicesText, orNull, range, restoredValues, yesOrNo } from './choices';

/** A simulated vehicle. A value out of its range is refused with `command.invalid`, which names the range. */
export interface EvOptions {
  /** Phases that the on-board charger loads, as far as the outlet has them; default 3. Always 1 in Mode 2. */
  phases: 1 | 2 | 3;
  /** Most that the on-board charger draws per phase, in A; default 32. */
  maxCurrentA: number;
  /** Least offer in A per phase at which it charges; below it, it stops as if nothing were offered; default 6. */
  minCurrentA: number;
  /** Capacity of the battery, in Wh; default 50 000. */
  batteryWh: number;
  /** In percent; default 20. At 100 the vehicle stops. */
  stateOfCharge: number;
  /** From the first offer until the vehicle closes S2, in ms; default 500. Mode 2 has its own 2 s. */
  readyDelayMs: number;
  /** The vehicle does not want energy now; default false. */
  paused: boolean;
  /** Draws `maxCurrentA` whatever the pilot says, once it has started; default false. */
  ignoresOffer: boolean;
  /** Fixed current per phase in A, without regard to offer and taper; null: none. */
  drawA: number | null;
  /** Asks for ventilation (state D); default false. */
  needsVentilation: boolean;
  /** From a changed offer until the vehicle follows it, in ms, at most 5000 (IEC 61851-1, A.4); default 1000. */
  followMs: number;
  /** How fast the current changes, in A/s; default 8. */
  rampAPerSecond: number;
  /** Ramps down and opens S2 within 2 s when the PWM stops; false: goes on drawing; default true. */
  reactsToPwmOff: boolean;
  /** Power by voltage times current; default 1. */
  powerFactor: number;
  /** By how much its current swings around its mean, in A; default 0. */
  rippleA: number;
  /**
   * Without an offer for so long, in ms, the vehicle falls asleep and asks for nothing more, whatever it is offered, until
   * its pilot was interrupted or its owner does something with it; 0: it stays awake, the default.
   */
  sleepsAfterMs: number;
  /** What the Mode 2 cord allows in an ordinary outlet, in A: 8, 10 (default) or 14. */
  cordA: number;
  /** What the cord allows where its plug finds the contact of a Green'Up outlet, in A: 14; null: it does not look. */
  cordGreenUpA: number | null;
}

export const evDefaults: Readonly<EvOptions> = {
  phases: 3,
  maxCurrentA: 32,
  minCurrentA: 6,
  batteryWh: 50_000,
  stateOfCharge: 20,
  readyDelayMs: 500,
  paused: false,
  ignoresOffer: false,
  drawA: null,
  needsVentilation: false,
  followMs: 1000,
  rampAPerSecond: 8,
  reactsToPwmOff: true,
  powerFactor: 1,
  rippleA: 0,
  sleepsAfterMs: 0,
  cordA: 10,
  cordGreenUpA: null,
};

const drawA = orNull(range(0, 100, 'A'));

const choices: Choices<EvOptions> = {
  phases: { text: '1, 2 or 3', accepts: (value) => value === 1 || value === 2 || value === 3 },
  maxCurrentA: range(1, 80, 'A'),
  minCurrentA: range(6, 32, 'A'),
  batteryWh: range(1, 1_000_000, 'Wh'),
  stateOfCharge: range(0, 100, 'percent'),
  readyDelayMs: range(0, 86_400_000, 'ms'),
  paused: yesOrNo,
  ignoresOffer: yesOrNo,
  drawA,
  needsVentilation: yesOrNo,
  followMs: range(0, 5000, 'ms'),
  rampAPerSecond: range(0.1, 1000, 'A/s'),
  reactsToPwmOff: yesOrNo,
  powerFactor: range(0.05, 1, '(power by voltage times current)'),
  rippleA: range(0, 10, 'A'),
  sleepsAfterMs: range(0, 86_400_000, 'ms'),
  cordA: range(6, 16, 'A'),
  cordGreenUpA: orNull(range(6, 16, 'A')),
};

const words = { has: 'a vehicle has no option', value: 'vehicle option' };

/** What an object of options may hold, in words. */
export const evOptionsText = choicesText(choices);

/** `base` with `change`; throws `command.invalid`, saying for which `place`, at an unknown option or a wrong value. */
export function changedEvOptions(base: EvOptions, change: object, place: string): EvOptions {
  return changedValues(choices, base, change, place, words);
}

/** Options kept in memory; what is missing or wrong gets its default. */
export function restoredEvOptions(kept: { [name: string]: JsonValue }): EvOptions {
  return restoredValues(choices, evDefaults, kept);
}
