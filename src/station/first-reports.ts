/** Sockets that have not reported since the start: nothing is known of them, and after a bounded time that is an error. */
import type { StepContext } from './step-context';
import type { StationConfig, StationState } from './types';

/** What a socket waits for its parts (`firstReportsMs`), and some time for its thread to begin, in ms. */
const socketReportsMs = 15_000;

export function reportsDueAt(now: number): number {
  return now + socketReportsMs;
}

export function settleFirstReports({ state, now }: StepContext): void {
  const due = now >= state.reportsDueAt;
  for (const connector of state.connectors) connector.reportMissing = due && connector.report === undefined;
}

/**
 * Whether anything can be told of a connector: its socket has reported, and so has the other one of its point, whose vehicle
 * makes it Unavailable. Of the station as a whole it always can.
 */
export function isKnown(state: StationState, { connectors }: StationConfig, connectorId: number): boolean {
  const point = connectors[connectorId - 1]?.pointIndex;
  return state.connectors.every(
    ({ report, reportMissing }, index) =>
      connectors[index]?.pointIndex !== point || report !== undefined || reportMissing,
  );
}

export function firstReportsDeadlines(state: StationState): number[] {
  return state.connectors.some(({ report }) => report === undefined) ? [state.reportsDueAt] : [];
}
