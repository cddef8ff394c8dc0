/** UnlockConnector (OCPP 1.6, 5.18): the transaction ends first, then the bolt has some time to let go. */
import { connectorContext, hasTransaction, type StepContext } from './step-context';
import { beginEnding } from './transaction';
import type { StationState } from './types';

/** An unlock that has no feedback by then has failed (OCPP 1.6, 5.18): with a transaction to end first, and without, in ms. */
const unlockMaxMs = 25_000;
const unlockIdleMaxMs = 9_000;
/** A bolt that did not let go is sent back this long, and its next failure counts after this, in ms. */
const boltBackMs = 500;
const boltJudgedMs = 1_500;

/** A running transaction is finished first. */
export function beginUnlock(context: StepContext, id: number, connectorId: number): void {
  const { state, now } = context;
  const connector = connectorContext(context, connectorId);
  if (!connector) return;
  const busy = hasTransaction(connector.state);
  beginEnding(context, connector, { reason: 'UnlockCommand' });
  const { session } = connector.state;
  if (session.kind === 'ending') connector.state.session = { ...session, keepLocked: false, keptFor: undefined };
  if (session.kind === 'finished') connector.state.session = { ...session, keepLocked: false, keptFor: undefined };
  if (session.kind === 'locking') connector.state.session = { kind: 'timedOut' };
  const deadline = now + (busy ? unlockMaxMs : unlockIdleMaxMs);
  // 5.18: a new attempt is forced; the socket, for its part, knows only its last wish.
  const again = connector.state.report?.faults.includes('unlockFailed') === true;
  const backUntil = again ? now + boltBackMs : undefined;
  const judgedFrom = again ? now + boltJudgedMs : now;
  state.unlocks = [...state.unlocks, { id, connectorId, deadline, backUntil, judgedFrom }];
}

/** An unlock ends when the bolt is seen free, when it is seen jammed, or when its time is over. */
export function settleUnlocks({ state, now, effects }: StepContext): void {
  state.unlocks = state.unlocks.map((u) => (now >= (u.backUntil ?? now + 1) ? { ...u, backUntil: undefined } : u));
  state.unlocks = state.unlocks.filter(({ id, connectorId, deadline, judgedFrom }) => {
    const connector = state.connectors[connectorId - 1];
    const free = connector && !hasTransaction(connector) && connector.report?.locked === false;
    const jammed = now >= judgedFrom && connector?.report?.faults.includes('unlockFailed') === true;
    if (!free && !jammed && now < deadline) return true;
    effects.push({ kind: 'unlocked', id, result: free ? 'unlocked' : 'failed' });
    return false;
  });
}

/** A bolt that did not let go is sent back before the next try. */
export function boltGoesBack(state: StationState, connectorId: number): boolean {
  return state.unlocks.some((u) => u.connectorId === connectorId && u.backUntil !== undefined);
}

export function unlockDeadlines(state: StationState): number[] {
  return state.unlocks.flatMap(({ deadline, backUntil, judgedFrom }) => [
    deadline,
    judgedFrom,
    ...(backUntil === undefined ? [] : [backUntil]),
  ]);
}
