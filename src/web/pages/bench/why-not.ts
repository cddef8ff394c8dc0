/** Why something cannot be done at the bench just now: what the world would refuse is not offered, and said. Pure. */
import type { BenchOutlet, BenchPoint, BenchView, PlayedConnector, PossibleFault } from '../../../control/pages/bench';

/** Each has a sentence in the glossary. */
export type WhyNot =
  | 'vehiclePlugged'
  | 'cableLocked'
  | 'cablePlugged'
  | 'vehicleThere'
  | 'nothingPlugged'
  | 'noVehicle'
  | 'noCable'
  | 'plugLocked'
  | 'wantsAlready'
  | 'wantsNothing'
  | 'sleepsAlready'
  | 'isAwake'
  | 'noTransaction'
  | 'noLock'
  | 'noReader'
  | 'readerSilent'
  | 'timeRuns'
  | 'excluded';

export type CableEnd = 'both' | 'station' | 'vehicle';

/** undefined: it can be done; here and below. */
export function whyNotPlug(
  { plugged, cableIn, vehicleWaits, locked }: PlayedConnector,
  end: CableEnd,
): WhyNot | undefined {
  if (plugged) return 'vehiclePlugged';
  if (end === 'station' && cableIn) return 'cablePlugged';
  if (end === 'vehicle' && vehicleWaits) return 'vehicleThere';
  if (locked && end !== 'vehicle' && !cableIn) return 'cableLocked';
  return undefined;
}

export function whyNotUnplug(
  { plugged, cableIn, vehicleWaits, locked }: PlayedConnector,
  end: CableEnd,
): WhyNot | undefined {
  const hasVehicle = plugged || vehicleWaits;
  if (!hasVehicle && !cableIn) return 'nothingPlugged';
  if (end === 'vehicle' && !hasVehicle) return 'noVehicle';
  if (end === 'station' && !cableIn) return 'noCable';
  if (end === 'station' && locked) return 'plugLocked';
  return undefined;
}

export type VehicleAct = 'want' | 'pause' | 'sleep' | 'wake' | 'fill' | 'draw';

export function whyNotVehicle({ vehicle }: PlayedConnector, wanted: VehicleAct): WhyNot | undefined {
  if (vehicle === null) return 'noVehicle';
  if (wanted === 'want' && !vehicle.paused) return 'wantsAlready';
  if (wanted === 'pause' && vehicle.paused) return 'wantsNothing';
  if (wanted === 'sleep' && vehicle.asleep) return 'sleepsAlready';
  if (wanted === 'wake' && !vehicle.asleep) return 'isAwake';
  return undefined;
}

export function whyNotStop({ transaction }: PlayedConnector): WhyNot | undefined {
  return transaction === null ? 'noTransaction' : undefined;
}

export function whyNotUnlock({ hasLock }: BenchOutlet): WhyNot | undefined {
  return hasLock ? undefined : 'noLock';
}

export function whyNotTap({ readerPresent }: BenchPoint): WhyNot | undefined {
  if (readerPresent === null) return 'noReader';
  return readerPresent ? undefined : 'readerSilent';
}

export function whyNotAdvance({ time }: BenchView): WhyNot | undefined {
  return time.stands ? undefined : 'timeRuns';
}

export function whyNotFault({ excludes }: PossibleFault, caused: readonly string[]): WhyNot | undefined {
  return excludes !== null && caused.includes(excludes) ? 'excluded' : undefined;
}
