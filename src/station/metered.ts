/** What a reading says of the currents that flow; a transformer that was put in the wrong way round counts as well. */
import type { MeterReading } from '../hal/parts';
import { thresholds } from './socket/timings';

type Currents = Pick<MeterReading, 'currentA'>;

/** Highest current of a phase, in A. */
export function busiestPhaseA(reading: Currents | undefined): number {
  let busiestA = 0;
  if (reading === undefined) return busiestA;
  const { currentA } = reading;
  // By index, here and wherever it is done at each reading: an iterator makes an object for each value.
  for (let phase = 0; phase < currentA.length; phase += 1) busiestA = Math.max(busiestA, magnitudeA(currentA[phase]));
  return busiestA;
}

/** Whether a vehicle behind a domestic cord, which tells nothing else of it, counts as charging. */
export function drawsCurrent(reading: Currents | undefined): boolean {
  return busiestPhaseA(reading) >= thresholds.drawingCurrentA;
}

/** Phases on which at least so much flows. */
export function phasesFrom(reading: Currents, leastA: number): number {
  let phases = 0;
  const { currentA } = reading;
  for (let phase = 0; phase < currentA.length; phase += 1) if (magnitudeA(currentA[phase]) >= leastA) phases += 1;
  return phases;
}

/** Of one phase; 0 where the meter does not measure it. */
export function magnitudeA(amps: number | undefined): number {
  return amps === undefined ? 0 : Math.abs(amps);
}
