/** Control pilot: voltages to vehicle states with hysteresis, and currents to duty cycles (IEC 61851-1, Annex A). */
import type { PilotReading } from '../../hal/parts';
import { pilotThresholds as t, timings } from './timings';

/** Vehicle state by the upper plateau; `invalid` is never mapped to its neighbour. */
export type PilotLevel = 'A' | 'B' | 'C' | 'D' | 'E' | 'invalid';

const descending: readonly PilotLevel[] = ['A', 'B', 'C', 'D', 'E'];
const bounds: readonly number[] = [t.ab, t.bc, t.cd, t.de];

/** The level of a reading; `previous` widens its own band by the hysteresis. */
export function levelOf(reading: PilotReading, previous: PilotLevel): PilotLevel {
  if (reading.kind === 'invalid') return 'invalid';
  const { high, low } = reading;
  if (!(high <= t.highest && high >= t.lowestUpper && low >= -t.highest && low <= t.highest)) return 'invalid';
  const before = descending.indexOf(previous);
  let index = 0;
  for (const [i, bound] of bounds.entries()) {
    const shift = before < 0 ? 0 : before <= i ? -t.hysteresis : t.hysteresis;
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
  return reading.kind === 'volts' && reading.low <= t.negative;
}

/**
 * Duty cycle in percent that offers `amps` (6 to 80 A per phase), IEC 61851-1 Table A.7. The standard leaves a gap
 * between 51 and 52.5 A, which is clamped to 51 A. Never offers more than asked.
 */
export function dutyOf(amps: number): number {
  if (!(amps >= 6)) throw new RangeError(`pilot: cannot offer ${amps} A; the lowest offer is 6 A`);
  if (amps <= 51) return amps / 0.6;
  if (amps < 52.5) return 85;
  return Math.min(amps, 80) / 2.5 + 64;
}
