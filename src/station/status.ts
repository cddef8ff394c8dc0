/** What the outside sees of a connector: derived from the state in one fixed order, never stored. */
import { lowestOfferA } from '../hal/iec61851';
import type { IndicatorPattern } from '../hal/parts';
import { type ChargePointErrorCode, type FaultId, faults, gravest } from './faults';
import { energyWithdrawn, limitOf } from './limits';
import { faultsOf } from './present-faults';
import type { ConnectorState, RunningSession, StationConfig, StationState, Status } from './types';

export type { Status } from './types';

/** What a StatusNotification would say. */
export interface StatusReport {
  status: Status;
  errorCode: ChargePointErrorCode;
  info: string | undefined;
}

export const evSideDisconnected = 'EV side disconnected';
const updatingInfo = 'Firmware update';

/** The other socket of the point has a car: one car at a time (guide, "Identification"; field lesson 32). */
export function twinInUse(state: StationState, config: StationConfig, connectorId: number): boolean {
  const own = config.connectors[connectorId - 1];
  return config.connectors.some(
    (other) =>
      other.connectorId !== connectorId &&
      other.pointIndex === own?.pointIndex &&
      state.connectors[other.connectorId - 1]?.session.kind !== 'none',
  );
}

/** Why nobody may begin to charge at a connector: ChangeAvailability (5.2), an update (E3.49), or the car at the other socket. */
export type OutOfUse = 'inoperative' | 'updating' | 'twinInUse';

/** Undefined: it is in use, for all that faults have to say. */
export function outOfUse(state: StationState, config: StationConfig, connectorId: number): OutOfUse | undefined {
  if (!state.operative || state.connectors[connectorId - 1]?.operative !== true) return 'inoperative';
  if (state.updating) return 'updating';
  return twinInUse(state, config, connectorId) ? 'twinInUse' : undefined;
}

/**
 * Connector 0 knows Available, Unavailable and Faulted only (OCPP 1.6, 4.9). An update takes connectors out of use (E3.49) and
 * not the station, at which somebody may still charge.
 */
export function statusOf(state: StationState, config: StationConfig, connectorId: number): StatusReport {
  if (connectorId === 0) {
    const fault = gravest(state.faults);
    if (fault && faults[fault].shows === 'faulted') return withFault('Faulted', fault);
    return withWarning(state.operative ? 'Available' : 'Unavailable', fault, undefined);
  }
  const present = faultsOf(state, connectorId);
  const blocking = gravest(present.filter((id) => faults[id].shows === 'faulted'));
  if (blocking) return withFault('Faulted', blocking);
  const connector = state.connectors[connectorId - 1];
  if (!connector) return { status: 'Unavailable', errorCode: 'NoError', info: undefined };
  const { status, info } = healthyStatus(state, config, connectorId, connector);
  // A fault that is not "Faulted" is reported beside the status; EVCommunicationError only where 4.9 allows it.
  const reported = present.filter((id) => faults[id].shows === 'warning' || suspendable(status));
  return withWarning(status, gravest(reported), info);
}

function suspendable(status: Status): boolean {
  return status === 'Preparing' || status === 'SuspendedEV' || status === 'SuspendedEVSE' || status === 'Finishing';
}

function withFault(status: Status, id: FaultId): StatusReport {
  return { status, errorCode: faults[id].errorCode, info: faults[id].info };
}

function withWarning(status: Status, id: FaultId | undefined, info: string | undefined): StatusReport {
  return id ? withFault(status, id) : { status, errorCode: 'NoError', info };
}

function healthyStatus(
  state: StationState,
  config: StationConfig,
  connectorId: number,
  connector: ConnectorState,
): { status: Status; info: string | undefined } {
  const plain = (status: Status) => ({ status, info: undefined });
  const { session } = connector;
  switch (session.kind) {
    case 'running':
      return {
        status: runningStatus(state, config, connectorId, connector, session),
        info: session.evLeft ? evSideDisconnected : undefined,
      };
    case 'ending':
      return session.shown;
    case 'starting':
      return plain('Preparing');
    default:
      break;
  }
  const why = outOfUse(state, config, connectorId);
  if (why) return { status: 'Unavailable', info: why === 'updating' ? updatingInfo : undefined };
  const reserved =
    state.reservations.some((r) => r.connectorId === connectorId) || keptFree(state, config, connectorId);
  // G2: Reserved becomes Preparing when the reserved identity is presented, not when somebody plugs in.
  if (reserved && session.kind !== 'locking' && !awaited(state, config, connectorId)) return plain('Reserved');
  switch (session.kind) {
    case 'waiting':
    case 'locking':
      return plain('Preparing');
    case 'timedOut':
    case 'recovering':
      return plain('Finishing');
    case 'finished':
      return { status: 'Finishing', info: session.info };
    case 'none':
      return plain(awaited(state, config, connectorId) ? 'Preparing' : 'Available');
    default:
      return session satisfies never;
  }
}

/** Points on which a car could charge now, for all that reservations of connector 0 have to say. */
export function freePoints(state: StationState, config: StationConfig): number[] {
  const others = { ...state, reservations: state.reservations.filter((r) => r.connectorId !== 0) };
  return [...config.points.keys()].filter((index) => {
    const own = config.connectors.filter((c) => c.pointIndex === index);
    const usable = own.some((c) => statusOf(others, config, c.connectorId).status === 'Available');
    return usable && !state.points[index]?.pending;
  });
}

/**
 * 5.13, connector 0: one connector must stay free for each such reservation. Where the other points do not suffice for that,
 * one that is free, or where somebody has plugged in unasked, is kept for whoever reserved (TC_049).
 */
function keptFree(state: StationState, config: StationConfig, connectorId: number): boolean {
  const reserved = state.reservations.filter((r) => r.connectorId === 0).length;
  const kind = state.connectors[connectorId - 1]?.session.kind;
  if (reserved === 0 || (kind !== 'none' && kind !== 'waiting')) return false;
  const point = config.connectors[connectorId - 1]?.pointIndex;
  return freePoints(state, config).filter((index) => index !== point).length < reserved;
}

/** Whether a grant waits for a plug here; one that names no connector is shown at the first connector of its point. */
function awaited(state: StationState, config: StationConfig, connectorId: number): boolean {
  const own = config.connectors[connectorId - 1];
  const pending = own && state.points[own.pointIndex]?.pending;
  if (!pending) return false;
  if (pending.connectorId !== undefined) return pending.connectorId === connectorId;
  return config.connectors.find((c) => c.pointIndex === own.pointIndex)?.connectorId === connectorId;
}

/** Where station and vehicle both suspend, the status is SuspendedEVSE (OCPP 1.6, 4.9). */
function runningStatus(
  state: StationState,
  config: StationConfig,
  connectorId: number,
  connector: ConnectorState,
  session: RunningSession,
): Status {
  const suspendedHere =
    energyWithdrawn(connector, session) ||
    limitOf(state, config, connectorId).amps < lowestOfferA ||
    faultsOf(state, connectorId).some((id) => faults[id].reaction !== 'none');
  if (suspendedHere) return 'SuspendedEVSE';
  if (session.evLeft) return 'SuspendedEV';
  if (!session.settled) return 'Preparing';
  const closed = connector.report?.contactor === 'closed';
  if (closed) return isIdle(config, connectorId, session) ? 'SuspendedEV' : 'Charging';
  return (connector.report?.offeredA ?? 0) > 0 ? 'SuspendedEV' : 'SuspendedEVSE';
}

/** A Mode 3 vehicle says by its pilot that it pauses; a Mode 2 one is known by its current only. */
function isIdle(config: StationConfig, connectorId: number, session: RunningSession): boolean {
  return config.connectors[connectorId - 1]?.socket.mode === 'mode2' && session.idle;
}

const patterns: Record<Status, IndicatorPattern> = {
  Available: 'available',
  Preparing: 'waiting',
  Charging: 'charging',
  SuspendedEVSE: 'paused',
  SuspendedEV: 'paused',
  Finishing: 'finished',
  Reserved: 'reserved',
  Unavailable: 'unavailable',
  Faulted: 'fault',
};

/** The light of a point: that of the socket in use, else the gravest of what its sockets show. */
export function indicatorOf(state: StationState, config: StationConfig, pointIndex: number): IndicatorPattern {
  const own = config.connectors.filter((c) => c.pointIndex === pointIndex);
  const statuses = own.map((c) => statusOf(state, config, c.connectorId).status);
  const rank: Status[] = [
    'Faulted',
    'Charging',
    'SuspendedEVSE',
    'SuspendedEV',
    'Preparing',
    'Finishing',
    'Reserved',
    'Available',
  ];
  const shown = rank.find((status) => statuses.includes(status)) ?? 'Unavailable';
  return patterns[shown];
}
