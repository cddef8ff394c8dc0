/** What a station shows of itself to a service manager, a flashing script and a person: word of its health, signs of life. */
import type { Cancel, Clock } from '../hal/clock';
import { messageOf } from '../hal/errors';
import { LastingTrouble } from '../hal/lasting-trouble';
import type { FirmwareSlots } from '../hal/ports';
import { programVersion } from '../hal/program-version';
import type { Trouble } from '../hal/trouble';
import type { RunningStation } from '../main';
import { ReleaseTrial } from '../release/release-trial';
import { releaseWarnings } from '../release/release-warnings';
import type { SafetyHealth } from '../safety/safety-link';
import { defaultHealthFile } from '../terminal/health-file';
import { type Health, healthOf, removeHealth, writeHealth } from './health';
import { ReportedTroubles } from './reported-troubles';
import { feedServiceWatchdog, systemdNotify } from './service-manager';

const healthPeriodMs = 2_000;

export interface ServiceReporterOptions {
  /** Name of the board. */
  board: string;
  /** State directory of the station. */
  state: string;
  clock: Clock;
  /** Where the release is confirmed that proves itself, and what is told of the others. */
  slots: Pick<FirmwareSlots, 'confirm' | 'running' | 'versions'>;
  /** The release on trial does not prove itself. */
  giveUp(reason: string): Promise<void>;
  /** Takes what goes wrong with reporting itself. */
  warn(message: string): void;
}

export class ServiceReporter {
  readonly healthFile: string;
  private readonly notify = systemdNotify();
  private readonly reported = new ReportedTroubles();
  private readonly fileTrouble: LastingTrouble;
  /** Of the service alone: a program that is started by hand proves nothing of the release. */
  private readonly trial: ReleaseTrial | undefined;
  private word: () => Health | undefined = () => undefined;

  constructor(private readonly options: ServiceReporterOptions) {
    const { slots, clock, giveUp, warn } = options;
    this.healthFile = defaultHealthFile(options.state);
    this.fileTrouble = new LastingTrouble(clock, warn);
    this.trial = process.env.NOTIFY_SOCKET ? new ReleaseTrial({ slots, clock, giveUp, warn }) : undefined;
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

  /** The word of this instant; undefined while there is no station. */
  get health(): Health | undefined {
    return this.word();
  }

  /** Reports from now on on the station that `present` gives, if there is one just then; until it is cancelled. */
  show(present: () => { running: RunningStation; safety: SafetyHealth } | undefined): Cancel {
    const { clock, board } = this.options;
    const startedAt = clock.now();
    void this.tellOfReleases();
    let ready = false;
    let cancel: Cancel = () => {};
    const release = programVersion;
    this.word = (): Health | undefined => {
      const station = present();
      const { lines: troubles, missingPackages: broken } = this.reported;
      return station && healthOf({ ...station, now: clock.now(), startedAt, release, board, broken, troubles });
    };
    const look = (): void => {
      const { health } = this;
      if (health) this.write(health);
      const healthy = health?.healthy === true;
      if (healthy && !ready) {
        ready = true;
        this.notify('READY=1');
      }
      const accepted = present()?.running.isAccepted === true;
      this.trial?.judge({ healthy, accepted, reasons: health?.reasons ?? ['the station does not run'] });
      cancel = clock.at(clock.now() + (ready ? healthPeriodMs : healthPeriodMs / 4), look);
    };
    look();
    // A loop that is late is not mended by a restart, which would open every contactor.
    const cancelFeeding = feedServiceWatchdog({ clock, notify: this.notify, alive: () => this.health?.alive === true });
    return () => {
      cancel();
      cancelFeeding();
      this.notify('STOPPING=1');
    };
  }

  /** A release that was given up is a warning as long as it is installed: another one runs in its place. */
  private async tellOfReleases(): Promise<void> {
    const { slots, warn } = this.options;
    try {
      for (const line of releaseWarnings(await slots.versions())) {
        this.note(line);
        warn(line);
      }
    } catch (error) {
      warn(`the releases cannot be read: ${messageOf(error)}`);
    }
  }

  /** The station has ended: nobody shall take an old word for a new one. */
  leave(): void {
    removeHealth(this.healthFile);
  }

  private write(health: Health): void {
    try {
      writeHealth(this.healthFile, health);
      this.fileTrouble.isOver('the health file can be written again');
    } catch (error) {
      this.fileTrouble.goesOn(`the health file cannot be written: ${messageOf(error)}`);
    }
  }
}
