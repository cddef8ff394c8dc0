/** What the Mode 3 machine remembers, and what follows from it without any time passing. */

import { lowestOfferA } from '../../hal/iec61851';
import type { LockFeedback, PilotOutput, PilotReading } from '../../hal/parts';
import { mustLetGo } from './contactor';
import { thermalLimitA } from './heat';
import { type Leaky, nothingWrong } from './leaky';
import type { PilotLevel } from './pilot';
import * as power from './power';
import { copyPower, energyBlocked, initialPower, mustOpenNow, type PowerState } from './power-state';
import type { CablePresence } from './proximity';
import { offerOf, type SocketConfig } from './types';

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

export interface Debounced<T> {
  stable: T;
  /** `since`: first reading of this value; `leftAt`: first reading that was not the stable value any more. */
  candidate: { value: T; since: number; leftAt: number } | undefined;
}

/** Whether the vehicle here may have fallen asleep, and what was done about it. */
export interface Wake {
  /** Nothing was offered to the vehicle that is here now, and it has not asked for energy since. */
  paused: boolean;
  /** Attempts since the pause. */
  attempts: number;
  /** Since when it has been offered a current again without asking for it. */
  offeredSince: number | undefined;
  /** State F is shown since then. */
  pulseSince: number | undefined;
}

export const noWake: Wake = { paused: false, attempts: 0, offeredSince: undefined, pulseSince: undefined };

export interface LockState {
  /** Undefined until the first command of this boot; the bolt may be out from before. */
  commanded: boolean | undefined;
  /** The last change of command. */
  since: number;
  feedback: LockFeedback;
  /** Whether the switch has shown the bolt where it was commanded, since that command. */
  arrived: boolean;
  /** How long the switch of a bolt that had arrived has shown something else. */
  wavers: Leaky;
  /**
   * What the switch has shown since the bolt was last let go, or the plug came: that it can say unlocked (`free`), and locked
   * after that and after the command (`moved`). One that only ever says locked proves nothing, whatever it said for an earlier charge.
   */
  proof: 'none' | 'free' | 'moved';
}

export interface Mode3State {
  phase: Mode3Phase;
  power: PowerState;
  level: Debounced<PilotLevel>;
  /** How long the pilot of a vehicle that asks for energy has not shown that. */
  levelWavers: Leaky;
  /** The last reading of the pilot as it is driven now; none yet after PWM has started. */
  reading: PilotReading | undefined;
  /** What was read last while −12 V is driven, where it is not that: the wire is shorted, or cannot be read. */
  oddInStateF: 'E' | 'invalid' | undefined;
  cable: Debounced<CablePresence>;
  /** How long the proximity contact has not shown the cable that is there. */
  cableWavers: Leaky;
  /** Cable as it was when power was prepared; a change under way is a fault. */
  latchedCable: CablePresence | undefined;
  lock: LockState;
  pilot: PilotOutput;
  /** When x1 last began; it lasts 3 s before PWM starts, also after a boot with a vehicle already there. */
  steadySince: number;
  /** `seen`: since PWM last started. */
  diode: { seen: boolean; missing: Leaky };
  wake: Wake;
}

export function initialMode3(now: number): Mode3State {
  return {
    phase: { kind: 'idle' },
    power: initialPower(now),
    level: { stable: 'A', candidate: undefined },
    levelWavers: nothingWrong,
    reading: undefined,
    oddInStateF: undefined,
    cable: { stable: { kind: 'none' }, candidate: undefined },
    cableWavers: nothingWrong,
    latchedCable: undefined,
    lock: {
      commanded: undefined,
      since: now,
      feedback: 'unknown',
      arrived: false,
      wavers: nothingWrong,
      proof: 'none',
    },
    pilot: { kind: 'steady' },
    steadySince: now,
    diode: { seen: false, missing: nothingWrong },
    wake: noWake,
  };
}

/** A copy one step may change. Name by name for the reason that `copyForReading` gives. */
export function copyMode3(s: Mode3State): Mode3State {
  const copy = withPower(s, copyPower(s.power));
  copy.lock = copyLock(s.lock);
  copy.diode = { seen: s.diode.seen, missing: s.diode.missing };
  return copy;
}

/** The same with something else remembered of power. */
export function withPower(s: Mode3State, read: PowerState): Mode3State {
  return {
    phase: s.phase,
    power: read,
    level: s.level,
    levelWavers: s.levelWavers,
    reading: s.reading,
    oddInStateF: s.oddInStateF,
    cable: s.cable,
    cableWavers: s.cableWavers,
    latchedCable: s.latchedCable,
    lock: s.lock,
    pilot: s.pilot,
    steadySince: s.steadySince,
    diode: s.diode,
    wake: s.wake,
  };
}

function copyLock(lock: LockState): LockState {
  return {
    commanded: lock.commanded,
    since: lock.since,
    feedback: lock.feedback,
    arrived: lock.arrived,
    wavers: lock.wavers,
    proof: lock.proof,
  };
}

export function isPlugged(s: Mode3State, config: SocketConfig): boolean {
  // States E and invalid hide the vehicle; only A says that it left.
  if (config.tetheredA !== undefined) return s.level.stable !== 'A';
  return s.cable.stable.kind !== 'none';
}

export function requests(s: Mode3State, config: SocketConfig): boolean {
  return asksForEnergy(s.level.stable, config);
}

export function asksForEnergy(level: PilotLevel, config: SocketConfig): boolean {
  return level === 'C' || (level === 'D' && config.ventilation);
}

/** The bolt is seen locked now, and was seen to move there, which is needed for a start. */
export function isLocked(s: Mode3State, config: SocketConfig): boolean {
  return !config.lock || (s.lock.feedback === 'locked' && s.lock.proof === 'moved');
}

/** The switch says locked, and nobody has seen the bolt move: before a charge it has to go back, and is on its way there. */
export function isUnproven({ lock }: Mode3State): boolean {
  return lock.proof === 'none' && (lock.feedback === 'locked' || lock.commanded === false);
}

/** The bolt is seen locked, or was so until a moment ago: its switch, or the way to it, may flicker. */
export function isHeld(s: Mode3State, config: SocketConfig): boolean {
  const { commanded, arrived } = s.lock;
  return isLocked(s, config) || (commanded === true && arrived && !s.power.faults.includes('lockFailed'));
}

export function permitted(s: Mode3State, config: SocketConfig): boolean {
  return s.power.wish.kind === 'permit' && isPlugged(s, config) && !energyBlocked(s.power);
}

/** What the pilot may say now, in A; under 6 A nothing. */
export function effectiveOffer(s: Mode3State, config: SocketConfig): number {
  const amps = Math.min(
    offerOf(s.power.wish),
    config.ratedA,
    config.tetheredA ?? (s.cable.stable.kind === 'cable' ? s.cable.stable.ratingA : 0),
    thermalLimitA(s.power, config) ?? Number.POSITIVE_INFINITY,
  );
  return amps >= lowestOfferA ? amps : 0;
}

/** The safety rule: everything that must be true while the contactor is commanded closed. */
export function mayBeClosed(s: Mode3State, now: number, config: SocketConfig): boolean {
  return (
    !mustOpenNow(s.power) &&
    !mustLetGo(s.power, now) &&
    isPlugged(s, config) &&
    requests(s, config) &&
    isHeld(s, config) &&
    power.twinClear(s.power, now) &&
    s.power.supply &&
    !(s.power.wish.kind === 'deny' && s.power.wish.opening === 'now')
  );
}
