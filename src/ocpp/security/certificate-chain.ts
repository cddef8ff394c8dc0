/** The certificate of the station and those between it and a root: what they must be to be used (security whitepaper, A02.FR.06). */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { messageOf } from '../../hal/errors';
import { subjectOf, weaknessOf } from './certificate';
import { allowsKeyUsage, fieldsOfCertificate } from './certificate-fields';
import { pathTo, readCertificates, weakSignatureOf } from './certificate-path';

/** Why a chain is not taken, for programs. */
export type ChainRefusal =
  | 'unreadable'
  | 'keyUnreadable'
  | 'keyDiffers'
  | 'weak'
  | 'isAuthority'
  | 'wrongUse'
  | 'wrongName'
  | 'noRoot'
  | 'untrusted'
  | 'expired';

export interface RefusedChain {
  refused: ChainRefusal;
  /** For people, without secrets. */
  why: string;
}

export interface StationChain {
  /** In PEM with line feeds: the station's certificate first, each of the others the issuer of the one before, without the root. */
  pem: string;
  /** When the whole of it holds, in ms of Unix time. */
  fromMs: number;
  toMs: number;
}

export interface ChainDemands {
  /** The private key that belongs to the station's certificate, in PEM. */
  key: string;
  /** CN of the station's certificate (A00.FR.511). */
  serialNumber: string;
  /** Installed roots of the operator, in PEM: the hierarchy that the certificate must be part of (2.6.2). */
  roots: readonly string[];
  /** Unix time; undefined while the time is not known, when nothing can be said against dates. */
  nowMs: number | undefined;
}

/** RFC 5280, 4.2.1.12. */
const usesOfClients = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

/** Certificates may come in any order, with line feeds of any kind and words around them. Never throws. */
export function readChain(text: string, demands: ChainDemands): StationChain | RefusedChain {
  const { createPrivateKey, X509Certificate } = require('node:crypto') as typeof import('node:crypto');
  let key: KeyObject;
  try {
    key = createPrivateKey(demands.key);
  } catch {
    // What OpenSSL says of a key is nobody's to know.
    return refused('keyUnreadable', 'the private key cannot be read; valid: PEM without a password');
  }
  const read = readCertificates(text);
  if ('refused' in read) return refused('unreadable', read.refused);
  if (read.length === 0) return refused('unreadable', 'found no certificate in PEM');
  try {
    const roots = demands.roots.map((pem) => new X509Certificate(pem));
    return judge(read, roots, key, demands);
  } catch (error) {
    return refused('unreadable', `a certificate cannot be read (${messageOf(error)})`);
  }
}

function judge(
  certificates: readonly X509Certificate[],
  roots: readonly X509Certificate[],
  key: KeyObject,
  { serialNumber, nowMs }: ChainDemands,
): StationChain | RefusedChain {
  const own = certificates.find((certificate) => certificate.checkPrivateKey(key));
  if (!own) return refused('keyDiffers', 'no certificate is for the key of the station');
  const objection = objectionTo(own, serialNumber);
  if (objection) return objection;
  if (roots.length === 0) return refused('noRoot', 'no CentralSystemRootCertificate is installed');
  // Dates are judged below: one that holds later waits for its day (A02.FR.08).
  const path = pathTo(own, { between: certificates, roots, nowMs: undefined });
  if ('refused' in path) return refused('untrusted', path.refused);
  const fromMs = Math.max(...path.map(({ validFrom }) => Date.parse(validFrom)));
  const toMs = Math.min(...path.map(({ validTo }) => Date.parse(validTo)));
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) return refused('unreadable', 'a date of a certificate is none');
  if (nowMs !== undefined && toMs < nowMs) {
    return refused('expired', `a certificate has expired on ${new Date(toMs).toISOString()}`);
  }
  // Whoever verifies it has the root.
  return { pem: path.slice(0, -1).join(''), fromMs, toMs };
}

function objectionTo(certificate: X509Certificate, serialNumber: string): RefusedChain | undefined {
  const fields = fieldsOfCertificate(certificate.raw);
  const weak = weaknessOf(certificate) ?? weakSignatureOf(fields);
  if (weak !== undefined) return refused('weak', weak);
  if (certificate.ca) return refused('isAuthority', 'the certificate is one of an authority');
  const { CN: name } = subjectOf(certificate);
  if (name !== serialNumber) {
    const told = typeof name === 'string' ? `"${name}"` : 'none, or several';
    return refused('wrongName', `the common name is ${told}; valid: the serial number of the station, ${serialNumber}`);
  }
  const uses = certificate.keyUsage as readonly string[] | undefined;
  if (uses && !uses.some((use) => usesOfClients.includes(use))) {
    return refused('wrongUse', 'the certificate is not for clients (extendedKeyUsage: clientAuth)');
  }
  if (!allowsKeyUsage(fields, 'digitalSignature')) {
    return refused('wrongUse', 'the key may not sign (keyUsage: digitalSignature)');
  }
  return undefined;
}

function refused(code: ChainRefusal, why: string): RefusedChain {
  return { refused: code, why };
}
