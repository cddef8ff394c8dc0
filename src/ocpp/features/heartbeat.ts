/** Heartbeat: after an interval of silence of ours, and the clock it brings (OCPP 1.6, 4.6 and 9.1.10). */
import type { Cancel } from '../../hal/clock';
import type { KeyName } from '../config-keys/index';
import type { Feature, Triggers } from '../feature';
import { parseDateTime } from '../messages';
import type { RegistrationStatus } from '../registration';
import { type Services, timeoutMs } from '../services';

/** Even a talkative station beats this often, so that its clock stays right (4.6, J 5.3), in ms. */
const silenceMaxMs = 86_400_000;

export class Heartbeat implements Feature {
  readonly profile = 'Core';
  readonly triggers: Triggers = { Heartbeat: () => () => this.beat('asked') };
  private cancel: Cancel = () => {};
  private intervalMs: number;
  private lastBeatAt = 0;

  constructor(private readonly services: Services) {
    this.intervalMs = services.configuration.integer('HeartbeatInterval') * 1_000;
  }

  linkUp(): void {
    if (this.services.registration.status === 'Accepted') this.begin(0);
  }

  linkDown(): void {
    this.cancel();
  }

  stop(): void {
    this.cancel();
  }

  registered(status: RegistrationStatus, intervalS: number): void {
    if (status !== 'Accepted') return;
    this.begin(intervalS);
    const { wall, clock } = this.services;
    // BootNotification.conf brought no time, and nothing can be dated without.
    if (wall.at(clock.now()) === undefined) this.beat('idle');
  }

  keyChanged(key: KeyName): void {
    if (key === 'HeartbeatInterval') this.setInterval(this.services.configuration.integer(key));
  }

  /** The interval that BootNotification.conf gave; it counts although the key's range may exclude it. */
  private begin(intervalS: number): void {
    // BootNotification.conf brings the time as a Heartbeat does; a mere reconnect brings none.
    if (intervalS > 0 || this.lastBeatAt === 0) this.lastBeatAt = this.services.clock.now();
    if (intervalS > 0) {
      this.setInterval(intervalS);
      void this.services.configuration.change('HeartbeatInterval', String(intervalS), 'central system');
    } else this.arm();
  }

  private beat(lane: 'idle' | 'asked'): void {
    const { calls, configuration, wall } = this.services;
    this.lastBeatAt = this.services.clock.now();
    const timeout = timeoutMs(configuration, 'confBasicTime');
    void calls.send('Heartbeat', lane, () => ({}), timeout, {
      replaces: 'Heartbeat',
      take: (outcome) => {
        const time = outcome.kind === 'result' ? parseDateTime(outcome.payload.currentTime) : undefined;
        if (time !== undefined) wall.sync(time);
      },
    });
  }

  private setInterval(seconds: number): void {
    this.intervalMs = seconds * 1_000;
    this.arm();
  }

  private arm(): void {
    this.cancel();
    if (!this.services.online()) return;
    const { clock } = this.services;
    this.cancel = clock.at(Math.max(this.due(), clock.now()), () => {
      if (clock.now() >= this.due()) this.beat('idle');
      this.arm();
    });
  }

  /** Armed and judged by the same expression: a difference of fractional times may be less than what was added. */
  private due(): number {
    const quietUntil = Math.max(this.services.calls.lastSentAt, this.lastBeatAt) + this.intervalMs;
    return Math.min(quietUntil, this.lastBeatAt + silenceMaxMs);
  }
}
