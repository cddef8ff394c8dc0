/** The read model of a station: everything about it at one instant as plain data, for pages, programs and people. Pure. */
import type { Board, Side } from '../hal/board';
import { connectorNames } from '../hal/connectors';
import type { ChargePointErrorCode, FaultId } from './faults';
import { type Limit, limitOf } from './limits';
import type { RegistrationStatus } from './notices';
import { faultsOf } from './present-faults';
import { statusOf } from './status';
import {
  type ChargingMode,
  type Session,
  type StationConfig,
  type StationState,
  type Status,
  transactionOf,
} from './types';

/** A transaction that goes on. */
export interface TransactionView {
  /** Our own name of it. */
  key: string;
  /** The central system's; null until it has given one. */
  transactionId: number | null;
  idTag: string;
  energyWh: number;
}

/** One connector. */
export interface ConnectorView {
  connectorId: number;
  /** Such as "right T2S". */
  name: string;
  status: Status;
  errorCode: ChargePointErrorCode;
  info: string | null;
  session: Session['kind'];
  transaction: TransactionView | null;
  /** In A per phase: the least of all restraints, which one that is, and all of them. */
  limit: Limit;
  offeredA: number;
  /** Per wired phase, by the meter's last reading; in a simulation the true current. */
  drawnA: readonly number[];
  powerW: number;
  /** The meter's register. */
  energyWh: number;
  /** null: there is no lock, or nothing is known yet. */
  locked: boolean | null;
  plugged: boolean;
  faults: readonly FaultId[];
}

/** The way to the central system. */
export interface ConnectionView {
  /** "OCPP server connection" (guide, step 6). */
  switchedOn: boolean;
  status: 'Disconnected' | 'Connection' | 'Connected';
  url: string;
  identity: string;
  registration: RegistrationStatus;
  /** Seconds since the last byte; null: none in this boot. */
  lastReceivedS: number | null;
  lastError: string | null;
  /** Messages of transactions that wait for delivery. */
  queue: number;
  /** Whether the network cable is in; only a simulation knows. */
  network?: 'up' | 'down';
}

/** What is true of the world around the station; only a simulation knows, and it may know more. */
export interface WorldView {
  supply: 'present' | 'lost';
  mainsV: number;
  /** Brought about for the station as a whole. */
  faults: readonly string[];
}

/** A station at one instant. */
export interface StationView {
  power: 'on';
  board: string;
  /** ISO time of the station; null while it does not know the time. */
  at: string | null;
  station: { status: Status; errorCode: ChargePointErrorCode; faults: readonly FaultId[] };
  /** The charging mode of each side. */
  modes: Readonly<Partial<Record<Side, ChargingMode>>>;
  connection: ConnectionView;
  connectors: readonly ConnectorView[];
  world?: WorldView;
}

/** What answers in place of a station without power. */
export interface PowerOffView {
  power: 'off';
}

export interface ViewSources {
  board: Board;
  config: StationConfig;
  state: StationState;
  /** Unix time in ms; undefined while it is not known. */
  systemTimeMs: number | undefined;
  connection: ConnectionView;
  /** The central system's id of a transaction. */
  transactionIdOf(key: string): number | undefined;
}

export function viewOf(sources: ViewSources): StationView {
  const { board, config, state, systemTimeMs, connection } = sources;
  const { status, errorCode } = statusOf(state, config, 0);
  return {
    power: 'on',
    board: board.name,
    at: systemTimeMs === undefined ? null : new Date(systemTimeMs).toISOString(),
    station: { status, errorCode, faults: state.faults },
    modes: Object.fromEntries(config.points.map(({ side }, index) => [side, state.points[index]?.mode ?? 'none'])),
    connection,
    connectors: connectorNames(board).map((name, index) => connectorView(sources, index + 1, name)),
  };
}

function connectorView(
  { state, config, transactionIdOf }: ViewSources,
  connectorId: number,
  name: string,
): ConnectorView {
  const { status, errorCode, info } = statusOf(state, config, connectorId);
  const connector = state.connectors[connectorId - 1];
  const report = connector?.report;
  const reading = report?.meter?.reading;
  const phases = config.connectors[connectorId - 1]?.socket.phases ?? 0;
  const tx = connector && transactionOf(connector.session);
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
          transactionId: transactionIdOf(tx.key) ?? null,
          idTag: tx.token,
          energyWh: Math.max(0, (reading?.energyWh ?? tx.lastWh) - tx.meterStartWh),
        }
      : null,
    limit: limitOf(state, config, connectorId),
    offeredA: report?.offeredA ?? 0,
    drawnA: reading?.currentA.slice(0, phases) ?? [],
    powerW: reading?.powerW ?? 0,
    energyWh: reading?.energyWh ?? 0,
    locked: report?.locked ?? null,
    plugged: report?.plugged ?? false,
    faults: faultsOf(state, connectorId),
  };
}
