/** What the central system says of this station: whether it is registered, and whether it ever was (OCPP 1.6, 4.2). */

import { shape } from '../hal/shapes';
import type { Commits } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import type { RegistrationStatus } from '../station/notices';
import type { WallTime } from './wall-time';

/** 7.39; `none`: this central system has not said anything yet. */
export type { RegistrationStatus };

export interface RegistrationWatcher {
  /** The status changed, or was confirmed once more. `intervalS`: the interval that the central system gave; 0: none. */
  told(status: RegistrationStatus, intervalS: number): void;
  /** A request was answered with SecurityError: the central system does not know, or no longer knows, this station. */
  doubted(): void;
}

const accepted = collection('registration/accepted', shape.Boolean());

export class Registration {
  status: RegistrationStatus = 'none';
  /** Whether a central system has ever accepted this station. */
  everAccepted: boolean;
  private watcher: RegistrationWatcher = { told: () => {}, doubted: () => {} };

  constructor(
    private readonly wall: WallTime,
    private readonly commits: Commits,
    stored: StoredValues,
  ) {
    this.everAccepted = accepted.readOne(stored) === true;
  }

  watch(watcher: RegistrationWatcher): void {
    this.watcher = watcher;
  }

  /** BootNotification.conf. The status counts first and then the time, so that what is told next is dated. */
  confirm(status: RegistrationStatus, intervalS: number, currentTimeMs: number | undefined): void {
    this.status = status;
    if (currentTimeMs !== undefined) this.wall.sync(currentTimeMs);
    if (status === 'Accepted' && !this.everAccepted) {
      this.everAccepted = true;
      void this.commits.commit({ put: [accepted.entry('', true)], del: [] });
    }
    this.watcher.told(status, intervalS);
  }

  /** To the central system this station is unknown: it has moved to another one, or that one has forgotten it. */
  forget(): void {
    this.status = 'none';
    this.watcher.told('none', 0);
  }

  doubt(): void {
    this.watcher.doubted();
  }
}
