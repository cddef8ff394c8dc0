/** Who may charge: cards, remote starts, plug-and-charge, and what becomes of the answers. */
import { unreachable } from '../hal/errors';
import { type Context, hasTransaction, isUsable, type Outlet, outlet, outlets } from './draft';
import { reservedAgainst } from './reservations';
import { beginEnding } from './transaction';
import { type Ask, type AskPurpose, type Grant, sameToken, type Verdict } from './types';

export function onCard(context: Context, pointIndex: number, token: string, connectorId: number | undefined): void {
  const running = outlets(context, pointIndex).find((o) => o.state.session.kind === 'running');
  if (running?.state.session.kind === 'running') {
    const { tx } = running.state.session;
    // The token that started may stop without asking anybody (OCPP 1.6, 4.1); another one must be of its group.
    if (sameToken(tx.token, token)) beginEnding(context, running, { reason: 'Local', token });
    else ask(context, { pointIndex, connectorId: running.id, token, purpose: 'stop', via: 'card' });
    return;
  }
  if (isBusy(context, pointIndex, token)) return;
  const kept = outlets(context, pointIndex).find((o) => o.state.session.kind === 'finished' && o.state.session.keptFor);
  if (kept?.state.session.kind === 'finished') {
    // E3.5: the cable of a de-authorised session stays locked until the same id, or one of its group, is shown.
    if (sameToken(kept.state.session.keptFor?.token, token)) release(kept);
    else ask(context, { pointIndex, connectorId: kept.id, token, purpose: 'release', via: 'card' });
    return;
  }
  const point = context.draft.points[pointIndex];
  if (point?.pending && sameToken(point.pending.grant.token, token)) {
    // A second presentation ends the intended use (OCPP 1.6, 4.9, B1).
    point.pending = undefined;
    return;
  }
  ask(context, { pointIndex, connectorId, token, purpose: 'start', via: 'card' });
}

/** A card shown while a transaction begins or ends was shown twice in haste: it says nothing new. */
function isBusy(context: Context, pointIndex: number, token: string): boolean {
  const own = outlets(context, pointIndex);
  const locking = own.find((o) => o.state.session.kind === 'locking');
  const { session, report } = locking?.state ?? {};
  if (locking && session?.kind === 'locking' && sameToken(session.grant.token, token)) {
    // As long as no vehicle has come to the plug, a second presentation ends the intended use (OCPP 1.6, 4.9, B1).
    if (!report?.evConnected) locking.state.session = { kind: 'lapsed' };
    return true;
  }
  return own.some((o) => hasTransaction(o.state));
}

export function onRemoteStart(context: Context, target: Outlet, token: string, authorise: boolean): void {
  const { pointIndex } = target.facts;
  if (authorise) ask(context, { pointIndex, connectorId: target.id, token, purpose: 'start', via: 'remote' });
  else grantTo(context, pointIndex, target.id, { token, parent: undefined, via: 'remote' });
}

/** The last question of a point is the one that counts. */
function ask(
  { draft, effects }: Context,
  question: {
    pointIndex: number;
    connectorId: number | undefined;
    token: string;
    purpose: AskPurpose;
    via: Grant['via'];
  },
): void {
  const asked: Ask = { ...question, id: draft.nextAsk };
  draft.nextAsk += 1;
  draft.asks = [...draft.asks.filter((a) => a.pointIndex !== question.pointIndex), asked];
  effects.push({ kind: 'ask', ask: asked });
}

export function onVerdict(context: Context, askId: number, verdict: Verdict): void {
  const { draft, effects } = context;
  const asked = draft.asks.find((a) => a.id === askId);
  if (!asked) return;
  draft.asks = draft.asks.filter((a) => a.id !== askId);
  const target = asked.connectorId === undefined ? undefined : outlet(context, asked.connectorId);
  if (!verdict.accepted) {
    effects.push({ kind: 'refused', pointIndex: asked.pointIndex });
    return;
  }
  const session = target?.state.session;
  switch (asked.purpose) {
    case 'start':
      grantTo(context, asked.pointIndex, asked.connectorId, {
        token: asked.token,
        parent: verdict.parent,
        via: asked.via,
      });
      return;
    case 'stop':
      if (target && session?.kind === 'running' && sameToken(session.tx.parent, verdict.parent)) {
        beginEnding(context, target, { reason: 'Local', token: asked.token });
      } else effects.push({ kind: 'refused', pointIndex: asked.pointIndex });
      return;
    case 'release':
      if (target && session?.kind === 'finished' && sameToken(session.keptFor?.parent, verdict.parent)) release(target);
      else effects.push({ kind: 'refused', pointIndex: asked.pointIndex });
      return;
    default:
      unreachable(asked.purpose);
  }
}

function release(target: Outlet): void {
  if (target.state.session.kind !== 'finished') return;
  target.state.session = { ...target.state.session, keptFor: undefined, keepLocked: false };
}

function grantTo(context: Context, pointIndex: number, connectorId: number | undefined, grant: Grant): void {
  const { draft, config, effects } = context;
  const point = draft.points[pointIndex];
  if (!point || draft.reset) return;
  // The answer came late: somebody charges here already.
  const taken = outlets(context, pointIndex).some((o) => hasTransaction(o.state) || o.state.session.kind === 'locking');
  const wanted = outlets(context, pointIndex).filter((o) => connectorId === undefined || o.id === connectorId);
  if (taken || wanted.every((o) => reservedAgainst(draft, config, o.id, grant))) {
    effects.push({ kind: 'refused', pointIndex });
    return;
  }
  point.pending = { grant, connectorId, deadline: context.now + context.draft.settings.connectionTimeoutMs };
  usePending(context, pointIndex);
}

/** A pending grant takes the first connector of its point that has a vehicle: first the ones that wait, then the others. */
export function usePending(context: Context, pointIndex: number): void {
  const point = context.draft.points[pointIndex];
  const pending = point?.pending;
  if (!point || !pending) return;
  const fits = (o: Outlet) =>
    (pending.connectorId === undefined || pending.connectorId === o.id) &&
    isUsable(context, o.id) &&
    !reservedAgainst(context.draft, context.config, o.id, pending.grant) &&
    takesGrant(o, pending.connectorId);
  const candidates = outlets(context, pointIndex).filter(fits);
  const chosen = candidates.find((o) => o.state.session.kind === 'waiting') ?? candidates[0];
  if (!chosen) return;
  const session = chosen.state.session;
  const deadline = session.kind === 'waiting' ? Math.max(session.deadline, pending.deadline) : pending.deadline;
  point.pending = undefined;
  chosen.state.session = { kind: 'locking', grant: pending.grant, deadline };
}

function takesGrant(o: Outlet, asked: number | undefined): boolean {
  const { kind } = o.state.session;
  if (!o.facts.seesPlug) return kind === 'none' && asked === o.id;
  return kind === 'waiting' || kind === 'lapsed' || kind === 'finished';
}

/** Plug-and-charge: the default tag of the side asks for itself, once a plug (guide, oCPPPlugAndCharge). */
export function plugAndCharge(context: Context, o: Outlet): void {
  const { session } = o.state;
  const { draft, config } = context;
  if (!draft.settings.plugAndCharge || session.kind !== 'waiting' || session.asked) return;
  const point = config.points[o.facts.pointIndex];
  if (!point || !o.state.report?.evConnected || draft.asks.some((a) => a.pointIndex === o.facts.pointIndex)) return;
  o.state.session = { ...session, asked: true };
  ask(context, {
    pointIndex: o.facts.pointIndex,
    connectorId: o.id,
    token: draft.settings.defaultToken[point.side],
    purpose: 'start',
    via: 'plugAndCharge',
  });
}
