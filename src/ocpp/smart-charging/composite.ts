/** The composite schedule: what the profiles allow together, as a pure function of time (OCPP 1.6, 3.13.3 and 5.7). */
import type { ChargingProfilePurpose, DatedChargingProfile, RateUnit } from './charging-profile';
import { elseFrom, type Segment, stacked, type Window } from './segments';

/** How a connector is fed, for turning watts into amperes. */
export interface Feed {
  /** Phase to neutral, in V. */
  voltageV: number;
  /** Those that the vehicle uses, or else may use. */
  phases: number;
}

/** A piece of time with what is allowed; `Infinity`: no profile restrains. */
export interface Step {
  from: number;
  to: number;
  /** Per phase. */
  amps: number;
  /** All phases together, in W. */
  watts: number;
}

type Allowed = Pick<Step, 'amps' | 'watts'>;

export const unlimited: Allowed = { amps: Number.POSITIVE_INFINITY, watts: Number.POSITIVE_INFINITY };

export interface Situation {
  connectorId: number;
  feed: Feed;
  /** The running transaction, by our name, and when it began (Unix ms). */
  tx: { key: string; startedAt: number } | undefined;
  /** Without a transaction schedules relative to one count from here, as if it began now (Unix ms). */
  now: number;
}

/** What the profiles allow a connector within a window. The steps cover the window without a gap. */
export function allowedSteps(profiles: readonly DatedChargingProfile[], situation: Situation, window: Window): Step[] {
  const own = filled(stackedOwn(profiles, situation, window), window);
  return onFeed(least(stationSteps(profiles, window), own), situation.feed);
}

/** What the station as a whole is allowed: per phase, or all its connectors together. */
export function stationSteps(profiles: readonly DatedChargingProfile[], window: Window): Step[] {
  return merged(filled(stacked(ofStation(profiles), window, window.from), window));
}

/** What the connector's own profiles allow, those of the station left out. */
export function ownSteps(profiles: readonly DatedChargingProfile[], situation: Situation, window: Window): Step[] {
  return onFeed(filled(stackedOwn(profiles, situation, window), window), situation.feed);
}

/** The piece of a profile that rules a connector, or the station, at the beginning of the window; undefined: none does. */
export function ruling(
  profiles: readonly DatedChargingProfile[],
  situation: Situation | 'station',
  window: Window,
): Segment | undefined {
  const segments =
    situation === 'station'
      ? stacked(ofStation(profiles), window, window.from)
      : stackedOwn(profiles, situation, window);
  return segments.find(({ from }) => from === window.from);
}

/** When schedules relative to a start began, or would begin. */
export function startedAt({ tx, now }: Situation): number {
  return tx?.startedAt ?? now;
}

/**
 * What can be drawn of what is allowed. 7.12: A is per phase, W is for all phases together. A station that cannot switch
 * phases (ConnectorSwitch3to1PhaseSupported) keeps to the total whatever numberPhases says: it divides by the phases that
 * the vehicle uses. A limit in A for more phases than there are is not rescaled (errata 3.34).
 */
export function onFeed(steps: readonly Step[], { voltageV, phases }: Feed): Step[] {
  const wattsPerA = voltageV * phases;
  return merged(
    steps.map((step) => {
      const amps = Math.min(step.amps, step.watts / wattsPerA);
      return { ...step, amps, watts: amps * wattsPerA };
    }),
  );
}

function ofStation(profiles: readonly DatedChargingProfile[]): DatedChargingProfile[] {
  return profiles.filter((p) => p.purpose === 'ChargePointMaxProfile');
}

/**
 * 3.13.1: a TxProfile overrules the TxDefaultProfiles while it is active; a TxDefaultProfile of the connector replaces
 * that of the whole station at its own level, and both kinds make one stack.
 */
function stackedOwn(profiles: readonly DatedChargingProfile[], situation: Situation, window: Window): Segment[] {
  const { connectorId, tx } = situation;
  const on = (purpose: ChargingProfilePurpose, id: number) =>
    profiles.filter((p) => p.purpose === purpose && p.connectorId === id);
  const txProfiles = on('TxProfile', connectorId).filter((p) => tx !== undefined && p.tx === tx.key);
  const own = on('TxDefaultProfile', connectorId);
  const common = on('TxDefaultProfile', 0).filter((p) => !own.some((o) => o.stackLevel === p.stackLevel));
  const ruling = stacked(txProfiles, window, startedAt(situation));
  const defaults = stacked([...own, ...common], window, startedAt(situation));
  return elseFrom(ruling, defaults, window);
}

function filled(segments: readonly Segment[], window: Window): Step[] {
  const steps: Step[] = [];
  let at = window.from;
  for (const { from, to, limit, unit } of segments) {
    if (from > at) steps.push({ from: at, to: from, ...unlimited });
    steps.push({ from, to, ...unlimited, ...(unit === 'A' ? { amps: limit } : { watts: limit }) });
    at = to;
  }
  if (at < window.to) steps.push({ from: at, to: window.to, ...unlimited });
  return steps;
}

/** The least of two lists of steps that cover the same window. */
export function least(a: readonly Step[], b: readonly Step[]): Step[] {
  return combined(a, b, (x, y) => ({ amps: Math.min(x.amps, y.amps), watts: Math.min(x.watts, y.watts) }));
}

/** The greater of two lists of steps that cover the same window: for sockets of which one at a time is used. */
export function either(a: readonly Step[], b: readonly Step[]): Step[] {
  return combined(a, b, (x, y) => (y.watts > x.watts ? y : x));
}

/** The sum of two lists of steps that cover the same window: for points that are used at once. */
export function sum(a: readonly Step[], b: readonly Step[]): Step[] {
  return combined(a, b, (x, y) => ({ amps: x.amps + y.amps, watts: x.watts + y.watts }));
}

/** What is left of a sum within limits for the whole: all parts get less in the same proportion. */
export function within(total: readonly Step[], whole: readonly Step[]): Step[] {
  return combined(total, whole, (x, y) => {
    const part = Math.min(1, x.amps > 0 ? y.amps / x.amps : 1, x.watts > 0 ? y.watts / x.watts : 1);
    return { amps: x.amps * part, watts: x.watts * part };
  });
}

function combined(a: readonly Step[], b: readonly Step[], of: (x: Step, y: Step) => Allowed): Step[] {
  const result: Step[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const left = a[i];
    const right = b[j];
    if (!left || !right) break;
    const from = Math.max(left.from, right.from);
    const to = Math.min(left.to, right.to);
    const { amps, watts } = of(left, right);
    if (from < to) result.push({ from, to, amps, watts });
    if (left.to <= right.to) i += 1;
    if (right.to <= left.to) j += 1;
  }
  return result;
}

export function merged(steps: readonly Step[]): Step[] {
  const result: Step[] = [];
  for (const step of steps) {
    const last = result[result.length - 1];
    const same = last && last.amps === step.amps && last.watts === step.watts && last.to === step.from;
    if (last && same) last.to = step.to;
    else result.push({ ...step });
  }
  return result;
}

/** One decimal, downwards, so that what is told is never more than what is allowed (7.14). */
function wireLimit({ amps, watts }: Step, unit: RateUnit): number {
  return Math.floor((unit === 'A' ? amps : watts) * 10 + 1e-6) / 10;
}

/** Steps as they are told. */
export interface WirePeriods {
  /** What the periods cover, in s from `start`. */
  durationS: number;
  periods: { startPeriod: number; limit: number; numberPhases: number }[];
}

/**
 * Steps as periods of whole seconds from `start`, the first of them at 0 (errata 3.45, 3.70): what holds now is told for
 * the rest of this second. At most `most` of them: where there are more, or the steps end before, the duration ends with
 * those that are told. Of several steps that begin within one second the last one is told; same neighbours are one.
 */
export function wirePeriods(
  steps: readonly Step[],
  wire: { start: number; durationS: number; unit: RateUnit; phases: number; most: number },
): WirePeriods {
  const periods: WirePeriods['periods'] = [];
  for (const [index, step] of steps.entries()) {
    const startPeriod = index === 0 ? 0 : Math.round((step.from - wire.start) / 1_000);
    if (startPeriod > 0 && startPeriod >= wire.durationS) break;
    const last = periods[periods.length - 1];
    if (last?.startPeriod === startPeriod) periods.pop();
    const before = periods[periods.length - 1];
    const period = { startPeriod, limit: wireLimit(step, wire.unit), numberPhases: wire.phases };
    if (before && before.limit === period.limit) continue;
    if (periods.length >= wire.most) return { durationS: startPeriod, periods };
    periods.push(period);
  }
  const coveredS = Math.round(((steps[steps.length - 1]?.to ?? wire.start) - wire.start) / 1_000);
  return { durationS: Math.min(wire.durationS, coveredS), periods };
}
