/** What people ask of the street around a simulated station, as parameters and deeds: plugs, surroundings, flickering signals. */
import { oneOf, optional, type Parameter, type ValuesOf, wholeNumber } from '../control/parameters';
import { flickerMaxMs, flickerMinMs, flickerSignals, flickerTimesMax } from '../drivers/sim/flicker';
import { cableEnds } from '../drivers/sim/plug';
import { cableRatingsA } from '../hal/iec61851';
import type { Simulation } from './simulation';

const vehicleNameCharactersMax = 40;

/** A ready-made vehicle by its name, or options; the option `like` names a ready-made one to begin with. */
const vehicle: Parameter<Readonly<Record<string, unknown>>> = {
  valid: 'the name of a ready-made vehicle, or an object { … }, which may name one as "like"',
  optional: false,
  read: (value) => {
    if (typeof value === 'string') return value.length <= vehicleNameCharactersMax ? { like: value } : undefined;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  },
};

export const plugParameters = {
  cable: optional(oneOf(cableRatingsA)),
  ev: optional(vehicle),
  end: optional(oneOf(cableEnds)),
};

interface PlugRequest extends Partial<ValuesOf<typeof plugParameters>> {
  connector: number;
}

/** The world checks names and values itself, and says what is valid. */
export function plug({ world }: Simulation, { connector: id, cable, ev, end = 'both' }: PlugRequest): string {
  world.plug(id, {
    ends: end,
    ...(cable === undefined ? {} : { cableA: cable }),
    ...(ev === undefined ? {} : { ev: vehicleOptions(ev) }),
  });
  return `connector ${id}: ${end === 'both' ? 'a vehicle' : `the ${end}'s end of a cable`} is plugged in`;
}

/** Throws `command.invalid` for the name of a vehicle that is not among the ready-made ones. */
function vehicleOptions({ like, ...change }: Readonly<Record<string, unknown>>): object {
  if (like === undefined) return change;
  // The file of vehicles needs the YAML reader, which most plugging does without.
  const { readyVehicle } = require('../drivers/sim/ready-vehicles') as typeof import('../drivers/sim/ready-vehicles');
  return { ...readyVehicle(String(like)).options, ...change };
}

export const unplugParameters = { end: optional(oneOf(cableEnds)) };

interface UnplugRequest extends Partial<ValuesOf<typeof unplugParameters>> {
  connector: number;
}

export function unplug({ world }: Simulation, { connector: id, end = 'both' }: UnplugRequest): string {
  world.unplug(id, { ends: end });
  return `connector ${id}: unplugged, or as soon as the lock lets go`;
}

export function changeSurroundings(
  { world, running }: Simulation,
  { connector: id, change }: { connector: number; change: object },
): string {
  world.set(id, change);
  running.station.readMeters();
  return `${id === 0 ? 'station' : `connector ${id}`}: ${Object.keys(change).join(', ')} changed`;
}

const flickerMs = wholeNumber(flickerMinMs, flickerMaxMs, 'a whole number of ms');

export const flickerParameters = {
  signal: oneOf(flickerSignals),
  forMs: flickerMs,
  times: optional(wholeNumber(1, flickerTimesMax)),
  everyMs: optional(flickerMs),
};

interface FlickerRequest extends ValuesOf<typeof flickerParameters> {
  connector: number;
}

export function flicker(
  { world }: Simulation,
  { connector: id, signal, forMs, times, everyMs }: FlickerRequest,
): string {
  world.flicker(id, signal, {
    forMs,
    ...(times === undefined ? {} : { times }),
    ...(everyMs === undefined ? {} : { everyMs }),
  });
  return `connector ${id}: ${signal} flickers`;
}
