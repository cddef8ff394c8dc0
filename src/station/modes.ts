/** The charging mode of a point, and what follows from it (guide, steps 3 and 4). */
import type { Side } from '../hal/board';
import type { Ask, ChargingMode, ConnectorState, PointState, StationConfig, StationState } from './types';

/** The mode of the point of a connector. */
export function modeOf(state: StationState, config: StationConfig, connectorId: number): ChargingMode {
  const pointIndex = config.connectors[connectorId - 1]?.pointIndex ?? -1;
  return state.points[pointIndex]?.mode ?? 'none';
}

/** What of a station's state a change of mode touches. */
interface Changeable {
  points: PointState[];
  connectors: ConnectorState[];
  asks: Ask[];
}

/**
 * OCPP is imposed on both sides of a double station, and ends on both (guide, step 4): the side that was not meant then
 * follows the other. Otherwise each side has its own. What charges goes on as it began.
 */
export function setMode(
  { state, config }: { state: Changeable; config: StationConfig },
  side: Side,
  mode: ChargingMode,
): void {
  for (const [index, point] of state.points.entries()) {
    const meant = config.points[index]?.side === side;
    if (!meant && mode !== 'ocpp' && point.mode !== 'ocpp') continue;
    if (point.mode === mode) continue;
    // A grant of the former mode is worth nothing in this one.
    state.points[index] = { ...point, mode, pending: undefined };
    state.asks = state.asks.filter((asked) => asked.pointIndex !== index || asked.purpose !== 'start');
    for (const { connectorId, pointIndex } of config.connectors) {
      const connector = state.connectors[connectorId - 1];
      if (pointIndex === index && connector?.session.kind === 'locking') connector.session = { kind: 'none' };
    }
  }
}
