/** How soon the meter of an outlet is read again: each second while energy can flow, seldom while nothing rests on it. Pure. */
import { contactorReport } from './contactor';
import { drawnA } from './current';
import type { PowerState } from './power-state';
import { thresholds, timings } from './timings';
import { holdsPlug } from './types';

/** What the runner knows of a reading. */
export interface ReadingFacts {
  answered: boolean;
  /** What the register has counted since the reading before. */
  movedWh: number;
  /** From the last movement of the contacts to the question. */
  sinceContactsMs: number;
}

/**
 * The wait after a reading, in ms. Contacts that are not seen open, and a meter that gave no reading, have no rest. At the
 * middle pace goes what must be looked at again soon: an outlet that serves somebody, a meter that has counted behind open
 * contacts (their switch may lie, and a meter shows the last of a charge a second or two late), one that tells nonsense, a
 * mains voltage out of bounds or not yet right for long, mains behind open contacts.
 */
export function meterWaitMs(s: PowerState, facts: ReadingFacts): number {
  if (!facts.answered || contactorReport(s) !== 'open') return timings.meterBusyMs;
  return mayRest(s, facts) ? timings.meterRestMs : timings.meterIdleMs;
}

function mayRest(s: PowerState, { movedWh, sinceContactsMs }: ReadingFacts): boolean {
  return (
    s.meter.failures === 0 &&
    movedWh === 0 &&
    !holdsPlug(s.wish) &&
    sinceContactsMs > timings.meterSettleMs &&
    drawnA(s) < thresholds.drawingCurrentA &&
    s.voltage.low === 0 &&
    s.voltage.high === 0 &&
    s.voltageClaim === undefined &&
    !s.faults.some((id) => id === 'underVoltage' || id === 'overVoltage')
  );
}
