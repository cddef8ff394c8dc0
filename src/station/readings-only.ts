/** Readings of meters from which nothing follows, as most of them in a charge: what need not be stepped, and not be told. Pure. */
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
  if (before === undefined || after === undefined) return before === after;
  return (Object.keys(after) as (keyof SocketReport)[]).every(
    (name) => name === 'meter' || sameData(before[name], after[name]),
  );
}

/**
 * The state with another reading in it, where a whole step would change nothing else as long as no deadline has passed since
 * the last one; undefined where it might. Rules look at the register of a session that is not accepted, at currents and at
 * voltages: as long as they are the same, what follows from them has followed.
 */
export function withReading(state: StationState, connectorId: number, report: SocketReport): StationState | undefined {
  const own = state.connectors[connectorId - 1];
  if (!own?.report || !sameReportButReading(own.report, report) || mayFollow(own, own.report, report)) return undefined;
  const connectors = state.connectors.map((connector) => (connector === own ? { ...own, report } : connector));
  return { ...state, connectors };
}

function mayFollow(
  { session, share, phases, voltage }: ConnectorState,
  before: SocketReport,
  after: SocketReport,
): boolean {
  if (share.former.length > 0) return true;
  switch (session.kind) {
    case 'none':
    case 'waiting':
    case 'timedOut':
    case 'finished':
      return false;
    case 'running':
      return (
        session.deauthorised ||
        phases === undefined ||
        phases.less !== undefined ||
        voltage?.less !== undefined ||
        !sameData(before.meter?.reading.voltageV, after.meter?.reading.voltageV) ||
        !sameData(before.meter?.reading.currentA, after.meter?.reading.currentA)
      );
    default:
      return true;
  }
}
