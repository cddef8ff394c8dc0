/** The current that is drawn, against the current that is and was offered. */
import { busiestPhaseA } from '../metered';
import { type PowerState, raise } from './power-state';
import { timings } from './timings';

export function recordOffer(s: PowerState, amps: number, now: number): void {
  const { nowA, former } = s.offer;
  if (amps === nowA) return;
  const higher = former.filter((f) => f.until > readAt(s, now) && f.amps > nowA);
  s.offer = { nowA: amps, since: now, former: [...higher, { amps: nowA, until: now + timings.offerFollowMs }] };
}

/** When the meter was asked for the reading that counts. */
function readAt(s: PowerState, now: number): number {
  return s.meter.last?.at ?? now;
}

/**
 * Judges the drawn current against what the vehicle might draw when it was measured: a reading from before a vehicle had to
 * follow a reduction says nothing against it. Only while the contactor is commanded closed and something is offered.
 */
export function superviseCurrent(s: PowerState, now: number): void {
  if (s.contactor.commanded !== 'close' || s.offer.nowA <= 0) {
    s.overSince = undefined;
    s.farOverSince = undefined;
    return;
  }
  const at = readAt(s, now);
  let allowed = s.offer.nowA;
  for (const { amps, until } of s.offer.former) if (until > at) allowed = Math.max(allowed, amps);
  const drawn = drawnA(s);
  s.overSince = drawn > allowed * 1.1 + 0.5 ? (s.overSince ?? now) : undefined;
  s.farOverSince = drawn > allowed * 1.5 ? (s.farOverSince ?? now) : undefined;
  if (s.overSince !== undefined && now >= s.overSince + timings.overCurrentMs) raise(s, 'overCurrent');
  if (s.farOverSince !== undefined && now >= s.farOverSince + timings.overCurrentFastMs) raise(s, 'overCurrentFast');
}

/** Highest phase current of the last reading, in A. */
export function drawnA(s: PowerState): number {
  return busiestPhaseA(s.meter.last?.reading);
}

/** Instants at which the drawn current is judged anew. */
export function currentDeadlines(s: PowerState): number[] {
  const due: number[] = [];
  if (s.overSince !== undefined) due.push(s.overSince + timings.overCurrentMs);
  if (s.farOverSince !== undefined) due.push(s.farOverSince + timings.overCurrentFastMs);
  return due;
}
