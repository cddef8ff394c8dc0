/** Whether the certificates of a central system are believed, beyond the verdict of OpenSSL: its dates and what was revoked. */
import type { X509Certificate } from 'node:crypto';
import type { Clock } from '../../hal/clock';
import { Distrust, type PeerJudge, type ShownCertificates } from '../link/peer-judge';
import type { WallTime } from '../wall-time';
import { weaknessOf } from './certificate';
import type { RevocationLists } from './revocation';

/**
 * What is known of the time while the machine's clock is not the one to go by. `central system`: it has told it. `unknown`:
 * nobody has, but it cannot be earlier than this.
 */
export type CertificateTime = { source: 'central system'; nowMs: number } | { source: 'unknown'; leastMs: number };

export interface CertificateJudgeOptions {
  /** Undefined: the machine's clock is right, and OpenSSL judges by it. */
  time: () => CertificateTime | undefined;
  revocations: Pick<RevocationLists, 'isRevoked'>;
}

/**
 * A station that does not know the time must neither be locked out nor believe what is long over: while nobody has told the time,
 * "not valid yet" is forgiven, and "expired" is judged by the latest time that this station is known to have lived through.
 */
export class CertificateJudge implements PeerJudge {
  /** Those that were believed last. */
  private believed: ShownCertificates | undefined;

  constructor(private readonly options: CertificateJudgeOptions) {}

  get judgesDates(): boolean {
    return this.options.time() !== undefined;
  }

  objectionTo(shown: ShownCertificates): Distrust | undefined {
    const { chain, isRefused, trusted } = shown;
    const objection =
      (isRefused ? objectionToPath(chain, trusted) : undefined) ??
      this.objectionToDates(shown) ??
      this.objectionToRevoked(chain);
    if (!objection) this.believed = shown;
    return objection;
  }

  /** To those that were believed last, by the time that is known now. */
  objectionNow(): Distrust | undefined {
    return this.believed && this.objectionToDates(this.believed);
  }

  private objectionToDates(shown: ShownCertificates): Distrust | undefined {
    const time = this.options.time();
    return time && objectionToDates(validityOf(pathOf(shown, time)), time);
  }

  private objectionToRevoked(chain: readonly X509Certificate[]): Distrust | undefined {
    // Node.js could look at lists itself (`crl`), but then wants one of each authority in the chain, and refuses those that are old.
    const revoked = chain.find((certificate) => this.options.revocations.isRevoked(certificate));
    if (!revoked) return undefined;
    const { nameOf } = require('./certificate-path') as typeof import('./certificate-path');
    return new Distrust(
      'certificateRevoked',
      `${nameOf(revoked)}, which the central system shows, is on a list of revoked ones that is installed here`,
    );
  }
}

/** From when to when all certificates of a chain are valid; Unix times in ms. */
interface Validity {
  fromMs: number;
  toMs: number;
}

function validityOf(chain: readonly X509Certificate[]): Validity {
  return {
    fromMs: Math.max(...chain.map(({ validFrom }) => Date.parse(validFrom))),
    toMs: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
  };
}

/**
 * What trust rests on: a server also sends what others need, such as a root signed by another one that is over by now. Where there is
 * a path that is valid at that time, it is the one that counts.
 */
function pathOf({ chain, trusted }: ShownCertificates, time: CertificateTime): readonly X509Certificate[] {
  const [first, ...between] = chain;
  if (!first || trusted.length === 0) return chain;
  const { pathTo } = require('./certificate-path') as typeof import('./certificate-path');
  const roots = rootsIn(trusted);
  if (isAmong(roots, first)) return [first];
  const dated = time.source === 'unknown' ? undefined : time.nowMs;
  const paths = [dated, undefined].map((nowMs) => pathTo(first, { between, roots, nowMs }));
  return paths.find((path): path is readonly X509Certificate[] => !('refused' in path)) ?? chain;
}

function rootsIn(trusted: readonly string[]): X509Certificate[] {
  const { X509Certificate } = require('node:crypto') as typeof import('node:crypto');
  return trusted.flatMap(blocksOf).map((pem) => new X509Certificate(pem));
}

function isAmong(roots: readonly X509Certificate[], { fingerprint256 }: X509Certificate): boolean {
  return roots.some((root) => root.fingerprint256 === fingerprint256);
}

/** Undefined: at that time they are all valid, or nobody can say that they are not. */
function objectionToDates({ fromMs, toMs }: Validity, time: CertificateTime): Distrust | undefined {
  const [nowMs, whose] =
    time.source === 'unknown'
      ? [time.leastMs, 'a time that this station has lived through']
      : [time.nowMs, 'the time of the central system'];
  // What cannot be read as a time is no number, and no time is within it.
  if (!(nowMs <= toMs)) return expired(`${whose}, ${isoOf(nowMs)}`);
  if (time.source === 'unknown' || nowMs >= fromMs) return undefined;
  return new Distrust(
    'certificateEarly',
    `the central system's certificate is not valid yet by ${whose}, ${isoOf(nowMs)}: set that clock`,
  );
}

/** Undefined: the machine's clock is right. */
export function certificateTime(wall: WallTime, clock: Clock): CertificateTime | undefined {
  const nowMs = wall.at(clock.now());
  if (nowMs === undefined) {
    // It may have been set after the start, when `wall` looked at it.
    return clock.systemTime() === undefined ? { source: 'unknown', leastMs: wall.leastMs } : undefined;
  }
  return wall.source === 'machine' ? undefined : { source: 'central system', nowMs };
}

function expired(by: string): Distrust {
  return new Distrust('certificateExpired', `the central system's certificate has expired by ${by}: have it renewed`);
}

function isoOf(unixMs: number): string {
  return new Date(unixMs).toISOString();
}

/** Of TLS servers (RFC 5280, 4.2.1.12). */
const serverAuth = '1.3.6.1.5.5.7.3.1';
const nameConstraints = '2.5.29.30';

/**
 * OpenSSL names one thing that is wrong, and dates hide what else is. So where the dates are forgiven the whole path is looked at
 * here: signatures, authorities, keys and algorithms, uses. What this station cannot judge, it does not believe.
 */
function objectionToPath(chain: readonly X509Certificate[], trusted: readonly string[]): Distrust | undefined {
  const { fieldsOfCertificate } = require('./certificate-fields') as typeof import('./certificate-fields');
  const { nameOf, pathTo, weakSignatureOf } = require('./certificate-path') as typeof import('./certificate-path');
  const [first, ...between] = chain;
  if (!first) return new Distrust('certificateInvalid', 'the central system has shown no certificate');
  const roots = rootsIn(trusted);
  // One that was named itself needs no authority.
  if (isAmong(roots, first)) return undefined;
  for (const one of chain) {
    const weak = weaknessOf(one) ?? weakSignatureOf(fieldsOfCertificate(one.raw));
    if (weak !== undefined) return new Distrust('certificateWeak', `${nameOf(one)}: ${weak}`);
  }
  const path = pathTo(first, { between, roots, nowMs: undefined });
  if ('refused' in path) return new Distrust('certificateUnknown', `the central system's certificate: ${path.refused}`);
  const odd = path.slice(0, -1).find(({ keyUsage }) => keyUsage !== undefined && !keyUsage.includes(serverAuth));
  if (odd) return new Distrust('certificateInvalid', `${nameOf(odd)} is none for a server (extendedKeyUsage)`);
  const bound = path.find(({ raw }) => fieldsOfCertificate(raw).extensions.has(nameConstraints));
  return (
    bound && new Distrust('certificateInvalid', `${nameOf(bound)} allows some names only, which is not judged here`)
  );
}

function blocksOf(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
}
