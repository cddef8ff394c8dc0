/** When a profile is active and with which limit, as pieces of time; pure. All times are Unix times in ms. */
import type { DatedChargingProfile, InstalledChargingProfile, Period, RateUnit } from './charging-profile';

/** A piece of time, from inclusive to exclusive, with one limit. */
export interface Segment {
  from: number;
  to: number;
  limit: number;
  unit: RateUnit;
  profile: Pick<DatedChargingProfile, 'purpose' | 'id'>;
}

export interface Window {
  from: number;
  to: number;
}

const recurrenceMs = { Daily: 86_400_000, Weekly: 604_800_000 } as const;

/**
 * The active pieces of a profile within a window, in order and without overlap. `startedAt`: the start of the
 * transaction, for schedules relative to it; with none going on, the moment at which one would begin.
 */
export function segmentsOf(profile: DatedChargingProfile, window: Window, startedAt: number): Segment[] {
  const valid: Window = {
    from: Math.max(window.from, profile.validFrom ?? Number.NEGATIVE_INFINITY),
    to: Math.min(window.to, profile.validTo ?? Number.POSITIVE_INFINITY),
  };
  if (valid.from >= valid.to) return [];
  return occurrences(profile, valid, startedAt).flatMap(({ start, end }) => periodsWithin(profile, start, end, valid));
}

/** Each run of the schedule that can touch the window. Recurrences beyond their period are cut off (5.16.4). */
function occurrences(
  profile: DatedChargingProfile,
  window: Window,
  startedAt: number,
): { start: number; end: number }[] {
  const lengthMs = profile.durationS === undefined ? Number.POSITIVE_INFINITY : profile.durationS * 1_000;
  if (profile.kind !== 'Recurring') {
    const start = startOf(profile, startedAt);
    return [{ start, end: start + lengthMs }];
  }
  const every = recurrenceMs[profile.recurrence ?? 'Daily'];
  const base = startOf(profile, startedAt);
  const first = Math.max(0, Math.floor((window.from - base) / every));
  const runs: { start: number; end: number }[] = [];
  for (let start = base + first * every; start < window.to; start += every) {
    runs.push({ start, end: start + Math.min(lengthMs, every) });
  }
  return runs;
}

/**
 * Absolute and Recurring: its startSchedule. Relative, or Absolute without one: the start of charging (7.13); for the
 * limit of the whole station, which knows no such start, the moment of installation.
 */
export function startOf(profile: DatedChargingProfile, startedAt: number): number {
  if (profile.kind !== 'Relative' && profile.startSchedule !== undefined) return profile.startSchedule;
  return profile.purpose === 'ChargePointMaxProfile' ? profile.installedAt : startedAt;
}

function periodsWithin(profile: InstalledChargingProfile, start: number, end: number, window: Window): Segment[] {
  const { periods, unit, purpose, id } = profile;
  const pieces: Segment[] = [];
  for (let i = firstAt(periods, (window.from - start) / 1_000); i < periods.length; i += 1) {
    const period = periods[i];
    if (!period) break;
    const from = Math.max(window.from, start + period.startS * 1_000);
    const nextStart = periods[i + 1]?.startS;
    const to = Math.min(window.to, end, nextStart === undefined ? Number.POSITIVE_INFINITY : start + nextStart * 1_000);
    if (start + period.startS * 1_000 >= Math.min(window.to, end)) break;
    if (from < to) pieces.push({ from, to, limit: period.limit, unit, profile: { purpose, id } });
  }
  return pieces;
}

/** Index of the period that holds at `seconds`, or of the first one. */
function firstAt(periods: readonly Period[], seconds: number): number {
  let low = 0;
  let high = periods.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((periods[middle]?.startS ?? 0) <= seconds) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Of several profiles the highest level that is active rules; where its time ends, the next lower one (3.13.2). */
export function stacked(profiles: readonly DatedChargingProfile[], window: Window, startedAt: number): Segment[] {
  const byLevel = [...profiles].sort((a, b) => b.stackLevel - a.stackLevel);
  let uncovered: Window[] = [window];
  const ruling: Segment[] = [];
  for (const profile of byLevel) {
    if (uncovered.length === 0) break;
    const { taken, left } = cover(uncovered, segmentsOf(profile, window, startedAt));
    ruling.push(...taken);
    uncovered = left;
  }
  return ruling.sort((a, b) => a.from - b.from);
}

/** The first list, and where it is silent the second; both in order. */
export function elseFrom(first: readonly Segment[], second: readonly Segment[], window: Window): Segment[] {
  const { left } = cover([window], first);
  return [...first, ...cover(left, second).taken].sort((a, b) => a.from - b.from);
}

/** Splits free pieces of time by segments: what they take, and what is left. Both inputs are in order. */
function cover(free: readonly Window[], segments: readonly Segment[]): { taken: Segment[]; left: Window[] } {
  const taken: Segment[] = [];
  const left: Window[] = [];
  let first = 0;
  for (const gap of free) {
    let at = gap.from;
    while (first < segments.length && (segments[first]?.to ?? 0) <= gap.from) first += 1;
    for (let i = first; i < segments.length; i += 1) {
      const segment = segments[i];
      if (!segment || segment.from >= gap.to) break;
      const from = Math.max(segment.from, at);
      const to = Math.min(segment.to, gap.to);
      if (from > at) left.push({ from: at, to: from });
      if (from < to) taken.push({ ...segment, from, to });
      at = Math.max(at, to);
    }
    if (at < gap.to) left.push({ from: at, to: gap.to });
  }
  return { taken, left };
}
