/** Proximity contact: resistor in the plug to the rating of its cable (IEC 62196-1, Annex B). */
import { type CableRatingA, cableOhmsMin, cableRatingsA, pluggedOhmsMax, ratedCableOhmsMax } from '../../hal/iec61851';
import type { ProximityReading } from '../../hal/parts';

export type CablePresence = { kind: 'none' } | { kind: 'cable'; ratingA: CableRatingA } | { kind: 'invalid' };

export function cableOf(reading: ProximityReading): CablePresence {
  if (reading.kind === 'invalid' || Number.isNaN(reading.ohms)) return { kind: 'invalid' };
  if (reading.ohms > pluggedOhmsMax) return { kind: 'none' };
  if (reading.ohms > ratedCableOhmsMax) return { kind: 'invalid' };
  // From the thinnest cable to the thickest, and so from the highest resistance to the lowest.
  const ratingA = cableRatingsA.find((rating) => reading.ohms >= cableOhmsMin[rating]);
  return ratingA === undefined ? { kind: 'invalid' } : { kind: 'cable', ratingA };
}

export function sameCable(a: CablePresence, b: CablePresence): boolean {
  return a.kind === b.kind && (a.kind !== 'cable' || b.kind !== 'cable' || a.ratingA === b.ratingA);
}
