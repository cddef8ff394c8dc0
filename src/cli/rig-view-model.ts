/** What the live view of a rig shows: plain values, as the parts told them last. */

import type { LoopStatistics } from '../drivers/pi/loop';
import type {
  ContactorFeedback,
  IndicatorPattern,
  LockFeedback,
  MeterReading,
  PilotOutput,
  PilotReading,
  ProximityReading,
  ResidualCurrentReading,
} from '../hal/parts';

/** Undefined: not told yet. Which parts there are is with `has`. */
export interface ConnectorModel {
  connectorId: number;
  /** As `right T2S`. */
  name: string;
  has: { pilot: boolean; proximity: boolean; lock: boolean; residual: boolean; plug: boolean; thermometer: boolean };
  driven: PilotOutput;
  pilot?: PilotReading;
  proximity?: ProximityReading;
  /** `silent`: the sensor does not answer. */
  celsius?: number | 'silent';
  feedback?: ContactorFeedback;
  /** Commanded closed; it opens by itself when this many seconds have passed. */
  closedForS?: number;
  lock?: LockFeedback;
  residual?: ResidualCurrentReading;
  plug?: boolean;
  /** Of a meter, or why it gave none; absent: none is wired, or it was not read yet. */
  meter?: MeterReading | { failure: string };
  indicator?: IndicatorPattern;
}

export interface RigModel {
  board: string;
  armed: boolean;
  /** Place in `connectors`. */
  selected: number;
  connectors: readonly ConnectorModel[];
  loop?: LoopStatistics;
  i2cErrors: number;
  /** As `04A1B2C3 at the right reader`, and its age in s. */
  card?: { text: string; ageS: number };
  supply?: 'present' | 'lost';
  /** Seconds since the reset button was last held for 2 s. */
  buttonAgeS?: number;
  /** What the last key did, or what happened by itself. */
  message: string;
  /** Lines of trouble, newest last. */
  troubles: readonly string[];
}
