/** What a reading says of the currents that flow; a transformer that was put in the wrong way round counts as well. */
import type { MeterReading } from '../hal/parts';

type Currents = Pick<MeterReading, 'currentA'>;

/** Highest current of a phase, in A. */
export function busiestPhaseA(reading: Currents | undefined): number {
  return Math.max(0, ...magnitudesA(reading));
}

/** Phases on which at least so much flows. */
export function phasesFrom(reading: Currents, leastA: number): number {
  return magnitudesA(reading).filter((amps) => amps >= leastA).length;
}

/** Of each phase that the meter measures. */
export function magnitudesA(reading: Currents | undefined): number[] {
  return (reading?.currentA ?? []).map(Math.abs);
}
