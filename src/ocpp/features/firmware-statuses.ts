/** What the central system is to hear of an update that it ordered: each status once and in order, also over restarts. */
import type { UpdateProgress } from '../../hal/firmware-updates';
import { shape } from '../../hal/shapes';
import { collection } from '../../hal/stored';
import type { RequestOf } from '../messages';
import type { Services } from '../services';
import { type FirmwareStatus, isEnd, notedAt, plainStatuses, signedStatuses } from './firmware-path';
import { StatusTeller } from './status-teller';

type PlainPayload = RequestOf<'FirmwareStatusNotification'>;
type SignedPayload = RequestOf<'SignedFirmwareStatusNotification'>;

const status = shape.Union(signedStatuses.map((name) => shape.Literal(name)));

/** What was noted of the last update that the central system ordered, and what of it is still to be told. */
const told = collection(
  'firmware/statuses',
  shape.Object({
    /** Of the update; empty: the order led to none. */
    update: shape.String(),
    /** The number of the request, where the order was a signed one. */
    request: shape.Optional(shape.Integer()),
    noted: shape.Array(status),
    untold: shape.Array(shape.Object({ status, id: shape.String(), request: shape.Optional(shape.Integer()) })),
  }),
);

export class FirmwareStatuses {
  private readonly plain: StatusTeller<'FirmwareStatusNotification'>;
  private readonly signed: StatusTeller<'SignedFirmwareStatusNotification'>;
  private update: string;
  private request: number | undefined;
  private noted: readonly FirmwareStatus[];

  constructor(private readonly services: Services) {
    const isTold = () => void this.store();
    this.plain = new StatusTeller(services, 'FirmwareStatusNotification', isTold);
    this.signed = new StatusTeller(services, 'SignedFirmwareStatusNotification', isTold);
    const { update = '', request, noted = [], untold = [] } = told.readOne(services.stored) ?? {};
    this.update = update;
    this.request = request;
    this.noted = noted;
    for (const one of untold) this.add(one.status, one.request, one.id);
  }

  /**
   * Takes in how far an update has come. What nobody could hear when it was so is told later all the same: "The Charge Point
   * SHALL notify the Central System after each step" (3.3), and there are a few of them at most.
   */
  follow(progress: UpdateProgress): void {
    const { id, by, signed } = progress;
    if (by !== 'centralSystem') return;
    const isNew = id !== this.update;
    if (isNew) this.begin(id, [], signed?.request);
    const { noted, news } = notedAt(progress, this.noted);
    this.noted = noted;
    if (news.includes('InvalidSignature'))
      this.services.securityLog.report('InvalidFirmwareSignature', reasonOf(progress));
    if (news.length > 0 || isNew) this.say(news);
  }

  /** An order led to no update, and to the end of the one before it, of which nothing more is told. `request`: of a signed one. */
  failed(abandoned: string | undefined, request?: number): void {
    this.begin(abandoned ?? '', signedStatuses, request);
    this.noted = [...this.noted.filter((one) => one !== 'DownloadFailed'), 'DownloadFailed'];
    this.say(['DownloadFailed']);
  }

  /** There may be somebody now who hears it. */
  tell(): void {
    this.plain.tell();
    this.signed.tell();
  }

  /** Nothing is told until what is returned was called: an answer is to leave first. */
  hold(): () => void {
    const letGo = [this.plain.hold(), this.signed.hold()];
    return () => {
      for (const one of letGo) one();
    };
  }

  /** For a trigger: what goes on of an update that was not signed. */
  tellNow(present: () => PlainPayload['status']): void {
    this.plain.tellNow(() => ({ status: present() }));
  }

  /** For a trigger: the last status of the last signed order; Idle where there was none, or it was Installed (L01.FR.28, 29). */
  tellSignedNow(): void {
    this.signed.tellNow(() => {
      const last = this.request === undefined ? undefined : this.noted.at(-1);
      if (last === undefined || last === 'Installed') return { status: 'Idle' };
      return signedPayload(last, this.request);
    });
  }

  stop(): void {
    this.plain.stop();
    this.signed.stop();
  }

  /** Of an update that another one takes the place of nothing more is told, unless it had come to an end. */
  private begin(update: string, noted: readonly FirmwareStatus[], request: number | undefined): void {
    this.update = update;
    this.request = request;
    this.noted = noted;
    this.plain.keep((one) => isEnd(one.status));
    this.signed.keep((one) => isEnd(one.status));
  }

  /** Told when it is durable that it was noted: the next start would tell it again otherwise, as another message. */
  private say(news: readonly FirmwareStatus[]): void {
    for (const one of news) this.add(one, this.request);
    const letGo = this.hold();
    void this.store().finally(letGo);
  }

  private add(one: FirmwareStatus, request: number | undefined, id?: string): void {
    if (request !== undefined) this.signed.add(signedPayload(one, request), id);
    else if (isPlain(one)) this.plain.add({ status: one }, id);
  }

  private store(): Promise<void> {
    const { update, request, noted, services } = this;
    const untold = [...this.plain.untold, ...this.signed.untold].flatMap(({ payload, id }) => {
      const of = 'requestId' in payload && payload.requestId !== undefined ? { request: payload.requestId } : {};
      return payload.status === 'Idle' ? [] : [{ status: payload.status, id, ...of }];
    });
    const value = { update, noted: [...noted], untold, ...(request === undefined ? {} : { request }) };
    return services.commits.commit({ put: [told.entry('', value)], del: [] });
  }
}

function signedPayload(one: FirmwareStatus, request: number | undefined): SignedPayload {
  return { status: one, ...(request === undefined ? {} : { requestId: request }) };
}

function isPlain(one: FirmwareStatus): one is (typeof plainStatuses)[number] {
  return plainStatuses.some((plain) => plain === one);
}

function reasonOf({ signed, reason }: UpdateProgress): string {
  return `of request ${signed?.request ?? 'unknown'}: ${reason ?? 'no reason is known'}`;
}
