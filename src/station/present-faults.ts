/** The faults that are there, of a connector with all that it depends on. */
import { type FaultId, faults } from './faults';
import { ownFaults } from './latched';
import type { StationState } from './types';

/** Faults that concern a connector: its own and the station's. */
export function faultsOf(state: StationState, connectorId: number): FaultId[] {
  const connector = state.connectors[connectorId - 1];
  return [...new Set([...state.faults, ...(connector ? ownFaults(connector) : [])])];
}

export function isFaulted(state: StationState, connectorId: number): boolean {
  return faultsOf(state, connectorId).some((id) => faults[id].shows === 'faulted');
}
