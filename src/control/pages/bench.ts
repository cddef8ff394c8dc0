/** What the page of the bench sees of a simulated station and its world: plain data, as of one instant. */
import type { Side } from '../../hal/board';
import type { IndicatorPattern } from '../../hal/parts';
import type { ChargePointErrorCode, FaultId } from '../../station/faults';
import type { Limit } from '../../station/limits';
import type { RegistrationStatus } from '../../station/notices';
import type { ChargingMode, Status } from '../../station/types';
import type { ConnectionView } from '../../station/view';

/** Faults that the bench can bring about; the types hold this list against that of the simulated world. */
export type BenchFault =
  | 'pilotShort'
  | 'pilotOpen'
  | 'diodeMissing'
  | 'proximityOpen'
  | 'lockJammed'
  | 'lockSwitchStuck'
  | 'welded'
  | 'stuckOpen'
  | 'residualCurrent'
  | 'residualTestFails'
  | 'overCurrent'
  | 'overTemperature'
  | 'thermometerSilent'
  | 'meterSilent'
  | 'meterAbsurd'
  | 'readerAbsent'
  | 'supplyLost'
  | 'underVoltage'
  | 'overVoltage';

/** State of the pilot wire (IEC 61851-1, Table A.4): E, it is shorted or without supply; F, the station is not available. */
export type PilotState = 'A' | 'B' | 'C' | 'D' | 'E' | 'F';

/** What an oscilloscope at the pilot terminal would show. */
export interface PilotWave {
  /** Of no state: a level that no vehicle makes. */
  state: PilotState | 'invalid';
  /** Both plateaus, in V; the same where there is no PWM. */
  highV: number;
  lowV: number;
  /** Duty cycle; null: no PWM. */
  dutyPercent: number | null;
}

/** A change of a pilot. */
export interface PilotStep extends PilotWave {
  /** Counts the steps of a trace, from 1. */
  number: number;
  /** The station's time, as ISO text. */
  at: string;
  connectorId: number;
}

export interface PilotSteps {
  /** Another one after each start of the process, in which numbers begin anew. */
  log: string;
  lastNumber: number;
  steps: readonly PilotStep[];
}

/** A vehicle as a bench shows it. */
export interface BenchVehicle {
  phases: number;
  maxCurrentA: number;
  stateOfCharge: number;
  paused: boolean;
  asleep: boolean;
}

export interface PlayedConnector {
  connectorId: number;
  status: Status;
  errorCode: ChargePointErrorCode;
  /** What the station sees. */
  faults: readonly FaultId[];
  /** What the bench has brought about. */
  caused: readonly BenchFault[];
  /** A vehicle hangs on the outlet. */
  plugged: boolean;
  /** A cable is in the outlet, with or without a vehicle. */
  cableIn: boolean;
  /** A cable hangs on a vehicle, and its other end is not in the outlet. */
  vehicleWaits: boolean;
  cableA: number | null;
  vehicle: BenchVehicle | null;
  locked: boolean;
  contactorClosed: boolean;
  /** The phase that draws most. */
  drawnA: number;
  powerW: number;
  /** Of the transaction; null: there is none. */
  transaction: { idTag: string; energyWh: number } | null;
  limit: Pick<Limit, 'amps' | 'by'>;
  /** null: an outlet without pilot (Mode 2). */
  pilot: PilotWave | null;
  /** What a vehicle reads from the pilot, in A per phase. */
  offerA: number;
}

export interface BenchPoint {
  side: Side;
  mode: ChargingMode;
  /** null: the board has none. */
  indicator: IndicatorPattern | null;
  readerPresent: boolean | null;
  connectors: readonly PlayedConnector[];
}

export interface BenchView {
  power: 'on';
  /** The station's time, as ISO text. */
  at: string | null;
  time: { speed: number; stands: boolean };
  supply: 'present' | 'lost';
  mainsV: number;
  network: 'up' | 'down';
  connection: { status: ConnectionView['status']; registration: RegistrationStatus; url: string };
  /** Brought about for the station as a whole. */
  caused: readonly BenchFault[];
  points: readonly BenchPoint[];
  /** Numbers of the last frame and of the last step of a pilot: who knows the ones before asks for the rest. */
  lastFrame: number;
  lastStep: number;
}

/** What there is at a bench, and stays as it is. */
export interface BenchFacts {
  board: string;
  outlets: readonly BenchOutlet[];
  /** Those of the station as a whole. */
  faults: readonly PossibleFault[];
  vehicles: readonly { name: string; like: string; remark: string }[];
  /** Ratings of cables, in A. */
  cablesA: readonly number[];
  /** Where the pages of the guide are; null: there are none. */
  pages: string | null;
}

export interface BenchOutlet {
  connectorId: number;
  /** Such as "right T2S". */
  name: string;
  side: Side;
  kind: 'T2S' | '2P+E';
  hasLock: boolean;
  /** False: the cable is attached, or belongs to the vehicle. */
  takesCables: boolean;
  /** Those that can be here. */
  faults: readonly PossibleFault[];
}

export interface PossibleFault {
  kind: BenchFault;
  /** One that cannot be at the same time. */
  excludes: BenchFault | null;
}

/** A simulated station as its bench page sees it. */
export interface Bench {
  /** null: the station is starting or ending. */
  view(): BenchView | { power: 'off' } | null;
  /** null: there is no station now. */
  facts(): BenchFacts | null;
  /** Changes of pilots with greater numbers, oldest first, as far as they are kept. */
  pilotSteps(after: number): PilotSteps;
}
