/** How many phases a vehicle uses: those of its feed, until the meter has shown for a while that they are fewer. */

import { phasesFrom } from './metered';
import { thresholds } from './socket/timings';
import type { ConnectorState, PhasesSeen, StationConfig, StationState } from './types';

/**
 * So long fewer phases than before must be measured until the power of the others is given to them, in ms. A charger may
 * begin on one phase and take the others some seconds later, and follows a new offer within 5 s (IEC 61851-1, A.4): half
 * a minute is well over both. It is also the time after which a share that is not used goes to others.
 */
const fewerPhasesMs = 30_000;

/** What a limit in W is divided by on this connector. */
export function phasesInUse(state: StationState, config: StationConfig, connectorId: number): number {
  const feed = config.connectors[connectorId - 1]?.socket.phases ?? 3;
  return state.connectors[connectorId - 1]?.phases?.inUse ?? feed;
}

/** What a connector may draw in W for each ampere per phase that it is offered, at its nominal voltage (OCPP 1.6, 7.12). */
export function wattsPerA(state: StationState, config: StationConfig, connectorId: number): number {
  return (config.connectors[connectorId - 1]?.socket.nominalVoltageV ?? 0) * phasesInUse(state, config, connectorId);
}

/** Takes in what the meters have measured. What was learned of a vehicle holds while it stays, pauses included. */
export function notePhases(connectors: readonly ConnectorState[], config: StationConfig): void {
  for (const [index, connector] of connectors.entries()) {
    connector.phases = phasesAfter(connector, config.connectors[index]?.socket.phases ?? 3);
  }
}

function phasesAfter({ session, report, phases }: ConnectorState, feed: number): PhasesSeen | undefined {
  if (session.kind !== 'running' || !report?.evConnected) return undefined;
  const before = phases ?? { inUse: feed, fewer: undefined };
  const { reading, at } = report.meter ?? {};
  // Of a phase that the meter does not measure it is not known that nothing flows there.
  if (!reading || at === undefined || reading.currentA.length < feed) return before;
  const measured = phasesFrom(reading, thresholds.idleCurrentA);
  if (measured > before.inUse) return { inUse: measured, fewer: undefined };
  if (measured === before.inUse || measured === 0) {
    return before.fewer === undefined ? before : { ...before, fewer: undefined };
  }
  const since = before.fewer?.since ?? at;
  const most = Math.max(measured, before.fewer?.most ?? 0);
  return at - since >= fewerPhasesMs ? { inUse: most, fewer: undefined } : { ...before, fewer: { since, most } };
}
