/** The live view of a rig as data: the parts it is given, and what they told last. */
import type { Presence, RigOutcome } from '../../control/pages/armed-rig';
import type { LoopStatistics } from '../../drivers/pi/loop';
import type { Side } from '../../hal/board';
import type {
  ContactorFeedback,
  EnergyMeter,
  Indicator,
  IndicatorPattern,
  LockFeedback,
  MeterReading,
  PilotOutput,
  PilotReading,
  ProximityReading,
  ResidualCurrentReading,
  UnmeteredParts,
} from '../../hal/parts';
import type { PartName, Trouble } from '../../hal/trouble';

/** Parts of a connector that the view shows; a meter shows for itself. */
export type ViewedPart = Extract<
  PartName,
  'contactor' | 'pilot' | 'proximity' | 'lock' | 'residual' | 'plug' | 'thermometer'
>;

export interface BenchConnector {
  connectorId: number;
  /** As `right T2S`. */
  name: string;
  side: Side;
  parts: UnmeteredParts;
  meter?: EnergyMeter;
  /** Parts that could not be set up, for which others stand in. */
  missing?: readonly ViewedPart[];
  /** Of its charging point. */
  indicator?: Indicator;
}

/** Means over some hundred milliseconds. Volts at the pilot terminal. */
export interface RawReadings {
  high?: number;
  low?: number;
  proximity?: ProximityReading;
  celsius?: number;
}

/** Undefined: not told yet. */
export interface ConnectorModel {
  connectorId: number;
  /** As `right T2S`. */
  name: string;
  side: Side;
  mode: UnmeteredParts['mode'];
  hasIndicator: boolean;
  hasMeter: boolean;
  has: Readonly<Record<ViewedPart, Presence>>;
  driven: PilotOutput;
  pilot?: PilotReading;
  /** What is measured now, without the steps in which parts tell changes; absent where it cannot be. */
  raw?: RawReadings;
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

/** A card, or several at once, of which none was read. */
export interface SeenCard {
  /** Counts them, from 1. */
  number: number;
  uid?: string;
  reader: Side;
  ageS: number;
}

export interface RigModel {
  board: string;
  armed: boolean;
  /** Of the page in a browser, where there is one. */
  address?: string;
  /** Place in `connectors`. */
  selected: number;
  connectors: readonly ConnectorModel[];
  loop?: LoopStatistics;
  i2cErrors: number;
  /** By side, once the reader told whether it is there. */
  readers: ReadonlyMap<Side, 'present' | 'absent'>;
  /** The last ones, oldest first. */
  cards: readonly SeenCard[];
  supply?: 'present' | 'lost';
  /** Seconds since the reset button was last held for 2 s. */
  buttonAgeS?: number;
  /** What the last key did, or what happened by itself. */
  message: string;
  /** What it was, if it was an act. */
  messageKind: RigOutcome['kind'];
  /** Newest last. */
  troubles: readonly Trouble[];
}

export function modelOf({
  connectorId,
  name,
  side,
  parts,
  indicator,
  meter,
  missing = [],
}: BenchConnector): ConnectorModel {
  const mode3 = parts.mode === 'mode3' ? parts : undefined;
  const mode2 = parts.mode === 'mode2' ? parts : undefined;
  const presence = (part: ViewedPart, made: unknown): Presence =>
    missing.includes(part) ? 'missing' : made === undefined ? 'none' : 'there';
  return {
    connectorId,
    name,
    side,
    mode: parts.mode,
    hasIndicator: indicator !== undefined,
    hasMeter: meter !== undefined,
    // As the driver of a pilot begins.
    driven: { kind: 'steady' },
    has: {
      contactor: presence('contactor', parts.contactor),
      pilot: presence('pilot', mode3?.pilot),
      proximity: presence('proximity', mode3?.proximity),
      lock: presence('lock', mode3?.lock),
      residual: presence('residual', parts.residual),
      plug: presence('plug', mode2?.plug),
      thermometer: presence('thermometer', parts.thermometer),
    },
  };
}

/** What is measured now where it is; without PWM only the peak hold of the level that is driven means something. */
export function measuredPilot(told: PilotReading, { driven, raw }: ConnectorModel): PilotReading {
  const { high, low } = raw ?? {};
  if (told.kind === 'invalid') return told;
  if (driven.kind === 'steady' && high !== undefined) return { kind: 'volts', high, low: high };
  if (driven.kind === 'unavailable' && low !== undefined) return { kind: 'volts', high: low, low };
  return high === undefined || low === undefined ? told : { kind: 'volts', high, low };
}
