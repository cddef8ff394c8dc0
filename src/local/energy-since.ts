/** What of a charge was drawn after an instant, as nearly as its power curve tells. Pure. */
import type { PowerCurve } from './power-curve';

export interface DatedEnergy {
  /** Unix time in ms; null: nobody knew the time. */
  startedAt: number | null;
  endedAt: number | null;
  energyWh: number;
}

/** In Wh. Of a charge over the instant without a curve, by the share of its time; nothing of one without dates. */
export function energySince(sinceMs: number, charge: DatedEnergy, curve: PowerCurve | undefined): number {
  const { startedAt, endedAt, energyWh } = charge;
  if (startedAt !== null && startedAt >= sinceMs) return energyWh;
  if (startedAt === null || endedAt === null || endedAt <= sinceMs) return 0;
  return energyWh * (curve ? shareByCurve(sinceMs, startedAt, curve) : (endedAt - sinceMs) / (endedAt - startedAt));
}

function shareByCurve(sinceMs: number, startedAt: number, { stepS, watts }: PowerCurve): number {
  const sum = (some: readonly number[]): number => some.reduce((total, one) => total + one, 0);
  const all = sum(watts);
  const before = Math.ceil((sinceMs - startedAt) / (stepS * 1_000));
  return all === 0 ? 0 : sum(watts.slice(before)) / all;
}
