/**
 * The parts a driver implements: one interface a thing, SI units, at most five methods.
 *
 * Rules that hold for every part:
 * - polarity, pins, addresses and offsets are the driver's business (board file); the core says closed, not high;
 * - a command is a wish: what is true comes back through `watch`;
 * - `watch` reports the present value soon after it is called and then each change; a driver never calls a listener
 *   from inside a call of ours (Tock TRD3, rule 1), and never throws from a command: what fails is reported as a
 *   value that says so, or by the error of a promise (`GreenupError`, code `part.failed` or `part.missing`).
 */
import type { Cancel } from './clock';

/** Hears of a value. */
export type Listener<T> = (value: T) => void;

/** State of a contactor as its auxiliary (mirror) contact tells; `unknown` until first read or when unreadable. */
export type ContactorFeedback = 'open' | 'closed' | 'unknown';

/** The switch between mains and socket outlet. Normally open: it opens by itself when its coil loses power. */
export interface Contactor {
  /** A wish: whether it is closed its auxiliary contact says. */
  close(): void;
  /** A wish, as `close`. */
  open(): void;
  /** Tells the present value soon, and each change from then on; what it returns ends that. */
  watch(listener: Listener<ContactorFeedback>): Cancel;
}

/** What the EVSE puts on the pilot wire (IEC 61851-1, Annex A). */
export type PilotOutput =
  | { kind: 'steady' } // +12 V, no PWM: states x1
  | { kind: 'pwm'; dutyPercent: number } // 1 kHz, ±12 V, duty in percent of the period: states x2
  | { kind: 'unavailable' }; // −12 V: state F

/** Plateau voltages at the pilot terminal, in volts against protective earth; without PWM both are the same. */
export type PilotReading = { kind: 'volts'; high: number; low: number } | { kind: 'invalid'; reason: string };

/** The pilot function: generator and peak measurement. Drivers sample by themselves and report changes of level. */
export interface ControlPilot {
  /** From now on the wire carries this. */
  drive(output: PilotOutput): void;
  /** Tells the present value soon, and each change from then on; what it returns ends that. */
  watch(listener: Listener<PilotReading>): Cancel;
}

/** Resistance between proximity contact and protective earth in ohms; `Infinity` with no plug (IEC 62196-1, Annex B). */
export type ProximityReading = { kind: 'ohms'; ohms: number } | { kind: 'invalid'; reason: string };

/** The proximity contact, by whose resistor a plug tells what its cable may carry (IEC 62196-1, Annex B). */
export interface ProximityPilot {
  /** Tells the present value soon, and each change from then on; what it returns ends that. */
  watch(listener: Listener<ProximityReading>): Cancel;
}

/** Feedback of the plug lock's own switch; `moving` while the motor runs, `unknown` until first read. */
export type LockFeedback = 'locked' | 'unlocked' | 'moving' | 'unknown';

/** The bolt that holds a plug. The driver pulses the motor and tries again by itself within one command. */
export interface SocketLock {
  /** A wish: whether the bolt is out its switch says. */
  lock(): void;
  /** A wish, as `lock`. */
  unlock(): void;
  /** Tells the present value soon, and each change from then on; what it returns ends that. */
  watch(listener: Listener<LockFeedback>): Cancel;
}

/** Tells whether a plug is in the domestic socket (Mode 2, 2P+E). */
export interface PlugDetector {
  /** Tells the present value soon, and each change from then on; what it returns ends that. */
  watch(listener: Listener<boolean>): Cancel;
}

/** What a residual current monitor says. */
export interface ResidualCurrentReading {
  /** A residual current is, or was, above the threshold (IEC 62955: 6 mA d.c., 30 mA a.c.) and was not reset. */
  tripped: boolean;
  test: 'none' | 'running' | 'passed' | 'failed';
}

/** Sees residual currents that a vehicle may cause, and is tried before each charge. */
export interface ResidualCurrentMonitor {
  /** Starts the self test; its result comes through `watch` within 3 s. */
  selfTest(): void;
  /** Clears a trip; has no effect while the residual current still flows. */
  reset(): void;
  /** Tells the present value soon, and each change from then on; what it returns ends that. */
  watch(listener: Listener<ResidualCurrentReading>): Cancel;
}

/** One reading of an energy meter. Values of phases that the meter does not measure are left out. */
export interface MeterReading {
  /** Active energy imported since the meter was made, in Wh; never falls, survives power cuts. */
  energyWh: number;
  /** Active power, in W, of all phases together. */
  powerW: number;
  /** Current per phase L1, L2, L3, in A. */
  currentA: readonly number[];
  /** Voltage per phase to neutral L1, L2, L3, in V. */
  voltageV: readonly number[];
  /** Active power per phase, in W, where the meter gives it. */
  phasePowerW?: readonly number[];
  /** Mains frequency, in Hz. */
  frequencyHz?: number;
}

/** Counts what flows through one outlet. */
export interface EnergyMeter {
  /** Reads the meter now. Rejects with `part.failed` when it is silent or its answer is not plausible. */
  read(): Promise<MeterReading>;
}

/**
 * What the reader saw. `card` comes once a presentation; `uid` is 4, 7 or 10 bytes in upper-case hexadecimal
 * (ISO/IEC 14443-3), in reader order. `several`: more than one card, none was read.
 */
export type CardEvent = { kind: 'card'; uid: string } | { kind: 'several' } | { kind: 'reader'; present: boolean };

/** Reads the cards that are held to one point. */
export interface CardReader {
  /** Tells each card, and whether the reader is there; what it returns ends that. */
  watch(listener: Listener<CardEvent>): Cancel;
}

/** Light patterns of the indicator beside a point, from the user's side of things. */
export const indicatorPatterns = [
  'off',
  'available',
  'reserved',
  'waiting', // plug or card expected
  'charging',
  'paused',
  'finished',
  'refused',
  'unavailable',
  'fault',
  'resetting', // the reset button was held long: whoever lets it go now brings the station back to delivery
] as const;

/** A name of `indicatorPatterns`. */
export type IndicatorPattern = (typeof indicatorPatterns)[number];

/** The light beside a point. */
export interface Indicator {
  /** From now on the light shows this. */
  show(pattern: IndicatorPattern): void;
}

/** Temperature in °C; `undefined` when the sensor does not answer. */
export interface Thermometer {
  /** Tells the present value soon, and each change from then on; what it returns ends that. */
  watch(listener: Listener<number | undefined>): Cancel;
}

/** Mains supply of the station. After `lost`, stored energy lasts some milliseconds at the least. */
export interface SupplyMonitor {
  /** Tells the present value soon, and each change from then on; what it returns ends that. */
  watch(listener: Listener<'present' | 'lost'>): Cancel;
}

/**
 * A button that is held on purpose. `held`: for 2 s. `heldLong`: for 10 s, and down still. `letGo`: after that, and before 30 s
 * had passed. `stuck`: down for longer than anybody holds it, or not to be read any more; comes only after `heldLong`.
 */
export type ButtonEvent = 'held' | 'heldLong' | 'letGo' | 'stuck';

/** The reset button. */
export interface Button {
  /** Tells what is done with it; what it returns ends that. */
  watch(listener: Listener<ButtonEvent>): Cancel;
}

/** Drops the contactors by hardware when it is not fed in time. */
export interface Watchdog {
  /** The countdown begins anew. The station feeds it each second. */
  feed(): void;
  /** Stops the countdown for an orderly end of the program. */
  disarm(): void;
}

/** The parts of one socket outlet; which are present is the board's matter. */
export interface Mode3Parts {
  mode: 'mode3';
  contactor: Contactor;
  pilot: ControlPilot;
  /** Absent with a tethered cable, whose rating the board file gives. */
  proximity?: ProximityPilot;
  /** Absent with a tethered cable. */
  lock?: SocketLock;
  residual?: ResidualCurrentMonitor;
  meter: EnergyMeter;
  thermometer?: Thermometer;
}

/** The parts of one domestic outlet (2P+E); which are present is the board's matter. */
export interface Mode2Parts {
  mode: 'mode2';
  contactor: Contactor;
  plug?: PlugDetector;
  residual?: ResidualCurrentMonitor;
  meter: EnergyMeter;
  thermometer?: Thermometer;
}

/** The parts of one outlet. */
export type SocketParts = Mode3Parts | Mode2Parts;

/** The parts of an outlet whose meter is read elsewhere. */
export type UnmeteredParts = Omit<Mode3Parts, 'meter'> | Omit<Mode2Parts, 'meter'>;

/** The parts of one charging point. */
export interface PointParts {
  /** In the board's order of sockets. */
  sockets: SocketParts[];
  reader?: CardReader;
  indicator?: Indicator;
}

/** All parts of a station, in the board's order of points. */
export interface StationParts {
  points: PointParts[];
  supply?: SupplyMonitor;
  watchdog?: Watchdog;
  /** Clears faults that wait for a person. */
  resetButton?: Button;
}
