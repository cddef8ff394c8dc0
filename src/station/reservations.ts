/** Reservations of a connector, or of any connector (0), for one token or its group (OCPP 1.6, 5.1 and 5.13). */

import { isKnown } from './first-reports';
import { isFaulted } from './present-faults';
import { freePoints, statusOf } from './status';
import { connectorContexts, hasTransaction, type StepContext } from './step-context';
import { type Grant, type Reservation, type StationConfig, type StationState, sameGroup, sameToken } from './types';

export function fitsReservation(reservation: Reservation, grant: Pick<Grant, 'token' | 'parent'>): boolean {
  return sameToken(reservation.token, grant.token) || sameGroup(reservation.parent, grant.parent);
}

/** The reservation that keeps strangers off this connector: its own, or its twin's (one car at a time on a point). */
export function reservationOf(
  state: StationState,
  config: StationConfig,
  connectorId: number,
): Reservation | undefined {
  const point = config.connectors[connectorId - 1]?.pointIndex;
  const held = state.reservations.filter((r) => r.connectorId > 0);
  return (
    held.find((r) => r.connectorId === connectorId) ??
    held.find((r) => config.connectors[r.connectorId - 1]?.pointIndex === point)
  );
}

/** Whether this grant must leave the connector to somebody else. */
export function reservedAgainst(
  state: StationState,
  config: StationConfig,
  connectorId: number,
  grant: Pick<Grant, 'token' | 'parent'>,
): boolean {
  const own = reservationOf(state, config, connectorId);
  if (own) return !fitsReservation(own, grant);
  // 5.13, connector 0: one connector must stay free at all times for each such reservation of others.
  const strangers = strangersBefore(state, grant);
  if (strangers === 0) return false;
  const point = config.connectors[connectorId - 1]?.pointIndex;
  const free = freePoints(state, config).filter((index) => index !== point).length;
  return free < strangers;
}

/**
 * Reservations of connector 0 that are others' and come before this grant. Where points have been lost since, there may be
 * fewer than are reserved: whoever has such a reservation leaves them to earlier ones only, or each would wait for the others.
 */
function strangersBefore(state: StationState, grant: Pick<Grant, 'token' | 'parent'>): number {
  const anywhere = state.reservations.filter((r) => r.connectorId === 0);
  const own = anywhere.findIndex((r) => fitsReservation(r, grant));
  return own < 0 ? anywhere.length : own;
}

export type ReserveAnswer = 'Accepted' | 'Faulted' | 'Occupied' | 'Unavailable';

/** ReserveNow.conf for a connector that exists, or 0. A reservation with the same id is replaced, so it does not count. */
export function reserveAnswer(
  state: StationState,
  config: StationConfig,
  connectorId: number,
  id: number,
): ReserveAnswer {
  const others = { ...state, reservations: state.reservations.filter((r) => r.id !== id) };
  if (connectorId > 0) return connectorAnswer(others, config, connectorId);
  const taken = others.reservations.filter((r) => r.connectorId === 0).length;
  const answers = config.connectors.map((c) => connectorAnswer(others, config, c.connectorId));
  const fault = statusOf(others, config, 0).status;
  if (fault === 'Faulted' || answers.every((a) => a === 'Faulted')) return 'Faulted';
  if (fault === 'Unavailable' || answers.every((a) => a === 'Unavailable' || a === 'Faulted')) return 'Unavailable';
  const free = freePoints(others, config).filter((index) =>
    config.connectors.every((c) => c.pointIndex !== index || isKnown(state, config, c.connectorId)),
  );
  return free.length > taken ? 'Accepted' : 'Occupied';
}

function connectorAnswer(state: StationState, config: StationConfig, connectorId: number): ReserveAnswer {
  const { status } = statusOf(state, config, connectorId);
  // What has not reported since the start may have a vehicle: it is promised to nobody.
  if (!isKnown(state, config, connectorId)) return 'Unavailable';
  if (status === 'Faulted' || status === 'Unavailable') return status;
  const free = status === 'Available' && !reservationOf(state, config, connectorId);
  return free ? 'Accepted' : 'Occupied';
}

/** The reservation that a start on this connector uses up. */
export function usedReservation(
  state: StationState,
  connectorId: number,
  grant: Pick<Grant, 'token' | 'parent'>,
): Reservation | undefined {
  const mine = state.reservations.filter((r) => fitsReservation(r, grant));
  return mine.find((r) => r.connectorId === connectorId) ?? mine.find((r) => r.connectorId === 0);
}

/** Ends what is over: expired, or its connector became Faulted or Unavailable (5.13). */
export function settleReservations(context: StepContext): void {
  const { state, config, now } = context;
  if (state.reservations.length === 0) return;
  state.reservations = state.reservations.filter((r) => {
    if (now >= r.expiresAt) return false;
    if (r.connectorId === 0) return statusOf(state, config, 0).status === 'Available';
    const own = connectorContexts(context).find((connector) => connector.id === r.connectorId);
    if (!own || isFaulted(state, r.connectorId)) return false;
    const stranger = connectorContexts(context, own.facts.pointIndex).some(
      (connector) => connector.id !== own.id && hasTransaction(connector.state),
    );
    return (
      state.operative &&
      own.state.operative &&
      !stranger &&
      statusOf(state, config, r.connectorId).status !== 'Unavailable'
    );
  });
}

/** Instants at which reservations expire; infinite while the wall time is unknown. */
export function reservationDeadlines(state: StationState): number[] {
  return state.reservations.map((r) => r.expiresAt);
}
