/**
 * The certificates by which a fleet's stations come with security profile 3: of files, or made by an authority at each start of a
 * station and kept in memory alone. What cannot be is said before anything starts.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileKeyFiles } from '../../drivers/store/key-files';
import { identityCharactersMax } from '../../hal/board/board-schema';
import { GreenupError, messageOf, systemCode } from '../../hal/errors';
import type { KeyFiles } from '../../hal/ports';
import {
  type Issuer,
  issuedCertificate,
  type KeyAndCertificate,
  keyText,
  nameOf,
  newKeyPair,
} from '../../hal/x509/certificate-maker';
import { type Authority, readAuthority, subjectOf } from '../../ocpp/security/certificate';
import { readChain, type StationChain } from '../../ocpp/security/certificate-chain';
import { fieldsOfCertificate } from '../../ocpp/security/certificate-fields';
import type { ProvidedSecurity } from '../../ocpp/security/provided-security';
import { serialNumberObjection } from '../../ocpp/security/serial-number';
import { readAuthorities } from '../../terminal/authorities';

export interface FleetCertificatesOptions {
  /** Has `IDENTITY.pem` and `IDENTITY.key` of each station, or `authority.pem` and `authority.key`; perhaps `root.pem`. */
  directory: string;
  /** Whose certificates are trusted besides, in PEM. */
  ca: string | undefined;
  identityOf: (index: number) => string;
  /** Of this process, by their global indices. */
  stations: { first: number; last: number };
  /** Directory of what outlives the process. */
  state: string;
  /** Unix time in ms. */
  now: () => number;
}

/** What makes certificates: the authority's, in PEM, and who it is. */
interface Maker {
  pem: string;
  issuer: Issuer;
  /** The operator, whose name stands in its certificates, too. */
  organisation: string | undefined;
}

const dayMs = 86_400_000;
const lastsDays = 365;
/** Clocks differ. */
const beforeMs = dayMs;

const option = '--certificates';
const files = { root: 'root.pem', authority: 'authority.pem', authorityKey: 'authority.key' } as const;
const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export class FleetCertificates {
  private constructor(
    private readonly options: FleetCertificatesOptions,
    /** Those that each station has installed. */
    private readonly installed: readonly Authority[],
    /** To one of these each certificate has to lead, in PEM. */
    private readonly roots: readonly string[],
    private readonly maker: Maker | undefined,
  ) {}

  /** Throws `config.invalid`, naming file and station, for what cannot be. */
  static read(options: FleetCertificatesOptions): FleetCertificates {
    const { directory, ca, now } = options;
    const maker = makerIn(directory);
    const rootText = textOf(join(directory, files.root));
    const named = rootText === undefined ? [] : rootsIn(join(directory, files.root), now());
    // One between a root and the stations is no root: the certificates that it makes bring it along.
    const own = maker ? readAuthority(maker.pem, now()) : undefined;
    const installed = [...named, ...(own && !('refused' in own) ? [own] : [])];
    const roots = [...installed.map(({ pem }) => pem), ...(rootText === undefined ? (ca?.match(block) ?? []) : [])];
    const certificates = new FleetCertificates(options, installed, roots, maker);
    certificates.check(own && 'refused' in own ? own.refused : undefined);
    return certificates;
  }

  /** What a station of this identity has for its security. */
  memberOf(identity: string): { provided: () => ProvidedSecurity; keyFiles: KeyFiles } {
    return {
      provided: () => this.providedFor(identity),
      // Of certificates that the central system gives it later.
      keyFiles: new FileKeyFiles(join(this.options.state, 'keys', fileNameOf(identity).replaceAll('.', '%2E'))),
    };
  }

  private providedFor(identity: string): ProvidedSecurity {
    const { key, chain } = this.ownOf(identity);
    return { chain: chain.pem, key, fromMs: chain.fromMs, toMs: chain.toMs, roots: this.installed };
  }

  /** `notRoot`: why the authority is none. */
  private check(notRoot: string | undefined): void {
    const { directory, identityOf, stations } = this.options;
    if (this.roots.length === 0) {
      const why = notRoot === undefined ? '' : `; ${join(directory, files.authority)}: ${notRoot}`;
      throw invalid(
        `there is no root to which certificates lead: valid is ${join(directory, files.root)}, or --csms-ca FILE${why}`,
      );
    }
    for (let index = stations.first; index <= stations.last; index += 1) {
      const identity = identityOf(index);
      const objection = objectionTo(identity);
      if (objection !== undefined) throw invalid(`station ${identity}: ${objection}`);
      // What the authority makes is the same for all but the name.
      if (index === stations.first || !this.maker || this.filesOf(identity)) this.ownOf(identity);
    }
  }

  private ownOf(identity: string): { key: string; chain: StationChain } {
    const { options, maker } = this;
    const { directory, now } = options;
    const found = this.filesOf(identity);
    if (!found && !maker) {
      const [pem, key] = pathsOf(directory, identity);
      const authority = `${join(directory, files.authority)} and ${files.authorityKey}`;
      throw invalid(`station ${identity} has no certificate: valid are ${pem} and ${key}, or for all ${authority}`);
    }
    const { cert, key } = found ?? madeFor(identity, maker as Maker, now());
    const chain = readChain(cert, { key, serialNumber: identity, roots: this.roots, nowMs: now() });
    if (!('refused' in chain)) return { key, chain };
    const path = found ? pathsOf(directory, identity)[0] : join(directory, files.authority);
    throw invalid(`station ${identity}: ${path}: ${chain.why}`);
  }

  /** Undefined: it has neither of them. */
  private filesOf(identity: string): KeyAndCertificate | undefined {
    return pairIn(...pathsOf(this.options.directory, identity));
  }
}

function pathsOf(directory: string, identity: string): [pem: string, key: string] {
  const name = fileNameOf(identity);
  return [join(directory, `${name}.pem`), join(directory, `${name}.key`)];
}

/** As the identity stands in the address of its link. */
function fileNameOf(identity: string): string {
  return encodeURIComponent(identity);
}

/** Why no station of this identity can have a certificate, whose common name is the serial number; undefined: it can. */
function objectionTo(identity: string): string | undefined {
  const { serialNumber: most } = identityCharactersMax;
  if (identity.length > most)
    return `with certificates the identity is the serial number, of ${most} characters at most`;
  const isOdd = serialNumberObjection({ serialNumber: identity, drivers: 'simulated' }) !== undefined;
  return isOdd ? 'with certificates the identity is the serial number, and no address can be one' : undefined;
}

function makerIn(directory: string): Maker | undefined {
  const [certificatePath, keyPath] = [join(directory, files.authority), join(directory, files.authorityKey)];
  const found = pairIn(certificatePath, keyPath);
  if (!found) return undefined;
  const pem = readAuthorities(certificatePath, option).match(block)?.[0] ?? '';
  const certificate = new X509Certificate(pem);
  const key = keyOf(found.key, keyPath);
  if (!certificate.checkPrivateKey(key)) throw invalid(`${keyPath}: is not the key of ${certificatePath}`);
  if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw invalid(`${keyPath}: valid is a key on the curve P-256; with another one, give each station its own files`);
  const { O: organisation } = subjectOf(certificate);
  return {
    pem: certificate.toString(),
    issuer: { name: fieldsOfCertificate(certificate.raw).subject, key },
    organisation: typeof organisation === 'string' ? organisation : undefined,
  };
}

function keyOf(text: string, path: string): ReturnType<typeof createPrivateKey> {
  try {
    return createPrivateKey(text);
  } catch {
    // What OpenSSL says of a key is nobody's to know.
    throw invalid(`${path}: cannot be read; valid: PEM without a password`);
  }
}

/** With its authority, which stands between where it is no root. */
function madeFor(identity: string, { pem, issuer, organisation }: Maker, nowMs: number): KeyAndCertificate {
  const { privateKey, publicKey } = newKeyPair();
  const dates = { from: nowMs - beforeMs, to: nowMs + lastsDays * dayMs };
  const subject = nameOf(identity, organisation);
  const own = issuedCertificate({ ...dates, subject, publicKey, use: 'client' }, issuer);
  return { key: keyText(privateKey), cert: `${own}${pem}` };
}

function rootsIn(path: string, nowMs: number): Authority[] {
  const blocks = readAuthorities(path, option).match(block) ?? [];
  return blocks.map((pem) => {
    const root = readAuthority(pem, nowMs);
    if ('refused' in root) throw invalid(`${path}: ${root.refused}`);
    return root;
  });
}

/** Undefined: there is neither of them. Throws where there is one alone. */
function pairIn(certificatePath: string, keyPath: string): KeyAndCertificate | undefined {
  const [cert, key] = [textOf(certificatePath), textOf(keyPath)];
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined) throw invalid(`${certificatePath} is not there, and ${keyPath} is: valid are both`);
  if (key === undefined) throw invalid(`${keyPath} is not there, and ${certificatePath} is: valid are both`);
  return { cert, key };
}

/** Undefined: there is no such file. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw invalid(`${path}: cannot be read: ${messageOf(error)}`);
  }
}

function invalid(why: string): GreenupError {
  return new GreenupError('config.invalid', `${option}: ${why}`);
}
