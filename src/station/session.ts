/** Sessions without a transaction: a plug that waits for a card, a card that waits for a plug, what a user leaves behind. */
import { chargeFreely, plugAndCharge, usePending } from './authorisation';
import { isFaulted } from './present-faults';
import { outOfUse } from './status';
import { type ConnectorContext, connectorContexts, isUsable, type StepContext } from './step-context';
import type { StationState } from './types';

/** A session without a transaction follows what is plugged, what is usable, and the clock. */
export function settleSession(context: StepContext, connector: ConnectorContext): void {
  const { session, report } = connector.state;
  const { now, state, config } = context;
  const plugged = connector.facts.seesPlug ? report?.plugged === true : false;
  const usable = isUsable(context, connector.id);
  // A plug that waits while the station is about to restart is still there: to tell it as gone would be untrue.
  const staysForReset = plugged && state.reset !== undefined;
  switch (session.kind) {
    case 'none':
      if (plugged && usable) {
        connector.state.session = { kind: 'waiting', deadline: now + state.settings.connectionTimeoutMs, asked: false };
      }
      return;
    case 'waiting':
      if (staysForReset) return;
      if (!plugged || !usable) connector.state.session = { kind: 'none' };
      else if (now >= session.deadline) connector.state.session = { kind: 'timedOut' };
      return;
    case 'timedOut':
      if (staysForReset) return;
      // A fault that passes leads back to Finishing (OCPP 1.6, 4.9, I6).
      if (!plugged || (!usable && !isFaulted(state, connector.id))) connector.state.session = { kind: 'none' };
      return;
    case 'locking':
      if (staysForReset) {
        connector.state.session = { kind: 'timedOut' };
        return;
      }
      if ((connector.facts.seesPlug && !plugged) || !usable) connector.state.session = { kind: 'none' };
      else if (now >= session.deadline)
        connector.state.session = connector.facts.seesPlug ? { kind: 'timedOut' } : { kind: 'none' };
      return;
    case 'finished': {
      const blocked = outOfUse(state, config, connector.id) !== undefined;
      const unlockedForGood = session.keptFor === undefined && !session.keepLocked;
      if (!plugged || (blocked && unlockedForGood && !isFaulted(state, connector.id)))
        connector.state.session = { kind: 'none' };
      return;
    }
    default:
      return;
  }
}

/** A grant without plug goes to the first connector that takes it; it is over after ConnectionTimeOut, or when none can. */
export function settlePoint(context: StepContext, pointIndex: number): void {
  const point = context.state.points[pointIndex];
  if (!point) return;
  for (const connector of connectorContexts(context, pointIndex)) {
    plugAndCharge(context, connector);
    chargeFreely(context, connector);
  }
  usePending(context, pointIndex);
  if (!point.pending) return;
  const target = point.pending.connectorId;
  const open = connectorContexts(context, pointIndex).some(
    (connector) => (target === undefined || connector.id === target) && isUsable(context, connector.id),
  );
  if (context.now >= point.pending.deadline || !open) point.pending = undefined;
}

/** Instants at which ConnectionTimeOut ends what waits for a card, for a plug or for a lock. */
export function sessionDeadlines(state: StationState): number[] {
  const ofConnectors = state.connectors.flatMap(({ session }) =>
    session.kind === 'waiting' || session.kind === 'locking' ? [session.deadline] : [],
  );
  return [...ofConnectors, ...state.points.flatMap(({ pending }) => (pending ? [pending.deadline] : []))];
}
