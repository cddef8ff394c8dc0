/** The faults that are there, of a connector with all that it depends on. */
import { type FaultId, faults } from './faults';
import type { StationState } from './types';

/** Faults that concern a connector: its own, its socket's and the station's. */
export function faultsOf(state: StationState, connectorId: number): FaultId[] {
  const c = state.connectors[connectorId - 1];
  return [...new Set([...state.faults, ...(c?.faults ?? []), ...(c?.report?.faults ?? [])])];
}

export function isFaulted(state: StationState, connectorId: number): boolean {
  return faultsOf(state, connectorId).some((id) => faults[id].shows === 'faulted');
}
