/** Whether and where a remote start can be tried; it is asked before RemoteStartTransaction is answered, and changes nothing. */

import { isFaulted } from './present-faults';
import { reservationOf, reservedAgainst } from './reservations';
import { outOfUse } from './status';
import { hasTransaction } from './step-context';
import type { StationConfig, StationState } from './types';
import { beingUpdated } from './updating';

export type RemoteStartTarget = { connectorId: number } | { refused: string };

/** `connectorId` undefined: the station chooses, a connector with a vehicle first (OCPP 1.6, 5.11). */
export function remoteStartTarget(
  state: StationState,
  config: StationConfig,
  connectorId: number | undefined,
  token: string,
): RemoteStartTarget {
  if (connectorId !== undefined) {
    const refused = refusal(state, config, connectorId, token);
    return refused ? { refused } : { connectorId };
  }
  const possible = config.connectors.filter((c) => !refusal(state, config, c.connectorId, token));
  const chosen = possible.find((c) => state.connectors[c.connectorId - 1]?.session.kind === 'waiting') ?? possible[0];
  return chosen ? { connectorId: chosen.connectorId } : { refused: 'no connector is free' };
}

function refusal(state: StationState, config: StationConfig, connectorId: number, token: string): string | undefined {
  const facts = config.connectors[connectorId - 1];
  const connector = state.connectors[connectorId - 1];
  if (!facts || !connector) return `there is no connector ${connectorId}`;
  if (state.reset) return 'the station is about to restart';
  if (isFaulted(state, connectorId)) return 'the connector is faulted';
  const why = outOfUse(state, config, connectorId);
  if (why === 'inoperative') return 'the connector is inoperative';
  if (connector.scheduled === false || state.scheduled === false) return 'the connector is about to become inoperative';
  if (why === 'updating') return beingUpdated;
  if (why === 'twinInUse') return 'the other socket of the point is in use';
  if (hasTransaction(connector) || connector.session.kind === 'locking') return 'the connector is in use';
  if (state.points[facts.pointIndex]?.pending) return 'another user is expected at this point';
  // A token of the reservation's group may start. Whether this one is of the group is known only after authorisation.
  const parent = reservationOf(state, config, connectorId)?.parent;
  if (reservedAgainst(state, config, connectorId, { token, parent })) return 'the connector is reserved';
  return undefined;
}
