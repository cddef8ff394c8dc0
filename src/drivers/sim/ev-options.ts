/** What a simulated vehicle is like: options, their defaults and their ranges. */
import { GreenupError } from '../../hal/errors';
import type { JsonValue } from '../../hal/store';

export interface EvOptions {
  /** Phases that the on-board charger loads, as far as the outlet has them; default 3. Always 1 in Mode 2. */
  phases: 1 | 3;
  /** Most that the on-board charger draws per phase, in A; default 32. */
  maxCurrentA: number;
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
  /** Fixed current per phase in A, without regard to offer and taper; null: none. In Mode 2 null means a 10 A cord. */
  drawA: number | null;
  /** Asks for ventilation (state D); default false. */
  needsVentilation: boolean;
  /** From a changed offer until the vehicle follows it, in ms, at most 5000 (IEC 61851-1, A.4); default 1000. */
  followMs: number;
  /** How fast the current changes, in A/s; default 8. */
  rampAPerSecond: number;
  /** Ramps down and opens S2 within 2 s when the PWM stops; false: goes on drawing; default true. */
  reactsToPwmOff: boolean;
  /** Falls asleep when nothing was offered for so long, and takes no offer until state F wakes it, in ms; 0: never. */
  sleepsAfterMs: number;
}

export const evDefaults: Readonly<EvOptions> = {
  phases: 3,
  maxCurrentA: 32,
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
  sleepsAfterMs: 0,
};

interface Choice {
  text: string;
  accepts: (value: unknown) => boolean;
}

const yesOrNo: Choice = { text: 'true or false', accepts: (value) => typeof value === 'boolean' };

function range(from: number, to: number, unit: string): Choice {
  return {
    text: `${from} to ${to} ${unit}`,
    accepts: (value) => typeof value === 'number' && value >= from && value <= to,
  };
}

const fixedDraw = range(0, 100, 'A');

const choices: Readonly<Record<keyof EvOptions, Choice>> = {
  phases: { text: '1 or 3', accepts: (value) => value === 1 || value === 3 },
  maxCurrentA: range(1, 80, 'A'),
  batteryWh: range(1, 1_000_000, 'Wh'),
  stateOfCharge: range(0, 100, 'percent'),
  readyDelayMs: range(0, 86_400_000, 'ms'),
  paused: yesOrNo,
  ignoresOffer: yesOrNo,
  drawA: { text: `${fixedDraw.text}, or null`, accepts: (value) => value === null || fixedDraw.accepts(value) },
  needsVentilation: yesOrNo,
  followMs: range(0, 5000, 'ms'),
  rampAPerSecond: range(0.1, 1000, 'A/s'),
  reactsToPwmOff: yesOrNo,
  sleepsAfterMs: range(0, 86_400_000, 'ms'),
};

/** `base` with `change`; throws `command.invalid`, saying for which `place`, at an unknown option or a wrong value. */
export function changedEvOptions(base: EvOptions, change: Partial<EvOptions>, place: string): EvOptions {
  for (const [name, value] of Object.entries(change)) {
    if (!isOption(name)) {
      throw new GreenupError(
        'command.invalid',
        `${place}: a vehicle has no option ${name}; valid: ${Object.keys(choices).join(', ')}`,
      );
    }
    if (choices[name].accepts(value)) continue;
    throw new GreenupError(
      'command.invalid',
      `${place}: vehicle option ${name} cannot be ${String(value)}; valid: ${choices[name].text}`,
    );
  }
  return { ...base, ...change };
}

/** Options kept in memory; what is missing or wrong gets its default. */
export function restoredEvOptions(kept: { [name: string]: JsonValue }): EvOptions {
  const good = Object.entries(kept).filter(([name, value]) => isOption(name) && choices[name].accepts(value));
  return { ...evDefaults, ...(Object.fromEntries(good) as Partial<EvOptions>) };
}

function isOption(name: string): name is keyof EvOptions {
  return Object.hasOwn(choices, name);
}
