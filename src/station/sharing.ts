/**
 * How the station's current is divided between its points; pure.
 *
 * The rule: whoever charges gets an equal part, nobody more than it can use, what one leaves the others get; nobody gets
 * less than 6 A: if there is not enough for all, those that began first charge and the others wait. A vehicle that
 * for half a minute draws less than it is offered, or nothing, is offered a little more than the most it drew in that
 * time, and the rest is free; when it draws what it is offered it may have more. A domestic cord cannot be offered a lower
 * current: it gets what it was seen to draw, or waits. The sum of what is offered never exceeds the total, not even
 * while an offer is being lowered: what a vehicle may still draw counts until it must have followed, and if it did not
 * follow, for as long as it draws more. A total in A is for each phase, and every vehicle counts as if it were on it; a
 * total in W is for all together, and a vehicle counts with the phases that it uses.
 */

import { lowestOfferA } from '../hal/iec61851';
import { type Budget, divide } from './divide';
import { energyWithdrawn } from './limits';
import { busiestPhaseA } from './metered';
import { wattsPerA } from './phases';
import { isFaulted } from './present-faults';
import { thresholds, timings } from './socket/timings';
import type { SocketReport } from './socket/types';
import type { StepContext } from './step-context';
import type { ConnectorState, Share, StationConfig, StationState } from './types';

/** A vehicle must draw this much less than offered, this long, before the rest is given away; in A and ms. */
const unusedA = 2;
const unusedMs = 30_000;
/** So much more than its offer, in A, a vehicle may draw and still count as following it. */
const followToleranceA = 0.5;

/** What all points together may draw per phase, in A: the station's limit and the central system's. */
export function totalA(state: StationState): number {
  return Math.min(state.settings.stationMaxA, state.stationProfileLimitA ?? Number.POSITIVE_INFINITY);
}

/** What the points use together, with what each connector uses of it for each ampere of its offer. */
function budgetsOf(state: StationState, config: StationConfig): Budget[] {
  const current = { total: totalA(state), perA: config.connectors.map(() => 1) };
  const watts = state.stationProfileLimitW;
  if (watts === undefined) return [current];
  return [
    current,
    { total: watts, perA: config.connectors.map(({ connectorId }) => wattsPerA(state, config, connectorId)) },
  ];
}

/** The budgets as those connectors see them. */
function among(budgets: readonly Budget[], connectorIds: readonly number[]): Budget[] {
  return budgets.map(({ total, perA }) => ({ total, perA: connectorIds.map((id) => perA[id - 1] ?? 0) }));
}

/** What is used of a budget by currents in A, given in its order. */
function usedOf({ perA }: Budget, currentsA: readonly number[]): number {
  return currentsA.reduce((sum, amps, index) => sum + amps * (perA[index] ?? 0), 0);
}

/** Brings the shares up to date; `capOf`: what a connector could use if it were alone, in A. */
export function settleShares(context: StepContext, capOf: (connectorId: number) => number): void {
  const { state, config, now } = context;
  // Where nobody charges and nobody has just charged, there is nothing to divide.
  if (state.connectors.every(({ session, share }) => session.kind !== 'running' && isNone(share))) return;
  const budgets = budgetsOf(state, config);
  const shares = state.connectors.map((c) => c.share);
  const capped = bySeniority(state, config).map((id) => ({ id, capA: capOf(id) }));
  const able = capped.filter(({ capA }) => capA >= lowestOfferA);
  const active = able.map(({ id }) => id);
  const caps = able.map(({ capA }) => capA);
  const contended = among(budgets, active).some((budget) => usedOf(budget, caps) > budget.total);
  for (const [index, connector] of state.connectors.entries()) {
    const domestic = config.connectors[index]?.socket.mode === 'mode2';
    connector.share = noteUse(connector, { domestic, contended: contended && active.includes(index + 1) }, now);
  }
  // Where there is enough for all, each gets what it could use.
  const targets = contended
    ? targetsOf(context, budgets, active, caps)
    : new Map(able.map(({ id, capA }) => [id, capA]));
  for (const [index, connector] of state.connectors.entries()) {
    const target = targets.get(index + 1) ?? 0;
    if (target < connector.share.grantedA) connector.share = lowered(connector.share, target, now);
  }
  for (const connector of state.connectors) connector.share = relieved(connector, now);
  for (const [index, connector] of state.connectors.entries()) {
    const target = targets.get(index + 1) ?? 0;
    if (target <= connector.share.grantedA) continue;
    const othersA = state.connectors.map((c) => (c === connector ? 0 : committedA(c.share)));
    const rests = budgets.map((budget) => (budget.total - usedOf(budget, othersA)) / (budget.perA[index] ?? 1));
    const granted = Math.min(target, ...rests);
    if (granted < lowestOfferA || granted <= connector.share.grantedA) continue;
    connector.share = { ...connector.share, grantedA: granted };
  }
  for (const [index, connector] of state.connectors.entries()) {
    if (sameShare(connector.share, shares[index])) connector.share = shares[index] ?? connector.share;
  }
}

function targetsOf(
  { state, config }: StepContext,
  budgets: readonly Budget[],
  active: number[],
  caps: number[],
): Map<number, number> {
  const shareOf = (id: number) => state.connectors[id - 1]?.share;
  const needs = active.map((id, i) => {
    if (config.connectors[id - 1]?.socket.mode !== 'mode2') return lowestOfferA;
    const cordA = Math.max(thresholds.lowestCordA, (shareOf(id)?.peakA ?? 0) - followToleranceA);
    return Math.min(cordA, caps[i] ?? 0);
  });
  const wishes = active.map((id, i) =>
    Math.max(needs[i] ?? 0, Math.min(caps[i] ?? 0, shareOf(id)?.trimmedA ?? Number.POSITIVE_INFINITY)),
  );
  const parts = divide(among(budgets, active), wishes, needs);
  return new Map(active.map((id, i) => [id, parts[i] ?? 0]));
}

/** What may still be drawn under this share. */
function committedA({ grantedA, former }: Share): number {
  return Math.max(grantedA, ...former.map((f) => f.amps));
}

function lowered(share: Share, grantedA: number, now: number): Share {
  const higher = share.former.filter((f) => f.amps > share.grantedA);
  return { ...share, grantedA, former: [...higher, { amps: share.grantedA, until: now + timings.offerFollowMs }] };
}

/** A former grant counts until the vehicle must have followed and has, or until nothing is granted behind open contacts. */
function relieved({ share, report }: ConnectorState, now: number): Share {
  const idle = report?.contactor === 'open' && share.grantedA === 0;
  const follows = drawnA(report) <= share.grantedA * 1.1 + followToleranceA;
  const former = idle ? [] : share.former.filter((f) => now < f.until || !follows);
  return former.length === share.former.length ? share : { ...share, former };
}

/**
 * Trims a share to what is used once that has lasted, and frees it again when the vehicle draws what it is offered;
 * where nobody waits for the rest, nothing is trimmed. What a domestic cord has drawn once it may draw again at any
 * time, so that is remembered; before that, and while it is switched off, nothing is known of its use.
 */
function noteUse(
  { share, report, session }: ConnectorState,
  { domestic, contended }: { domestic: boolean; contended: boolean },
  now: number,
): Share {
  if (session.kind !== 'running') return withUse(share, undefined, 0, undefined);
  const drawn = drawnA(report);
  const peakA = Math.max(drawn, domestic || share.unusedSince !== undefined ? share.peakA : 0);
  const unknown = domestic && (report?.contactor !== 'closed' || peakA < thresholds.idleCurrentA);
  if (!contended || unknown || drawn > share.grantedA - unusedA / 2) {
    return withUse(share, undefined, domestic ? peakA : 0, undefined);
  }
  const unusedSince = share.unusedSince ?? now;
  if (now < unusedSince + unusedMs) return withUse(share, unusedSince, peakA, share.trimmedA);
  return withUse(share, now, domestic ? peakA : drawn, Math.max(lowestOfferA, Math.ceil(peakA) + unusedA));
}

/** The very same share where nothing of it is new. */
function withUse(share: Share, unusedSince: Share['unusedSince'], peakA: number, trimmedA: Share['trimmedA']): Share {
  const isSame = share.unusedSince === unusedSince && share.peakA === peakA && share.trimmedA === trimmedA;
  return isSame ? share : { grantedA: share.grantedA, former: share.former, unusedSince, peakA, trimmedA };
}

/**
 * Whether another reading may change what is noted of the use of a share, when what follows from the one before has been noted:
 * only a current that passes to the other side of what is offered does, or one above the most that is remembered.
 */
export function useMayChange(share: Share, domestic: boolean, before: SocketReport, after: SocketReport): boolean {
  const was = drawnA(before);
  const drawn = drawnA(after);
  const usedUpFromA = share.grantedA - unusedA / 2;
  const remembersPeak = domestic || share.unusedSince !== undefined;
  return was > usedUpFromA !== drawn > usedUpFromA || (remembersPeak && drawn > share.peakA);
}

function drawnA(report: ConnectorState['report']): number {
  if (report?.contactor === 'open') return 0;
  return busiestPhaseA(report?.meter?.reading);
}

function isNone({ grantedA, former, unusedSince, peakA, trimmedA }: Share): boolean {
  return grantedA === 0 && former.length === 0 && unusedSince === undefined && peakA === 0 && trimmedA === undefined;
}

function sameShare(a: Share, b: Share | undefined): boolean {
  return (
    b !== undefined &&
    a.grantedA === b.grantedA &&
    a.former === b.former &&
    a.unusedSince === b.unusedSince &&
    a.peakA === b.peakA &&
    a.trimmedA === b.trimmedA
  );
}

/** Connectors that could draw now, the longest-running transaction first. */
function bySeniority(state: StationState, config: StationConfig): number[] {
  const started = (id: number) => {
    const session = state.connectors[id - 1]?.session;
    return session?.kind === 'running' ? session.tx.startedAt : 0;
  };
  return config.connectors
    .map((c) => c.connectorId)
    .filter((id) => {
      const connector = state.connectors[id - 1];
      return (
        connector?.session.kind === 'running' && !energyWithdrawn(connector, connector.session) && !isFaulted(state, id)
      );
    })
    .sort((a, b) => started(a) - started(b) || a - b);
}

export function shareDeadlines(state: StationState): number[] {
  return state.connectors.flatMap(({ share }) => [
    ...share.former.map((f) => f.until),
    ...(share.unusedSince === undefined ? [] : [share.unusedSince + unusedMs]),
  ]);
}
