/** The messages between the safety thread and the thread of a bus. Times are on one monotonic count that both share. */
import type { Trouble } from '../../../hal/trouble';
import type { LineWiring } from '../../../hal/wiring';
import type { AdsInput, AdsSample } from '../i2c/ads1115';

/** How often an analogue input is sampled. */
export type SamplingPace = 'fast' | 'slow';

export type ToBus =
  /** Sample this input from now on. */
  | { kind: 'sample'; address: number; input: AdsInput; pace: SamplingPace }
  /** Set a line up; it is answered by a `BusAnswer`, for which the safety thread waits. */
  | { kind: 'line'; id: number; use: 'input' | 'output'; line: LineWiring }
  /** `order` counts the commands of one line. */
  | { kind: 'write'; id: number; active: boolean; order: number }
  | { kind: 'releaseLine'; id: number }
  /** All outputs inactive, everything let go; it is answered, too. */
  | { kind: 'stop' };

/** Waited for while nothing else runs, so it has a port of its own. */
export type BusAnswer =
  /** The thread runs. */
  | { kind: 'started' }
  /** `level`: of an input, as it is read at once. */
  | { kind: 'line'; id: number; level: LineLevel | undefined }
  | { kind: 'refused'; id: number; code: 'part.missing' | 'part.failed' | 'package.missing'; text: string }
  | { kind: 'stopped' };

export interface BusSample {
  address: number;
  input: AdsInput;
  sample: AdsSample;
}

/** An input as it was read last. `failure`: why it cannot be read. */
export interface LineLevel {
  id: number;
  active: boolean | undefined;
  failure: string | undefined;
}

/** How an output stands to the command of this order. `failure`: why it is not as it should be. */
export interface LineState {
  id: number;
  order: number;
  done: boolean;
  failure: string | undefined;
}

export type FromBus =
  /** At the end of each turn of the bus's own loop: it lives, and what is new. `atMs`: when the turn began. */
  | { kind: 'turn'; atMs: number; samples: BusSample[]; levels: LineLevel[]; states: LineState[]; errors: number }
  | { kind: 'trouble'; trouble: Trouble };
