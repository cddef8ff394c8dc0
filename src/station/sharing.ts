/**
 * How the station's current is divided between its points; pure.
 *
 * The rule: whoever charges gets an equal part, nobody more than it can use, what one leaves the others get; nobody gets
 * less than 6 A: if there is not enough for all, those that began first charge and the others wait. A vehicle that
 * draws less than it is offered for half a minute is offered a little more than it draws, and the rest is free; when it
 * draws what it is offered it may have more. The sum of what is offered never exceeds the total, not even while an
 * offer is being lowered: what a vehicle may still draw counts until it must have followed.
 */
import type { Context } from './draft';
import { limits, timings } from './socket/timings';
import { isFaulted, withoutRight } from './status';
import type { Share, StationConfig, StationState } from './types';

/** A vehicle must draw this much less than offered, this long, before the rest is given away; in A and ms. */
const unused_a = 2;
const unused_ms = 30_000;

/** Divides `totalA` between wishes given in order of seniority. Parts are at least 6 A or nothing; the sum never exceeds. */
export function divide(totalA: number, wishesA: readonly number[]): number[] {
  const parts = wishesA.map(() => 0);
  let admitted = wishesA.flatMap((wish, index) => (wish >= limits.lowestOfferA ? [index] : []));
  admitted = admitted.slice(0, Math.max(0, Math.floor(totalA / limits.lowestOfferA)));
  let left = totalA;
  // Those that want less than an equal part get all they want; what they leave is divided between the others.
  for (let open = admitted; open.length > 0; ) {
    const equal = left / open.length;
    const content = open.filter((index) => (wishesA[index] ?? 0) <= equal);
    const served = content.length > 0 ? content : open;
    for (const index of served) {
      parts[index] = content.length > 0 ? (wishesA[index] ?? 0) : equal;
      left -= parts[index] ?? 0;
    }
    open = open.filter((index) => !served.includes(index));
  }
  return parts;
}

/** What all points together may draw per phase, in A: the station's limit and the central system's. */
export function totalA(state: StationState): number {
  return Math.min(state.settings.stationMaxA, state.stationRestraintA ?? Number.POSITIVE_INFINITY);
}

/** Brings the shares up to date; `capOf`: what a connector could use if it were alone, in A. */
export function settleShares(context: Context, capOf: (connectorId: number) => number): void {
  const { draft, config, now } = context;
  const total = totalA(draft);
  const shares = draft.connectors.map((c) => c.share);
  const active = bySeniority(draft, config).filter((id) => capOf(id) >= limits.lowestOfferA);
  const caps = active.map(capOf);
  const contended = caps.reduce((sum, cap) => sum + cap, 0) > total;
  for (const [index, connector] of draft.connectors.entries()) {
    const closed = connector.report?.contactor === 'closed';
    connector.share = noteUse(connector.share, drawnA(draft, index + 1), closed, contended, now);
  }
  const wishes = active.map((id, i) =>
    Math.min(caps[i] ?? 0, draft.connectors[id - 1]?.share.trimmedA ?? Number.POSITIVE_INFINITY),
  );
  const targets = divide(total, wishes);
  for (const [index, connector] of draft.connectors.entries()) {
    const target = targets[active.indexOf(index + 1)] ?? 0;
    if (target >= connector.share.grantedA) continue;
    connector.share = lowered(connector.share, target, now);
  }
  for (const [index, connector] of draft.connectors.entries()) {
    connector.share = relieved(connector.share, connector.report?.contactor === 'open', now);
    const target = targets[active.indexOf(index + 1)] ?? 0;
    if (target <= connector.share.grantedA) continue;
    const others = draft.connectors.reduce((sum, c) => (c === connector ? sum : sum + committedA(c.share)), 0);
    const granted = Math.min(target, total - others);
    if (granted < limits.lowestOfferA || granted <= connector.share.grantedA) continue;
    connector.share = { ...connector.share, grantedA: granted };
  }
  for (const [index, connector] of draft.connectors.entries()) {
    if (sameShare(connector.share, shares[index])) connector.share = shares[index] ?? connector.share;
  }
}

/** What may still be drawn under this share. */
function committedA(share: Share): number {
  return Math.max(share.grantedA, share.followingA);
}

function lowered(share: Share, grantedA: number, now: number): Share {
  return { ...share, grantedA, followingA: committedA(share), followUntil: now + timings.offer_follow_ms };
}

/** The former offer counts until the vehicle must have followed, or until the contacts are open and nothing is offered. */
function relieved(share: Share, open: boolean, now: number): Share {
  const over = now >= share.followUntil || (open && share.grantedA === 0);
  return over && share.followingA > 0 ? { ...share, followingA: 0 } : share;
}

/**
 * Trims a share to what is used once that has lasted, and frees it again when the vehicle draws what it is offered.
 * Without contention nothing is trimmed: there is nobody to give the rest to.
 */
function noteUse(share: Share, drawn: number, closed: boolean, contended: boolean, now: number): Share {
  if (!contended || !closed || drawn > share.grantedA - unused_a / 2) {
    return { ...share, unusedSince: undefined, trimmedA: undefined };
  }
  if (drawn > share.grantedA - unused_a) return share;
  const unusedSince = share.unusedSince ?? now;
  if (now - unusedSince < unused_ms) return { ...share, unusedSince };
  return { ...share, unusedSince, trimmedA: Math.max(limits.lowestOfferA, Math.ceil(drawn) + unused_a) };
}

function drawnA(state: StationState, connectorId: number): number {
  return Math.max(0, ...(state.connectors[connectorId - 1]?.report?.meter?.reading.currentA ?? []));
}

function sameShare(a: Share, b: Share | undefined): boolean {
  return (
    b !== undefined &&
    a.grantedA === b.grantedA &&
    a.followingA === b.followingA &&
    a.followUntil === b.followUntil &&
    a.unusedSince === b.unusedSince &&
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
        connector?.session.kind === 'running' && !withoutRight(connector, connector.session) && !isFaulted(state, id)
      );
    })
    .sort((a, b) => started(a) - started(b) || a - b);
}

export function shareDeadlines(state: StationState): number[] {
  return state.connectors.flatMap(({ share }) => [
    ...(share.followingA > 0 ? [share.followUntil] : []),
    ...(share.unusedSince === undefined ? [] : [share.unusedSince + unused_ms]),
  ]);
}
