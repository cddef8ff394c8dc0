/** What is plugged: a cable in the outlet or not, a vehicle at its other end or none; what people may do with both ends. */
import type { BoardSocket } from '../../hal/board';
import { CommandRefusal, type RefusedCommand } from '../../hal/command-refusal';
import type { CableRatingA } from '../../hal/iec61851';
import { fieldsOf, type JsonValue } from '../../hal/store';
import { changedEvOptions, type EvOptions, evDefaults, restoredEvOptions } from './ev-options';
import { checkedCable, restoredCable, takesRatedCables } from './outlet';

export interface PlugState {
  /** Whether the station's end is in the outlet. */
  inOutlet: boolean;
  /** Rating of the cable; undefined without one, in Mode 2, and with an attached cable. */
  cableA: CableRatingA | undefined;
  /** The vehicle at the other end; undefined: none. */
  ev: EvOptions | undefined;
  /** A cable without vehicle was left in on purpose: it does not go when the bolt lets go of it. */
  stays: boolean;
}

/** Which end of a cable is put in or taken out: that of the outlet, that of the vehicle, or both. */
export const cableEnds = ['both', 'station', 'vehicle'] as const;

/** Which end of a cable somebody takes in hand. */
export type CableEnds = (typeof cableEnds)[number];

export interface PlugPlace {
  /** For messages, such as `connector 2`. */
  name: string;
  socket: BoardSocket;
  /** Whether the bolt is out. */
  locked: boolean;
}

export const nothingPlugged: PlugState = { inOutlet: false, cableA: undefined, ev: undefined, stays: false };

/** Puts one end in, or both; an end that is in already stays. Throws `command.invalid` where that cannot be. */
export function putIn(
  place: PlugPlace,
  now: PlugState,
  { cableA, ev: change, ends }: { cableA: number | undefined; ev: object; ends: CableEnds },
): PlugState {
  checkEnds(place, ends);
  if (now.inOutlet && now.ev !== undefined)
    refuse(place, 'vehiclePlugged', 'a vehicle is plugged already: unplug it first');
  if (ends === 'station' && now.inOutlet) refuse(place, 'cablePlugged', 'a cable is plugged already: unplug it first');
  if (ends === 'vehicle' && now.ev !== undefined) refuse(place, 'vehicleThere', 'a vehicle is at the cable already');
  const goesIn = ends !== 'vehicle' && !now.inOutlet;
  if (place.locked && goesIn) refuse(place, 'cableLocked', 'the lock is out, so no plug goes in: unlock it first');
  const inOutlet = now.inOutlet || goesIn;
  // A cable that is in the outlet, or hangs on a vehicle, is the one whose other end is plugged now.
  const cable = inAnyEnd(now) ? now.cableA : checkedCable(place.name, place.socket, cableA);
  const base = now.ev ?? (ends === 'station' ? undefined : evDefaults);
  const ev = base && changedEvOptions(base, change, place.name);
  return { inOutlet, cableA: cable, ev, stays: inOutlet && ev === undefined };
}

/**
 * Takes out one end or both. Of both a person takes the vehicle's end at once, and the station's end as soon as the bolt
 * lets go of it (`force`: at once). Throws `command.invalid` where that cannot be.
 */
export function takeOut(
  place: PlugPlace,
  now: PlugState,
  { force, ends }: { force: boolean; ends: CableEnds },
): PlugState {
  checkEnds(place, ends);
  const held = place.locked && !force;
  const cableAlone = now.inOutlet && (force || now.stays);
  if (now.ev === undefined && !cableAlone) refuse(place, 'nothingPlugged', 'nothing is plugged');
  if (ends === 'vehicle' && now.ev === undefined) refuse(place, 'noVehicle', 'no vehicle is plugged');
  if (ends === 'station' && !now.inOutlet) refuse(place, 'noCable', 'no cable is plugged');
  if (ends === 'station' && held) refuse(place, 'plugLocked', 'the lock holds the plug: unlock it first');
  if (ends === 'station' && now.ev !== undefined) return { ...now, inOutlet: false, stays: false };
  const cableRemains = now.inOutlet && takesRatedCables(place.socket) && (ends === 'vehicle' || held);
  return cableRemains ? { ...now, ev: undefined, stays: ends === 'vehicle' } : nothingPlugged;
}

/** The bolt lets go: a cable without vehicle goes, unless it was left in on purpose. */
export function letGo(now: PlugState): PlugState {
  return now.ev === undefined && !now.stays ? nothingPlugged : now;
}

export function keptPlug({ inOutlet, cableA, ev, stays }: PlugState): { [name: string]: JsonValue } {
  return {
    cableA: cableA ?? null,
    ev: ev === undefined ? null : { ...ev },
    stays,
    waiting: ev !== undefined && !inOutlet,
  };
}

/** What is wrong in memory becomes the usual cable, or a vehicle as it is by default. */
export function restoredPlug(socket: BoardSocket, kept: { [name: string]: JsonValue }): PlugState {
  const cableA = kept.cableA == null ? undefined : restoredCable(socket, kept.cableA);
  const ev = typeof kept.ev === 'object' && kept.ev !== null ? restoredEvOptions(fieldsOf(kept.ev)) : undefined;
  const inOutlet = (cableA !== undefined || ev !== undefined) && kept.waiting !== true;
  return { inOutlet, cableA, ev, stays: inOutlet && ev === undefined && kept.stays === true };
}

function inAnyEnd({ inOutlet, ev }: PlugState): boolean {
  return inOutlet || ev !== undefined;
}

function checkEnds(place: PlugPlace, ends: CableEnds): void {
  if (ends === 'both' || takesRatedCables(place.socket)) return;
  const why = place.socket.mode === 'mode2' ? 'of a cord only the plug counts' : 'the cable is attached';
  refuse(place, 'endFixed', `${why}: leave the end out`);
}

function refuse({ name }: PlugPlace, refusal: RefusedCommand, why: string): never {
  throw new CommandRefusal(refusal, `${name}: ${why}`);
}
