/** The pages of a station as its process opens them: loaded late, told where they are, and never a reason not to charge. */
import type { PageStation } from '../control/pages/page-station';
import type { StationWatch } from '../control/station-watch';
import type { Cancel, Clock } from '../hal/clock';
import { GreenupError, messageOf, systemCode } from '../hal/errors';
import { LastingTrouble } from '../hal/lasting-trouble';
import type { ListeningServer } from './listen';
import type { PageServerOptions } from './page-server';
import type { CertificateWatch } from './tls/certificate-watch';
import type { Credentials } from './tls/credentials';
import { type TlsWish, wantsTls } from './tls/wish';

export interface StationPagesOptions {
  station: PageStation;
  watch: StationWatch;
  /** Of the machine. */
  clock: Clock;
  /** Address at which they are; undefined: every address of the machine. */
  host: string | undefined;
  /** 0: any that is free. */
  port: number;
  /** `another`: any other port will do. `later`: this one and no other, which is asked for again and again. */
  ifTaken: 'another' | 'later';
  /** Whether and how they are encrypted. */
  tls: TlsWish;
  /** Where the station keeps a certificate that it makes. */
  directory: string;
  /** Port, 0 for any that is free, at which whoever comes without encryption is led to pages that have it; undefined: none. */
  redirectPort?: number | undefined;
  warn(message: string): void;
}

/** An address that the network has not given yet, or a port that another program lets go: asked for again after this, in ms. */
const tryAgainMs = 30_000;

export class StationPages {
  private server: ListeningServer | undefined;
  private cancel: Cancel = () => {};
  private closed = false;
  private certificateWatch: CertificateWatch | undefined;
  private redirect: ListeningServer | undefined;
  private readonly trouble: LastingTrouble;

  constructor(private readonly options: StationPagesOptions) {
    this.trouble = new LastingTrouble(options.clock, options.warn);
  }

  /** The port at which they are; undefined: there are none. */
  get port(): number | undefined {
    return this.server?.port;
  }

  /** The port at which others are led to them; undefined: there is none. */
  get redirectPort(): number | undefined {
    return this.redirect?.port;
  }

  /** Resolves when they are there, or when it has been told that they are not. */
  async open(): Promise<void> {
    try {
      const credentials = this.credentials();
      const server = await this.listen(credentials);
      if (this.closed) await server.close();
      else {
        this.server = server;
        if (credentials) await this.lead(credentials, server.port);
      }
      this.trouble.isOver(`the pages are there, at port ${server.port}`);
    } catch (error) {
      this.trouble.goesOn(`there are no pages: ${messageOf(error)}`);
      this.tryLater();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    this.cancel();
    this.certificateWatch?.stop();
    await this.redirect?.close();
    await this.server?.close();
    this.redirect = undefined;
    this.server = undefined;
  }

  private tryLater(): void {
    const { clock, ifTaken } = this.options;
    if (this.closed || ifTaken !== 'later') return;
    this.cancel = clock.at(clock.now() + tryAgainMs, () => void this.open());
  }

  private credentials(): Credentials | undefined {
    const { clock, tls: wish, directory } = this.options;
    if (!wantsTls(wish)) return undefined;
    const { credentialsFor } = require('./tls/credentials') as typeof import('./tls/credentials');
    return credentialsFor({ wish, directory, now: clock.systemTime() });
  }

  /** What encrypted pages have beside them. */
  private async lead(credentials: Credentials, httpsPort: number): Promise<void> {
    const { host, redirectPort: port, warn } = this.options;
    this.followCertificate(credentials);
    if (port === undefined) return;
    const { startHttpsRedirect } = require('./https-redirect') as typeof import('./https-redirect');
    try {
      const redirect = await startHttpsRedirect({ host, port, httpsPort });
      if (this.closed) await redirect.close();
      else this.redirect = redirect;
    } catch (error) {
      // Another server has it, and may keep it.
      warn(`nobody is led from HTTP to the pages by HTTPS: ${messageOf(error)}`);
    }
  }

  private followCertificate(used: Credentials): void {
    const { clock, warn: tell } = this.options;
    const { CertificateWatch } = require('./tls/certificate-watch') as typeof import('./tls/certificate-watch');
    this.certificateWatch = new CertificateWatch({
      ...{ clock, used, tell },
      read: () => this.credentials() ?? used,
      take: (fresh) => this.server?.renew?.(fresh),
    });
  }

  private async listen(credentials: Credentials | undefined): Promise<ListeningServer> {
    const { station, watch, clock, host, port, ifTaken, warn } = this.options;
    const { startPageServer } = require('./page-server') as typeof import('./page-server');
    const { builtFiles } = require('./static-files') as typeof import('./static-files');
    const { PasswordHasher } = require('./password') as typeof import('./password');
    const options: Omit<PageServerOptions, 'port'> = {
      station,
      watch,
      files: builtFiles(),
      clock,
      hasher: new PasswordHasher(),
      host,
      credentials,
      onError: (error) => warn(`a page of the station failed: ${messageOf(error)}`),
    };
    try {
      return await startPageServer({ ...options, port });
    } catch (error) {
      const isTaken = error instanceof GreenupError && systemCode(error.cause) === 'EADDRINUSE';
      if (!isTaken || ifTaken !== 'another') throw error;
      return startPageServer({ ...options, port: 0 });
    }
  }
}
