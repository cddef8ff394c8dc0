/**
 * The certificate by which the station proves itself with security profile 3, the next one, and their keys. The present one
 * stays until the next has carried a connection, so that no certificate can lock the station out.
 */

import { messageOf } from '../../hal/errors';
import type { Log } from '../../hal/log';
import type { KeyFiles } from '../../hal/ports';
import { shape } from '../../hal/shapes';
import type { Batch, Commits } from '../../hal/store';
import { collection, type StoredValues } from '../../hal/stored';
import type { ClientCertificate } from '../link/endpoint';
import type { LinkEnd } from '../link/transport';
import type { ChainRefusal, RefusedChain, StationChain } from './certificate-chain';
import type { InstalledRoots } from './installed-roots';
import type { SecurityEvent } from './security-events';

const certificateShape = shape.Object({
  chain: shape.String(),
  /** Of the file of its key. */
  keyName: shape.String(),
  fromMs: shape.Number(),
  toMs: shape.Number(),
});
/** `current` is used; `next` takes its place when it has carried a connection. */
const certificates = collection('security/certificate/', certificateShape);

interface Certificate {
  chain: string;
  keyName: string;
  /** When it holds, in ms of Unix time. */
  fromMs: number;
  toMs: number;
}

/** Why a certificate is not taken, for programs. */
export type CertificateRefusal = ChainRefusal | 'tooLong' | 'noKeyFiles' | 'notStored';

export type CertificateOutcome =
  | { ok: true; fromMs: number; toMs: number }
  | { refused: CertificateRefusal; why: string };

export interface StationCertificatesOptions {
  commits: Commits;
  log: Log;
  roots: Pick<InstalledRoots, 'of'>;
  /** Absent: this station can keep no key, and so has no certificate. */
  keyFiles: KeyFiles | undefined;
  /** Common name of its certificates. */
  serialNumber: string;
  /** In ms of Unix time; undefined while the time is not known. */
  unixNow: () => number | undefined;
  /** From 0 to 1. */
  random: () => number;
}

/** What is longer than that is not looked at. */
const chainCharactersMax = 100_000;
/** After this many attempts in vain with the next certificate the present one is tried again, and the other way round. */
const attemptsMax = 5;
/** Ends of attempts that came to no server, and say nothing of a certificate. */
const beforeAnyServer: readonly LinkEnd[] = ['nameUnknown', 'unreachable', 'refused', 'timedOut'];

export class StationCertificates {
  private current: Certificate | undefined;
  private next: Certificate | undefined;
  private readonly keys = new Map<string, string>();
  /** Names of key files that something is about to refer to. */
  private readonly wanted = new Set<string>();
  /** The present certificate is tried though there is a next one. */
  private triesPresent = false;
  /** Since the last connection by a certificate, or since the next one came. */
  private failures = 0;
  /** A server was there, and did not take the next one. */
  private wasRefused = false;
  private tell: (event: SecurityEvent, info: string) => void = () => {};
  private changed: () => void = () => {};

  constructor(
    private readonly options: StationCertificatesOptions,
    stored: StoredValues,
  ) {
    const found = certificates.read(stored);
    this.current = found.get('current');
    this.next = found.get('next');
  }

  /** Reads the keys of what is installed, before anybody asks for it. A key that cannot be read makes its certificate useless. */
  async load(): Promise<void> {
    this.current = await this.withKey(this.current);
    this.next = await this.withKey(this.next);
  }

  /** From now on `tell` hears what is for the log of security. */
  watch(tell: (event: SecurityEvent, info: string) => void): void {
    this.tell = tell;
  }

  /** From now on `changed` hears that another certificate may be the one to use. */
  onChange(changed: () => void): void {
    this.changed = changed;
  }

  /** Removes the files of keys that nothing refers to: a power cut, or a factory reset, has left them. */
  async sweep(): Promise<void> {
    const { keyFiles, log } = this.options;
    try {
      for (const name of (await keyFiles?.names()) ?? []) if (!this.refersTo(name)) await keyFiles?.remove(name);
    } catch (error) {
      log.warn({}, `keys that nobody uses may lie there: ${messageOf(error)}`);
    }
  }

  /** What the station proves itself by now; undefined: it has nothing. */
  get present(): ClientCertificate | undefined {
    const used = this.used;
    const key = used && this.keys.get(used.keyName);
    return used && key !== undefined ? { chain: used.chain, key } : undefined;
  }

  /** Why there is no connection by a certificate now; undefined: there is one that holds (A05.FR.04). */
  get lack(): string | undefined {
    const { used } = this;
    const now = this.options.unixNow();
    if (!used) return 'no certificate of this station is installed';
    if (now !== undefined && used.toMs < now)
      return `its certificate has expired on ${new Date(used.toMs).toISOString()}`;
    if (now !== undefined && now < used.fromMs)
      return `its certificate holds from ${new Date(used.fromMs).toISOString()} on`;
    return undefined;
  }

  /** A certificate of the station with its key, as a person brings them. Resolves when both are durable. */
  async install(chainPem: string, keyPem: string): Promise<CertificateOutcome> {
    const { keyFiles } = this.options;
    if (!keyFiles) return { refused: 'noKeyFiles', why: 'this station has no place for a private key' };
    const read = this.read(chainPem, keyPem);
    if ('refused' in read) return read;
    const name = this.newName();
    try {
      await keyFiles.keep(name, keyPem);
      await this.take(read, name, keyPem);
    } catch (error) {
      void keyFiles.remove(name);
      return { refused: 'notStored', why: messageOf(error) };
    } finally {
      this.wanted.delete(name);
    }
    this.tell('ReconfigurationOfSecurityParameters', 'a certificate of the station was installed, by a person');
    return { ok: true, fromMs: read.fromMs, toMs: read.toMs };
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
    if (this.wasRefused) this.giveUp(next, 'it leads to no connection, and the one before does');
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

  private giveUp(next: Certificate, why: string): void {
    this.next = undefined;
    this.wasRefused = false;
    void this.store({ put: [], del: [certificates.key('next')] }, next);
    this.options.log.warn({}, `the new certificate of the station is given up: ${why}`);
    this.tell(
      'FailedToAuthenticateAtCentralSystem',
      'a new certificate of the station is not taken; the former one is in use',
    );
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
      return {
        refused: 'tooLong',
        why: `the certificates have ${chain.length} characters; valid: up to ${chainCharactersMax}`,
      };
    }
    const { readChain } = require('./certificate-chain') as typeof import('./certificate-chain');
    const pem = roots.of('CentralSystemRootCertificate').map((root) => root.pem);
    return readChain(chain, { key, serialNumber, roots: pem, nowMs: unixNow() });
  }

  /** The first one is used at once; another one has to prove itself. */
  private async take({ pem, fromMs, toMs }: StationChain, keyName: string, key: string): Promise<void> {
    const taken: Certificate = { chain: pem, keyName, fromMs, toMs };
    const place = this.current ? 'next' : 'current';
    const replaced = this[place];
    this.keys.set(keyName, key);
    await this.store({ put: [certificates.entry(place, { ...taken })], del: [] }, replaced);
    this[place] = taken;
    this.failures = 0;
    this.wasRefused = false;
    this.triesPresent = false;
    this.changed();
  }

  /** `gone`: nothing refers to it when the batch is durable, and its key goes then. */
  private async store(batch: Batch, gone: Certificate | undefined): Promise<void> {
    const { commits, keyFiles } = this.options;
    await commits.commit(batch);
    if (!gone) return;
    this.keys.delete(gone.keyName);
    await keyFiles?.remove(gone.keyName);
  }

  private async withKey(certificate: Certificate | undefined): Promise<Certificate | undefined> {
    if (!certificate) return undefined;
    const { keyFiles, log } = this.options;
    const reason = await this.readKey(certificate.keyName, keyFiles);
    if (reason === undefined) return certificate;
    log.warn({}, `a certificate of the station cannot be used: ${reason}`);
    return undefined;
  }

  /** Why it cannot be read. */
  private async readKey(name: string, keyFiles: KeyFiles | undefined): Promise<string | undefined> {
    try {
      const key = await keyFiles?.read(name);
      if (key === undefined) return `there is no private key ${name}`;
      this.keys.set(name, key);
      return undefined;
    } catch (error) {
      // It may be read another day.
      this.wanted.add(name);
      return messageOf(error);
    }
  }

  private refersTo(name: string): boolean {
    return this.wanted.has(name) || this.keys.has(name);
  }

  private newName(): string {
    const { random } = this.options;
    const digits = (): string => Math.floor(random() * 36 ** 6).toString(36);
    let name: string;
    do name = `key${digits()}${digits()}`;
    while (this.refersTo(name));
    this.wanted.add(name);
    return name;
  }
}
