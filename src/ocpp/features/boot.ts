/** BootNotification and the gate it opens: Accepted, Pending or Rejected (OCPP 1.6, 4.2). */
import type { Cancel } from '../../hal/clock';
import { parseDateTime } from '../messages';
import { type Registration, type Services, timeoutMs } from '../services';

/** Waiting time before the next try where the central system names none, doubled up to the maximum, in ms. */
const retry_ms = 15_000;
const retry_max_ms = 600_000;

export interface BootEvents {
  /** The registration changed, or was confirmed once more. `intervalS`: the interval the central system gave. */
  registered(registration: Registration, intervalS: number): void;
}

export class Boot {
  registration: Registration = 'none';
  private failures = 0;
  private busy = false;
  private notBefore = 0;
  private lastAt = Number.NEGATIVE_INFINITY;
  private cancel: Cancel = () => {};

  constructor(
    private readonly services: Services,
    private readonly events: BootEvents,
    private readonly random: () => number,
  ) {}

  /** The link is up: after a start, or while not accepted yet, the station introduces itself (J 5.4: not on a mere reconnect). */
  linkUp(): void {
    if (this.registration === 'Accepted') return;
    const { clock } = this.services;
    if (clock.now() >= this.notBefore) void this.notify();
    else this.retryAt(this.notBefore);
  }

  linkDown(): void {
    this.cancel();
  }

  /** The central system asked for it by TriggerMessage. */
  trigger(): void {
    void this.notify();
  }

  /** A changed URL or identity: to the new central system this station is unknown. */
  forget(): void {
    this.registration = 'none';
    this.notBefore = 0;
    this.failures = 0;
  }

  /** A SecurityError tells that the station is not, or no longer, registered (J errata 3.10): it introduces itself again. */
  introduceAgain(): void {
    if (this.registration !== 'Accepted') return;
    this.forget();
    this.events.registered('none', 0);
    this.retryAt(Math.max(this.services.clock.now(), this.lastAt + retry_ms));
  }

  private async notify(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.lastAt = this.services.clock.now();
    this.cancel();
    const { calls, configuration } = this.services;
    const timeout = timeoutMs(configuration, 'confBottNotificationTime');
    const outcome = await calls.send('BootNotification', 'boot', () => this.request(), timeout);
    this.busy = false;
    if (outcome.kind === 'result') {
      const { status, interval, currentTime } = outcome.payload;
      this.answered(status, interval, parseDateTime(currentTime));
    } else if (outcome.kind !== 'lost') {
      this.services.log.warn({ outcome }, 'BootNotification was not answered as it should be; it will be repeated');
      this.failures += 1;
      this.retryAt(this.services.clock.now() + this.backOff());
    }
  }

  private answered(status: Exclude<Registration, 'none'>, interval: number, currentTime: number | undefined): void {
    this.failures = 0;
    this.registration = status;
    if (currentTime !== undefined) this.services.wall.sync(currentTime);
    this.services.log.info({ status, interval }, `registration: ${status}`);
    if (status !== 'Accepted') {
      const wait = interval > 0 ? interval * 1_000 : this.backOff();
      this.notBefore = this.services.clock.now() + wait;
      this.retryAt(this.notBefore);
    }
    this.events.registered(status, interval);
  }

  private backOff(): number {
    return Math.min(retry_ms * 2 ** this.failures, retry_max_ms) * (0.75 + 0.25 * this.random());
  }

  private retryAt(at: number): void {
    this.cancel();
    this.cancel = this.services.clock.at(at, () => void this.notify());
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
