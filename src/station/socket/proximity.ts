/** Proximity contact: resistor in the plug to the rating of its cable (IEC 62196-1, Annex B). */
import type { ProximityReading } from '../../hal/parts';

export type CablePresence = { kind: 'none' } | { kind: 'cable'; ratingA: 13 | 20 | 32 | 63 } | { kind: 'invalid' };

/** Decision bands in ohms: nominal 1500, 680, 220, 100; above 4.5 kΩ no plug, below 75 Ω a defect. */
const bands = [
  { fromOhms: 1000, ratingA: 13 },
  { fromOhms: 330, ratingA: 20 },
  { fromOhms: 150, ratingA: 32 },
  { fromOhms: 75, ratingA: 63 },
] as const;

const noPlugOhms = 4_500;
const widestCableOhms = 2_200;

export function cableOf(reading: ProximityReading): CablePresence {
  if (reading.kind === 'invalid' || Number.isNaN(reading.ohms)) return { kind: 'invalid' };
  if (reading.ohms > noPlugOhms) return { kind: 'none' };
  if (reading.ohms > widestCableOhms) return { kind: 'invalid' };
  const band = bands.find((b) => reading.ohms >= b.fromOhms);
  return band ? { kind: 'cable', ratingA: band.ratingA } : { kind: 'invalid' };
}

export function sameCable(a: CablePresence, b: CablePresence): boolean {
  return a.kind === b.kind && (a.kind !== 'cable' || b.kind !== 'cable' || a.ratingA === b.ratingA);
}
