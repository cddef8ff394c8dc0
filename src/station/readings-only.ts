/** Readings of meters from which nothing follows, as most of them in a charge: what need not be stepped, and not be told. Pure. */
import { drawsCurrent, phasesFrom } from './metered';
import { countedVoltageV } from './phases';
import { sameData } from './plain-data';
import { useMayChange } from './sharing';
import { thresholds } from './socket/timings';
import { type SocketReport, sameButMeter } from './socket/types';
import { withConnectors, withReport } from './step-context';
import type { ConnectorConfig, ConnectorState, Session, Share, StationConfig, StationState } from './types';

/**
 * True: wishes, statuses, limits and indicators are what they were, for nothing differs but readings, what is noted of the use of
 * shares, and what the samples of a transaction leave behind (`sameSamples`); only the latter is stored, and both of these have
 * deadlines of their own (`sameShares`). The one thing that is derived from a register is when the energy of a session that was
 * not accepted is used up (`energyWithdrawn`).
 */
export function nothingToTell(before: StationState, after: StationState): boolean {
  return (
    after.connectors.every((connector, index) => tellsTheSame(before.connectors[index], connector)) &&
    sameBut(before, after, 'connectors')
  );
}

function tellsTheSame(before: ConnectorState | undefined, after: ConnectorState): boolean {
  if (before === undefined || before.share.grantedA !== after.share.grantedA) return false;
  const { report, session } = after;
  if (before.report !== report && session.kind === 'running' && session.deauthorised) return false;
  return (
    sameReportButReading(before.report, report) &&
    sameButSamples(before.session, session) &&
    sameBut(before, after, 'report', 'share', 'session')
  );
}

/** A sample notes its register, by which a transaction is known to have got so far after a power cut, and when the next is due. */
function sameButSamples(before: Session, after: Session): boolean {
  if (before === after) return true;
  if (before.kind !== 'running' || after.kind !== 'running') return sameData(before, after);
  return sameBut(before, after, 'tx', 'nextSampleAt') && sameBut(before.tx, after.tx, 'lastWh');
}

function sameBut<T extends object>(before: T, after: T, ...apart: (keyof T)[]): boolean {
  if (before === after) return true;
  for (const name in after) if (!(name in before)) return false;
  for (const name in before) {
    if (!apart.includes(name) && !(name in after && sameData(before[name], after[name]))) return false;
  }
  return true;
}

/** Whether no sample was taken from one step to the next, of two between which there is nothing to tell. */
export function sameSamples(before: StationState, after: StationState): boolean {
  return after.connectors.every(({ session }, index) => sameData(session, before.connectors[index]?.session));
}

/** Whether the shares of one step were left as they are by the next. */
export function sameShares(before: StationState, after: StationState): boolean {
  return after.connectors.every(({ share }, index) => share === before.connectors[index]?.share);
}

function sameReportButReading(before: SocketReport | undefined, after: SocketReport | undefined): boolean {
  return before === after || (before !== undefined && after !== undefined && sameButMeter(before, after));
}

/**
 * The state with another reading in it, where a whole step would change nothing else as long as no deadline has passed since
 * the last one; undefined where it might. Rules look at the register of a session that is not accepted, at currents and at
 * voltages, for what they are more or less than: as long as a reading is on the same side as the one before, what follows has
 * followed.
 */
export function withReading(
  state: StationState,
  connectorId: number,
  report: SocketReport,
  config: StationConfig,
): StationState | undefined {
  const own = state.connectors[connectorId - 1];
  const facts = config.connectors[connectorId - 1];
  if (!own?.report || !facts || !sameReportButReading(own.report, report)) return undefined;
  if (mayFollow(own, facts, own.report, report)) return undefined;
  const connectors = state.connectors.slice();
  connectors[connectorId - 1] = withReport(own, report);
  return withConnectors(state, connectors);
}

function mayFollow(own: ConnectorState, facts: ConnectorConfig, before: SocketReport, after: SocketReport): boolean {
  const { session, share, phases, voltage } = own;
  if (share.former.length > 0) return true;
  switch (session.kind) {
    case 'none':
    case 'waiting':
    case 'timedOut':
    case 'finished':
      return false;
    case 'running':
      if (session.deauthorised || phases === undefined || phases.less !== undefined) return true;
      if (voltage === undefined || voltage.less !== undefined || voltageMatters(facts, before, after)) return true;
      return currentsMatter(share, facts, before, after);
    default:
      return true;
  }
}

function voltageMatters({ socket }: ConnectorConfig, before: SocketReport, after: SocketReport): boolean {
  const was = before.meter?.reading;
  const is = after.meter?.reading;
  if (was?.voltageV === is?.voltageV) return false;
  return countedVoltageV(was, socket.nominalVoltageV) !== countedVoltageV(is, socket.nominalVoltageV);
}

/** Of a running session: the phases in use, the use of its share, and whether a domestic cord draws at all. */
function currentsMatter(share: Share, facts: ConnectorConfig, before: SocketReport, after: SocketReport): boolean {
  const was = before.meter?.reading;
  const is = after.meter?.reading;
  if (!was || !is || was.currentA.length !== is.currentA.length) return true;
  if (phasesFrom(was, thresholds.idleCurrentA) !== phasesFrom(is, thresholds.idleCurrentA)) return true;
  const domestic = facts.socket.mode === 'mode2';
  if (useMayChange(share, domestic, before, after)) return true;
  return domestic && drawsCurrent(was) !== drawsCurrent(is);
}
