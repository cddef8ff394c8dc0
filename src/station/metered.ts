/** What a reading says of the currents that flow; a transformer that was put in the wrong way round counts as well. */
import type { MeterReading } from '../hal/parts';
import { thresholds } from './socket/timings';

type Currents = Pick<MeterReading, 'currentA'>;

/** Highest current of a phase, in A. */
export function busiestPhaseA(reading: Currents | undefined): number {
  let busiestA = 0;
  for (const amps of reading?.currentA ?? []) busiestA = Math.max(busiestA, Math.abs(amps));
  return busiestA;
}

/** Whether a vehicle behind a domestic cord, which tells nothing else of it, counts as charging. */
export function drawsCurrent(reading: Currents | undefined): boolean {
  return busiestPhaseA(reading) >= thresholds.drawingCurrentA;
}

/** Phases on which at least so much flows. */
export function phasesFrom(reading: Currents, leastA: number): number {
  let phases = 0;
  for (const amps of reading.currentA) if (Math.abs(amps) >= leastA) phases += 1;
  return phases;
}

/** Of each phase that the meter measures. */
export function magnitudesA(reading: Currents | undefined): number[] {
  return (reading?.currentA ?? []).map(Math.abs);
}
