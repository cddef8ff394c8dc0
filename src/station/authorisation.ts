/** Who may charge: cards, remote starts, plug-and-charge, and what becomes of the answers. */
import { unreachable } from '../hal/errors';
import { modeOf } from './modes';
import { reservedAgainst } from './reservations';
import {
  type ConnectorContext,
  connectorContext,
  connectorContexts,
  hasTransaction,
  isUsable,
  type StepContext,
} from './step-context';
import { beginEnding } from './transaction';
import { type Ask, type Grant, sameGroup, sameToken, type Verdict } from './types';
import { beingUpdated } from './updating';

export function onCard(context: StepContext, pointIndex: number, token: string, connectorId: number | undefined): void {
  if (context.state.reset) {
    tellRefusal(context, { pointIndex, token, via: 'card' }, 'the station is about to restart');
    return;
  }
  const running = connectorContexts(context, pointIndex).find(
    (connector) => connector.state.session.kind === 'running',
  );
  if (running?.state.session.kind === 'running') {
    const { tx } = running.state.session;
    // The token that started may stop without asking anybody (OCPP 1.6, 4.1); another one must be of its group.
    if (sameToken(tx.token, token)) beginEnding(context, running, { reason: 'Local', token });
    else
      ask(context, { pointIndex, connectorId: running.id, token, purpose: 'stop', via: 'card', ...localIf(tx.local) });
    return;
  }
  if (isBusy(context, pointIndex, token)) return;
  const kept = connectorContexts(context, pointIndex).find(
    (connector) => connector.state.session.kind === 'finished' && connector.state.session.keptFor,
  );
  if (kept?.state.session.kind === 'finished') {
    // E3.5: the cable of a de-authorised session stays locked until the same id, or one of its group, is shown.
    if (sameToken(kept.state.session.keptFor?.token, token)) release(kept);
    else askToStart(context, { pointIndex, connectorId: kept.id, token, purpose: 'release', via: 'card' });
    return;
  }
  const point = context.state.points[pointIndex];
  if (point?.pending && sameToken(point.pending.grant.token, token)) {
    // A second presentation ends the intended use (OCPP 1.6, 4.9, B1).
    point.pending = undefined;
    return;
  }
  // Nobody is asked: the answer could change nothing.
  if (context.state.updating) refuse(context, { pointIndex, token, via: 'card' }, beingUpdated);
  else askToStart(context, { pointIndex, connectorId, token, purpose: 'start', via: 'card' });
}

/** A card that is shown while a transaction begins or ends counts as shown twice in haste, and is ignored. */
function isBusy(context: StepContext, pointIndex: number, token: string): boolean {
  const own = connectorContexts(context, pointIndex);
  const locking = own.find((connector) => connector.state.session.kind === 'locking');
  const { session, report } = locking?.state ?? {};
  if (locking && session?.kind === 'locking' && sameToken(session.grant.token, token)) {
    // As long as no vehicle has come to the plug, a second presentation ends the intended use (OCPP 1.6, 4.9, B1).
    if (!report?.evConnected) locking.state.session = { kind: 'timedOut' };
    return true;
  }
  if (!own.some((connector) => hasTransaction(connector.state))) return false;
  tellRefusal(context, { pointIndex, token, via: 'card' }, 'a transaction begins or ends there just now');
  return true;
}

export function onRemoteStart(context: StepContext, target: ConnectorContext, token: string, authorise: boolean): void {
  const { pointIndex } = target.facts;
  // The central system has no say where it is not the mode.
  if (context.state.points[pointIndex]?.mode !== 'ocpp') return;
  if (authorise) askToStart(context, { pointIndex, connectorId: target.id, token, purpose: 'start', via: 'remote' });
  else grantTo(context, pointIndex, target.id, { token, parent: undefined, via: 'remote' });
}

type Question = Omit<Ask, 'id'>;

function localIf(local: boolean | undefined): Pick<Ask, 'local'> {
  return local ? { local: true } : {};
}

/** Asks those who answer in the present mode of the point. Where no card counts, each is refused. */
function askToStart(context: StepContext, question: Omit<Question, 'local'>): void {
  const { pointIndex } = question;
  const mode = context.state.points[pointIndex]?.mode;
  if (mode === 'ocpp' || mode === 'cards') ask(context, { ...question, ...localIf(mode === 'cards') });
  else refuse(context, question, modeRefusals[mode ?? 'none']);
}

const modeRefusals = {
  free: 'everybody may charge here without a card',
  none: 'no charging mode has been chosen: nobody charges',
} as const;

/** Asks whether a token may do something. A new question of a point replaces the one that is still open. */
function ask({ state, effects }: StepContext, question: Question): void {
  const asked: Ask = { ...question, id: state.nextAsk };
  state.nextAsk += 1;
  state.asks = [...state.asks.filter((a) => a.pointIndex !== question.pointIndex), asked];
  effects.push({ kind: 'ask', ask: asked });
}

export function onVerdict(context: StepContext, askId: number, verdict: Verdict): void {
  const { state } = context;
  const asked = state.asks.find((a) => a.id === askId);
  if (!asked) return;
  state.asks = state.asks.filter((a) => a.id !== askId);
  const target = asked.connectorId === undefined ? undefined : connectorContext(context, asked.connectorId);
  if (!verdict.accepted) {
    refuse(context, asked, verdict.why ?? 'it is not authorised');
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
      if (target && session?.kind === 'running' && sameGroup(session.tx.parent, verdict.parent)) {
        beginEnding(context, target, { reason: 'Local', token: asked.token });
      } else refuse(context, asked, 'another card, which is not of its group, charges there');
      return;
    case 'release':
      if (target && session?.kind === 'finished' && sameGroup(session.keptFor?.parent, verdict.parent)) release(target);
      else refuse(context, asked, 'the plug waits for another card, which is not of its group');
      return;
    default:
      unreachable(asked.purpose);
  }
}

interface ShownToken {
  pointIndex: number;
  token: string;
  via: Grant['via'];
}

/** The driver sees it, and onlookers hear why. */
function refuse(context: StepContext, shown: ShownToken, why: string): void {
  context.effects.push({ kind: 'refused', pointIndex: shown.pointIndex });
  tellRefusal(context, shown, why);
}

function tellRefusal({ effects }: StepContext, { pointIndex, token, via }: ShownToken, why: string): void {
  effects.push({ kind: 'cardRefused', pointIndex, token, via, why });
}

function release(target: ConnectorContext): void {
  if (target.state.session.kind !== 'finished') return;
  target.state.session = { ...target.state.session, keptFor: undefined, keepLocked: false };
}

function grantTo(context: StepContext, pointIndex: number, connectorId: number | undefined, grant: Grant): void {
  const { state, config } = context;
  const point = state.points[pointIndex];
  if (!point) return;
  if (state.reset) {
    tellRefusal(context, { pointIndex, ...grant }, 'the station is about to restart');
    return;
  }
  if (state.updating) {
    refuse(context, { pointIndex, ...grant }, beingUpdated);
    return;
  }
  // The answer came late where somebody charges here already; the grant is refused then.
  const taken = connectorContexts(context, pointIndex).some(
    (connector) => hasTransaction(connector.state) || connector.state.session.kind === 'locking',
  );
  const wanted = connectorContexts(context, pointIndex).filter(
    (connector) => connectorId === undefined || connector.id === connectorId,
  );
  const isReserved = wanted.every((connector) => reservedAgainst(state, config, connector.id, grant));
  if (taken || isReserved) {
    refuse(
      context,
      { pointIndex, ...grant },
      taken ? 'somebody charges there already' : 'it is reserved for another card',
    );
    return;
  }
  point.pending = { grant, connectorId, deadline: context.now + context.state.settings.connectionTimeoutMs };
  usePending(context, pointIndex);
}

/** A pending grant takes the first connector of its point that has a vehicle: first the ones that wait, then the others. */
export function usePending(context: StepContext, pointIndex: number): void {
  const point = context.state.points[pointIndex];
  const pending = point?.pending;
  if (!point || !pending) return;
  const fits = (connector: ConnectorContext) =>
    (pending.connectorId === undefined || pending.connectorId === connector.id) &&
    isUsable(context, connector.id) &&
    !reservedAgainst(context.state, context.config, connector.id, pending.grant) &&
    takesGrant(connector, pending.connectorId);
  const candidates = connectorContexts(context, pointIndex).filter(fits);
  const chosen = candidates.find((connector) => connector.state.session.kind === 'waiting') ?? candidates[0];
  if (!chosen) return;
  const session = chosen.state.session;
  const deadline = session.kind === 'waiting' ? Math.max(session.deadline, pending.deadline) : pending.deadline;
  point.pending = undefined;
  chosen.state.session = { kind: 'locking', grant: pending.grant, deadline };
}

function takesGrant(connector: ConnectorContext, asked: number | undefined): boolean {
  const { kind } = connector.state.session;
  if (!connector.facts.seesPlug) return kind === 'none' && asked === connector.id;
  return kind === 'waiting' || kind === 'timedOut' || kind === 'finished';
}

/** With plug-and-charge the default tag of the side asks by itself, once for each plug (guide, oCPPPlugAndCharge). */
export function plugAndCharge(context: StepContext, connector: ConnectorContext): void {
  const { session } = connector.state;
  const { state, config } = context;
  if (session.kind !== 'waiting' || session.asked) return;
  if (modeOf(state, config, connector.id) !== 'ocpp' || !state.settings.plugAndCharge) return;
  const point = config.points[connector.facts.pointIndex];
  if (
    !point ||
    !connector.state.report?.evConnected ||
    state.asks.some((a) => a.pointIndex === connector.facts.pointIndex)
  )
    return;
  connector.state.session = { ...session, asked: true };
  ask(context, {
    pointIndex: connector.facts.pointIndex,
    connectorId: connector.id,
    token: state.settings.defaultToken[point.side],
    purpose: 'start',
    via: 'plugAndCharge',
  });
}

/** In the free mode whoever plugs a vehicle in charges, once for each plug. */
export function chargeFreely(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  if (session.kind !== 'waiting' || session.asked || !report?.evConnected) return;
  if (modeOf(context.state, context.config, connector.id) !== 'free') return;
  connector.state.session = { ...session, asked: true };
  grantTo(context, connector.facts.pointIndex, connector.id, { token: '', parent: undefined, via: 'free' });
}
