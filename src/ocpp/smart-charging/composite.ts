/** The composite schedule: what the profiles allow together, as a pure function of time (OCPP 1.6, 3.13.3 and 5.7). */
import type { ChargingProfilePurpose, DatedChargingProfile, RateUnit } from './charging-profile';
import { elseFrom, type Segment, stacked, type Window } from './segments';

/** How a connector is fed, for turning watts into amperes. */
export interface Feed {
  /** Phase to neutral, in V. */
  voltageV: number;
  phases: 1 | 3;
}

/** A piece of time with the amperes per phase that are allowed; `Infinity`: no profile restrains. */
export interface Step {
  from: number;
  to: number;
  amps: number;
  /** Phases that the limit reckons with; never more than the feed has. */
  phases: number;
}

/** 7.12: A is per phase, W is for all phases together; a limit for more phases than there are is not rescaled (errata 3.34). */
function ampsOf(segment: Segment, feed: Feed): number {
  if (segment.unit === 'A') return segment.limit;
  return segment.limit / (feed.voltageV * Math.min(segment.numberPhases, feed.phases));
}

export interface Situation {
  connectorId: number;
  feed: Feed;
  /** The running transaction, by our name, and when it began (Unix ms). */
  tx: { key: string; startedAt: number } | undefined;
}

/** What the profiles allow a connector within a window. The steps cover the window without a gap. */
export function allowedSteps(profiles: readonly DatedChargingProfile[], situation: Situation, window: Window): Step[] {
  const { feed, tx } = situation;
  const startedAt = tx?.startedAt ?? window.from;
  const station = filled(stacked(ofStation(profiles), window, startedAt), window, feed);
  const own = filled(stackedOwn(profiles, situation, window, startedAt), window, feed);
  return merged(least(station, own));
}

/** What the station as a whole is allowed per phase. */
export function stationSteps(profiles: readonly DatedChargingProfile[], feed: Feed, window: Window): Step[] {
  return merged(filled(stacked(ofStation(profiles), window, window.from), window, feed));
}

function ofStation(profiles: readonly DatedChargingProfile[]): DatedChargingProfile[] {
  return profiles.filter((p) => p.purpose === 'ChargePointMaxProfile');
}

/**
 * 3.13.1: a TxProfile overrules the TxDefaultProfiles while it is active; a TxDefaultProfile of the connector replaces
 * that of the whole station at its own level, and both kinds make one stack.
 */
function stackedOwn(
  profiles: readonly DatedChargingProfile[],
  { connectorId, tx }: Situation,
  window: Window,
  startedAt: number,
): Segment[] {
  const on = (purpose: ChargingProfilePurpose, id: number) =>
    profiles.filter((p) => p.purpose === purpose && p.connectorId === id);
  const txProfiles = on('TxProfile', connectorId).filter((p) => tx !== undefined && p.tx === tx.key);
  const own = on('TxDefaultProfile', connectorId);
  const common = on('TxDefaultProfile', 0).filter((p) => !own.some((o) => o.stackLevel === p.stackLevel));
  const ruling = stacked(txProfiles, window, startedAt);
  const defaults = stacked([...own, ...common], window, startedAt);
  return elseFrom(ruling, defaults, window);
}

function filled(segments: readonly Segment[], window: Window, feed: Feed): Step[] {
  const free = (from: number, to: number) => ({ from, to, amps: Number.POSITIVE_INFINITY, phases: feed.phases });
  const steps: Step[] = [];
  let at = window.from;
  for (const segment of segments) {
    const { from, to, numberPhases } = segment;
    if (from > at) steps.push(free(at, from));
    steps.push({ from, to, amps: ampsOf(segment, feed), phases: Math.min(numberPhases, feed.phases) });
    at = to;
  }
  if (at < window.to) steps.push(free(at, window.to));
  return steps;
}

/** The least of two lists of steps that cover the same window: of the currents, and of the phases to reckon with. */
export function least(a: readonly Step[], b: readonly Step[]): Step[] {
  return combined(a, b, (x, y) => ({ amps: Math.min(x.amps, y.amps), phases: Math.min(x.phases, y.phases) }));
}

/** The greater of two lists of steps that cover the same window: for sockets of which one at a time is used. */
export function either(a: readonly Step[], b: readonly Step[]): Step[] {
  return combined(a, b, (x, y) => (y.amps * y.phases > x.amps * x.phases ? y : x));
}

/** The sum of two lists of steps that cover the same window: for points that are used at once. */
export function sum(a: readonly Step[], b: readonly Step[]): Step[] {
  return combined(a, b, (x, y) => ({ amps: x.amps + y.amps, phases: Math.max(x.phases, y.phases) }));
}

function combined(
  a: readonly Step[],
  b: readonly Step[],
  of: (x: Step, y: Step) => Pick<Step, 'amps' | 'phases'>,
): Step[] {
  const result: Step[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const left = a[i];
    const right = b[j];
    if (!left || !right) break;
    const from = Math.max(left.from, right.from);
    const to = Math.min(left.to, right.to);
    const { amps, phases } = of(left, right);
    if (from < to) result.push({ from, to, amps, phases });
    if (left.to <= right.to) i += 1;
    if (right.to <= left.to) j += 1;
  }
  return result;
}

export function merged(steps: readonly Step[]): Step[] {
  const result: Step[] = [];
  for (const step of steps) {
    const last = result[result.length - 1];
    const same = last && last.amps === step.amps && last.phases === step.phases && last.to === step.from;
    if (last && same) last.to = step.to;
    else result.push({ ...step });
  }
  return result;
}

/** One decimal, downwards, so that what is told is never more than what is allowed (7.14). */
function wireLimit({ amps, phases }: Step, unit: RateUnit, { voltageV }: Feed): number {
  const value = unit === 'A' ? amps : amps * voltageV * phases;
  return Math.floor(value * 10 + 1e-6) / 10;
}

/** Steps as they are told. */
export interface WirePeriods {
  /** What the periods cover, in s from `start`. */
  durationS: number;
  periods: { startPeriod: number; limit: number; numberPhases: number }[];
}

/**
 * Steps as periods of whole seconds from `start`, at most `most` of them: where there are more, the duration ends with
 * those that are told. Of several steps that begin within one second the last one is told; same neighbours are one.
 */
export function wirePeriods(
  steps: readonly Step[],
  wire: { start: number; durationS: number; unit: RateUnit; feed: Feed; most: number },
): WirePeriods {
  const periods: WirePeriods['periods'] = [];
  for (const step of steps) {
    const startPeriod = Math.max(0, Math.round((step.from - wire.start) / 1_000));
    if (startPeriod > 0 && startPeriod >= wire.durationS) break;
    const last = periods[periods.length - 1];
    if (last?.startPeriod === startPeriod) periods.pop();
    const before = periods[periods.length - 1];
    const period = { startPeriod, limit: wireLimit(step, wire.unit, wire.feed), numberPhases: step.phases };
    if (before && before.limit === period.limit && before.numberPhases === period.numberPhases) continue;
    if (periods.length >= wire.most) return { durationS: startPeriod, periods };
    periods.push(period);
  }
  return { durationS: wire.durationS, periods };
}
