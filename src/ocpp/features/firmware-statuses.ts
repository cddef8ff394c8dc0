/** What the central system is to hear of an update that it ordered: each status once and in order, also over restarts. */
import type { UpdateProgress, UpdateStep } from '../../hal/firmware-updates';
import { shape } from '../../hal/shapes';
import { collection } from '../../hal/stored';
import type { Services } from '../services';
import { StatusTeller } from './status-teller';

const firmwareStatuses = [
  'Downloading',
  'Downloaded',
  'DownloadFailed',
  'Installing',
  'Installed',
  'InstallationFailed',
] as const;
type FirmwareStatus = (typeof firmwareStatuses)[number];

/** After one of these nothing more comes of an update. */
const isEnd: Readonly<Record<FirmwareStatus, boolean>> = {
  Downloading: false,
  Downloaded: false,
  DownloadFailed: true,
  Installing: false,
  Installed: true,
  InstallationFailed: true,
};

/**
 * What must have been said when an update has come so far, in order: a power cut may lie between a step and what is stored
 * of it here. A trial has no word in OCPP 1.6; it ends as Installed or as InstallationFailed.
 */
const saidBy: Readonly<Record<UpdateStep, readonly FirmwareStatus[]>> = {
  waiting: [],
  downloading: ['Downloading'],
  downloaded: ['Downloading', 'Downloaded'],
  installing: ['Downloading', 'Downloaded', 'Installing'],
  trial: ['Downloading', 'Downloaded', 'Installing'],
  installed: ['Downloading', 'Downloaded', 'Installing', 'Installed'],
  downloadFailed: ['DownloadFailed'],
  installationFailed: ['Downloading', 'Downloaded', 'InstallationFailed'],
};

/** What goes on, for a trigger; where nothing does, and while a date is waited for, that is Idle (4.5). */
export const presentStatus: Readonly<Record<UpdateStep, FirmwareStatus | 'Idle'>> = {
  waiting: 'Idle',
  downloading: 'Downloading',
  downloaded: 'Downloaded',
  installing: 'Installing',
  trial: 'Installing',
  installed: 'Idle',
  downloadFailed: 'Idle',
  installationFailed: 'Idle',
};

const status = shape.Union(firmwareStatuses.map((name) => shape.Literal(name)));

/** What was noted of the last update that the central system ordered, and what of it is still to be told. */
const told = collection(
  'firmware/statuses',
  shape.Object({
    /** Of the update; empty: the order led to none. */
    update: shape.String(),
    noted: shape.Array(status),
    untold: shape.Array(shape.Object({ status, id: shape.String() })),
  }),
);

export class FirmwareStatuses {
  private readonly teller: StatusTeller<'FirmwareStatusNotification'>;
  private update: string;
  private noted: readonly FirmwareStatus[];

  constructor(private readonly services: Services) {
    this.teller = new StatusTeller(services, 'FirmwareStatusNotification', () => void this.store());
    const { update = '', noted = [], untold = [] } = told.readOne(services.stored) ?? {};
    this.update = update;
    this.noted = noted;
    for (const one of untold) this.teller.add(one.status, one.id);
  }

  /**
   * Takes in how far an update has come. What nobody could hear when it was so is told later all the same: "The Charge Point
   * SHALL notify the Central System after each step" (3.3), and there are four of them at most.
   */
  follow({ id, by, step }: UpdateProgress): void {
    if (by !== 'centralSystem') return;
    const isNew = id !== this.update;
    if (isNew) this.begin(id, []);
    const news = saidBy[step].filter((one) => !this.noted.includes(one));
    this.noted = [...this.noted, ...news];
    if (news.length > 0 || isNew) this.say(news);
  }

  /** An order led to no update, and to the end of the one before it, of which nothing more is told. */
  failed(abandoned: string | undefined): void {
    this.begin(abandoned ?? '', firmwareStatuses);
    this.say(['DownloadFailed']);
  }

  /** There may be somebody now who hears it. */
  tell(): void {
    this.teller.tell();
  }

  /** Nothing is told until what is returned was called: an answer is to leave first. */
  hold(): () => void {
    return this.teller.hold();
  }

  tellNow(present: () => FirmwareStatus | 'Idle'): void {
    this.teller.tellNow(present);
  }

  stop(): void {
    this.teller.stop();
  }

  /** Of an update that another one takes the place of nothing more is told, unless it had come to an end. */
  private begin(update: string, noted: readonly FirmwareStatus[]): void {
    this.update = update;
    this.noted = noted;
    this.teller.keep((one) => one !== 'Idle' && isEnd[one]);
  }

  /** Told when it is durable that it was noted: the next start would tell it again otherwise, as another message. */
  private say(news: readonly FirmwareStatus[]): void {
    for (const one of news) this.teller.add(one);
    const letGo = this.teller.hold();
    void this.store().finally(letGo);
  }

  private store(): Promise<void> {
    const { update, noted } = this;
    const untold = this.teller.untold.flatMap((one) => (one.status === 'Idle' ? [] : [{ ...one, status: one.status }]));
    return this.services.commits.commit({ put: [told.entry('', { update, noted: [...noted], untold })], del: [] });
  }
}
