/** Whether a step has changed nothing but readings of meters: most steps of a charge do, and nothing is derived from them. Pure. */
import { sameData } from './plain-data';
import type { SocketReport } from './socket/types';
import type { ConnectorState, StationState } from './types';

/**
 * True: wishes, statuses, limits, indicators, what is stored and the next deadline are what they were. The one thing that is
 * derived from a register is when the energy of a session that was not accepted is used up (`energyWithdrawn`).
 */
export function onlyReadingsDiffer(before: StationState, after: StationState): boolean {
  const { connectors: connectorsBefore, ...restBefore } = before;
  const { connectors, ...rest } = after;
  return (
    connectors.every((connector, index) => sameButReading(connectorsBefore[index], connector)) &&
    sameData(restBefore, rest)
  );
}

function sameButReading(before: ConnectorState | undefined, after: ConnectorState): boolean {
  if (before === undefined) return false;
  if (before.report === after.report) return sameData(before, after);
  if (after.session.kind === 'running' && after.session.deauthorised) return false;
  return sameReportButReading(before.report, after.report) && sameData({ ...before, report: after.report }, after);
}

function sameReportButReading(before: SocketReport | undefined, after: SocketReport | undefined): boolean {
  return before !== undefined && after !== undefined && sameData({ ...before, meter: after.meter }, after);
}
