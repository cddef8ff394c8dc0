/** Control pilot: voltages to vehicle states with hysteresis, and currents to duty cycles (IEC 61851-1, Annex A). */
import {
  diodePlateauMaxV,
  highestOfferA,
  lowerDuty,
  lowestOfferA,
  stateBoundsV,
  upperDuty,
  type VehicleState,
  vehicleStates,
} from '../../hal/iec61851';
import type { PilotReading } from '../../hal/parts';
import { pilotHysteresisV, pilotPlausibleMaxV, timings, upperPlateauMinV } from './timings';

/** Vehicle state by the upper plateau; `invalid` is never mapped to its neighbour. */
export type PilotLevel = VehicleState | 'invalid';

const descending: readonly PilotLevel[] = vehicleStates;

/** The level of a reading; `previous` widens its own band by the hysteresis. */
export function levelOf(reading: PilotReading, previous: PilotLevel): PilotLevel {
  if (reading.kind === 'invalid') return 'invalid';
  const { high, low } = reading;
  const plausible = high <= pilotPlausibleMaxV && high >= upperPlateauMinV && Math.abs(low) <= pilotPlausibleMaxV;
  if (!plausible) return 'invalid';
  const before = descending.indexOf(previous);
  let index = 0;
  for (const [i, bound] of stateBoundsV.entries()) {
    const shift = before < 0 ? 0 : before <= i ? -pilotHysteresisV : pilotHysteresisV;
    if (high < bound + shift) index = i + 1;
  }
  return descending[index] ?? 'invalid';
}

/** How long a change of level must last before it is believed. */
export function debounceMs(from: PilotLevel, to: PilotLevel): number {
  if (to === 'invalid') return timings.pilotInvalidMs;
  if (to === 'E') return timings.pilotFastDebounceMs;
  const towardsVehicle = descending.indexOf(to) > descending.indexOf(from);
  if (from === 'invalid' || from === 'E') return timings.pilotSlowDebounceMs;
  return towardsVehicle && !(from === 'C' && to === 'D') ? timings.pilotSlowDebounceMs : timings.pilotFastDebounceMs;
}

/** The negative plateau shows that a diode is in the vehicle's pilot circuit. */
export function diodeSeen(reading: PilotReading): boolean {
  return reading.kind === 'volts' && reading.low <= diodePlateauMaxV;
}

/**
 * Duty cycle in percent that offers `amps` (6 to 80 A per phase), IEC 61851-1 Table A.7. A current in the gap that the
 * standard leaves becomes the 51 A below it: never is more offered than asked.
 */
export function dutyOf(amps: number): number {
  if (!(amps >= lowestOfferA)) {
    throw new RangeError(`pilot: cannot offer ${amps} A; the lowest offer is ${lowestOfferA} A`);
  }
  if (amps <= lowerDuty.maxA) return amps / lowerDuty.ampsPerPercent;
  if (amps < upperDuty.minA) return lowerDuty.maxPercent;
  return Math.min(amps, highestOfferA) / upperDuty.ampsPerPercent + upperDuty.offsetPercent;
}
