/** The Mode 3 machine: one Type 2 outlet with control pilot, as IEC 61851-1 wants it; pure and total. */
import { unreachable } from '../../hal/errors';
import type { LockFeedback, PilotOutput, PilotReading } from '../../hal/parts';
import { debounceMs, diodeSeen, dutyOf, levelOf, type PilotLevel } from './pilot';
import * as power from './power';
import { type CablePresence, cableOf, sameCable } from './proximity';
import { limits, timings } from './timings';
import type { SocketConfig, SocketEffect, SocketEvent, SocketReport } from './types';

export type Mode3Phase =
  | { kind: 'idle' }
  | { kind: 'locking' }
  | { kind: 'testing' }
  | { kind: 'offering' } // permitted: PWM as the limit allows, contactor open, waits for the vehicle
  | { kind: 'closing' }
  | { kind: 'supplying' }
  | { kind: 'asking'; since: number } // x1: the vehicle is asked to stop drawing
  | { kind: 'opening' }
  | { kind: 'faulted'; since: number; underLoad: boolean };

interface Debounced<T> {
  stable: T;
  candidate: { value: T; since: number } | undefined;
}

export interface Mode3State {
  phase: Mode3Phase;
  power: power.PowerState;
  level: Debounced<PilotLevel>;
  reading: PilotReading | undefined;
  cable: Debounced<CablePresence>;
  /** Cable as it was when power was prepared; a change under way is a fault. */
  latchedCable: CablePresence | undefined;
  lock: { commanded: boolean; since: number; feedback: LockFeedback };
  pilot: PilotOutput;
  /** When PWM last stopped; x1 lasts 3 s before the next start. */
  steadySince: number;
  diode: { seen: boolean; missingSince: number | undefined };
}

export function initialMode3(now: number): Mode3State {
  return {
    phase: { kind: 'idle' },
    power: power.initialPower(now),
    level: { stable: 'A', candidate: undefined },
    reading: undefined,
    cable: { stable: { kind: 'none' }, candidate: undefined },
    latchedCable: undefined,
    lock: { commanded: false, since: now, feedback: 'unknown' },
    pilot: { kind: 'steady' },
    steadySince: now - timings.steady_hold_ms,
    diode: { seen: false, missingSince: undefined },
  };
}

type Step = { state: Mode3State; effects: SocketEffect[] };

export function stepMode3(before: Mode3State, event: SocketEvent, now: number, config: SocketConfig): Step {
  const effects: SocketEffect[] = [];
  const s: Mode3State = {
    ...before,
    power: power.copyPower(before.power),
    lock: { ...before.lock },
    diode: { ...before.diode },
  };
  absorb(s, event, now, config, effects);
  settleInputs(s, now, config);
  supervise(s, now, config);
  // Each pass moves at most one phase; the longest chain (idle to offering, or any to faulted) is shorter than this.
  for (let pass = 0; pass < 8; pass++) {
    const phase = s.phase;
    advance(s, now, config, effects);
    if (s.phase === phase) break;
  }
  driveLock(s, now, config, effects);
  return { state: s, effects };
}

function absorb(s: Mode3State, event: SocketEvent, now: number, config: SocketConfig, out: SocketEffect[]): void {
  power.absorbPower(s.power, event, now, config, out);
  switch (event.kind) {
    case 'pilot':
      // −12 V driven by ourselves hides the vehicle; the last known state stands until x1 returns.
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
  return { stable: d.stable, candidate: { value, since: now } };
}

function levelDue(s: Mode3State): number | undefined {
  const c = s.level.candidate;
  return c && c.since + debounceMs(s.level.stable, c.value);
}

/** Believes what has lasted long enough, and draws the consequences of a plug that came or went. */
function settleInputs(s: Mode3State, now: number, config: SocketConfig): void {
  const wasPlugged = isPlugged(s, config);
  const pilotDue = levelDue(s);
  if (s.level.candidate && pilotDue !== undefined && now >= pilotDue) {
    s.level = { stable: s.level.candidate.value, candidate: undefined };
    if (s.level.stable === 'A') s.diode = { seen: false, missingSince: undefined };
  }
  if (s.cable.candidate && now - s.cable.candidate.since >= timings.proximity_debounce_ms) {
    s.cable = { stable: s.cable.candidate.value, candidate: undefined };
  }
  if (wasPlugged && !isPlugged(s, config)) {
    power.plugDrawn(s.power);
    s.latchedCable = undefined;
  }
}

function supervise(s: Mode3State, now: number, config: SocketConfig): void {
  power.superviseContactor(s.power, now);
  power.superviseCurrent(s.power, now);
  const level = s.level.stable;
  const connected = level === 'B' || level === 'C' || level === 'D';
  power.setFault(s.power, 'pilotShort', level === 'E');
  power.setFault(s.power, 'pilotInvalid', level === 'invalid');
  superviseDiode(s, now, connected);
  // A plug whose resistor is out of band, or a vehicle on the pilot with no plug in sight: its rating is not guessed.
  const blind = s.cable.stable.kind === 'none' && connected && !s.cable.candidate && config.tetheredA === undefined;
  power.setFault(s.power, 'proximityInvalid', s.cable.stable.kind === 'invalid' || blind);
  if (s.latchedCable && s.cable.stable.kind === 'cable' && !sameCable(s.latchedCable, s.cable.stable)) {
    power.raise(s.power, 'cableChanged');
  }
}

/** IEC 61851-1, A.2.2: the negative plateau must show while the pilot oscillates and a vehicle is there. */
function superviseDiode(s: Mode3State, now: number, connected: boolean): void {
  if (s.pilot.kind !== 'pwm' || !connected || s.level.candidate || !s.reading) {
    s.diode.missingSince = undefined;
    return;
  }
  if (diodeSeen(s.reading)) {
    s.diode = { seen: true, missingSince: undefined };
    return;
  }
  s.diode = { seen: false, missingSince: s.diode.missingSince ?? now };
  if (now - (s.diode.missingSince ?? now) >= timings.diode_wait_ms) power.raise(s.power, 'diodeMissing');
}

function isPlugged(s: Mode3State, config: SocketConfig): boolean {
  // States E and invalid hide the vehicle; only A says that it left.
  if (config.tetheredA !== undefined) return s.level.stable !== 'A';
  return s.cable.stable.kind !== 'none';
}

function requests(s: Mode3State, config: SocketConfig): boolean {
  return s.level.stable === 'C' || (s.level.stable === 'D' && config.ventilation);
}

function isLocked(s: Mode3State, config: SocketConfig): boolean {
  return !config.lock || s.lock.feedback === 'locked';
}

function permitted(s: Mode3State, config: SocketConfig): boolean {
  return s.power.wish.permit && isPlugged(s, config) && !power.energyBlocked(s.power);
}

/** What the pilot may say now, in A; under 6 A nothing. */
function effectiveOffer(s: Mode3State, config: SocketConfig): number {
  const amps = Math.min(
    s.power.wish.offerA,
    config.ratedA,
    config.tetheredA ?? (s.cable.stable.kind === 'cable' ? s.cable.stable.ratingA : 0),
    power.thermalLimitA(s.power, config) ?? Number.POSITIVE_INFINITY,
  );
  return amps >= limits.lowestOfferA ? amps : 0;
}

/** The safety rule: everything that must be true while the contactor is told to be closed. */
function mayBeClosed(s: Mode3State, now: number, config: SocketConfig): boolean {
  return (
    !power.mustOpenNow(s.power) &&
    isPlugged(s, config) &&
    requests(s, config) &&
    isLocked(s, config) &&
    power.twinClear(s.power, now) &&
    s.power.supply &&
    !(s.power.wish.openNow && !s.power.wish.permit)
  );
}

function advance(s: Mode3State, now: number, config: SocketConfig, out: SocketEffect[]): void {
  const closedWish = s.power.contactor.commanded === 'close';
  if (closedWish && !mayBeClosed(s, now, config)) {
    power.commandContactor(s.power, false, now, out);
    if (!permitted(s, config)) drivePilot(s, { kind: 'steady' }, now, out);
    s.phase = { kind: 'opening' };
    return;
  }
  switch (s.phase.kind) {
    case 'idle':
      drivePilot(s, { kind: 'steady' }, now, out);
      if (power.energyBlocked(s.power)) s.phase = { kind: 'faulted', since: now, underLoad: false };
      else if (permitted(s, config)) s.phase = { kind: 'locking' };
      return;
    case 'locking':
      if (!permitted(s, config)) s.phase = { kind: 'idle' };
      else if (isLocked(s, config)) s.phase = { kind: 'testing' };
      return;
    case 'testing':
      if (!permitted(s, config)) s.phase = { kind: 'idle' };
      else if (power.residualTest(s.power, now, config, out) === 'passed' && power.confirmedOpen(s.power)) {
        s.latchedCable = s.cable.stable;
        s.phase = { kind: 'offering' };
      }
      return;
    case 'offering':
      advanceOffering(s, now, config, out);
      return;
    case 'closing':
      driveOffer(s, now, config, out);
      if (s.power.contactor.feedback === 'closed') s.phase = { kind: 'supplying' };
      return;
    case 'supplying':
      if (!permitted(s, config) || effectiveOffer(s, config) === 0) {
        drivePilot(s, { kind: 'steady' }, now, out);
        s.phase = { kind: 'asking', since: now };
      } else driveOffer(s, now, config, out);
      return;
    case 'asking':
      advanceAsking(s, s.phase.since, now, out);
      return;
    case 'opening':
      if (!power.confirmedOpen(s.power) && !s.power.faults.includes('contactorWelded')) return;
      if (power.energyBlocked(s.power)) s.phase = { kind: 'faulted', since: now, underLoad: requests(s, config) };
      else s.phase = permitted(s, config) ? { kind: 'offering' } : { kind: 'idle' };
      return;
    case 'faulted':
      advanceFaulted(s, s.phase, now, out);
      return;
    default:
      unreachable(s.phase);
  }
}

function advanceOffering(s: Mode3State, now: number, config: SocketConfig, out: SocketEffect[]): void {
  if (!permitted(s, config) || !isLocked(s, config)) {
    drivePilot(s, { kind: 'steady' }, now, out);
    s.phase = { kind: 'idle' };
    return;
  }
  driveOffer(s, now, config, out);
  // IEC 61851-1, 6.3.1.5: state D asks for ventilation; without it energy must not flow. Clears when D ends.
  power.setFault(s.power, 'ventilationMissing', s.level.stable === 'D' && !config.ventilation);
  if (s.power.faults.includes('ventilationMissing')) {
    s.phase = { kind: 'idle' };
    return;
  }
  if (s.pilot.kind !== 'pwm' || !s.diode.seen || !power.confirmedOpen(s.power) || !mayBeClosed(s, now, config)) return;
  power.commandContactor(s.power, true, now, out);
  s.phase = { kind: 'closing' };
}

/** IEC 61851-1, sequences 10.1 and 10.2: the vehicle opens S2 within 3 s, or the contactor opens under load after 6 s. */
function advanceAsking(s: Mode3State, since: number, now: number, out: SocketEffect[]): void {
  const quiet = power.drawnA(s.power) < limits.idleCurrentA && (s.power.meter.last?.at ?? 0) > since;
  if (!quiet && now - since < timings.ask_first_ms) return;
  power.commandContactor(s.power, false, now, out);
  s.phase = { kind: 'opening' };
}

function advanceFaulted(
  s: Mode3State,
  phase: { since: number; underLoad: boolean },
  now: number,
  out: SocketEffect[],
): void {
  if (s.power.faults.includes('ventilationMissing') && s.level.stable !== 'D')
    power.drop(s.power, 'ventilationMissing');
  const showF = phase.underLoad && now - phase.since < timings.state_f_ms;
  drivePilot(s, showF ? { kind: 'unavailable' } : { kind: 'steady' }, now, out);
  if (!showF && !power.energyBlocked(s.power)) s.phase = { kind: 'idle' };
}

/** Brings the pilot to the effective offer: reductions at once, raises at most each 5 s, PWM only after 3 s of x1. */
function driveOffer(s: Mode3State, now: number, config: SocketConfig, out: SocketEffect[]): void {
  const amps = effectiveOffer(s, config);
  if (amps === 0) {
    drivePilot(s, { kind: 'steady' }, now, out);
    return;
  }
  if (s.pilot.kind !== 'pwm' && now - s.steadySince < timings.steady_hold_ms) return;
  const raises = s.pilot.kind === 'pwm' && amps > s.power.offer.nowA;
  if (raises && now - s.power.offer.since < timings.offer_raise_ms) return;
  drivePilot(s, { kind: 'pwm', dutyPercent: dutyOf(amps) }, now, out);
  power.recordOffer(s.power, amps, now);
}

function drivePilot(s: Mode3State, output: PilotOutput, now: number, out: SocketEffect[]): void {
  const same =
    output.kind === s.pilot.kind &&
    (output.kind !== 'pwm' || s.pilot.kind !== 'pwm' || output.dutyPercent === s.pilot.dutyPercent);
  if (same) return;
  if (s.pilot.kind === 'pwm' && output.kind !== 'pwm') s.steadySince = now;
  if (output.kind !== 'pwm') power.recordOffer(s.power, 0, now);
  s.pilot = output;
  out.push({ kind: 'pilot', output });
}

/** Locks before power and unlocks after it; a plug that may be live stays locked. */
function driveLock(s: Mode3State, now: number, config: SocketConfig, out: SocketEffect[]): void {
  if (!config.lock) return;
  const live = s.power.contactor.commanded === 'close' || s.power.contactor.feedback === 'closed';
  const refused = s.power.faults.includes('lockFailed');
  const target = live || (isPlugged(s, config) && !refused && (s.power.wish.hold || s.power.wish.permit));
  if (target !== s.lock.commanded) {
    s.lock = { ...s.lock, commanded: target, since: now };
    out.push({ kind: 'lock', lock: target });
  }
  const done = s.lock.feedback === (target ? 'locked' : 'unlocked');
  if (done) power.drop(s.power, 'unlockFailed');
  else if (now - s.lock.since >= timings.lock_timeout_ms && s.lock.feedback !== 'unknown') {
    if (target) power.raise(s.power, 'lockFailed');
    else if (!refused) power.raise(s.power, 'unlockFailed');
  }
}

/** Instants at which a `tick` can change something; those past are done with. */
export function mode3Deadlines(s: Mode3State): number[] {
  const due = power.powerDeadlines(s.power);
  const pilotDue = levelDue(s);
  if (pilotDue !== undefined) due.push(pilotDue);
  if (s.cable.candidate) due.push(s.cable.candidate.since + timings.proximity_debounce_ms);
  if (s.diode.missingSince !== undefined) due.push(s.diode.missingSince + timings.diode_wait_ms);
  if (s.lock.feedback !== (s.lock.commanded ? 'locked' : 'unlocked')) due.push(s.lock.since + timings.lock_timeout_ms);
  if (s.phase.kind === 'asking') due.push(s.phase.since + timings.ask_first_ms);
  if (s.phase.kind === 'faulted') due.push(s.phase.since + timings.state_f_ms);
  due.push(s.steadySince + timings.steady_hold_ms, s.power.offer.since + timings.offer_raise_ms);
  return due;
}

export function reportMode3(s: Mode3State, config: SocketConfig): SocketReport {
  const level = s.level.stable;
  return {
    plugged: isPlugged(s, config),
    evConnected: level !== 'A' && isPlugged(s, config),
    evRequests: requests(s, config),
    cableA: config.tetheredA ?? (s.cable.stable.kind === 'cable' ? s.cable.stable.ratingA : undefined),
    contactor: power.contactorReport(s.power),
    locked: config.lock ? s.lock.feedback === 'locked' : undefined,
    offeredA: s.pilot.kind === 'pwm' ? s.power.offer.nowA : 0,
    thermalA: power.thermalLimitA(s.power, config),
    temperatureC: s.power.temperature.celsius,
    meter: s.power.meter.last,
    faults: s.power.faults,
  };
}
