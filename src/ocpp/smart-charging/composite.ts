/** The composite schedule: what the profiles allow together, as a pure function of time (OCPP 1.6, 3.13.3 and 5.7). */
import type { InstalledProfile, Purpose, RateUnit } from './profile';
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
}

/** 7.12: A is per phase, W is for all phases together; a limit for more phases than there are is not rescaled (errata 3.34). */
export function ampsOf(segment: Pick<Segment, 'limit' | 'unit' | 'numberPhases'>, feed: Feed): number {
  if (segment.unit === 'A') return segment.limit;
  return segment.limit / (feed.voltageV * Math.min(segment.numberPhases, feed.phases));
}

/** Watts of all phases together for amperes per phase. */
export function wattsOf(amps: number, feed: Feed): number {
  return amps * feed.voltageV * feed.phases;
}

export interface Situation {
  connectorId: number;
  feed: Feed;
  /** The running transaction, by our name, and when it began (Unix ms). */
  tx: { key: string; startedAt: number } | undefined;
}

/** What the profiles allow a connector within a window. The steps cover the window without a gap. */
export function allowedSteps(profiles: readonly InstalledProfile[], situation: Situation, window: Window): Step[] {
  const { feed, tx } = situation;
  const startedAt = tx?.startedAt ?? window.from;
  const station = filled(stacked(ofStation(profiles), window, startedAt), window, feed);
  const own = filled(stackedOwn(profiles, situation, window, startedAt), window, feed);
  return merged(least(station, own));
}

/** What the station as a whole is allowed per phase. */
export function stationSteps(profiles: readonly InstalledProfile[], feed: Feed, window: Window): Step[] {
  return merged(filled(stacked(ofStation(profiles), window, window.from), window, feed));
}

function ofStation(profiles: readonly InstalledProfile[]): InstalledProfile[] {
  return profiles.filter((p) => p.purpose === 'ChargePointMaxProfile');
}

/**
 * 3.13.1: a TxProfile overrules the TxDefaultProfiles while it is active; a TxDefaultProfile of the connector replaces
 * that of the whole station at its own level and is preferred where both are active.
 */
function stackedOwn(
  profiles: readonly InstalledProfile[],
  { connectorId, tx }: Situation,
  window: Window,
  startedAt: number,
): Segment[] {
  const on = (purpose: Purpose, id: number) => profiles.filter((p) => p.purpose === purpose && p.connectorId === id);
  const txProfiles = on('TxProfile', connectorId).filter((p) => tx !== undefined && p.tx === tx.key);
  const own = on('TxDefaultProfile', connectorId);
  const common = on('TxDefaultProfile', 0).filter((p) => !own.some((o) => o.stackLevel === p.stackLevel));
  const ruling = stacked(txProfiles, window, startedAt);
  const defaults = stacked([...own, ...common], window, startedAt);
  return elseFrom(ruling, defaults, window);
}

function filled(segments: readonly Segment[], window: Window, feed: Feed): Step[] {
  const steps: Step[] = [];
  let at = window.from;
  for (const segment of segments) {
    if (segment.from > at) steps.push({ from: at, to: segment.from, amps: Number.POSITIVE_INFINITY });
    steps.push({ from: segment.from, to: segment.to, amps: ampsOf(segment, feed) });
    at = segment.to;
  }
  if (at < window.to) steps.push({ from: at, to: window.to, amps: Number.POSITIVE_INFINITY });
  return steps;
}

/** The least of two lists of steps that cover the same window. */
export function least(a: readonly Step[], b: readonly Step[]): Step[] {
  const result: Step[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const left = a[i];
    const right = b[j];
    if (!left || !right) break;
    const from = Math.max(left.from, right.from);
    const to = Math.min(left.to, right.to);
    if (from < to) result.push({ from, to, amps: Math.min(left.amps, right.amps) });
    if (left.to <= right.to) i += 1;
    if (right.to <= left.to) j += 1;
  }
  return result;
}

export function merged(steps: readonly Step[]): Step[] {
  const result: Step[] = [];
  for (const step of steps) {
    const last = result[result.length - 1];
    if (last && last.amps === step.amps && last.to === step.from) last.to = step.to;
    else result.push({ ...step });
  }
  return result;
}

/** One decimal, downwards, so that what is told is never more than what is allowed (7.14). */
export function wireLimit(amps: number, unit: RateUnit, feed: Feed): number {
  const value = unit === 'A' ? amps : wattsOf(amps, feed);
  return Math.floor(value * 10 + 1e-6) / 10;
}
