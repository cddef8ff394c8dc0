/** What the station and its socket machines need to know of a board. */
import type { Board } from '../hal/board';
import { connectorsOf } from '../hal/connectors';
import type { SocketConfig } from './socket/types';
import type { StationConfig } from './types';

export function stationConfig(board: Board): StationConfig {
  return {
    points: board.points.map(({ side, installationCurrentA }) => ({ side, installationA: installationCurrentA })),
    connectors: connectorsOf(board).map(({ connectorId, pointIndex, socket }) => {
      const { mode, phases, ratedCurrentA, tetheredCableA, lock, plugDetector, ventilation } = socket;
      const config: SocketConfig = {
        mode,
        phases,
        ratedA: ratedCurrentA,
        lock,
        plugDetector,
        residual: socket.residualCurrentMonitor,
        thermometer: socket.thermometer,
        ventilation,
        nominalVoltageV: board.nominalVoltageV,
        ...(socket.meterBehindContactor ? { meterBehindContactor: true } : {}),
        ...(socket.wakesVehicle ? { wakesVehicle: true } : {}),
        ...(tetheredCableA === undefined ? {} : { tetheredA: tetheredCableA }),
      };
      return { connectorId, pointIndex, seesPlug: mode === 'mode3' || plugDetector, socket: config };
    }),
  };
}
