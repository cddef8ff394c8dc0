/** What goes in and out of a socket machine (the station's wish, the events of the parts, effects, the report), and its face. */
import type { Cancel } from '../../hal/clock';
import type {
  ContactorFeedback,
  Listener,
  LockFeedback,
  MeterReading,
  PilotOutput,
  PilotReading,
  ProximityReading,
  ResidualCurrentReading,
} from '../../hal/parts';
import type { FaultId } from '../faults';

/** Fixed facts of one outlet, from the board. Currents in A per phase. */
export interface SocketConfig {
  mode: 'mode3' | 'mode2';
  phases: 1 | 3;
  ratedA: number;
  tetheredA?: number;
  lock: boolean;
  plugDetector: boolean;
  residual: boolean;
  thermometer: boolean;
  ventilation: boolean;
  nominalVoltageV: number;
  /** Whether the meter measures behind the contacts, so that it has no voltage while they are open. */
  meterBehindContactor?: boolean;
  /** Whether a vehicle that seems to have fallen asleep in a pause is woken. */
  wakesVehicle?: boolean;
}

/** What the station wants; level, not edge: it holds until the next one. */
export type SocketWish = PermitWish | DenyWish;

/** Energy may flow: a session is authorised and its start is on disk. The plug is locked. */
export interface PermitWish {
  kind: 'permit';
  /** Current to offer, in A per phase; below 6 A nothing is offered and the session pauses. */
  offerA: number;
}

export interface DenyWish {
  kind: 'deny';
  /** Whether a plug stays locked although no energy is permitted. */
  plug: 'held' | 'free';
  /** A closed contactor opens at once, or after the vehicle was asked to stop drawing. */
  opening: 'askFirst' | 'now';
}

export const noWish: DenyWish = { kind: 'deny', plug: 'free', opening: 'askFirst' };

/** Current that the station offers with this wish, in A per phase. */
export function offerOf(wish: SocketWish): number {
  return wish.kind === 'permit' ? wish.offerA : 0;
}

/** Whether a plug in the outlet stays locked with this wish. */
export function holdsPlug(wish: SocketWish): boolean {
  return wish.kind === 'permit' || wish.plug === 'held';
}

export type SocketEvent =
  | { kind: 'tick' }
  | { kind: 'wish'; wish: SocketWish }
  | { kind: 'pilot'; reading: PilotReading }
  | { kind: 'proximity'; reading: ProximityReading }
  | { kind: 'plug'; present: boolean }
  | { kind: 'contactor'; feedback: ContactorFeedback }
  | { kind: 'lock'; feedback: LockFeedback }
  | { kind: 'residual'; reading: ResidualCurrentReading }
  | { kind: 'meter'; reading: MeterReading | undefined; at: number } // undefined: no answer; `at`: when it was asked
  | { kind: 'temperature'; celsius: number | undefined }
  | { kind: 'supply'; present: boolean }
  | { kind: 'twin'; open: boolean } // the other socket of the point: contactor confirmed open
  /** What reads the parts has stood still: all that is known is old, and a coil may have lost its supply meanwhile. */
  | { kind: 'stood' }
  | { kind: 'clearFaults' };

export type SocketEffect =
  | { kind: 'contactor'; close: boolean }
  | { kind: 'pilot'; output: PilotOutput }
  | { kind: 'lock'; lock: boolean }
  | { kind: 'residualTest' }
  | { kind: 'residualReset' };

/** What is true of a socket, from feedback. */
export interface SocketReport {
  /** A plug (or, with a tethered cable, a vehicle) is there. A Mode 2 outlet without detector always says true. */
  plugged: boolean;
  /** A vehicle is on the cable: pilot B, C or D. Mode 2 cannot tell: as `plugged`. */
  evConnected: boolean;
  /** The vehicle asks for energy: pilot C, or D with ventilation; Mode 2: as `plugged`. */
  evRequests: boolean;
  /** Rating of the cable in A; undefined without one, and in Mode 2. */
  cableA: number | undefined;
  contactor: 'open' | 'closed' | 'unknown';
  locked: boolean | undefined; // undefined: there is no lock
  /** Current offered now, in A; 0 when nothing is offered. Mode 2: what the outlet can give while closed. */
  offeredA: number;
  /** Restraint by temperature, in A; undefined when there is none. */
  thermalA: number | undefined;
  temperatureC: number | undefined;
  /** Last valid reading, and when the meter was asked for it. */
  meter: { reading: MeterReading; at: number } | undefined;
  faults: readonly FaultId[];
}

/** Whether nothing but the reading of the meter differs. Name by name, for a loop over the names takes ten times as long. */
export function sameButMeter(a: SocketReport, b: SocketReport): boolean {
  return (
    a.plugged === b.plugged &&
    a.evConnected === b.evConnected &&
    a.evRequests === b.evRequests &&
    a.cableA === b.cableA &&
    a.contactor === b.contactor &&
    a.locked === b.locked &&
    a.offeredA === b.offeredA &&
    a.thermalA === b.thermalA &&
    a.temperatureC === b.temperatureC &&
    (a.faults === b.faults || a.faults.join() === b.faults.join())
  );
}

/** The same report with another reading in it. Name by name for the reason that `copyForReading` gives. */
export function withMeter(report: SocketReport, meter: SocketReport['meter']): SocketReport {
  return {
    plugged: report.plugged,
    evConnected: report.evConnected,
    evRequests: report.evRequests,
    cableA: report.cableA,
    contactor: report.contactor,
    locked: report.locked,
    offeredA: report.offeredA,
    thermalA: report.thermalA,
    temperatureC: report.temperatureC,
    meter,
    faults: report.faults,
  };
}

/** What the station sees of an outlet, whoever runs its machine. */
export interface Socket {
  command(wish: SocketWish): void;
  clearFaults(): void;
  /** Has the meter read now; the next report has the reading, or its fault. */
  readMeter(): void;
  watch(listener: Listener<SocketReport>): Cancel;
}
