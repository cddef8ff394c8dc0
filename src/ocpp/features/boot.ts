/** BootNotification and the gate it opens: Accepted, Pending or Rejected (OCPP 1.6, 4.2). */
import { type Cancel, canBeNow } from '../../hal/clock';
import type { Feature, Triggers } from '../feature';
import type { CallOutcome } from '../link/caller';
import { check, messages, parseDateTime, type ResponseOf } from '../messages';
import type { RegistrationStatus } from '../registration';
import { type Services, timeoutMs } from '../services';

/** Waiting time before the next try where the central system names none, doubled up to the maximum, in ms. */
const retryMs = 15_000;
const retryMaxMs = 600_000;

export class Boot implements Feature {
  readonly profile = 'Core';
  readonly triggers: Triggers = { BootNotification: () => () => this.notify() };
  private failures = 0;
  /** What was last wrong with an answer. */
  private faultTold = '';
  private busy = false;
  /** Of a BootNotification that waits for its answer or its repetition. */
  private messageId: string | undefined;
  private notBefore = 0;
  private lastAt = Number.NEGATIVE_INFINITY;
  private cancel: Cancel = () => {};

  constructor(private readonly services: Services) {}

  /** The link is up: after a start, or while not accepted yet, the station introduces itself (J 5.4: not on a mere reconnect). */
  linkUp(): void {
    const { clock, registration } = this.services;
    if (registration.status === 'Accepted') return;
    if (clock.now() >= this.notBefore) this.notify();
    else this.retryAt(this.notBefore);
  }

  linkDown(): void {
    this.cancel();
  }

  stop(): void {
    this.cancel();
  }

  /** To a central system that does not know the station nothing has been said yet. */
  registered(status: RegistrationStatus): void {
    if (status !== 'none') return;
    this.notBefore = 0;
    this.failures = 0;
    this.messageId = undefined;
  }

  /** A SecurityError tells that the station is not, or no longer, registered (J errata 3.10): it introduces itself again. */
  unknownHere(): void {
    const { registration } = this.services;
    if (registration.status !== 'Accepted') return;
    registration.forget();
    this.retryAt(Math.max(this.services.clock.now(), this.lastAt + retryMs));
  }

  private notify(): void {
    if (this.busy) return;
    this.busy = true;
    this.lastAt = this.services.clock.now();
    this.cancel();
    const { calls, configuration } = this.services;
    const timeout = timeoutMs(configuration, 'confBottNotificationTime');
    this.messageId ??= calls.nextMessageId();
    void calls.send('BootNotification', 'boot', () => this.request(), timeout, {
      take: (outcome) => {
        this.busy = false;
        this.ended(outcome);
      },
      late: (outcome) => this.ended(outcome),
      id: this.messageId,
    });
  }

  private ended(outcome: CallOutcome<ResponseOf<'BootNotification'>>): void {
    const unanswered = outcome.kind === 'timeout' || outcome.kind === 'lost';
    if (!unanswered) this.messageId = undefined;
    const isAnswer = outcome.kind === 'result' || outcome.kind === 'malformed';
    const answer = isAnswer ? readable(outcome.payload) : undefined;
    if (answer) {
      if (outcome.kind === 'malformed') this.tellFault(outcome);
      this.answered(answer.status, answer.interval, answer.currentTime);
    } else if (outcome.kind !== 'lost') {
      this.services.log.warn({ outcome }, 'BootNotification was not answered as it should be; it will be repeated');
      this.failures += 1;
      this.retryAt(this.services.clock.now() + this.backOff());
    }
  }

  /** While Pending or Rejected the same answer may come every few seconds. */
  private tellFault(outcome: CallOutcome & { kind: 'malformed' }): void {
    const { message } = outcome.violation;
    if (message === this.faultTold) return;
    this.faultTold = message;
    this.services.log.warn(
      { outcome },
      'BootNotification.conf is faulty: its status counts, and what else can be read',
    );
  }

  private answered(status: RegistrationStatus, interval: number, currentTime: number | undefined): void {
    this.failures = 0;
    this.cancel();
    this.services.log.info({ status, interval }, `registration: ${status}`);
    if (status !== 'Accepted') {
      const wait = interval > 0 ? interval * 1_000 : this.backOff();
      this.notBefore = this.services.clock.now() + wait;
      this.retryAt(this.notBefore);
    }
    if (currentTime !== undefined && !canBeNow(currentTime)) {
      this.services.log.warn({ currentTime }, 'the clock of the central system was never set: its time is not taken');
    }
    this.services.registration.confirm(status, interval, currentTime);
  }

  private backOff(): number {
    return Math.min(retryMs * 2 ** this.failures, retryMaxMs) * (0.75 + 0.25 * this.services.random());
  }

  private retryAt(at: number): void {
    this.cancel();
    this.cancel = this.services.clock.at(at, () => this.notify());
  }

  /** The guide's example: vendor, model, serial of the box, firmware, meter type. */
  private request() {
    const { vendor, model, serialNumber, firmwareVersion } = this.services.identity;
    return {
      chargePointVendor: vendor,
      chargePointModel: model,
      chargeBoxSerialNumber: serialNumber,
      firmwareVersion,
      meterType: this.services.configuration.text('MeterType').toLowerCase(),
    };
  }
}

interface BootAnswer {
  status: RegistrationStatus;
  /** 0: none was given, so that the station's own counts. */
  interval: number;
  currentTime: number | undefined;
}

/**
 * An answer is one by its status: asked again for the sake of a time or an interval, a central system would give the same.
 * The time then comes with the first Heartbeat.
 */
function readable(payload: Partial<Record<keyof ResponseOf<'BootNotification'>, unknown>>): BootAnswer | undefined {
  const { status, interval, currentTime } = payload;
  if (check(messages.BootNotification.response.properties.status, status) !== undefined) return undefined;
  return {
    status: status as ResponseOf<'BootNotification'>['status'],
    interval: typeof interval === 'number' && Number.isSafeInteger(interval) ? interval : 0,
    currentTime: typeof currentTime === 'string' ? parseDateTime(currentTime) : undefined,
  };
}
