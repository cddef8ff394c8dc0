/** What the page of an armed rig sees of its parts, and what it may have done by hand: plain data, as of one instant. */
import type { Side } from '../../hal/board';
import type {
  ContactorFeedback,
  IndicatorPattern,
  LockFeedback,
  PilotOutput,
  ResidualCurrentReading,
} from '../../hal/parts';
import type { PilotSteps, PilotWave } from './bench';

/** What a person does to the parts of one connector; the keys of the terminal and the buttons of the page are these. */
export const rigActs = [
  'moreDuty',
  'lessDuty',
  'steady',
  'unavailable',
  'lock',
  'unlock',
  'testResidual',
  'resetResidual',
  'nextPattern',
  'closeContactor',
  'openContactor',
] as const;
export type RigAct = (typeof rigActs)[number];

/** Whoever closes a contactor says so twice within this time, in ms. */
export const confirmWithinMs = 3_000;

/** What an act came to. `asked`: nothing was done yet, the same act of the same hand does it if it comes in time. */
export interface RigOutcome {
  kind: 'done' | 'asked' | 'refused';
  /** A line in English, as the terminal shows it. */
  line: string;
}

/** `missing`: wired, but it could not be set up. */
export type Presence = 'none' | 'there' | 'missing';

/** Parts of a connector that the page shows. */
export type WorkedPart =
  | 'contactor'
  | 'pilot'
  | 'proximity'
  | 'lock'
  | 'residual'
  | 'plug'
  | 'thermometer'
  | 'indicator'
  | 'meter';

/** null, where nothing else is said: not told yet. */
export interface WorkedConnector {
  connectorId: number;
  side: Side;
  kind: 'T2S' | '2P+E';
  has: Readonly<Record<WorkedPart, Presence>>;
  /** As it is measured, with the duty cycle that is driven; null: there is no valid reading, and the failure says why. */
  pilot: PilotWave | null;
  pilotFailure: string | null;
  driven: PilotOutput['kind'];
  /** What a vehicle reads from the pilot, in A per phase. */
  offerA: number;
  contactor: ContactorFeedback | null;
  /** It opens by itself after so many seconds, or before; null: nobody has closed it by hand. */
  closedForS: number | null;
  lock: LockFeedback | null;
  residual: ResidualCurrentReading | null;
  /** Of an outlet without pilot. */
  plug: boolean | null;
  proximity: WorkedProximity | null;
  /** `silent`: the sensor does not answer. */
  celsius: number | 'silent' | null;
  meter: WorkedMeter | null;
  meterFailure: string | null;
  indicator: IndicatorPattern | null;
}

/** `none`: no plug. `odd`: no cable has that. */
export type WorkedProximity =
  | { kind: 'none' }
  | { kind: 'cable'; ohms: number; ratingA: number }
  | { kind: 'odd'; ohms: number }
  | { kind: 'invalid'; reason: string };

/** By phase where a list. */
export interface WorkedMeter {
  voltageV: readonly number[];
  currentA: readonly number[];
  powerW: number;
  energyWh: number;
}

/** A card that was shown at a reader. */
export interface ShownCard {
  /** Counts them, from 1. */
  number: number;
  /** Its last four characters; null: several at once, none was read. */
  card: string | null;
  side: Side;
  ageS: number;
}

export interface RigView {
  board: string;
  /** The time of the machine, as ISO text; null: it is not known. */
  at: string | null;
  connectors: readonly WorkedConnector[];
  supply: 'present' | 'lost' | null;
  readers: readonly { side: Side; isPresent: boolean }[];
  /** Newest first. */
  cards: readonly ShownCard[];
  /** The reset button was held 2 s, so many seconds ago; null: never. */
  buttonAgeS: number | null;
  loop: { turns: number; longestGapMs: number } | null;
  i2cErrors: number;
  /** What the last act did, of whichever hand, or what happened by itself. */
  message: RigOutcome;
  /** Newest first. */
  troubles: readonly string[];
  /** Number of the last step of a pilot: who knows the ones before asks for the rest. */
  lastStep: number;
}

/** An armed rig as its page sees it. */
export interface ArmedRig {
  /** null: nothing was heard of the parts lately. */
  view(): RigView | null;
  /** Changes of pilots with greater numbers, oldest first, as far as they are kept. */
  pilotSteps(after: number): Promise<PilotSteps>;
  act(act: RigAct, connectorId: number, page: string): Promise<RigOutcome>;
  /** A page that has closed a contactor must say again and again that somebody looks at it. */
  here(page: string): Promise<void>;
}
