/** The Mode 3 machine: one Type 2 outlet with control pilot, as IEC 61851-1 wants it; pure and total. */

import { unreachable } from '../../hal/errors';
import type { PilotOutput } from '../../hal/parts';
import { commandContactor, confirmedOpen, contactorReport, mayBeLive, mustLetGo, restsUntil } from './contactor';
import { drawnA, recordOffer } from './current';
import { settleKnown } from './first-reports';
import { thermalLimitA } from './heat';
import { emptyAt, hasCome, nothingWrong } from './leaky';
import { absorb, inputDeadlines, leaveStateF, settleInputs, supervise } from './mode3-inputs';
import {
  copyMode3,
  effectiveOffer,
  isHeld,
  isLocked,
  isPlugged,
  isUnproven,
  type Mode3State,
  mayBeClosed,
  permitted,
  requests,
  withPower,
} from './mode3-state';
import { settleWake, wakeDeadlines, wakes } from './mode3-wake';
import { dutyOf } from './pilot';
import * as power from './power';
import { energyBlocked, raise } from './power-state';
import { type MeterEvent, withQuietReading } from './quiet-reading';
import { untilSettled } from './settle';
import { thresholds, timings } from './timings';
import { holdsPlug, type SocketConfig, type SocketEffect, type SocketEvent, type SocketReport } from './types';

export { initialMode3, type Mode3Phase, type Mode3State } from './mode3-state';

type Mode3Step = { state: Mode3State; effects: SocketEffect[] };

export function stepMode3(before: Mode3State, event: SocketEvent, now: number, config: SocketConfig): Mode3Step {
  const effects: SocketEffect[] = [];
  const s = copyMode3(before);
  absorb(s, event, now, config, effects);
  settleInputs(s, now, config);
  settleKnown(s.power, now, config, s.level.candidate === undefined && s.cable.candidate === undefined);
  const settle = () =>
    untilSettled(s, effects, () => {
      supervise(s, now, config);
      settleWake(s, now, config);
      advance(s, now, config, effects);
      driveLock(s, now, config, effects);
    });
  settle();
  if (leaveStateF(s, now)) {
    settleInputs(s, now, config);
    settle();
  }
  return { state: s, effects };
}

/** The state with a reading in it that needs no step before the next deadline; undefined where it needs one. */
export function readMode3(s: Mode3State, event: MeterEvent, now: number, config: SocketConfig): Mode3State | undefined {
  // A vehicle that was asked to stop is waited for until it draws nothing.
  if (s.phase.kind === 'asking') return undefined;
  const read = withQuietReading(s.power, event, now, config);
  return read && withPower(s, read);
}

function advance(s: Mode3State, now: number, config: SocketConfig, out: SocketEffect[]): void {
  const closedWish = s.power.contactor.commanded === 'close';
  if (closedWish && !mayBeClosed(s, now, config)) {
    // The vehicle must not see its offer stand while nothing holds the contacts: x1, and the whole way in.
    if (mustLetGo(s.power, now)) drivePilot(s, { kind: 'steady' }, now, out);
    commandContactor(s.power, false, now, out);
    s.phase = { kind: 'opening' };
    return;
  }
  switch (s.phase.kind) {
    case 'idle':
      drivePilot(s, { kind: 'steady' }, now, out);
      if (energyBlocked(s.power)) s.phase = { kind: 'faulted', since: now, underLoad: false };
      else if (permitted(s, config)) s.phase = { kind: 'locking' };
      return;
    case 'locking':
      if (!permitted(s, config)) s.phase = { kind: 'idle' };
      else if (isLocked(s, config)) s.phase = { kind: 'testing' };
      return;
    case 'testing':
      if (!permitted(s, config)) s.phase = { kind: 'idle' };
      else if (power.residualTest(s.power, now, config, out) === 'passed' && confirmedOpen(s.power)) {
        s.latchedCable = s.cable.stable;
        s.phase = { kind: 'offering' };
      }
      return;
    case 'offering':
      advanceOffering(s, now, config, out);
      return;
    case 'closing':
    case 'supplying':
      if (!permitted(s, config) || effectiveOffer(s, config) === 0) {
        drivePilot(s, { kind: 'steady' }, now, out);
        s.phase = { kind: 'asking', since: now };
        return;
      }
      driveOffer(s, now, config, out);
      if (s.phase.kind === 'closing' && s.power.contactor.feedback === 'closed') s.phase = { kind: 'supplying' };
      return;
    case 'asking':
      advanceAsking(s, s.phase.since, now, out);
      return;
    case 'opening':
      if (!permitted(s, config)) drivePilot(s, { kind: 'steady' }, now, out);
      else if (s.pilot.kind === 'pwm') driveOffer(s, now, config, out);
      if (!confirmedOpen(s.power) && !s.power.faults.includes('contactorWelded')) return;
      if (energyBlocked(s.power)) s.phase = { kind: 'faulted', since: now, underLoad: requests(s, config) };
      else s.phase = permitted(s, config) && power.isTested(s.power, config) ? { kind: 'offering' } : { kind: 'idle' };
      return;
    case 'faulted':
      advanceFaulted(s, s.phase, now, out);
      return;
    default:
      unreachable(s.phase);
  }
}

function advanceOffering(s: Mode3State, now: number, config: SocketConfig, out: SocketEffect[]): void {
  if (!permitted(s, config) || !isHeld(s, config)) {
    drivePilot(s, { kind: 'steady' }, now, out);
    s.phase = { kind: 'idle' };
    return;
  }
  // State D asks for ventilation; where there is none, energy must not flow (IEC 61851-1, 6.3.1.5). The fault clears with
  // the plug only: a vehicle that left D because PWM ended would ask again as soon as PWM is back.
  if (s.level.stable === 'D' && !config.ventilation) {
    raise(s.power, 'ventilationMissing');
    s.phase = { kind: 'idle' };
    return;
  }
  if (wakes(s)) {
    drivePilot(s, { kind: 'unavailable' }, now, out);
    return;
  }
  if (s.pilot.kind === 'unavailable') drivePilot(s, { kind: 'steady' }, now, out);
  // A vehicle that is offered energy must have it within 3 s (IEC 61851-1, sequence 4), so there is no offer during a rest.
  if (now < (restsUntil(s.power) ?? now)) {
    drivePilot(s, { kind: 'steady' }, now, out);
    return;
  }
  driveOffer(s, now, config, out);
  const certain = s.level.candidate === undefined && s.cable.candidate === undefined && isLocked(s, config);
  const vehicleReady = s.pilot.kind === 'pwm' && s.diode.seen && hasCome(emptyAt(s.diode.missing), now);
  if (!certain || !vehicleReady || !confirmedOpen(s.power) || !mayBeClosed(s, now, config)) return;
  commandContactor(s.power, true, now, out);
  s.phase = { kind: 'closing' };
}

/** IEC 61851-1, sequences 10.1 and 10.2: the vehicle opens S2 within 3 s, or the contactor opens under load after 6 s. */
function advanceAsking(s: Mode3State, since: number, now: number, out: SocketEffect[]): void {
  const quiet = drawnA(s.power) < thresholds.idleCurrentA && (s.power.meter.last?.at ?? 0) > since;
  if (!quiet && now < since + timings.askFirstMs) return;
  commandContactor(s.power, false, now, out);
  s.phase = { kind: 'opening' };
}

function advanceFaulted(
  s: Mode3State,
  phase: { since: number; underLoad: boolean },
  now: number,
  out: SocketEffect[],
): void {
  const showF = phase.underLoad && now < phase.since + timings.stateFMs;
  drivePilot(s, showF ? { kind: 'unavailable' } : { kind: 'steady' }, now, out);
  if (!showF && !energyBlocked(s.power)) s.phase = { kind: 'idle' };
}

/** Brings the pilot to the effective offer: reductions at once, raises at most each 5 s, PWM only after 3 s of x1. */
function driveOffer(s: Mode3State, now: number, config: SocketConfig, out: SocketEffect[]): void {
  // A cable without vehicle gets no PWM, even while its plug stays in the outlet (IEC 61851-1, sequence 2.1).
  const amps = s.level.stable === 'A' ? 0 : effectiveOffer(s, config);
  if (amps === 0) {
    drivePilot(s, { kind: 'steady' }, now, out);
    return;
  }
  const mayStart = isLocked(s, config) && now >= s.steadySince + timings.steadyHoldMs;
  if (s.pilot.kind !== 'pwm' && !mayStart) return;
  const raises = s.pilot.kind === 'pwm' && amps > s.power.offer.nowA;
  if (raises && now < s.power.offer.since + timings.offerRaiseMs) return;
  drivePilot(s, { kind: 'pwm', dutyPercent: dutyOf(amps) }, now, out);
  recordOffer(s.power, amps, now);
}

function drivePilot(s: Mode3State, output: PilotOutput, now: number, out: SocketEffect[]): void {
  const same =
    output.kind === s.pilot.kind &&
    (output.kind !== 'pwm' || s.pilot.kind !== 'pwm' || output.dutyPercent === s.pilot.dutyPercent);
  if (same) return;
  if (output.kind === 'steady') s.steadySince = now;
  // A reading from before PWM started does not show whether there is a diode.
  if (output.kind !== s.pilot.kind) s.reading = undefined;
  if (output.kind !== 'pwm') recordOffer(s.power, 0, now);
  s.pilot = output;
  out.push({ kind: 'pilot', output });
}

/** Locks before power and unlocks after it; a plug that may be live stays locked. */
function driveLock(s: Mode3State, now: number, config: SocketConfig, out: SocketEffect[]): void {
  if (!config.lock) return;
  const live = s.power.contactor.commanded === 'close' || mayBeLive(s.power, s.lock.commanded === true);
  const refused = s.power.faults.includes('lockFailed') || s.power.faults.includes('lockStuck');
  const wanted = holdsPlug(s.power.wish);
  const shows = s.phase.kind === 'locking' && isUnproven(s);
  const target = live || (isPlugged(s, config) && !refused && wanted && !shows);
  // What a session wants that outlived a power cut is not known before the station has spoken.
  if (!target && !s.power.wished) return;
  if (s.lock.commanded === undefined && !target) {
    // After a start the bolt may still hold a plug, and a weld has not been looked for: it is let go of for contacts that are
    // seen open only, be it to show that it moves, or because no session wants it.
    const forgotten = s.lock.feedback === 'locked' && !wanted;
    if (!confirmedOpen(s.power) || !(shows || forgotten)) return;
  }
  if (target === s.lock.commanded) return;
  // Each time that it is let go it must be seen free before what it says of locking counts again.
  const proof = target || s.lock.feedback === 'unlocked' ? s.lock.proof : 'none';
  s.lock = { ...s.lock, commanded: target, since: now, arrived: false, wavers: nothingWrong, proof };
  out.push({ kind: 'lock', lock: target });
}

/** Instants at which a `tick` can change something; of those past nothing more is to come. */
export function mode3Deadlines(s: Mode3State): number[] {
  const due = [...power.powerDeadlines(s.power), ...inputDeadlines(s), ...wakeDeadlines(s)];
  if (s.phase.kind === 'asking') due.push(s.phase.since + timings.askFirstMs);
  if (s.phase.kind === 'faulted') due.push(s.phase.since + timings.stateFMs);
  due.push(s.steadySince + timings.steadyHoldMs, s.power.offer.since + timings.offerRaiseMs);
  return due;
}

/** A bolt on its way, or one that cannot be read, is reported as not yet where it was commanded; a flicker is not reported. */
function lockedReport({ lock, power: { faults } }: Mode3State): boolean {
  const missed = faults.includes('lockFailed') || faults.includes('unlockFailed');
  if (lock.arrived && !missed) return lock.commanded === true;
  if (lock.feedback === 'locked' || lock.feedback === 'unlocked') return lock.feedback === 'locked';
  return lock.commanded === false;
}

export function reportMode3(s: Mode3State, config: SocketConfig): SocketReport {
  const level = s.level.stable;
  return {
    plugged: isPlugged(s, config),
    evConnected: level !== 'A' && isPlugged(s, config),
    evRequests: requests(s, config),
    cableA: config.tetheredA ?? (s.cable.stable.kind === 'cable' ? s.cable.stable.ratingA : undefined),
    contactor: contactorReport(s.power),
    locked: config.lock ? lockedReport(s) : undefined,
    offeredA: s.pilot.kind === 'pwm' ? s.power.offer.nowA : 0,
    thermalA: thermalLimitA(s.power, config),
    temperatureC: s.power.temperature.celsius,
    meter: s.power.meter.last,
    faults: s.power.faults,
  };
}
