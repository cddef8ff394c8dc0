/** What a station shows of itself to a service manager, a flashing script and a person: word of its health, signs of life. */
import { readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Cancel, Clock } from '../hal/clock';
import { messageOf } from '../hal/errors';
import type { Trouble } from '../hal/trouble';
import type { RunningStation } from '../main';
import { Releases, releaseRoot } from '../release/releases';
import type { SafetyHealth } from '../safety/safety-link';
import { defaultHealthFile } from '../terminal/health-file';
import { type Health, healthOf, removeHealth, writeHealth } from './health';
import { ReportedTroubles } from './reported-troubles';
import { feedServiceWatchdog, systemdNotify } from './service-manager';

const health_period_ms = 2_000;
/** A release on trial that was healthy for so long is good, in ms. */
const trial_healthy_ms = 60_000;

export interface ServiceReporterOptions {
  /** Name of the board. */
  board: string;
  /** State directory of the station. */
  state: string;
  clock: Clock;
  /** Takes what goes wrong with reporting itself. */
  warn(message: string): void;
}

export class ServiceReporter {
  readonly healthFile: string;
  private readonly notify = systemdNotify();
  private readonly reported = new ReportedTroubles();
  private healthySince: number | undefined;
  private confirmed = false;
  /** The slot that was in use when this program started. */
  private readonly ownRelease = releaseInUse();

  constructor(private readonly options: ServiceReporterOptions) {
    this.healthFile = defaultHealthFile(options.state);
  }

  /** Something is wrong with a part: for the health file, and for the verdict on this release. */
  take(trouble: Trouble): void {
    this.reported.add(trouble);
  }

  /** A line for the health file that is no part's. */
  note(line: string): void {
    this.reported.note(line);
  }

  /** Whether the part was reported as one that could not be had. */
  isAbsent(part: Pick<Trouble, 'part' | 'connectorId' | 'side'>): boolean {
    return this.reported.isAbsent(part);
  }

  /** Reports from now on on the station that `present` gives, if there is one just then; until it is cancelled. */
  show(present: () => { running: RunningStation; safety: SafetyHealth } | undefined): Cancel {
    const { clock, board } = this.options;
    const startedAt = clock.now();
    let ready = false;
    let cancel: Cancel = () => {};
    const release = process.env.GREENUP_VERSION ?? '';
    const word = (): Health | undefined => {
      const station = present();
      const { lines: troubles, missingPackages: broken } = this.reported;
      return station && healthOf({ ...station, now: clock.now(), startedAt, release, board, broken, troubles });
    };
    const look = (): void => {
      const health = word();
      if (health) this.write(health);
      const healthy = health?.healthy === true;
      if (healthy && !ready) {
        ready = true;
        this.notify('READY=1');
      }
      this.judgeTrial(healthy);
      cancel = clock.at(clock.now() + (ready ? health_period_ms : health_period_ms / 4), look);
    };
    look();
    const cancelFeeding = feedServiceWatchdog({ clock, notify: this.notify, alive: () => word()?.healthy === true });
    return () => {
      cancel();
      cancelFeeding();
      this.notify('STOPPING=1');
    };
  }

  /** The station has ended: nobody shall take an old word for a new one. */
  leave(): void {
    removeHealth(this.healthFile);
  }

  private write(health: Health): void {
    try {
      writeHealth(this.healthFile, health);
    } catch (error) {
      this.options.warn(`the health file cannot be written: ${messageOf(error)}`);
    }
  }

  /** A release that was installed lately proves itself by staying healthy. */
  private judgeTrial(healthy: boolean): void {
    const now = this.options.clock.now();
    this.healthySince = healthy ? (this.healthySince ?? now) : undefined;
    if (this.confirmed || this.healthySince === undefined || now - this.healthySince < trial_healthy_ms) return;
    this.confirmed = true;
    if (!process.env.NOTIFY_SOCKET || this.ownRelease === undefined) return;
    this.confirm(this.ownRelease).catch((error) =>
      this.options.warn(`the release cannot be confirmed: ${messageOf(error)}`),
    );
  }

  /** Only the release that runs: another may have been put on trial meanwhile, for the next start. */
  private async confirm(own: string): Promise<void> {
    const releases = new Releases();
    const { trial } = await releases.status();
    if (trial?.release === own) await releases.confirm();
  }
}

function releaseInUse(): string | undefined {
  try {
    return basename(readlinkSync(join(releaseRoot, 'current')));
  } catch {
    return undefined; // Not installed by its package.
  }
}
