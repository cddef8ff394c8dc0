/** What a story begins with. */
import type { Board } from '../hal/board';
import type { StationParts } from '../hal/parts';
import type { StationSetup } from '../main';

/** The moment at which every story begins, also for the central system. */
export const startOfTime = Date.UTC(2026, 4, 4, 8, 0, 0);

/** What a story begins with; each option has a default. */
export interface StoryOptions {
  /** Default: `doubleBoard()`, two points with a Type 2 and a domestic outlet each. */
  board?: Board;
  /** OCPP keys of the first start, by name, such as `HeartbeatInterval`. */
  config?: Record<string, string>;
  /** Unix time at the start, in ms. Default: `startOfTime`. */
  epochMs?: number;
  /** The same as the station has it, in ms; null: it does not know the time. Default: as `epochMs`. */
  systemTimeMs?: number | null;
  /** Spelling and shape of frames, default `standard`; the audit is not for `legrand`, whose frames violate the schemas. */
  wire?: 'standard' | 'legrand';
  /** Random numbers from 0 to 1, one stream for all boots; absent: each boot has the same numbers. */
  random?: () => number;
  /** Parts in the place of those of the world, or more than it has. */
  parts?: (parts: StationParts) => StationParts;
  /** Decides how much of what was not flushed a power cut leaves: any integer, default 1. */
  seed?: number;
  /** Hears every notice of the station, from the first on. */
  onNotice?: NonNullable<StationSetup['onNotice']>;
  /** @internal */
  network?: StationSetup['network'];
  /** @internal */
  slots?: StationSetup['slots'];
  /** @internal */
  updates?: StationSetup['updates'];
  /** @internal */
  updateIntake?: StationSetup['updateIntake'];
  /** @internal */
  modeWithoutUrl?: StationSetup['modeWithoutUrl'];
  /** @internal */
  address?: StationSetup['address'];
  /** @internal */
  sockets?: StationSetup['sockets'];
  /** @internal */
  frames?: StationSetup['frames'];
  /** @internal */
  events?: StationSetup['events'];
}
