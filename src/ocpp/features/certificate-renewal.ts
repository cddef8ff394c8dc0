/** A certificate of the station that is about to end is asked for anew in time, and dates are judged as time passes (security whitepaper, A03). */
import type { Cancel } from '../../hal/clock';
import type { Feature } from '../feature';
import type { Certificate } from '../security/station-certificates';
import type { Services } from '../services';

const dayMs = 86_400_000;
/** A03.FR.02 */
const monthMs = 30 * dayMs;
/** Of the life of a certificate, the last part in which a new one is asked for, where that is less than a month. */
const lastPartOfLife = 1 / 3;
/** In that time so often, where that is more often than daily. */
const asksInTime = 4;

/** When a new one is asked for first, in ms of Unix time, and how long until it is asked for again. */
export function renewalOf({ fromMs, toMs }: Pick<Certificate, 'fromMs' | 'toMs'>): { atMs: number; againMs: number } {
  const inTimeMs = Math.min(monthMs, (toMs - fromMs) * lastPartOfLife);
  return { atMs: toMs - inTimeMs, againMs: Math.min(dayMs, inTimeMs / asksInTime) };
}

export class CertificateRenewal implements Feature {
  readonly profile = 'Security';
  private cancel: Cancel = () => {};
  /** Unix time before which none is asked for again, in ms. */
  private notBeforeMs = 0;

  constructor(private readonly services: Services) {}

  start(): void {
    this.services.certificates.onChange(() => this.look());
    this.look();
  }

  stop(): void {
    this.cancel();
  }

  timeChanged(): void {
    this.look();
  }

  linkUp(): void {
    this.look();
  }

  registered(): void {
    this.look();
  }

  private look(): void {
    const { certificates, clock, online, wall } = this.services;
    // What it changes comes back here, before the timer is set.
    certificates.judge();
    this.cancel();
    const now = wall.at(clock.now());
    const { newest } = certificates;
    if (now === undefined || !newest) return;
    const { atMs, againMs } = renewalOf(newest);
    if (online() && now >= Math.max(atMs, this.notBeforeMs)) this.ask(now + againMs);
    const events = [newest.fromMs, atMs, this.notBeforeMs, newest.toMs + 1];
    // No timer is longer than a day: the clock may be set meanwhile.
    const nextMs = Math.min(now + dayMs, ...events.filter((at) => at > now));
    this.cancel = clock.at(clock.now() + (nextMs - now), () => this.look());
  }

  /** A station that can ask for none says so each time. */
  private ask(notBeforeMs: number): void {
    this.notBeforeMs = notBeforeMs;
    const { certificates, log } = this.services;
    const outcome = certificates.renew();
    if ('refused' in outcome)
      log.warn({}, `the certificate of the station ends, and none is asked for: ${outcome.why}`);
  }
}
