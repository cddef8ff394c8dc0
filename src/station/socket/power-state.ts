/** What both socket machines remember of contactor, current, meter and faults, and how a fault comes and goes. */
import type { ContactorFeedback, MeterReading, ResidualCurrentReading } from '../../hal/parts';
import { blocksEnergy, type FaultId, faults } from '../faults';
import { type Leaky, nothingWrong } from './leaky';
import { noWish, type SocketWish } from './types';

export interface ContactorState {
  commanded: 'open' | 'close';
  /** The last change of command, or the feedback's change away from it. */
  since: number;
  feedback: ContactorFeedback;
  /** Whether they were seen where they were commanded, since that command. */
  arrived: boolean;
  /** How long contacts that had arrived have not been seen there. */
  wavers: Leaky;
  /** They have not been seen there for longer than a bounce, and not been steady since. */
  doubted: boolean;
  /** Whether the contacts were seen closed since they were last told to close. */
  seenClosed: boolean;
  /** When contacts that were seen closed opened by themselves; undefined once they are seen closed again. */
  fellAt: number | undefined;
  /** How often in this closing contacts that had opened by themselves came back before the command was withdrawn. */
  returns: number;
  /** When the command to close was withdrawn from contacts that had opened by themselves, as far as it still counts. */
  falls: readonly number[];
  /** What reads the parts stood still while it was told to be closed: the command is not to stand. */
  stood: boolean;
  /** When the command to close was withdrawn for that reason, as far as it still counts. */
  stands: readonly number[];
  /** When it was told to close, the last few times. */
  closings: readonly number[];
  /** How many of the last of these were for the plug that is there now. */
  closingsOfPlug: number;
  /** When it was last told to open. */
  openedAt: number | undefined;
}

/** Energy that has flowed by the currents since the register was `fromWh`. */
export interface MeteredFlow {
  fromWh: number;
  flowedWh: number;
}

/** What the voltages say against the contacts, and since when they have. */
export interface VoltageClaim {
  kind: 'none behind closed contacts' | 'mains behind open contacts';
  since: number;
}

/** Parts without which nobody can say what the outlet is. */
export const awaitedParts = ['contactor', 'pilot', 'proximity', 'plug'] as const;
export type AwaitedPart = (typeof awaitedParts)[number];

export interface PowerState {
  startedAt: number;
  /** Parts that have reported since the start. */
  heard: readonly AwaitedPart[];
  /** Whether what the parts show can be told; before that nobody knows whether the outlet is empty. */
  known: boolean;
  wish: SocketWish;
  /** Whether the station has spoken; until then nothing is known of a session that outlived a power cut. */
  wished: boolean;
  contactor: ContactorState;
  /** `resetAsked`: a person has reset a trip; it ends when the monitor agrees. */
  residual: ResidualCurrentReading & { passed: boolean; testSince: number | undefined; resetAsked: boolean };
  /** Since the register was last judged. */
  flow: MeteredFlow | undefined;
  voltageClaim: VoltageClaim | undefined;
  meter: { last: { reading: MeterReading; at: number } | undefined; failures: number };
  /** Offer now, and higher ones before it that the vehicle may still draw until it has had time to follow. */
  offer: { nowA: number; since: number; former: readonly { amps: number; until: number }[] };
  overSince: number | undefined;
  farOverSince: number | undefined;
  /** Readings in a row that were too low and too high; since when all were neither. */
  voltage: { low: number; high: number; goodSince: number | undefined };
  /** `followedC`: what the limit stands for; it falls behind a cooling outlet. `raisedAt`: when the limit last rose. */
  temperature: {
    celsius: number | undefined;
    silent: boolean;
    hot: boolean;
    followedC: number | undefined;
    raisedAt: number | undefined;
  };
  supply: boolean;
  twinOpenSince: number | undefined;
  /** Faults present, latched ones until they clear; as long as they are the same, so is the list. */
  faults: readonly FaultId[];
}

export function initialPower(now: number): PowerState {
  return {
    startedAt: now,
    heard: [],
    known: false,
    wish: noWish,
    wished: false,
    contactor: {
      commanded: 'open',
      since: now,
      feedback: 'unknown',
      arrived: false,
      wavers: nothingWrong,
      doubted: false,
      seenClosed: false,
      fellAt: undefined,
      returns: 0,
      falls: [],
      stood: false,
      stands: [],
      closings: [],
      closingsOfPlug: 0,
      openedAt: undefined,
    },
    residual: { tripped: false, test: 'none', passed: false, testSince: undefined, resetAsked: false },
    flow: undefined,
    voltageClaim: undefined,
    meter: { last: undefined, failures: 0 },
    offer: { nowA: 0, since: now, former: [] },
    overSince: undefined,
    farOverSince: undefined,
    voltage: { low: 0, high: 0, goodSince: undefined },
    temperature: { celsius: undefined, silent: false, hot: false, followedC: undefined, raisedAt: undefined },
    supply: true,
    twinOpenSince: undefined,
    faults: [],
  };
}

/** A copy one step may change; the step itself stays pure. What is not copied here is replaced and never written into. */
export function copyPower(s: PowerState): PowerState {
  const copy = copyForReading(s);
  copy.contactor = copyContactor(s.contactor);
  copy.residual = { ...s.residual };
  copy.temperature = { ...s.temperature };
  return copy;
}

/**
 * A copy that a reading of the meter may change: what it changes it replaces. Name by name, as all that is copied at each
 * reading and each step: V8 gives up on `...` at a place where it has seen more than four hidden classes of objects, and takes
 * ten times as long from then on.
 */
export function copyForReading(s: PowerState): PowerState {
  return {
    startedAt: s.startedAt,
    heard: s.heard,
    known: s.known,
    wish: s.wish,
    wished: s.wished,
    contactor: s.contactor,
    residual: s.residual,
    flow: s.flow,
    voltageClaim: s.voltageClaim,
    meter: s.meter,
    offer: s.offer,
    overSince: s.overSince,
    farOverSince: s.farOverSince,
    voltage: s.voltage,
    temperature: s.temperature,
    supply: s.supply,
    twinOpenSince: s.twinOpenSince,
    faults: s.faults,
  };
}

function copyContactor(contactor: ContactorState): ContactorState {
  return {
    commanded: contactor.commanded,
    since: contactor.since,
    feedback: contactor.feedback,
    arrived: contactor.arrived,
    wavers: contactor.wavers,
    doubted: contactor.doubted,
    seenClosed: contactor.seenClosed,
    fellAt: contactor.fellAt,
    returns: contactor.returns,
    falls: contactor.falls,
    stood: contactor.stood,
    stands: contactor.stands,
    closings: contactor.closings,
    closingsOfPlug: contactor.closingsOfPlug,
    openedAt: contactor.openedAt,
  };
}

export function raise(s: PowerState, id: FaultId): void {
  if (!s.faults.includes(id)) s.faults = [...s.faults, id];
}

export function drop(s: PowerState, id: FaultId): void {
  if (s.faults.includes(id)) s.faults = s.faults.filter((present) => present !== id);
}

/** Sets or clears a fault that clears by itself. */
export function setFault(s: PowerState, id: FaultId, present: boolean): void {
  if (present) raise(s, id);
  else drop(s, id);
}

export function energyBlocked(s: PowerState): boolean {
  return s.faults.some(blocksEnergy);
}

export function mustOpenNow(s: PowerState): boolean {
  return s.faults.some((id) => faults[id].reaction === 'openNow');
}

/** The next charge begins with a test of its own (IEC 62955), whose answer is not one to an older question. */
export function forgetResidualTest(s: PowerState): void {
  s.residual = { ...s.residual, passed: false, testSince: undefined };
}
