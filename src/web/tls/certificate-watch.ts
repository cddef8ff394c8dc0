/** Follows the certificate of encrypted pages: a renewed one, or one that the station must make anew, is used without a restart. */
import type { Cancel, Clock } from '../../hal/clock';
import { messageOf } from '../../hal/errors';
import type { KeyAndCertificate } from '../../hal/x509/certificate-maker';

export interface CertificateWatchOptions {
  /** Of the machine. */
  clock: Clock;
  used: KeyAndCertificate;
  /** What is to be used now. Throws where that will not do. */
  read(): KeyAndCertificate;
  /** Throws where it cannot be used. */
  take(fresh: KeyAndCertificate): void;
  tell(message: string): void;
}

/**
 * Whole files are read and compared, in ms from one look to the next: links that lead elsewhere, files that were put in the
 * place of others, and clocks that were set back hide no change then.
 */
export const certificateLookEveryMs = 60_000;

/** What will not do leaves the one in use; it is told once, when it is still so at the next look: two files are not written at once. */
export class CertificateWatch {
  private used: KeyAndCertificate;
  /** What was wrong at the last look, and what has been told of. */
  private wrong: string | undefined;
  private told: string | undefined;
  private cancel: Cancel = () => {};

  constructor(private readonly options: CertificateWatchOptions) {
    this.used = options.used;
    this.lookLater();
  }

  stop(): void {
    this.cancel();
  }

  private lookLater(): void {
    const { clock } = this.options;
    this.cancel = clock.at(clock.now() + certificateLookEveryMs, () => {
      this.lookLater();
      this.look();
    });
  }

  private look(): void {
    try {
      this.follow(this.options.read());
    } catch (error) {
      this.keep(messageOf(error));
    }
  }

  private follow(fresh: KeyAndCertificate): void {
    const isAnother = fresh.cert !== this.used.cert || fresh.key !== this.used.key;
    if (isAnother) {
      this.options.take(fresh);
      this.used = fresh;
    }
    if (isAnother) this.options.tell('the pages use a new certificate from now on');
    else if (this.told !== undefined) this.options.tell('the certificate of the pages is as it must be again');
    this.wrong = undefined;
    this.told = undefined;
  }

  private keep(message: string): void {
    // What follows in brackets, such as the time of the machine, is another one at each look.
    const [wrong = message] = message.split(' (', 1);
    if (this.wrong === wrong && this.told !== wrong) {
      this.told = wrong;
      this.options.tell(`the pages keep the certificate that they have: ${message}`);
    }
    this.wrong = wrong;
  }
}
