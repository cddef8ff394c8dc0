/** Reset (OCPP 1.6, 5.14): transactions end first, then the station restarts; one that does not end in time is not waited for. */
import type { ConnectorContext, StepContext } from './step-context';
import { beginEnding, endAtOnce } from './transaction';
import type { Session, StationState } from './types';

/** Transactions have this long to end by themselves before a soft reset, and before a hard one, in ms. */
const softResetMaxMs = 20_000;
const hardResetMaxMs = 3_000;

/** A second reset changes nothing of the first. */
export function beginReset({ state, now }: StepContext, hard: boolean): void {
  state.reset ??= { hard, since: now, done: false };
}

/** Ends the transaction of a connector for the reset; one that has had its time ends without its last reading. */
export function endForReset(context: StepContext, connector: ConnectorContext): void {
  const { reset } = context.state;
  if (!reset || reset.done) return;
  beginEnding(context, connector, { reason: reset.hard ? 'HardReset' : 'SoftReset', openNow: reset.hard });
  if (context.now >= lateAt(reset)) endAtOnce(context, connector);
}

/** Asks for the restart once no transaction is open. One found open at start waits for its reading until the next start. */
export function settleReset({ state, effects }: StepContext): void {
  const { reset } = state;
  if (!reset || reset.done || state.connectors.some((c) => isOpen(c.session))) return;
  state.reset = { ...reset, done: true };
  effects.push({ kind: 'restart', hard: reset.hard });
}

function isOpen({ kind }: Session): boolean {
  return kind === 'starting' || kind === 'running' || kind === 'ending';
}

export function resetDeadlines({ reset }: StationState): number[] {
  return reset && !reset.done ? [lateAt(reset)] : [];
}

function lateAt({ hard, since }: { hard: boolean; since: number }): number {
  return since + (hard ? hardResetMaxMs : softResetMaxMs);
}
