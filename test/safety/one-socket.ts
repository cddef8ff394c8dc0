/** A station of one Mode 3 outlet with an attached cable, without lock or monitors. */
import type { StationConfig } from '../../src/station/types';

export const oneSocket: StationConfig = {
  points: [{ side: 'right', installationA: 32 }],
  connectors: [
    {
      connectorId: 1,
      pointIndex: 0,
      seesPlug: true,
      socket: {
        mode: 'mode3',
        phases: 1,
        ratedA: 32,
        tetheredA: 32,
        lock: false,
        plugDetector: false,
        residual: false,
        thermometer: false,
        ventilation: false,
        nominalVoltageV: 230,
      },
    },
  ],
};
