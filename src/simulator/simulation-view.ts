/** The view of a simulated station: what the station believes, and beside it what is true in its world. */
import type { WorldSnapshot } from '../drivers/sim/snapshot';
import type { ConnectorView, StationView } from '../station/view';
import type { Simulation } from './simulation';

export interface SimulationView extends StationView {
  world: WorldSnapshot;
}

export function simulationView({ running, world, network }: Simulation): SimulationView {
  const view = running.view();
  const truth = world.snapshot();
  return {
    ...view,
    connection: { ...view.connection, network: network.isIn ? 'up' : 'down' },
    connectors: view.connectors.map((connector) => withTruth(connector, truth)),
    world: truth,
  };
}

function withTruth(connector: ConnectorView, { connectors }: WorldSnapshot): ConnectorView {
  const truth = connectors[connector.connectorId - 1];
  if (!truth) return connector;
  const { currentA, powerW, energyWh, plugged } = truth;
  return { ...connector, drawnA: currentA, powerW, energyWh, plugged };
}
