/** A simulated station as its bench page sees it: what the station believes, and beside it what is true in its world. */
import type {
  Bench,
  BenchFacts,
  BenchFault,
  BenchOutlet,
  BenchPoint,
  BenchVehicle,
  BenchView,
  PlayedConnector,
} from '../control/pages/bench';
import { waveOf } from '../control/pilot-trace';
import { SimulatedClock } from '../drivers/clock/simulated-clock';
import { type FaultRow, isFaultKind, type SimulatedFault, simulatedFaults } from '../drivers/sim/faults';
import { takesRatedCables } from '../drivers/sim/outlet';
import type { ConnectorSnapshot } from '../drivers/sim/snapshot';
import type { SimulatedWorld } from '../drivers/sim/world';
import { connectorNames, connectorsOf } from '../hal/connectors';
import { cableRatingsA } from '../hal/iec61851';
import type { ConnectorView } from '../station/view';
import type { Simulation } from './simulation';
import { simulationView } from './simulation-view';

/** A fault that only one of the two lists has is told here by the types. */
const faultRows: Readonly<Record<BenchFault, FaultRow>> = simulatedFaults;
const asBenchFault = (kind: SimulatedFault): BenchFault => kind;

/** `pages`: where the pages of the guide are. */
export function benchOf(simulation: Simulation, pages?: string): Bench {
  return {
    view: () => (simulation.isRunning ? viewOfBench(simulation) : null),
    facts: () => (simulation.isRunning ? factsOf(simulation, pages) : null),
    pilotSteps: (after) => simulation.pilots.after(after),
  };
}

function viewOfBench(simulation: Simulation): BenchView {
  const { clock, frames, pilots } = simulation;
  const { at, connection, connectors, modes, world } = simulationView(simulation);
  const { status, registration, url, network = 'up' } = connection;
  return {
    power: 'on',
    at,
    time: clock instanceof SimulatedClock ? { speed: clock.speed, stands: clock.stepped } : { speed: 1, stands: false },
    supply: world.supply,
    mainsV: world.mainsV,
    network,
    connection: { status, registration, url },
    caused: world.faults.map(asBenchFault),
    points: world.points.map(
      ({ side, indicator, readerPresent }): BenchPoint => ({
        side,
        mode: modes[side] ?? 'none',
        indicator,
        readerPresent,
        connectors: connectors.flatMap((connector, index) => {
          const truth = world.connectors[index];
          return truth?.side === side ? [connectorOf(connector, truth)] : [];
        }),
      }),
    ),
    lastFrame: frames.lastNumber,
    lastStep: pilots.lastNumber,
  };
}

function connectorOf(view: ConnectorView, truth: ConnectorSnapshot): PlayedConnector {
  const { connectorId, status, errorCode, faults, transaction, limit } = view;
  const { pilotOutput: output, pilotHighV: high, pilotLowV: low } = truth;
  const { plugged, vehicleWaits, cableA, locked, contactorClosed, currentA, powerW, offerA } = truth;
  return {
    connectorId,
    status,
    errorCode,
    faults,
    caused: truth.faults.map(asBenchFault),
    plugged,
    cableIn: plugged || (cableA !== null && !vehicleWaits),
    vehicleWaits,
    cableA,
    vehicle: vehicleOf(truth),
    locked,
    contactorClosed,
    drawnA: roundedTo(0.1, Math.max(0, ...currentA)),
    powerW: roundedTo(10, powerW),
    transaction: transaction && { idTag: transaction.idTag, energyWh: roundedTo(1, transaction.energyWh) },
    limit: { amps: roundedTo(0.1, limit.amps), by: limit.by },
    pilot: truth.mode === 'mode3' ? waveOf({ output, high, low }) : null,
    offerA: roundedTo(0.1, offerA),
  };
}

function vehicleOf({ ev, asleep }: ConnectorSnapshot): BenchVehicle | null {
  if (ev === null) return null;
  const { phases, maxCurrentA, stateOfCharge, paused } = ev;
  return { phases, maxCurrentA, stateOfCharge: roundedTo(0.1, stateOfCharge), paused, asleep };
}

function factsOf({ board, world }: Simulation, pages: string | undefined): BenchFacts {
  // The file of vehicles needs the YAML reader.
  const { readyVehicles } = require('../drivers/sim/ready-vehicles') as typeof import('../drivers/sim/ready-vehicles');
  const names = connectorNames(board);
  return {
    board: board.name,
    outlets: connectorsOf(board).map(
      ({ connectorId, pointIndex, socket }): BenchOutlet => ({
        connectorId,
        name: names[connectorId - 1] ?? String(connectorId),
        side: board.points[pointIndex]?.side ?? 'right',
        kind: socket.mode === 'mode3' ? 'T2S' : '2P+E',
        hasLock: socket.lock,
        takesCables: takesRatedCables(socket),
        faults: possibleFaults(world, connectorId),
      }),
    ),
    faults: possibleFaults(world, 0),
    vehicles: readyVehicles().map(({ name, like, remark }) => ({ name, like, remark })),
    cablesA: cableRatingsA,
    pages: pages ?? null,
  };
}

function possibleFaults(
  world: SimulatedWorld,
  connectorId: number,
): { kind: BenchFault; excludes: BenchFault | null }[] {
  return world.faultsPossible(connectorId).map((kind) => {
    const excludes = faultRows[kind].excludes ?? null;
    return { kind: asBenchFault(kind), excludes: excludes !== null && isFaultKind(excludes) ? excludes : null };
  });
}

function roundedTo(step: number, value: number): number {
  return Number((Math.round(value / step) * step).toFixed(1));
}
