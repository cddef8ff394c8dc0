/** Reset (OCPP 1.6, 5.14): transactions end first, then the station restarts; who does not end in time is not waited for. */
import { connectorContexts, type StepContext } from './step-context';
import { beginEnding, tryEnd } from './transaction';
import type { StationState } from './types';

/** Transactions have this long to end by themselves before a soft reset, and before a hard one, in ms. */
const softResetMaxMs = 20_000;
const hardResetMaxMs = 3_000;

/** A second reset changes nothing of the first. */
export function beginReset({ state, now }: StepContext, hard: boolean): void {
  state.reset ??= { hard, since: now, done: false };
}

export function settleReset(context: StepContext): void {
  const { state, now, effects } = context;
  const { reset } = state;
  if (!reset || reset.done) return;
  const late = now >= lateAt(reset);
  for (const connector of connectorContexts(context)) {
    beginEnding(context, connector, { reason: reset.hard ? 'HardReset' : 'SoftReset', openNow: reset.hard });
    tryEnd(context, connector, late);
  }
  if (
    state.connectors.some(
      (c) => c.session.kind === 'starting' || c.session.kind === 'running' || c.session.kind === 'ending',
    )
  ) {
    return;
  }
  state.reset = { ...reset, done: true };
  effects.push({ kind: 'restart', hard: reset.hard });
}

export function resetDeadlines({ reset }: StationState): number[] {
  return reset && !reset.done ? [lateAt(reset)] : [];
}

function lateAt({ hard, since }: { hard: boolean; since: number }): number {
  return since + (hard ? hardResetMaxMs : softResetMaxMs);
}
