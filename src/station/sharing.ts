/**
 * How the station's current is divided between its points; pure.
 *
 * The rule: whoever charges gets an equal part, nobody more than it can use, what one leaves the others get; nobody gets
 * less than 6 A: if there is not enough for all, those that began first charge and the others wait. A vehicle that
 * for half a minute draws less than it is offered, or nothing, is offered a little more than the most it drew in that
 * time, and the rest is free; when it draws what it is offered it may have more. A domestic cord cannot be offered a lower
 * current: it gets what it was seen to draw, or waits. The sum of what is offered never exceeds the total, not even
 * while an offer is being lowered: what a vehicle may still draw counts until it must have followed, and if it did not
 * follow, for as long as it draws more.
 */

import { lowestOfferA } from '../hal/iec61851';
import { thresholds, timings } from './socket/timings';
import { energyWithdrawn, isFaulted } from './status';
import type { StepContext } from './step-context';
import type { ConnectorState, Share, StationConfig, StationState } from './types';

/** A vehicle must draw this much less than offered, this long, before the rest is given away; in A and ms. */
const unusedA = 2;
const unusedMs = 30_000;
/** So much more than its offer, in A, a vehicle may draw and still count as following it. */
const followToleranceA = 0.5;

/**
 * Divides `totalA` between wishes given in order of seniority. Parts are at least what is needed (6 A where `needsA`
 * says nothing else) or nothing, as equal as wishes and needs allow; the sum never exceeds.
 */
export function divide(totalA: number, wishesA: readonly number[], needsA: readonly number[] = []): number[] {
  const need = (index: number) => needsA[index] ?? lowestOfferA;
  let needed = 0;
  const admitted = wishesA.flatMap((wish, index) => {
    if (wish < need(index) || needed + need(index) > totalA) return [];
    needed += need(index);
    return [index];
  });
  // Everybody gets up to one level, but what it needs in any case and never more than it wishes: the level that fits.
  const partAt = (level: number, index: number) => Math.min(wishesA[index] ?? 0, Math.max(need(index), level));
  const restAt = (level: number) => totalA - admitted.reduce((sum, index) => sum + partAt(level, index), 0);
  const knees = admitted.flatMap((index) => [need(index), wishesA[index] ?? 0]);
  const level = Math.max(0, ...knees.filter((knee) => restAt(knee) >= 0));
  const open = admitted.filter((index) => need(index) <= level && (wishesA[index] ?? 0) > level);
  const parts = wishesA.map((_, index) => (admitted.includes(index) ? partAt(level, index) : 0));
  for (const index of open) parts[index] = level + restAt(level) / open.length;
  return parts;
}

/** What all points together may draw per phase, in A: the station's limit and the central system's. */
export function totalA(state: StationState): number {
  return Math.min(state.settings.stationMaxA, state.stationProfileLimitA ?? Number.POSITIVE_INFINITY);
}

/** Brings the shares up to date; `capOf`: what a connector could use if it were alone, in A. */
export function settleShares(context: StepContext, capOf: (connectorId: number) => number): void {
  const { state, config, now } = context;
  const total = totalA(state);
  const shares = state.connectors.map((c) => c.share);
  const active = bySeniority(state, config).filter((id) => capOf(id) >= lowestOfferA);
  const caps = active.map(capOf);
  const contended = caps.reduce((sum, cap) => sum + cap, 0) > total;
  for (const [index, connector] of state.connectors.entries()) {
    const domestic = config.connectors[index]?.socket.mode === 'mode2';
    connector.share = noteUse(connector, { domestic, contended: contended && active.includes(index + 1) }, now);
  }
  const targets = targetsOf(context, total, active, caps);
  for (const [index, connector] of state.connectors.entries()) {
    const target = targets.get(index + 1) ?? 0;
    if (target < connector.share.grantedA) connector.share = lowered(connector.share, target, now);
  }
  for (const connector of state.connectors) connector.share = relieved(connector, now);
  for (const [index, connector] of state.connectors.entries()) {
    const target = targets.get(index + 1) ?? 0;
    if (target <= connector.share.grantedA) continue;
    const others = state.connectors.reduce((sum, c) => (c === connector ? sum : sum + committedA(c.share)), 0);
    const granted = Math.min(target, total - others);
    if (granted < lowestOfferA || granted <= connector.share.grantedA) continue;
    connector.share = { ...connector.share, grantedA: granted };
  }
  for (const [index, connector] of state.connectors.entries()) {
    if (sameShare(connector.share, shares[index])) connector.share = shares[index] ?? connector.share;
  }
}

function targetsOf(
  { state, config }: StepContext,
  total: number,
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
  const parts = divide(total, wishes, needs);
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
  if (session.kind !== 'running') return { ...share, unusedSince: undefined, peakA: 0, trimmedA: undefined };
  const drawn = drawnA(report);
  const peakA = Math.max(drawn, domestic || share.unusedSince !== undefined ? share.peakA : 0);
  const unknown = domestic && (report?.contactor !== 'closed' || peakA < thresholds.idleCurrentA);
  if (!contended || unknown || drawn > share.grantedA - unusedA / 2) {
    return { ...share, unusedSince: undefined, peakA: domestic ? peakA : 0, trimmedA: undefined };
  }
  const unusedSince = share.unusedSince ?? now;
  if (now < unusedSince + unusedMs) return { ...share, unusedSince, peakA };
  const trimmedA = Math.max(lowestOfferA, Math.ceil(peakA) + unusedA);
  return { ...share, unusedSince: now, peakA: domestic ? peakA : drawn, trimmedA };
}

function drawnA(report: ConnectorState['report']): number {
  if (report?.contactor === 'open') return 0;
  return Math.max(0, ...(report?.meter?.reading.currentA ?? []));
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
