/** The Mode 2 machine: one domestic outlet (2P+E). Its cord makes its own pilot, so this one only switches and watches. */

import { unreachable } from '../../hal/errors';
import {
  commandContactor,
  confirmedOpen,
  contactorReport,
  forgetClosings,
  mustLetGo,
  restsUntil,
  superviseContactor,
} from './contactor';
import { drawnA, recordOffer, superviseCurrent } from './current';
import { settleKnown } from './first-reports';
import { thermalLimitA } from './heat';
import { fullAt, hasCome, type Leaky, nothingWrong, turnLeaky } from './leaky';
import * as power from './power';
import { copyPower, energyBlocked, initialPower, type PowerState } from './power-state';
import { type MeterEvent, withQuietReading } from './quiet-reading';
import { untilSettled } from './settle';
import { thresholds, timings } from './timings';
import { offerOf, type SocketConfig, type SocketEffect, type SocketEvent, type SocketReport } from './types';

export type Mode2Phase =
  | { kind: 'idle' }
  | { kind: 'testing' }
  | { kind: 'ready' } // permitted and tested; waits for limit, twin and rest
  | { kind: 'closing' }
  | { kind: 'supplying' }
  | { kind: 'opening' }
  | { kind: 'faulted' };

export interface Mode2State {
  phase: Mode2Phase;
  power: PowerState;
  plug: { stable: boolean; candidate: { value: boolean; since: number } | undefined };
  /** How long a plug that is there has not been seen. */
  plugWavers: Leaky;
  /** Highest current this cord was seen to draw, in A; a lower limit cannot be offered to it, only switched. */
  cordA: number;
  overLimitSince: number | undefined;
  openedAt: number | undefined;
}

/** A cord may draw this much above a limit, in A, since the meter is not exact. */
const cordGraceA = 0.5;

export function initialMode2(now: number): Mode2State {
  return {
    phase: { kind: 'idle' },
    power: initialPower(now),
    plug: { stable: false, candidate: undefined },
    plugWavers: nothingWrong,
    cordA: thresholds.lowestCordA,
    overLimitSince: undefined,
    openedAt: undefined,
  };
}

type Mode2Step = { state: Mode2State; effects: SocketEffect[] };

export function stepMode2(before: Mode2State, event: SocketEvent, now: number, config: SocketConfig): Mode2Step {
  const effects: SocketEffect[] = [];
  const s = withPower(before, copyPower(before.power));
  power.absorbPower(s.power, event, now, config, effects);
  if (event.kind === 'plug' && config.plugDetector) {
    if (event.present === s.plug.stable) s.plug = { stable: s.plug.stable, candidate: undefined };
    else if (!s.plug.candidate) s.plug = { ...s.plug, candidate: { value: event.present, since: now } };
  }
  settlePlug(s, now);
  settleKnown(s.power, now, config, s.plug.candidate === undefined);
  untilSettled(s, effects, () => {
    superviseContactor(s.power, now, config);
    superviseCurrent(s.power, now);
    superviseLimit(s, now, config);
    advance(s, now, config, effects);
  });
  return { state: s, effects };
}

/** The state with a reading in it that needs no step before the next deadline; undefined where it needs one. */
export function readMode2(
  before: Mode2State,
  event: MeterEvent,
  now: number,
  config: SocketConfig,
): Mode2State | undefined {
  const read = withQuietReading(before.power, event, now, config);
  if (!read) return undefined;
  const s = withPower(before, read);
  superviseLimit(s, now, config);
  return s.overLimitSince === before.overLimitSince && s.cordA === before.cordA ? s : undefined;
}

/** A copy with something else remembered of power. Name by name for the reason that `copyForReading` gives. */
function withPower(s: Mode2State, read: PowerState): Mode2State {
  return {
    phase: s.phase,
    power: read,
    plug: s.plug,
    plugWavers: s.plugWavers,
    cordA: s.cordA,
    overLimitSince: s.overLimitSince,
    openedAt: s.openedAt,
  };
}

/** A plug that is there must go on to be seen: one that wavers is drawn, and is there again when it is steadily seen. */
function settlePlug(s: Mode2State, now: number): void {
  const { stable, candidate } = s.plug;
  s.plugWavers = stable ? turnLeaky(s.plugWavers, candidate ? 'wrong' : 'right', now) : nothingWrong;
  if (candidate && now >= candidate.since + timings.plugDebounceMs) {
    s.plug = { stable: candidate.value, candidate: undefined };
  } else if (hasCome(fullAt(s.plugWavers, timings.plugWavesMs), now)) {
    s.plug = { stable: false, candidate: undefined };
  } else return;
  s.plugWavers = nothingWrong;
  if (s.plug.stable) return;
  power.plugDrawn(s.power);
  forgetClosings(s.power);
  s.cordA = thresholds.lowestCordA;
  s.openedAt = undefined;
}

/**
 * A limit below what the cord draws cannot be offered to it; after the time a vehicle gets to follow, the cord is switched off.
 * Where only the rating of the outlet limits, a current above it is an over-current (`superviseCurrent`).
 */
function superviseLimit(s: Mode2State, now: number, config: SocketConfig): void {
  const drawn = drawnA(s.power);
  const offerA = offerOf(s.power.wish);
  const over = offerA < config.ratedA && drawn > offerA + cordGraceA;
  if (s.power.contactor.commanded !== 'close' || !over) {
    s.overLimitSince = undefined;
    return;
  }
  s.overLimitSince ??= now;
  // A reading from before the limit says nothing about what a vehicle does with it.
  const measured = (s.power.meter.last?.at ?? 0) > s.overLimitSince;
  if (measured && now >= s.overLimitSince + timings.offerFollowMs) s.cordA = Math.max(s.cordA, drawn);
}

function isPlugged(s: Mode2State, config: SocketConfig): boolean {
  return !config.plugDetector || s.plug.stable;
}

function permitted(s: Mode2State, config: SocketConfig): boolean {
  return s.power.wish.kind === 'permit' && isPlugged(s, config) && !energyBlocked(s.power);
}

/** The limit leaves room for this cord. */
function roomForCord(s: Mode2State): boolean {
  return offerOf(s.power.wish) + cordGraceA >= s.cordA;
}

function rested(s: Mode2State, now: number): boolean {
  if (now < (restsUntil(s.power) ?? now)) return false;
  return s.openedAt === undefined || now >= s.openedAt + timings.mode2RestMs;
}

function advance(s: Mode2State, now: number, config: SocketConfig, out: SocketEffect[]): void {
  const clear = power.twinClear(s.power, now) && s.power.supply;
  if (
    s.power.contactor.commanded === 'close' &&
    (!permitted(s, config) || !roomForCord(s) || !clear || mustLetGo(s.power, now))
  ) {
    commandContactor(s.power, false, now, out);
    recordOffer(s.power, 0, now);
    // Only a cord that stays has to rest; the next one may be supplied at once.
    s.openedAt = isPlugged(s, config) ? now : undefined;
    s.phase = { kind: 'opening' };
    return;
  }
  switch (s.phase.kind) {
    case 'idle':
      if (energyBlocked(s.power)) s.phase = { kind: 'faulted' };
      else if (permitted(s, config)) s.phase = { kind: 'testing' };
      return;
    case 'testing':
      if (!permitted(s, config)) s.phase = { kind: 'idle' };
      else if (power.residualTest(s.power, now, config, out) === 'passed') s.phase = { kind: 'ready' };
      return;
    case 'ready':
      if (!permitted(s, config)) s.phase = { kind: 'idle' };
      else if (clear && !s.plug.candidate && confirmedOpen(s.power) && roomForCord(s) && rested(s, now)) {
        commandContactor(s.power, true, now, out);
        // The offer is what the outlet can carry, not the limit: a current above the limit is switched off and is no fault.
        recordOffer(s.power, config.ratedA, now);
        s.phase = { kind: 'closing' };
      }
      return;
    case 'closing':
      if (s.power.contactor.feedback === 'closed') s.phase = { kind: 'supplying' };
      return;
    case 'supplying':
      return;
    case 'opening':
      if (confirmedOpen(s.power)) s.phase = { kind: 'idle' };
      else if (s.power.faults.includes('contactorWelded')) s.phase = { kind: 'faulted' };
      return;
    case 'faulted':
      if (!energyBlocked(s.power)) s.phase = { kind: 'idle' };
      return;
    default:
      unreachable(s.phase);
  }
}

/** Instants at which a `tick` can change something; of those past nothing more is to come. */
export function mode2Deadlines(s: Mode2State): number[] {
  const due = power.powerDeadlines(s.power);
  const wavesDue = fullAt(s.plugWavers, timings.plugWavesMs);
  if (wavesDue !== undefined) due.push(wavesDue);
  if (s.plug.candidate) due.push(s.plug.candidate.since + timings.plugDebounceMs);
  if (s.overLimitSince !== undefined) due.push(s.overLimitSince + timings.offerFollowMs);
  if (s.openedAt !== undefined) due.push(s.openedAt + timings.mode2RestMs);
  return due;
}

export function reportMode2(s: Mode2State, config: SocketConfig): SocketReport {
  const plugged = isPlugged(s, config);
  return {
    plugged,
    evConnected: plugged,
    evRequests: plugged,
    cableA: undefined,
    contactor: contactorReport(s.power),
    locked: undefined,
    offeredA: s.power.contactor.commanded === 'close' ? Math.min(offerOf(s.power.wish), config.ratedA) : 0,
    thermalA: thermalLimitA(s.power, config),
    temperatureC: s.power.temperature.celsius,
    meter: s.power.meter.last,
    faults: s.power.faults,
  };
}
