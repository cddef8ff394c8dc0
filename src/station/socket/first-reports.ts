/**
 * What a machine has not heard of yet after its start: a part that has not reported is neither there nor broken.
 *
 * A machine of a busy computer, or a bus that is slow, may begin seconds before its parts. Until each has reported, and
 * what it shows has lasted, nothing of the outlet is known: not that it is empty, and not that it is faulty. Nothing closes
 * meanwhile, for closing asks for contacts that are seen open. After a bounded time what is missing is an internal error.
 */
import { type AwaitedPart, awaitedParts, type PowerState } from './power-state';
import { timings } from './timings';
import type { SocketConfig, SocketEvent } from './types';

function isAwaited(part: AwaitedPart, config: SocketConfig): boolean {
  switch (part) {
    case 'contactor':
      return true;
    case 'pilot':
      return config.mode === 'mode3';
    case 'proximity':
      return config.mode === 'mode3' && config.tetheredA === undefined;
    case 'plug':
      return config.mode === 'mode2' && config.plugDetector;
    default:
      return part satisfies never;
  }
}

export function noteHeard(s: PowerState, event: SocketEvent): void {
  const part = awaitedParts.find((name) => name === event.kind);
  if (part === undefined || s.heard.includes(part)) return;
  if (event.kind === 'contactor' && event.feedback === 'unknown') return;
  s.heard = [...s.heard, part];
}

/** Whether this part has reported since the start. */
export function hasReported(s: PowerState, part: AwaitedPart): boolean {
  return s.heard.includes(part);
}

/** Whether a part has not reported in the time that it had for that. */
export function reportsMissing(s: PowerState, now: number, config: SocketConfig): boolean {
  return isLate(s, now) && isMissing(s, config);
}

/** `certain`: what the parts show has lasted long enough to be believed. */
export function settleKnown(s: PowerState, now: number, config: SocketConfig, certain: boolean): void {
  s.known ||= isLate(s, now) || (certain && !isMissing(s, config));
}

function isLate({ startedAt }: PowerState, now: number): boolean {
  return now >= startedAt + timings.firstReportsMs;
}

function isMissing(s: PowerState, config: SocketConfig): boolean {
  return awaitedParts.some((part) => isAwaited(part, config) && !hasReported(s, part));
}

/** When what is not known yet is taken as it is, and parts that are missing for an error. */
export function firstReportDeadlines(s: PowerState): number[] {
  return [s.startedAt + timings.firstReportsMs];
}
