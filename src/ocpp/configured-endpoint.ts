/** Where the keys say that the central system is and how to come in, and the way back from a change that leads nowhere. */
import { isDeepStrictEqual } from 'node:util';
import type { Cancel, Clock } from '../hal/clock';
import type { Log } from '../hal/log';
import { shape } from '../hal/shapes';
import type { Batch, Commits } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import type { Configuration } from './config-keys/configuration';
import type { KeyRefusal } from './config-keys/configuration-options';
import type { ConfigurationStatus, KeyName } from './config-keys/index';
import { type CentralSystemEndpoint, type EndpointSecurity, overTls } from './link/endpoint';
import type { PeerJudge } from './link/peer-judge';
import type { LinkEnd } from './link/transport';
import type { Authority } from './security/certificate';
import type { InstalledRoots } from './security/installed-roots';
import { Password } from './security/password';
import type { StationCertificates } from './security/station-certificates';

/** What is kept of an endpoint to find back to it: the keys as they were. */
interface Former {
  url: string;
  identity: string;
  /** Absent: 0. */
  profile?: number;
  /** Absent: there was none. */
  authorizationKey?: string;
}

export interface ConfiguredEndpointOptions {
  clock: Clock;
  commits: Commits;
  configuration: Configuration;
  log: Log;
  roots: Pick<InstalledRoots, 'of' | 'areProven' | 'carried'>;
  certificates: Pick<StationCertificates, 'present' | 'lack' | 'carried' | 'failed' | 'onChange'>;
  /** Whether OCPP is the charging mode of the station. */
  usesOcpp: () => boolean;
  /** Absent: of certificates OpenSSL judges alone. */
  judge?: PeerJudge;
}

/** The way back from an address that the central system has set and that has not been reached yet. */
export const formerAddress = collection(
  'connection/former',
  shape.Object({
    url: shape.String(),
    identity: shape.String(),
    profile: shape.Optional(shape.Integer()),
    authorizationKey: shape.Optional(shape.String()),
  }),
);
/** "OCPP server connection" (guide, step 6); absent: on. */
export const switchedOn = collection('connection/on', shape.Boolean());
/** The keys by which the station finds the central system, and by which it is let in, in small letters. */
const endpointKeys = ['url', 'uid', 'authorizationkey', 'securityprofile'];
/** The answer to a change leaves before the move, and so can a second change that belongs to it; in ms. */
const moveDelayMs = 500;
/** After this many attempts in vain at a new address the station returns to the one it was sent away from. */
const attemptsMax = 5;

export class ConfiguredEndpoint {
  /** Where the order to move came from, until the new address has been reached. */
  private former: Former | undefined;
  private readonly password: Password;
  /** On which the last connection rests. */
  private root: string | undefined;
  private failures = 0;
  private cancelMove: Cancel = () => {};
  private on: boolean;
  private onMove: () => void = () => {};
  /** Whether OCPP was the charging mode when it was last looked at. */
  private usedOcpp = false;

  constructor(
    private readonly options: ConfiguredEndpointOptions,
    stored: StoredValues,
  ) {
    this.former = formerAddress.readOne(stored);
    this.password = new Password(stored);
    this.on = switchedOn.readOne(stored) ?? true;
  }

  /** From now on `onMove` is called when the endpoint is another one, and the answer to what changed it has left. */
  start(onMove: () => void): void {
    this.onMove = onMove;
    this.usedOcpp = this.options.usesOcpp();
    const { certificates, configuration, log } = this.options;
    certificates.onChange(() => {
      if (configuration.integer('SecurityProfile') === 3) this.moveSoon();
    });
    if (configuration.integer('SecurityProfile') === 3 && !certificates.present) {
      log.warn(
        {},
        'security profile 3, and no certificate of this station: it connects when a person has installed one',
      );
    }
    configuration.onChange((key, origin) => {
      if (!endpointKeys.includes(key.toLowerCase())) return;
      if (key === 'AuthorizationKey') this.store(this.password.changed());
      // A person at the station knows where it shall go: from there is no way back.
      if (origin === 'person') this.forgetFormer();
      this.moveSoon();
    });
  }

  /** The switch "OCPP server connection". */
  get switchedOn(): boolean {
    return this.on;
  }

  /** Resolves when the switch is durable. Off: the station is offline, and what it has to tell waits. */
  async switch(on: boolean): Promise<void> {
    const isNews = on !== this.on;
    this.on = on;
    if (isNews) this.move();
    await this.options.commits.commit({ put: [switchedOn.entry('', on)], del: [] });
  }

  /** The charging mode may have changed: the connection ends with OCPP, and begins with it. */
  modeMayHaveChanged(): void {
    const uses = this.options.usesOcpp();
    if (uses === this.usedOcpp) return;
    this.usedOcpp = uses;
    this.move();
  }

  /** The end: a move that was due does not come any more. */
  stop(): void {
    this.cancelMove();
  }

  /**
   * Undefined while URL or UID is not set, the connection is switched off, OCPP is not the charging mode, or the profile wants a
   * certificate that the station has not.
   */
  current(): CentralSystemEndpoint | undefined {
    const { configuration, usesOcpp } = this.options;
    if (!this.on || !usesOcpp()) return undefined;
    const url = configuration.text('URL');
    const identity = configuration.text('UID');
    if (!url || !identity) return undefined;
    const security = this.security();
    if (!security) return undefined;
    // From profile 2 on nothing leaves without TLS, whatever the address says.
    const { roots, judge } = this.options;
    const pem = roots.of('CentralSystemRootCertificate').map((root) => root.pem);
    return {
      ...{ url: security.profile >= 2 ? overTls(url) : url, identity, security },
      ...(pem.length > 0 && { authorities: { pem, alone: roots.areProven } }),
      ...(judge && { judge }),
    };
  }

  /**
   * Changes a key, as the central system wants it; if it is one of the endpoint, the way back is on disk before. The
   * security profile can only be raised (whitepaper, A05.FR.01; A00.FR.005).
   */
  async change(key: string, value: string): Promise<{ status: ConfigurationStatus; why?: string }> {
    const { configuration } = this.options;
    const refusal = this.refusalOf(key, value);
    if (refusal !== undefined) return { status: 'Rejected', why: refusal };
    if (!endpointKeys.includes(key.toLowerCase())) {
      return { status: await configuration.change(key, value, 'central system') };
    }
    const present = this.isUsed ? this.present() : undefined;
    const before = this.former ?? present;
    if (before) await this.keep(before);
    const status = await configuration.change(key, value, 'central system');
    if (before && isDeepStrictEqual(this.present(), before)) this.forgetFormer();
    return { status };
  }

  /** Connected to `endpoint`, by trust in this root (see `LinkEvents.open`): there is nothing to return from. */
  reached(root?: string, { security }: Partial<CentralSystemEndpoint> = {}): void {
    const { certificates, roots } = this.options;
    this.root = root;
    if (root !== undefined) roots.carried(root);
    if (security?.profile === 3) certificates.carried(security);
    this.store(this.password.taken());
    this.forgetFormer();
  }

  /** An attempt to connect to `endpoint` was in vain. */
  failed(how: LinkEnd = 'other', { security }: Partial<CentralSystemEndpoint> = {}): void {
    const { former } = this;
    // Of what may be wrong the newest comes first.
    if (security?.profile === 3 && this.options.certificates.failed(security, how)) return;
    if (how === 'unauthorised') this.password.refused(this.options.configuration.text('AuthorizationKey'));
    if (!former) return;
    this.failures += 1;
    if (this.failures < attemptsMax) return;
    this.options.log.warn(
      { address: this.current()?.url, former: { url: former.url, identity: former.identity } },
      this.whatLedNowhere(former),
    );
    this.forgetFormer();
    void this.goBack(former);
  }

  /** What the central system wanted is taken back: no person has said where to go. */
  private async goBack({ url, identity, profile = 0, authorizationKey }: Former): Promise<void> {
    const { configuration } = this.options;
    const back = (key: KeyName, value: string) => configuration.change(key, value, 'central system');
    // The profile first: one that is lower needs nothing of the others.
    await back('SecurityProfile', String(profile));
    if (authorizationKey !== undefined) await back('AuthorizationKey', authorizationKey);
    await back('URL', url);
    await back('UID', identity);
  }

  private whatLedNowhere({ url, identity, profile = 0 }: Former): string {
    const { configuration } = this.options;
    if (configuration.integer('SecurityProfile') !== profile) {
      return `with security profile ${configuration.integer('SecurityProfile')} there is no connection: back to profile ${profile}`;
    }
    const isMoved = configuration.text('URL') !== url || configuration.text('UID') !== identity;
    return isMoved
      ? 'the new address leads nowhere: back to the former one'
      : 'the new AuthorizationKey is not taken: back to the former one';
  }

  private get isUsed(): boolean {
    return this.current() !== undefined;
  }

  private security(): EndpointSecurity | undefined {
    const { configuration } = this.options;
    const profile = configuration.integer('SecurityProfile');
    if (profile === 0) return { profile: 0 };
    if (profile === 3) {
      const { present } = this.options.certificates;
      return present && { profile: 3, ...present };
    }
    const password = this.password.bytesOf(configuration.text('AuthorizationKey'));
    return { profile: profile === 1 ? 1 : 2, password };
  }

  /** The keys of the endpoint as they are. */
  private present(): Former {
    const { configuration } = this.options;
    const profile = configuration.integer('SecurityProfile');
    const authorizationKey = configuration.text('AuthorizationKey');
    return {
      ...{ url: configuration.text('URL'), identity: configuration.text('UID') },
      ...(profile === 0 ? {} : { profile }),
      ...(authorizationKey === '' ? {} : { authorizationKey }),
    };
  }

  /** Whether the present connection, or the last one, was let in by trust in it. */
  restsOn({ fingerprint }: Authority): boolean {
    return this.root === fingerprint;
  }

  /** Why a key cannot have a value, whoever wants it: nobody is let in with security profile 3 by something else (A05.FR.04). */
  lackForAll(key: KeyName, value: string): KeyRefusal | undefined {
    const why = key === 'SecurityProfile' && value === '3' ? this.options.certificates.lack : undefined;
    return why === undefined ? undefined : { code: 'needsCertificate', why };
  }

  private refusalOf(key: string, value: string): string | undefined {
    if (key.toLowerCase() !== 'securityprofile') return undefined;
    const present = this.options.configuration.integer('SecurityProfile');
    if (!/^\d$/.test(value)) return undefined;
    if (Number(value) > present) return this.lackFor(Number(value));
    return `it is ${present}, and a central system can only raise it; a person can lower it at the station`;
  }

  private moveSoon(): void {
    const { clock } = this.options;
    this.cancelMove();
    this.cancelMove = clock.at(clock.now() + moveDelayMs, () => this.move());
  }

  private move(): void {
    this.cancelMove();
    this.onMove();
  }

  /** Trust in whoever is an authority for everybody is no trust in this central system (A05.FR.03). */
  private lackFor(profile: number): string | undefined {
    const { roots } = this.options;
    if (profile < 2 || roots.of('CentralSystemRootCertificate').length > 0) return undefined;
    return 'no CentralSystemRootCertificate is installed';
  }

  private async keep(former: Former): Promise<void> {
    if (this.former) return;
    this.former = former;
    this.failures = 0;
    await this.options.commits.commit({ put: [formerAddress.entry('', former)], del: [] });
  }

  private store(batch: Batch | undefined): void {
    if (batch) void this.options.commits.commit(batch);
  }

  private forgetFormer(): void {
    if (!this.former) return;
    this.former = undefined;
    void this.options.commits.commit({ put: [], del: [formerAddress.key('')] });
  }
}
