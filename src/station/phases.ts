/** What a vehicle may draw for each ampere of its offer: by the phases that it uses, and by the voltage of its feed. */

import type { MeterReading } from '../hal/parts';
import { phasesFrom } from './metered';
import { type MostSeen, mostSeen, nothingLess } from './most-seen';
import { thresholds } from './socket/timings';
import type { SocketConfig } from './socket/types';
import type { ConnectorState, StationConfig, StationState } from './types';

/** A voltage above the nominal one counts in such steps, in V: one that wavers does not move the offer. */
const voltageStepV = 5;
/** So little above a step is not the next one, in V. */
const voltageToleranceV = 1;

/** What a limit in W is divided by on this connector. */
export function phasesInUse(state: StationState, config: StationConfig, connectorId: number): number {
  const feed = config.connectors[connectorId - 1]?.socket.phases ?? 3;
  return state.connectors[connectorId - 1]?.phases?.inUse ?? feed;
}

/** Phase to neutral, in V: the nominal voltage, or a higher one that was measured, lest a limit in W be exceeded. */
export function voltageInUse(state: StationState, config: StationConfig, connectorId: number): number {
  const nominalV = config.connectors[connectorId - 1]?.socket.nominalVoltageV ?? 0;
  return state.connectors[connectorId - 1]?.voltage?.inUse ?? nominalV;
}

/** What a connector may draw in W for each ampere per phase that it is offered (OCPP 1.6, 7.12). */
export function wattsPerA(state: StationState, config: StationConfig, connectorId: number): number {
  return voltageInUse(state, config, connectorId) * phasesInUse(state, config, connectorId);
}

/** Takes in what the meters have measured. What was learned of a vehicle holds while it stays, pauses included. */
export function noteMeters(connectors: readonly ConnectorState[], config: StationConfig): void {
  for (const [index, connector] of connectors.entries()) {
    const socket = config.connectors[index]?.socket;
    if (!socket) continue;
    const served = connector.session.kind === 'running' && connector.report?.evConnected === true;
    connector.phases = served ? phasesAfter(connector, socket) : undefined;
    connector.voltage = served ? voltageAfter(connector, socket) : undefined;
  }
}

function phasesAfter({ report, phases }: ConnectorState, socket: SocketConfig): MostSeen {
  const before = phases ?? { inUse: socket.phases, less: undefined };
  const { reading, at } = report?.meter ?? {};
  // Of a phase that the meter does not measure it is not known that nothing flows there.
  if (!reading || at === undefined || reading.currentA.length < socket.phases) return before;
  const measured = phasesFrom(reading, thresholds.idleCurrentA);
  return measured === 0 ? nothingLess(before) : mostSeen(before, measured, at);
}

function voltageAfter({ report, voltage }: ConnectorState, { nominalVoltageV }: SocketConfig): MostSeen {
  const before = voltage ?? { inUse: nominalVoltageV, less: undefined };
  const { reading, at } = report?.meter ?? {};
  const countedV = countedVoltageV(reading, nominalVoltageV);
  return at === undefined || countedV === undefined ? nothingLess(before) : mostSeen(before, countedV, at);
}

/**
 * The voltage of a reading in the steps in which it counts, in V; undefined where it is no value: a meter behind the contactor
 * has none in a pause, and one beyond the bounds of the mains is a fault.
 */
export function countedVoltageV(reading: MeterReading | undefined, nominalV: number): number | undefined {
  const highestV = highest(reading?.voltageV ?? []);
  if (highestV < thresholds.underVoltage * nominalV || highestV > thresholds.overVoltage * nominalV) return undefined;
  const steps = Math.max(0, Math.ceil((highestV - nominalV - voltageToleranceV) / voltageStepV));
  return nominalV + steps * voltageStepV;
}

/** 0 for none, and no number where one is none. */
function highest(values: readonly number[]): number {
  let most = 0;
  for (const value of values) most = Math.max(most, value);
  return most;
}
