/** What updates of the program need of the station that they update. */
import type { Clock } from './clock';
import type { FirmwareUpdates, StationHold } from './firmware-updates';
import type { Log } from './log';
import type { FileTransfer } from './ports';
import type { Commits } from './store';
import type { StoredValues } from './stored';

export interface UpdateHost {
  clock: Clock;
  /** Unix time in ms; undefined while nobody knows it. */
  unixNow(): number | undefined;
  commits: Commits;
  stored: StoredValues;
  /** The number of this boot. */
  boot: number;
  log: Log;
  hold: StationHold;
  /** Undefined: no file can come to this station from another machine. */
  transfer: Pick<FileTransfer, 'download'> | undefined;
  /** Why the owner of this certificate, in PEM, is not believed any more, in words; undefined: nothing has changed since the order. */
  objectionTo?(signer: string): string | undefined;
  /** Ends the station in order; the program starts anew. */
  restart(): void;
}

/** Updates as a station carries them: it says when it runs, and when it ends. */
export interface HostedUpdates extends FirmwareUpdates {
  /** The station runs, and can be held. */
  start?(): void;
  /** It ends: what goes on is found again by the next start. */
  stop?(): void;
}
