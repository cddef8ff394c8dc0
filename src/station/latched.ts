/**
 * Faults that wait for a person outlive the program: what the station stores of them, and what it makes of it at start.
 *
 * In the boot in which one arises the socket machine holds it until somebody clears it. The machine of the next boot starts
 * anew, so the station remembers the fault in its place, and permits nothing; only `faultsCleared` ends that.
 */

import { shape } from '../hal/shapes';
import type { JsonValue } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import { type FaultId, faults } from './faults';
import type { ConnectorState, StationConfig } from './types';

/** By connector and fault, as in `1/residualCurrent`. */
const latchedFaults = collection('station/latchedFault/', shape.Literal(true));

/** Faults of the connector itself: those that it remembers, its socket's or its silence, and what others report of it. */
export function ownFaults(connector: ConnectorState): FaultId[] {
  const { report, reportMissing } = connector;
  const missing: readonly FaultId[] = reportMissing ? ['internalError'] : [];
  return [...new Set([...connector.rememberedFaults, ...connector.faults, ...(report?.faults ?? []), ...missing])];
}

export function latchedEntries(connectorId: number, connector: ConnectorState): [key: string, value: JsonValue][] {
  const latched = ownFaults(connector).filter((id) => faults[id].clears === 'hand');
  return latched.map((id) => latchedFaults.entry(`${connectorId}/${id}`, true));
}

/**
 * What each connector remembers. What cannot be read is the worst case: a fault whose value is damaged stands, one of a name
 * that this release does not know stands as one that cannot be read, and where the connector is not known all have it. The
 * first commit of the station stores them anew.
 */
export function rememberedFaults(stored: StoredValues, { connectors }: StationConfig): Map<number, FaultId[]> {
  const remembered = new Map<number, FaultId[]>(connectors.map(({ connectorId }) => [connectorId, []]));
  for (const [key] of stored.under(latchedFaults.prefix)) {
    const name = key.slice(latchedFaults.prefix.length);
    if (latchedFaults.readOne(stored, name) === undefined) stored.setAside(key, 'not true', true);
    const [connector = '', id = ''] = name.split('/');
    const places = wholeNumber.test(connector) ? [Number(connector)] : [...remembered.keys()];
    for (const place of places) remembered.get(place)?.push(isFault(id) ? id : 'latchedUnread');
  }
  return remembered;
}

const wholeNumber = /^[0-9]+$/;

function isFault(id: string): id is FaultId {
  return Object.hasOwn(faults, id);
}
