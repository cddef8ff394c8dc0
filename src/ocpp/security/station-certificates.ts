/**
 * The certificate by which the station proves itself with security profile 3, the next one, and the request for another. The present
 * one stays until the next has carried a connection, so that no certificate can lock the station out.
 */
import { messageOf } from '../../hal/errors';
import type { Log } from '../../hal/log';
import { shape } from '../../hal/shapes';
import type { Batch, Commits } from '../../hal/store';
import { collection, type StoredValues } from '../../hal/stored';
import type { ClientCertificate } from '../link/endpoint';
import type { LinkEnd } from '../link/transport';
import type { ChainRefusal, RefusedChain, StationChain } from './certificate-chain';
import { CertificateRequests } from './certificate-requests';
import type { InstalledRoots } from './installed-roots';
import type { ProvidedSecurity } from './provided-security';
import type { SecurityEvent } from './security-events';
import type { StationKeys } from './station-keys';

const certificateShape = shape.Object({
  chain: shape.String(),
  /** Of its key. */
  keyName: shape.String(),
  fromMs: shape.Number(),
  toMs: shape.Number(),
});
/** `current` is used; `next` takes its place when it has carried a connection. */
const certificates = collection('security/certificate/', certificateShape);
export interface Certificate {
  chain: string;
  keyName: string;
  /** When it holds, in ms of Unix time. */
  fromMs: number;
  toMs: number;
}

/** Why a certificate is not taken, for programs. */
export type CertificateRefusal = ChainRefusal | 'tooLong' | 'noRequest' | 'noKeyFiles' | 'notStored';

export type CertificateOutcome =
  | { ok: true; fromMs: number; toMs: number }
  | { refused: CertificateRefusal; why: string };

export interface StationCertificatesOptions {
  commits: Commits;
  log: Log;
  roots: Pick<InstalledRoots, 'of'>;
  keys: StationKeys;
  /** Common name of its certificates. */
  serialNumber: string;
  /** Why none can bear it; undefined: one can. */
  serialNumberObjection?: string | undefined;
  /** Counts until a certificate is stored. */
  provided?: ProvidedSecurity | undefined;
  /** In ms of Unix time; undefined while the time is not known. */
  unixNow: () => number | undefined;
}

const noKeyFiles = 'this station has no place for a private key';
/** What is longer than that is not looked at. */
const chainCharactersMax = 100_000;
/** After this many attempts in vain with the next certificate the present one is tried again, and the other way round. */
const attemptsMax = 5;
/** Ends of attempts that came to no server, and say nothing of a certificate. */
const beforeAnyServer: readonly LinkEnd[] = ['nameUnknown', 'unreachable', 'refused', 'timedOut'];

export class StationCertificates {
  readonly requests: CertificateRequests;
  private current: Certificate | undefined;
  private next: Certificate | undefined;
  /** The present certificate is tried though there is a next one. */
  private triesPresent = false;
  /** Since the last connection by a certificate, or since the next one came. */
  private failures = 0;
  /** A server was there, and did not take the next one. */
  private wasRefused = false;
  /** The next one waited for its first day when dates were judged last. */
  private wasEarly = false;
  /** Of which it was said that it has expired. */
  private saidOf: string | undefined;
  private tell: (event: SecurityEvent, info: string) => void = () => {};
  private readonly listeners: (() => void)[] = [];
  private wanted: () => void = () => {};

  constructor(
    private readonly options: StationCertificatesOptions,
    stored: StoredValues,
  ) {
    const found = certificates.read(stored);
    this.current = found.get('current') ?? this.provided();
    this.next = found.get('next');
    this.requests = new CertificateRequests(options.commits, options.keys, stored);
  }

  /** Reads the keys of what is installed, before anybody asks for it. A key that cannot be read makes its certificate useless. */
  async load(): Promise<void> {
    this.current = await this.withKey(this.current);
    this.next = await this.withKey(this.next);
    await this.requests.load();
  }

  /** From now on `tell` hears what is for the log of security. */
  watch(tell: (event: SecurityEvent, info: string) => void): void {
    this.tell = tell;
  }

  /** From now on `listener` hears that another certificate may be the one to use. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** What the station proves itself by now; undefined: it has nothing. */
  get present(): ClientCertificate | undefined {
    const { used } = this;
    const key = used && this.options.keys.textOf(used.keyName);
    return used && key !== undefined ? { chain: used.chain, key } : undefined;
  }

  /** Of those that are installed the one that came last. */
  get newest(): Readonly<Certificate> | undefined {
    return this.next ?? this.current;
  }

  /** Why there is no connection by a certificate now; undefined: there is one that holds (A05.FR.04). */
  get lack(): string | undefined {
    const { used } = this;
    const now = this.options.unixNow();
    if (!used) return 'no certificate of this station is installed';
    const { fromMs, toMs } = used;
    if (now !== undefined && toMs < now) return `its certificate has expired on ${new Date(toMs).toISOString()}`;
    if (now !== undefined && now < fromMs) return `its certificate holds from ${new Date(fromMs).toISOString()} on`;
    return undefined;
  }

  /** A certificate of the station with its key, as a person brings them. Resolves when both are durable. */
  async install(chain: string, key: string): Promise<CertificateOutcome> {
    const { keys } = this.options;
    if (!keys.canKeep) return { refused: 'noKeyFiles', why: noKeyFiles };
    const read = this.read(chain, key);
    if ('refused' in read) return read;
    let keyName: string;
    try {
      keyName = await keys.keep(key);
    } catch (error) {
      return { refused: 'notStored', why: messageOf(error) };
    }
    await this.take(read, keyName);
    return this.taken(read, 'a person');
  }

  /** Why the station can ask for no certificate; undefined: it can. */
  get objection(): { code: 'noKeyFiles' | 'serialNumber'; why: string } | undefined {
    const { keys, serialNumberObjection: why } = this.options;
    if (!keys.canKeep) return { code: 'noKeyFiles', why: noKeyFiles };
    return why === undefined ? undefined : { code: 'serialNumber', why };
  }

  /** From now on `wanted` hears that a certificate shall be asked for. */
  onWanted(wanted: () => void): void {
    this.wanted = wanted;
  }

  /** Asks the central system for another certificate, with a new key: a person wants it, or the present one is about to end. */
  renew(): { ok: true } | { refused: 'noKeyFiles' | 'serialNumber'; why: string } {
    const { objection } = this;
    if (objection) return { refused: objection.code, why: objection.why };
    this.wanted();
    return { ok: true };
  }

  /** What has come for the request. Resolves when it is durable, with the end of the request in the same commit. */
  async signed(chain: string): Promise<CertificateOutcome> {
    const { requests, options } = this;
    const { present } = requests;
    const key = present && options.keys.textOf(present.keyName);
    if (!present || key === undefined) {
      return this.refused({ refused: 'noRequest', why: 'no request waits for a certificate' });
    }
    const read = this.read(chain, key);
    if ('refused' in read) return this.refused(read);
    await this.take(read, present.keyName, requests.keysOfStore);
    requests.done(present);
    return this.taken(read, 'the central system');
  }

  /** A connection has come about with this certificate. */
  carried({ chain }: ClientCertificate): void {
    const { next, current } = this;
    this.failures = 0;
    if (next?.chain === chain) {
      this.current = next;
      this.next = undefined;
      this.triesPresent = false;
      void this.store({ put: [certificates.entry('current', { ...next })], del: [certificates.key('next')] }, current);
      this.tell('ReconfigurationOfSecurityParameters', 'a new certificate of the station is in use');
      return;
    }
    if (!next || !this.triesPresent) return;
    // Without a server that has seen it, nothing can be said against the next one: it is tried again with the next connection.
    this.triesPresent = false;
    if (!this.wasRefused) return;
    this.options.log.warn(
      {},
      'the new certificate of the station is given up: it leads to no connection, and the one before does',
    );
    this.tell(
      'FailedToAuthenticateAtCentralSystem',
      'a new certificate of the station is not taken; the former one is in use',
    );
    this.giveUp(next);
  }

  /**
   * An attempt with this certificate was in vain. Whether that may be for the certificate alone: there is another one, and not both
   * have been tried.
   */
  failed({ chain }: ClientCertificate, how: LinkEnd): boolean {
    const { next, current } = this;
    if (!next || !current || (chain !== next.chain && chain !== current.chain)) return false;
    if (chain === next.chain && !beforeAnyServer.includes(how)) this.wasRefused = true;
    this.failures += 1;
    if (this.failures % attemptsMax === 0) {
      this.triesPresent = !this.triesPresent;
      const which = this.triesPresent ? 'new' : 'former';
      this.options.log.warn(
        {},
        `the ${which} certificate of the station leads to no connection: the other one is tried`,
      );
    }
    return this.failures <= 2 * attemptsMax;
  }

  /**
   * Judges dates again: the time has become known, or some has passed. A next one that was taken while nobody knew the time, and is
   * over, is given up; of the present one it is said once. A next one whose first day has come is used (A02.FR.08).
   */
  judge(): void {
    const { current, next } = this;
    const now = this.options.unixNow();
    if (now === undefined) return;
    const isOver = (one: Certificate | undefined): one is Certificate => one !== undefined && one.toMs < now;
    if (isOver(next) && current) {
      this.sayExpired(next, 'the new certificate of the station');
      this.giveUp(next);
    }
    if (isOver(current) && this.saidOf !== current.keyName) {
      this.saidOf = current.keyName;
      this.sayExpired(current, 'the certificate of the station');
    }
    const isEarly = this.next !== undefined && now < this.next.fromMs;
    const hasBegun = this.wasEarly && !isEarly && this.next !== undefined;
    this.wasEarly = isEarly;
    if (hasBegun) this.changed();
  }

  private sayExpired({ toMs }: Certificate, what: string): void {
    const line = `${what} has expired on ${new Date(toMs).toISOString()}`;
    this.options.log.warn({}, line);
    this.tell('InvalidChargePointCertificate', line);
  }

  private giveUp(next: Certificate): void {
    this.next = undefined;
    this.wasRefused = false;
    this.triesPresent = false;
    void this.store({ put: [], del: [certificates.key('next')] }, next);
  }

  private provided(): Certificate | undefined {
    const { provided, keys } = this.options;
    if (!provided) return undefined;
    const { chain, key, fromMs, toMs } = provided;
    return { chain, keyName: keys.provide(key), fromMs, toMs };
  }

  /** The one that counts: the next one from its first day on, unless it is about to prove useless. */
  private get used(): Certificate | undefined {
    const { next, current } = this;
    if (!next || !current) return next ?? current;
    const now = this.options.unixNow();
    const isEarly = now !== undefined && now < next.fromMs;
    return isEarly || this.triesPresent ? current : next;
  }

  private read(chain: string, key: string): StationChain | RefusedChain | { refused: 'tooLong'; why: string } {
    const { roots, serialNumber, unixNow } = this.options;
    if (chain.length > chainCharactersMax) {
      const why = `the certificates have ${chain.length} characters; valid: up to ${chainCharactersMax}`;
      return { refused: 'tooLong', why };
    }
    const { readChain } = require('./certificate-chain') as typeof import('./certificate-chain');
    const pem = roots.of('CentralSystemRootCertificate').map((root) => root.pem);
    return readChain(chain, { key, serialNumber, roots: pem, nowMs: unixNow() });
  }

  /** The first one is used at once; another one has to prove itself. */
  private async take({ pem, fromMs, toMs }: StationChain, keyName: string, del: string[] = []): Promise<void> {
    const taken: Certificate = { chain: pem, keyName, fromMs, toMs };
    const place = this.current ? 'next' : 'current';
    await this.store({ put: [certificates.entry(place, { ...taken })], del }, this[place]);
    this[place] = taken;
    this.failures = 0;
    this.wasRefused = false;
    this.triesPresent = false;
  }

  private taken({ fromMs, toMs }: StationChain, by: string): CertificateOutcome {
    this.tell('ReconfigurationOfSecurityParameters', `a certificate of the station was installed, by ${by}`);
    this.changed();
    return { ok: true, fromMs, toMs };
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }

  private refused<R extends { refused: CertificateRefusal; why: string }>(refusal: R): R {
    this.tell('InvalidChargePointCertificate', refusal.why);
    return refusal;
  }

  /** `gone`: nothing refers to it when the batch is durable, and its key goes then. */
  private async store(batch: Batch, gone: Certificate | undefined): Promise<void> {
    const { commits, keys } = this.options;
    await commits.commit(batch);
    if (gone) await keys.drop(gone.keyName);
  }

  private async withKey(certificate: Certificate | undefined): Promise<Certificate | undefined> {
    if (!certificate) return undefined;
    const { keys, log } = this.options;
    const reason = await keys.read(certificate.keyName);
    if (reason === undefined) return certificate;
    log.warn({}, `a certificate of the station cannot be used: ${reason}`);
    return undefined;
  }
}
