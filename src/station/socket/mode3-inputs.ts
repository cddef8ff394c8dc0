/** From readings to what the Mode 3 machine believes: debouncing, plug, and the faults that readings show. */

import type { LockFeedback } from '../../hal/parts';
import { forgetClosings, superviseContactor } from './contactor';
import { superviseCurrent } from './current';
import { hasReported } from './first-reports';
import { emptyAt, fullAt, hasCome, type Leaky, nothingWrong, turnLeaky } from './leaky';
import { asksForEnergy, type Debounced, isPlugged, type Mode3State, requests } from './mode3-state';
import { debounceMs, diodeSeen, levelOf, type PilotLevel } from './pilot';
import * as power from './power';
import { drop, raise, setFault } from './power-state';
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
      if (s.pilot.kind === 'unavailable') {
        const level = levelOf(event.reading, s.level.stable);
        s.oddInStateF = level === 'E' || level === 'invalid' ? level : undefined;
        break;
      }
      s.reading = event.reading;
      s.level = candidate(s.level, levelOf(event.reading, s.level.stable), now, Object.is);
      break;
    case 'proximity':
      s.cable = candidate(s.cable, cableOf(event.reading), now, sameCable);
      break;
    case 'lock':
      absorbBolt(s, event.feedback);
      break;
    default:
      break;
  }
}

/** Nobody tells anew what stays as it is: a wire that was at 0 V, or could not be read, is judged when state F ends. */
export function leaveStateF(s: Mode3State, now: number): boolean {
  if (s.oddInStateF === undefined || s.pilot.kind === 'unavailable') return false;
  s.level = candidate(s.level, s.oddInStateF, now, Object.is);
  s.oddInStateF = undefined;
  return true;
}

function absorbBolt(s: Mode3State, feedback: LockFeedback): void {
  s.lock.feedback = feedback;
  // A switch that says locked although nobody has told the bolt to go there has not seen it move.
  if (feedback === 'locked' && s.lock.commanded !== true) s.lock.proof = 'none';
  if (feedback === 'locked' && s.lock.proof === 'free') s.lock.proof = 'moved';
  if (feedback !== 'unlocked') return;
  s.lock.proof = 'free';
  drop(s.power, 'lockStuck');
}

function candidate<T>(d: Debounced<T>, value: T, now: number, same: (a: T, b: T) => boolean): Debounced<T> {
  if (same(value, d.stable)) return { stable: d.stable, candidate: undefined };
  if (d.candidate && same(value, d.candidate.value)) return d;
  return { stable: d.stable, candidate: { value, since: now, leftAt: d.candidate?.leftAt ?? now } };
}

/** When the pilot's candidate is believed. */
function levelDue(s: Mode3State): number | undefined {
  const { stable, candidate: c } = s.level;
  return c && c.since + debounceMs(stable, c.value);
}

/** When the cable's candidate is believed. A cable that wavers after a stable value gets no extra time. */
function cableDue(s: Mode3State): number | undefined {
  const { stable, candidate: c } = s.cable;
  return c && (stable.kind === 'cable' ? c.leftAt : c.since) + timings.proximityDebounceMs;
}

/** Believes what has lasted long enough, and draws the consequences of a plug that came or went. */
export function settleInputs(s: Mode3State, now: number, config: SocketConfig): void {
  const wasPlugged = isPlugged(s, config);
  settleLevel(s, now, config);
  settleCable(s, now);
  if (wasPlugged && !isPlugged(s, config)) {
    power.plugDrawn(s.power);
    s.latchedCable = undefined;
    // At an attached cable a vehicle may only seem to have left, since nothing but the pilot tells.
    if (config.tetheredA === undefined) forgetClosings(s.power);
    // No plug leaves a bolt that is out: the switch lies, or the bolt does not hold.
    if (s.lock.feedback === 'locked' && !isLetGo(s)) raise(s.power, 'lockStuck');
    if (s.lock.feedback !== 'unlocked') s.lock.proof = 'none';
  }
}

/** A vehicle that asks for energy must go on to show it: a pilot that wavers between that and anything else is not valid. */
function settleLevel(s: Mode3State, now: number, config: SocketConfig): void {
  s.levelWavers = wavering(s.levelWavers, s.level, asksForEnergy(s.level.stable, config), now, (value) =>
    asksForEnergy(value, config),
  );
  if (s.level.candidate && hasCome(levelDue(s), now)) {
    s.level = { stable: s.level.candidate.value, candidate: undefined };
  } else if (hasCome(fullAt(s.levelWavers, timings.pilotInvalidMs), now)) {
    s.level = candidate({ ...s.level, stable: 'invalid' }, s.level.candidate?.value ?? 'invalid', now, Object.is);
  } else return;
  if (!requests(s, config)) s.levelWavers = nothingWrong;
}

function settleCable(s: Mode3State, now: number): void {
  const { stable } = s.cable;
  s.cableWavers = wavering(s.cableWavers, s.cable, stable.kind === 'cable', now, (value) => sameCable(value, stable));
  if (s.cable.candidate && hasCome(cableDue(s), now)) {
    s.cable = { stable: s.cable.candidate.value, candidate: undefined };
  } else if (hasCome(fullAt(s.cableWavers, timings.proximityWavesMs), now)) {
    s.cable = candidate(
      { ...s.cable, stable: { kind: 'invalid' } },
      s.cable.candidate?.value ?? stable,
      now,
      sameCable,
    );
  } else return;
  s.cableWavers = nothingWrong;
}

/** Counts the time in which the newest value is none that goes with the stable one. */
function wavering<T>(
  before: Leaky,
  { candidate }: Debounced<T>,
  counts: boolean,
  now: number,
  fits: (value: T) => boolean,
): Leaky {
  if (!counts) return nothingWrong;
  return turnLeaky(before, candidate && !fits(candidate.value) ? 'wrong' : 'right', now);
}

export function supervise(s: Mode3State, now: number, config: SocketConfig): void {
  superviseContactor(s.power, now, config);
  superviseCurrent(s.power, now);
  const level = s.level.stable;
  const connected = isConnected(level);
  setFault(s.power, 'pilotShort', level === 'E');
  setFault(s.power, 'pilotInvalid', level === 'invalid');
  superviseDiode(s, now, connected);
  superviseLock(s, now);
  // Where the resistor is out of band, or a vehicle is on the pilot with no plug in sight, the rating is unknown and is not
  // guessed. A fault that is present stays until a new value of the contact is believed.
  const read = hasReported(s.power, 'proximity');
  const settled = read && (!s.cable.candidate || s.power.faults.includes('proximityInvalid'));
  const blind = s.cable.stable.kind === 'none' && connected && settled && config.tetheredA === undefined;
  setFault(s.power, 'proximityInvalid', s.cable.stable.kind === 'invalid' || blind);
  if (s.latchedCable && s.cable.stable.kind === 'cable' && !sameCable(s.latchedCable, s.cable.stable)) {
    raise(s.power, 'cableChanged');
  }
}

function isConnected(level: PilotLevel): boolean {
  return level === 'B' || level === 'C' || level === 'D';
}

/** While the pilot oscillates and a vehicle is there, the negative plateau must show (IEC 61851-1, A.2.2). */
function superviseDiode(s: Mode3State, now: number, connected: boolean): void {
  if (s.pilot.kind !== 'pwm' || !connected) {
    s.diode = { seen: false, missing: nothingWrong };
    return;
  }
  // A reading that shows no vehicle says nothing of its diode, neither for nor against it.
  if (s.level.candidate && !isConnected(s.level.candidate.value)) {
    s.diode.missing = turnLeaky(s.diode.missing, 'unknown', now);
    return;
  }
  const seen = s.reading !== undefined && diodeSeen(s.reading);
  s.diode = { seen, missing: turnLeaky(s.diode.missing, seen ? 'right' : 'wrong', now) };
  if (hasCome(fullAt(s.diode.missing, timings.diodeWaitMs), now)) raise(s.power, 'diodeMissing');
}

/**
 * After all the tries of its driver the bolt is not where it was commanded, or its switch does not show it there; or a bolt
 * that was there is not there any more.
 */
function superviseLock(s: Mode3State, now: number): void {
  const agrees = lockAgrees(s);
  s.lock.arrived ||= agrees && s.lock.commanded !== undefined;
  if (s.lock.arrived) s.lock.wavers = turnLeaky(s.lock.wavers, agrees ? 'right' : 'wrong', now);
  if (agrees) drop(s.power, 'unlockFailed');
  else if (hasCome(lockDue(s), now)) {
    // A bolt that must show that it moves before a charge, and does not, is none that locks.
    if (s.lock.commanded || s.phase.kind === 'locking') raise(s.power, 'lockFailed');
    else if (!s.power.faults.includes('lockFailed')) raise(s.power, 'unlockFailed');
  }
}

/** The bolt was seen to go back, and its switch has not said otherwise for longer than it may flicker. */
function isLetGo({ lock, power: { faults } }: Mode3State): boolean {
  return lock.commanded === false && lock.arrived && !faults.includes('unlockFailed');
}

/** When a bolt that is not where it was commanded is a fault. */
function lockDue(s: Mode3State): number | undefined {
  if (lockAgrees(s)) return undefined;
  return s.lock.arrived ? fullAt(s.lock.wavers, timings.boltGraceMs) : s.lock.since + timings.lockTimeoutMs;
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
  const others = [
    lockDue(s),
    fullAt(s.levelWavers, timings.pilotInvalidMs),
    fullAt(s.cableWavers, timings.proximityWavesMs),
    fullAt(s.diode.missing, timings.diodeWaitMs),
    emptyAt(s.diode.missing),
  ];
  for (const at of others) if (at !== undefined) due.push(at);
  return due;
}
