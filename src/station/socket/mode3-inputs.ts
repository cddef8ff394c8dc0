/** From readings to what the Mode 3 machine believes: debouncing, plug, and the faults that readings show. */
import { type Debounced, isPlugged, type Mode3State } from './mode3-state';
import { debounceMs, diodeSeen, levelOf } from './pilot';
import * as power from './power';
import { cableOf, sameCable } from './proximity';
import { timings } from './timings';
import type { SocketConfig, SocketEffect, SocketEvent } from './types';

export function absorb(
  s: Mode3State,
  event: SocketEvent,
  now: number,
  config: SocketConfig,
  out: SocketEffect[],
): void {
  power.absorbPower(s.power, event, now, config, out);
  switch (event.kind) {
    case 'pilot':
      // While −12 V is driven no vehicle can be seen; the last known state stands until x1 returns.
      if (s.pilot.kind === 'unavailable') break;
      s.reading = event.reading;
      s.level = candidate(s.level, levelOf(event.reading, s.level.stable), now, Object.is);
      break;
    case 'proximity':
      s.cable = candidate(s.cable, cableOf(event.reading), now, sameCable);
      break;
    case 'lock':
      s.lock.feedback = event.feedback;
      break;
    default:
      break;
  }
}

function candidate<T>(d: Debounced<T>, value: T, now: number, same: (a: T, b: T) => boolean): Debounced<T> {
  if (same(value, d.stable)) return { stable: d.stable, candidate: undefined };
  if (d.candidate && same(value, d.candidate.value)) return d;
  return { stable: d.stable, candidate: { value, since: now, leftAt: d.candidate?.leftAt ?? now } };
}

/** When the pilot's candidate is believed. After C or D, a pilot that wavers between other levels gets no extra time. */
function levelDue(s: Mode3State): number | undefined {
  const { stable, candidate: c } = s.level;
  if (!c) return undefined;
  const settled = c.since + debounceMs(stable, c.value);
  return stable === 'C' || stable === 'D' ? Math.min(settled, c.leftAt + timings.pilotInvalidMs) : settled;
}

/** When the cable's candidate is believed. A cable that wavers after a stable value gets no extra time. */
function cableDue(s: Mode3State): number | undefined {
  const { stable, candidate: c } = s.cable;
  return c && (stable.kind === 'cable' ? c.leftAt : c.since) + timings.proximityDebounceMs;
}

/** Believes what has lasted long enough, and draws the consequences of a plug that came or went. */
export function settleInputs(s: Mode3State, now: number, config: SocketConfig): void {
  const wasPlugged = isPlugged(s, config);
  const pilotDue = levelDue(s);
  if (s.level.candidate && pilotDue !== undefined && now >= pilotDue) {
    s.level = { stable: s.level.candidate.value, candidate: undefined };
  }
  const cableIsDue = cableDue(s);
  if (s.cable.candidate && cableIsDue !== undefined && now >= cableIsDue) {
    s.cable = { stable: s.cable.candidate.value, candidate: undefined };
  }
  if (wasPlugged && !isPlugged(s, config)) {
    power.plugDrawn(s.power);
    s.latchedCable = undefined;
  }
}

export function supervise(s: Mode3State, now: number, config: SocketConfig): void {
  power.superviseContactor(s.power, now);
  power.superviseCurrent(s.power, now);
  const level = s.level.stable;
  const connected = level === 'B' || level === 'C' || level === 'D';
  power.setFault(s.power, 'pilotShort', level === 'E');
  power.setFault(s.power, 'pilotInvalid', level === 'invalid');
  superviseDiode(s, now, connected);
  superviseLock(s, now);
  // Where the resistor is out of band, or a vehicle is on the pilot with no plug in sight, the rating is unknown and is not
  // guessed. A fault that is present stays until a new value of the contact is believed.
  const settled = !s.cable.candidate || s.power.faults.includes('proximityInvalid');
  const blind = s.cable.stable.kind === 'none' && connected && settled && config.tetheredA === undefined;
  power.setFault(s.power, 'proximityInvalid', s.cable.stable.kind === 'invalid' || blind);
  if (s.latchedCable && s.cable.stable.kind === 'cable' && !sameCable(s.latchedCable, s.cable.stable)) {
    power.raise(s.power, 'cableChanged');
  }
}

/** While the pilot oscillates and a vehicle is there, the negative plateau must show (IEC 61851-1, A.2.2). */
function superviseDiode(s: Mode3State, now: number, connected: boolean): void {
  if (s.pilot.kind !== 'pwm' || !connected) {
    s.diode = { seen: false, missingSince: undefined };
    return;
  }
  if (s.level.candidate) {
    s.diode.missingSince = undefined;
    return;
  }
  if (s.reading && diodeSeen(s.reading)) {
    s.diode = { seen: true, missingSince: undefined };
    return;
  }
  s.diode = { seen: false, missingSince: s.diode.missingSince ?? now };
  if (now >= (s.diode.missingSince ?? now) + timings.diodeWaitMs) power.raise(s.power, 'diodeMissing');
}

/** After all the tries of its driver the bolt is not where it was commanded, or its switch does not show it there. */
function superviseLock(s: Mode3State, now: number): void {
  if (lockAgrees(s)) power.drop(s.power, 'unlockFailed');
  else if (now >= s.lock.since + timings.lockTimeoutMs) {
    if (s.lock.commanded) power.raise(s.power, 'lockFailed');
    else if (!s.power.faults.includes('lockFailed')) power.raise(s.power, 'unlockFailed');
  }
}

/** Before the first command of a boot any place of the bolt agrees, since it is where it was left. */
function lockAgrees({ lock }: Mode3State): boolean {
  return lock.commanded === undefined || lock.feedback === (lock.commanded ? 'locked' : 'unlocked');
}

/** Instants at which an input is believed, or missed. */
export function inputDeadlines(s: Mode3State): number[] {
  const due: number[] = [];
  const pilotDue = levelDue(s);
  if (pilotDue !== undefined) due.push(pilotDue);
  const cableIsDue = cableDue(s);
  if (cableIsDue !== undefined) due.push(cableIsDue);
  if (!lockAgrees(s)) due.push(s.lock.since + timings.lockTimeoutMs);
  if (s.diode.missingSince !== undefined) due.push(s.diode.missingSince + timings.diodeWaitMs);
  return due;
}
