/** What there is around a station that lives its life, and what comes of an act there. */
import type { RefusedCommand } from '../../../hal/command-refusal';
import type { ActKind } from './acts';
import type { CentralCalls } from './central-calls';
import type { FrameFaults } from './frame-faults';

/** What came of an act: it was done, or by card where no app is; nothing was left to do; or why it could not be done. */
export type TrafficOutcome =
  | 'done'
  | 'byCard'
  | 'nothingToDo'
  | 'noStation'
  | 'notPossible'
  | 'failed'
  | RefusedCommand;

/** Mains of a station as a whole: its program ends without a word, its meters and plugs stay as they are. */
export interface StationPower {
  cut(): void | Promise<void>;
  bringBack(): void | Promise<void>;
}

/** What there is around a station besides its world; what is absent cannot happen, which is counted. */
export interface StationSurroundings {
  wire?: FrameFaults;
  power?: StationPower;
  /** Has the central system send requests, as the app of a driver would. */
  calls?: CentralCalls;
  /** Hears of each act. */
  onAct?: (kind: ActKind, outcome: TrafficOutcome) => void;
}
