/** What a bench request says about vehicles, cables, surroundings and flickering signals, as the simulated world takes it. */
import type { EvOptions } from '../drivers/sim/ev-options';
import { flickerMaxMs, flickerMinMs, flickerSignals, flickerTimesMax } from '../drivers/sim/flicker';
import { cableEnds } from '../drivers/sim/plug';
import type { PlugOptions, SimulatedWorld } from '../drivers/sim/world';
import { oneOf, optional, type Parameter, type ValuesOf, wholeNumber } from './parameters';

const vehicleNameCharactersMax = 40;

/** A ready-made vehicle by its name, or options; the option `like` names a ready-made one to begin with. */
const vehicle: Parameter<Readonly<Record<string, unknown>>> = {
  words: 'the name of a ready-made vehicle, or an object { … }, which may name one as "like"',
  optional: false,
  read: (value) => {
    if (typeof value === 'string') return value.length <= vehicleNameCharactersMax ? { like: value } : undefined;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  },
};

export const plugParameters = {
  cable: optional(oneOf([13, 20, 32, 63])),
  ev: optional(vehicle),
  end: optional(oneOf(cableEnds)),
};

export const unplugParameters = { end: optional(oneOf(cableEnds)) };

/** Longest piece of time that one `advance` takes, in ms: an hour. */
const advanceMaxMs = 3_600_000;

export const advanceParameters = { ms: wholeNumber(0, advanceMaxMs, 'a whole number of ms') };

const flickerMs = wholeNumber(flickerMinMs, flickerMaxMs, 'a whole number of ms');

export const flickerParameters = {
  signal: oneOf(flickerSignals),
  forMs: flickerMs,
  times: optional(wholeNumber(1, flickerTimesMax)),
  everyMs: optional(flickerMs),
};

/** What the world is asked for; it checks names and values itself, and says what is valid. */
export function plugOptions(
  { cable, ev, end }: Partial<ValuesOf<typeof plugParameters>>,
  usual: Partial<EvOptions> = {},
): PlugOptions {
  const options = ev === undefined ? usual : vehicleOptions(ev, usual);
  return {
    ev: options,
    ...(cable === undefined ? {} : { cableA: cable }),
    ...(end === undefined ? {} : { ends: end }),
  };
}

/** A named vehicle is as it is, any other begins as the usual one. Throws `command.invalid` for an unknown name. */
function vehicleOptions(
  { like, ...change }: Readonly<Record<string, unknown>>,
  usual: Partial<EvOptions>,
): Partial<EvOptions> {
  if (like === undefined) return { ...usual, ...change };
  // The file of vehicles needs the YAML reader, which most plugging does without.
  const { readyVehicle } = require('../drivers/sim/ready-vehicles') as typeof import('../drivers/sim/ready-vehicles');
  return { ...readyVehicle(String(like)).options, ...change };
}

export function flicker(
  world: SimulatedWorld,
  connectorId: number,
  { signal, forMs, times, everyMs }: ValuesOf<typeof flickerParameters>,
): void {
  world.flicker(connectorId, signal, {
    forMs,
    ...(times === undefined ? {} : { times }),
    ...(everyMs === undefined ? {} : { everyMs }),
  });
}
