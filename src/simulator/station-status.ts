/** Everything about a simulated station at one instant, as plain data: what it believes, and what is true. */
import type { WorldSnapshot } from '../drivers/sim/snapshot';
import { connectorNames } from '../hal/connectors';
import type { RunningStation } from '../main';
import type { ConnectionStatus } from '../ocpp/link/connection';
import type { RegistrationStatus } from '../ocpp/registration';
import type { FaultId } from '../station/faults';
import { type Limit, limitOf } from '../station/limits';
import { faultsOf, type Status, statusOf } from '../station/status';
import { transactionOf } from '../station/types';
import type { Simulation } from './simulation';

export interface TransactionStatus {
  /** Our own name of it. */
  key: string;
  /** The central system's; null until it has given one. */
  transactionId: number | null;
  idTag: string;
  energyWh: number;
}

export interface ConnectorStatus {
  connectorId: number;
  /** Such as "right T2S". */
  name: string;
  status: Status;
  errorCode: string;
  info: string | null;
  session: string;
  transaction: TransactionStatus | null;
  /** In A per phase: the least of all restraints, which one that is, and all of them. */
  limit: Limit;
  offeredA: number;
  /** Per wired phase. */
  drawnA: number[];
  powerW: number;
  /** The meter's register. */
  energyWh: number;
  /** null: there is no lock, or nothing is known yet. */
  locked: boolean | null;
  plugged: boolean;
  faults: FaultId[];
}

export interface StationStatus {
  power: 'on';
  board: string;
  /** ISO time of the station; null while it does not know the time. */
  at: string | null;
  station: { status: Status; errorCode: string; faults: readonly FaultId[] };
  connection: {
    status: ConnectionStatus;
    url: string;
    identity: string;
    registration: RegistrationStatus;
    /** Seconds since the last byte; null: none in this boot. */
    lastReceivedS: number | null;
    lastError: string | null;
    /** Messages of transactions that wait for delivery. */
    queue: number;
    network: 'up' | 'down';
  };
  connectors: ConnectorStatus[];
  world: WorldSnapshot;
}

export function stationStatus(simulation: Simulation): StationStatus {
  const { running, world, board, clock } = simulation;
  const { state, config } = running.station;
  const systemTime = clock.systemTime();
  const snapshot = world.snapshot();
  const own = statusOf(state, config, 0);
  return {
    power: 'on',
    board: board.name,
    at: systemTime === undefined ? null : new Date(systemTime).toISOString(),
    station: { status: own.status, errorCode: own.errorCode, faults: state.faults },
    connection: connectionStatus(simulation, running),
    connectors: connectorNames(board).map((name, index) => connectorStatus(running, snapshot, index + 1, name)),
    world: snapshot,
  };
}

function connectionStatus({ clock, network }: Simulation, running: RunningStation): StationStatus['connection'] {
  const { chargePoint, configuration } = running;
  const { status, lastReceivedAt, lastError } = chargePoint.connection;
  return {
    status,
    url: configuration.text('URL'),
    identity: configuration.text('UID'),
    registration: chargePoint.registration,
    lastReceivedS: lastReceivedAt === undefined ? null : Math.round((clock.now() - lastReceivedAt) / 1_000),
    lastError: lastError ?? null,
    queue: chargePoint.outbox.size,
    network: network.isIn ? 'up' : 'down',
  };
}

function connectorStatus(
  { station, chargePoint }: RunningStation,
  world: WorldSnapshot,
  connectorId: number,
  name: string,
): ConnectorStatus {
  const { state, config } = station;
  const { status, errorCode, info } = statusOf(state, config, connectorId);
  const connector = state.connectors[connectorId - 1];
  const report = connector?.report;
  const truth = world.connectors[connectorId - 1];
  const tx = connector && transactionOf(connector.session);
  const registerWh = report?.meter?.reading.energyWh;
  return {
    connectorId,
    name,
    status,
    errorCode,
    info: info ?? null,
    session: connector?.session.kind ?? 'none',
    transaction: tx
      ? {
          key: tx.key,
          transactionId: chargePoint.outbox.transactionId(tx.key) ?? null,
          idTag: tx.token,
          energyWh: Math.max(0, (registerWh ?? tx.lastWh) - tx.meterStartWh),
        }
      : null,
    limit: limitOf(state, config, connectorId),
    offeredA: report?.offeredA ?? 0,
    drawnA: truth?.currentA ?? [],
    powerW: truth?.powerW ?? 0,
    energyWh: truth?.energyWh ?? 0,
    locked: report?.locked ?? null,
    plugged: truth?.plugged ?? false,
    faults: faultsOf(state, connectorId),
  };
}
