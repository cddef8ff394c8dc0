/** One station of a fleet, as those see it who act on it or measure it. */
import type { SimulatedWorld } from '../../drivers/sim/world';
import type { Board } from '../../hal/board';
import type { RunningStation } from '../../main';
import type { NetworkCable } from '../network-cable';

/** What its store had: nothing, a station without an open transaction, or one with it. */
export type StationFound = 'new' | 'takenUp' | 'inTransaction';

export interface FleetMember {
  /** Of all stations of the fleet on all machines, from 1. */
  readonly index: number;
  /** At the central system. */
  readonly identity: string;
  readonly board: Board;
  /** At its first start in this process; undefined before. */
  readonly found: StationFound | undefined;
  /** Another one after each restart of the station. Throws `command.invalid` while there is none: ask `running()` first. */
  readonly world: SimulatedWorld;
  /** Undefined before its start, while it restarts and after its end. */
  running(): RunningStation | undefined;
  readonly cable: NetworkCable;
}
