/** What is allowed over any length of time, worked out a week at a time: no answer is too long to be given; pure. */

import type { DatedChargingProfile } from './charging-profile';
import { merged, type Step } from './composite';
import { startOf, type Window } from './segments';

/** Daily and Weekly schedules come back after this: where nothing else changes, one week is as the next. In ms. */
const weekMs = 604_800_000;

/**
 * Every instant at which a profile changes what it allows, but for those that come back each day or week. `startedAt`:
 * the start of the transaction, for schedules relative to it.
 */
export function turningPoints(profiles: readonly DatedChargingProfile[], startedAt: number): number[] {
  const points = profiles.flatMap((profile) => {
    const start = startOf(profile, startedAt);
    const bounds = [profile.validFrom, profile.validTo, start].filter((at) => at !== undefined);
    if (profile.kind === 'Recurring') return bounds;
    const end = profile.durationS === undefined ? [] : [start + profile.durationS * 1_000];
    return [...bounds, ...profile.periods.map(({ startS }) => start + startS * 1_000), ...end];
  });
  return points;
}

/**
 * The steps of a window that may last for decades. Where there are more than `most`, they may end before the window
 * does. `stepsIn` gives the steps of a part of it; until the next turning point each week is as the one before.
 */
export function stepsAhead(
  window: Window,
  turningPoints: readonly number[],
  most: number,
  stepsIn: (part: Window) => Step[],
): Step[] {
  const turns = [...turningPoints].sort((a, b) => a - b);
  const steps: Step[] = [];
  let next = 0;
  for (let from = window.from; from < window.to && steps.length <= most; ) {
    const end = Math.min(from + weekMs, window.to);
    const week = stepsIn({ from, to: end });
    steps.push(...week);
    while (next < turns.length && (turns[next] ?? 0) <= from) next += 1;
    from = end;
    const calmUntil = Math.min(turns[next] ?? window.to, window.to);
    if (calmUntil <= end) continue;
    steps.push(...repeated(week, { from: end, to: calmUntil }, most));
    from = steps[steps.length - 1]?.to ?? end;
  }
  return merged(steps);
}

/** A week again and again; more than `most` steps are not wanted. */
function repeated(week: readonly Step[], { from, to }: Window, most: number): Step[] {
  const [only, ...others] = week;
  if (only && others.length === 0) return [{ ...only, from, to }];
  const steps: Step[] = [];
  for (let start = from, shift = weekMs; start < to && steps.length <= most; start += weekMs, shift += weekMs) {
    const again = week.map((step) => ({ ...step, from: step.from + shift, to: Math.min(step.to + shift, to) }));
    steps.push(...again.filter((step) => step.from < step.to));
  }
  return steps;
}
