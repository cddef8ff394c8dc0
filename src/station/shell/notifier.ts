/** Tells onlookers the notices of a station, each on its own: what one of them breaks is logged and harms nobody else. */
import { messageOf } from '../../hal/errors';
import { GuardedEmitter } from '../../hal/guarded-emitter';
import type { Listeners } from '../../hal/listeners';
import type { Log } from '../../hal/log';
import { type Notice, type NoticeKind, type NoticeListeners, noticeKinds, type RegistrationStatus } from '../notices';

export class Notifier {
  readonly listeners: Listeners<NoticeListeners>;
  private readonly emitter: GuardedEmitter<NoticeListeners>;
  private readonly failedKinds = new Set<NoticeKind>();
  private connection: 'unknown' | 'connected' | 'gone' = 'unknown';
  private registration: RegistrationStatus = 'none';

  /** `first` hears every kind, from the first notice on. */
  constructor(
    private readonly log: Log,
    first?: (notice: Notice) => void,
  ) {
    this.emitter = new GuardedEmitter((kind, error) => this.onlookerFailed(kind, error));
    this.listeners = this.emitter.listeners;
    if (first) for (const kind of noticeKinds) this.listeners.on<NoticeKind>(kind, first);
  }

  /** Never throws. */
  notify(notice: Notice): void {
    // The kind chooses the listeners, whose only value is the notice: the compiler cannot follow that pair.
    this.emitter.emit(notice.kind, ...([notice] as Parameters<NoticeListeners[NoticeKind]>));
  }

  linkOpened(url: string): void {
    this.connection = 'connected';
    this.notify({ kind: 'connectionChanged', connection: 'connected', url });
  }

  /** `wasOpen`: false when a connection could not be made. */
  linkClosed(url: string, reason: string, wasOpen: boolean): void {
    const isNews = wasOpen || this.connection === 'unknown';
    this.connection = 'gone';
    if (!isNews) return;
    this.notify({ kind: 'connectionChanged', connection: wasOpen ? 'disconnected' : 'unreachable', url, reason });
  }

  /** Each BootNotification is answered, mostly with what the one before was answered with. */
  registrationIs(registration: RegistrationStatus): void {
    if (registration === this.registration) return;
    this.registration = registration;
    this.notify({ kind: 'registrationChanged', registration });
  }

  /** Named once a kind: an onlooker that fails at every notice would fill the log. */
  private onlookerFailed(kind: NoticeKind, error: unknown): void {
    if (this.failedKinds.has(kind)) return;
    this.failedKinds.add(kind);
    this.log.warn({ notice: kind, error: messageOf(error) }, `an onlooker failed at ${kind}; the station goes on`);
  }
}
