/** Command and feedback of the contactor: welded, stuck open, fallen off, and let go of after a stand of what reads it. */
import type { ContactorFeedback } from '../../hal/parts';
import { hasReported, reportsMissing } from './first-reports';
import { cappedLeaky, emptyAt, fullAt, hasCome, nothingWrong, turnLeaky } from './leaky';
import { drop, forgetResidualTest, type PowerState, raise, setFault } from './power-state';
import { thresholds, timings } from './timings';
import type { SocketConfig, SocketEffect } from './types';

export function commandContactor(s: PowerState, close: boolean, now: number, out: SocketEffect[]): void {
  const commanded = close ? 'close' : 'open';
  if (s.contactor.commanded === commanded) return;
  if (close) drop(s, 'contactorFell');
  else if (s.contactor.stood) noteStand(s, now);
  else if (hasFallen(s, now)) noteFall(s, now);
  const { closings, closingsOfPlug, openedAt } = s.contactor;
  s.contactor = {
    ...s.contactor,
    commanded,
    since: now,
    arrived: false,
    wavers: nothingWrong,
    doubted: false,
    seenClosed: false,
    fellAt: undefined,
    returns: 0,
    stood: false,
    closings: close ? [...closings, now].slice(-thresholds.quickClosingsOfAllMax) : closings,
    closingsOfPlug: close ? closingsOfPlug + 1 : closingsOfPlug,
    openedAt: close ? openedAt : now,
  };
  out.push({ kind: 'contactor', close });
}

export function confirmedOpen(s: PowerState): boolean {
  const { commanded, feedback, doubted } = s.contactor;
  return commanded === 'open' && feedback === 'open' && !doubted;
}

/** Whether contacts that are told to be open are seen closed for longer than a bounce, or have not been steadily open since. */
export function mayBeLive({ contactor }: PowerState, heldBefore: boolean): boolean {
  const { feedback, arrived, doubted } = contactor;
  if (feedback === 'closed' && (!arrived || doubted)) return true;
  // A plug that is held is not let go of by contacts that are not seen open, and be it for a moment.
  return heldBefore && (doubted || feedback !== 'open');
}

/** Contacts that are commanded to close but still open are reported as neither. */
export function contactorReport(s: PowerState): ContactorFeedback {
  const { commanded, feedback } = s.contactor;
  return commanded === 'close' && feedback === 'open' ? 'unknown' : feedback;
}

function agrees(s: PowerState): boolean {
  return s.contactor.feedback === (s.contactor.commanded === 'close' ? 'closed' : 'open');
}

/**
 * Until when a contactor that has closed again and again rests before it closes once more, whatever made it open: the vehicle
 * (S2), the limit, the mains, or a plug that seems to come and go. The first few closings come without delay, but for one
 * after a stand.
 */
export function restsUntil({ contactor }: PowerState): number | undefined {
  const { closings, closingsOfPlug, openedAt, stands } = contactor;
  if (openedAt === undefined) return undefined;
  const rested = openedAt + timings.reclosingRestMs;
  if (stands.at(-1) === openedAt) return rested;
  const { quickClosingsMax, quickClosingsOfAllMax } = thresholds;
  const first = closings.at(closingsOfPlug >= quickClosingsMax ? -quickClosingsMax : -quickClosingsOfAllMax);
  return first === undefined ? undefined : Math.min(rested, first + timings.reclosingPeriodMs);
}

/** Another vehicle comes next, most likely, and is served without a rest. */
export function forgetClosings(s: PowerState): void {
  s.contactor = { ...s.contactor, closingsOfPlug: 0 };
}

export function absorbFeedback(s: PowerState, feedback: ContactorFeedback, now: number): void {
  const { contactor } = s;
  s.contactor = { ...contactor, feedback };
  const right = agrees(s);
  s.contactor.arrived ||= right;
  if (s.contactor.arrived) {
    const wavers = turnLeaky(contactor.wavers, right ? 'right' : 'wrong', now);
    s.contactor.wavers = cappedLeaky(wavers, timings.contactorFeedbackMs);
  }
  if (contactor.commanded === 'open') return;
  if (feedback === 'open' && contactor.seenClosed) s.contactor.fellAt = contactor.fellAt ?? now;
  if (feedback !== 'closed') return;
  s.contactor.seenClosed = true;
  if (contactor.fellAt === undefined) return;
  s.contactor.fellAt = undefined;
  s.contactor.returns += 1;
  raise(s, 'contactorFell');
}

/**
 * Contacts that were closed have opened by themselves, for longer than a bounce or again and again: a coil without supply,
 * most likely. A coil that is supplied again would close them under load, so the command must not stand.
 */
function hasFallen({ contactor }: PowerState, now: number): boolean {
  const { commanded, fellAt, returns } = contactor;
  if (commanded === 'open') return false;
  return returns >= thresholds.contactorReturnsMax || (fellAt !== undefined && now >= fellAt + timings.contactorFallMs);
}

/** What reads the parts has stood still. Contacts that are told to be open are so whatever it missed. */
export function absorbStand(s: PowerState): void {
  if (s.contactor.commanded === 'close') s.contactor = { ...s.contactor, stood: true };
}

/** Whether the command to close must be withdrawn, whatever the vehicle and the station want. */
export function mustLetGo(s: PowerState, now: number): boolean {
  return s.contactor.stood || hasFallen(s, now);
}

/** The command is being withdrawn after a stand: the next closing is a new start, with all tests and after a rest. */
function noteStand(s: PowerState, now: number): void {
  const stands = [...s.contactor.stands.filter((at) => now < at + timings.loopStandsPeriodMs), now];
  s.contactor.stands = stands;
  forgetResidualTest(s);
  if (stands.length >= thresholds.loopStandsMax) raise(s, 'loopStood');
}

/** The command is being withdrawn from contacts that have fallen open: the next closing is a new start, with all tests. */
function noteFall(s: PowerState, now: number): void {
  raise(s, 'contactorFell');
  const falls = [...s.contactor.falls.filter((at) => now < at + timings.contactorFallsPeriodMs), now];
  s.contactor.falls = falls;
  forgetResidualTest(s);
  if (falls.length >= thresholds.contactorFallsMax) raise(s, 'contactorStuckOpen');
}

/** The supply was lost: contacts that have fallen open just before are not to blame. */
export function forgiveFall(s: PowerState, now: number): void {
  const { contactor } = s;
  const falls = contactor.falls.filter((at) => now >= at + timings.contactorFeedbackMs);
  if (falls.length === contactor.falls.length) return;
  s.contactor = { ...contactor, falls };
  drop(s, 'contactorFell');
}

/**
 * Compares feedback with command: welded, stuck open, or not to be known any more, after the time a contactor may take. One
 * that changed by itself gets the same time, for its cause may still arrive; its feedback need not be wrong in one piece.
 */
export function superviseContactor(s: PowerState, now: number, config: SocketConfig): void {
  const { contactor } = s;
  if (hasCome(fullAt(contactor.wavers, timings.contactorFallMs), now)) contactor.doubted = true;
  else if (hasCome(emptyAt(contactor.wavers), now)) contactor.doubted = false;
  const late = !agrees(s) && hasCome(lateAt(s), now);
  const unread = late && contactor.feedback === 'unknown' && hasReported(s, 'contactor');
  // One that can be read now and then is as good as unread until it is steady, whatever it is told meanwhile.
  const steady = contactor.arrived && !contactor.doubted;
  const stillUnread = !steady && hasReported(s, 'contactor') && s.faults.includes('internalError');
  setFault(s, 'internalError', unread || stillUnread || reportsMissing(s, now, config));
  if (!late) return;
  if (contactor.commanded === 'open' && contactor.feedback === 'closed') raise(s, 'contactorWelded');
  if (contactor.commanded === 'close' && contactor.feedback === 'open') raise(s, 'contactorStuckOpen');
}

/** When feedback that does not agree with the command is a fault. */
function lateAt({ contactor: { arrived, wavers, since } }: PowerState): number | undefined {
  return arrived ? fullAt(wavers, timings.contactorFeedbackMs) : since + timings.contactorFeedbackMs;
}

/** Instants at which the contactor is judged. */
export function contactorDeadlines(s: PowerState): number[] {
  const { fellAt, wavers } = s.contactor;
  const due = [fullAt(wavers, timings.contactorFallMs), emptyAt(wavers), restsUntil(s)];
  if (!agrees(s)) due.push(lateAt(s));
  if (fellAt !== undefined) due.push(fellAt + timings.contactorFallMs);
  return due.filter((at) => at !== undefined);
}
