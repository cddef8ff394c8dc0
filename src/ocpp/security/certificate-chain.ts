/** The certificate of the station and those between it and a root: what they must be to be used (security whitepaper, A02.FR.06). */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { messageOf } from '../../hal/errors';
import { certificateBlock, weaknessOf } from './certificate';
import { type CertificateDetails, detailsOf } from './certificate-extensions';

/** Why a chain is not taken, for programs. */
export type ChainRefusal =
  | 'unreadable'
  | 'tooMany'
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

/** A chain is not longer than that. */
const certificatesMax = 10;
/** RFC 5280, 4.2.1.12. */
const usesOfClients = ['1.3.6.1.5.5.7.3.2', '2.5.29.37.0'];

interface Link {
  certificate: X509Certificate;
  details: CertificateDetails;
  fromMs: number;
  toMs: number;
}

/** Certificates may come in any order, with line feeds of any kind and words around them. Never throws. */
export function readChain(text: string, demands: ChainDemands): StationChain | RefusedChain {
  const blocks = [...new Set(text.match(certificateBlock) ?? [])];
  if (blocks.length === 0) return refused('unreadable', 'found no certificate in PEM');
  if (blocks.length > certificatesMax) {
    return refused('tooMany', `found ${blocks.length} certificates; valid: up to ${certificatesMax}`);
  }
  const { createPrivateKey } = require('node:crypto') as typeof import('node:crypto');
  let key: KeyObject;
  try {
    key = createPrivateKey(demands.key);
  } catch {
    // What OpenSSL says of a key is nobody's to know.
    return refused('keyUnreadable', 'the private key cannot be read; valid: PEM without a password');
  }
  try {
    return judge(blocks.map(linkOf), demands.roots.map(linkOf), key, demands);
  } catch (error) {
    return refused('unreadable', `a certificate cannot be read (${messageOf(error)})`);
  }
}

function judge(links: Link[], roots: Link[], key: KeyObject, { serialNumber, nowMs }: ChainDemands) {
  const own = links.find(({ certificate }) => certificate.checkPrivateKey(key));
  if (!own) return refused('keyDiffers', 'no certificate is for the key of the station');
  const objection = objectionTo(own, serialNumber);
  if (objection) return objection;
  if (roots.length === 0) return refused('noRoot', 'no CentralSystemRootCertificate is installed');
  const others = new Set(links.filter((link) => link !== own));
  const path = pathFrom(own, others, roots);
  if (!path)
    return refused('untrusted', 'no installed CentralSystemRootCertificate has signed it, or those that came with it');
  const weak = path.find(({ details }) => !details.isSignedSoundly);
  const weakKey = path.map(({ certificate }) => weaknessOf(certificate)).find((found) => found !== undefined);
  if (weak)
    return refused('weak', 'a certificate is signed with an algorithm that is too weak; valid: SHA-256 or better');
  if (weakKey !== undefined) return refused('weak', weakKey);
  const [fromMs, toMs] = [Math.max(...path.map((l) => l.fromMs)), Math.min(...path.map((l) => l.toMs))];
  if (nowMs !== undefined && toMs < nowMs) {
    return refused('expired', `a certificate has expired on ${new Date(toMs).toISOString()}`);
  }
  // Whoever verifies it has the root.
  const pem = path.slice(0, -1).map(({ certificate }) => certificate.toString());
  return { pem: pem.join(''), fromMs, toMs };
}

function objectionTo({ certificate, details }: Link, serialNumber: string): RefusedChain | undefined {
  if (certificate.ca) return refused('isAuthority', 'the certificate is one of an authority');
  const { CN: name } = certificate.toLegacyObject().subject as { CN?: unknown };
  if (name !== serialNumber) {
    const told = typeof name === 'string' ? `"${name}"` : 'none, or several';
    return refused('wrongName', `the common name is ${told}; valid: the serial number of the station, ${serialNumber}`);
  }
  const uses = certificate.keyUsage as readonly string[] | undefined;
  if (uses && !uses.some((use) => usesOfClients.includes(use))) {
    return refused('wrongUse', 'the certificate is not for clients (extendedKeyUsage: clientAuth)');
  }
  if (details.mayDigitallySign === false) {
    return refused('wrongUse', 'the key may not sign (keyUsage: digitalSignature)');
  }
  return undefined;
}

/**
 * From a certificate to a root, both included; `below`: authorities under it so far. What leads to no root once is not tried again,
 * so that certificates which name each other cost no more than their number.
 */
function pathFrom(link: Link, untried: Set<Link>, roots: readonly Link[], below = 0): Link[] | undefined {
  for (const root of roots) if (hasIssued(root, link, below)) return [link, root];
  for (const issuer of [...untried]) {
    if (!untried.has(issuer) || !hasIssued(issuer, link, below)) continue;
    untried.delete(issuer);
    const rest = pathFrom(issuer, untried, roots, below + 1);
    if (rest) return [link, ...rest];
  }
  return undefined;
}

function hasIssued({ certificate: issuer, details }: Link, { certificate }: Link, below: number): boolean {
  if (!issuer.ca || (details.pathLength ?? below) < below) return false;
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function linkOf(pem: string): Link {
  const { X509Certificate } = require('node:crypto') as typeof import('node:crypto');
  const certificate = new X509Certificate(pem);
  const [fromMs, toMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (Number.isNaN(fromMs) || Number.isNaN(toMs)) throw new RangeError('its dates are none');
  return { certificate, details: detailsOf(certificate.raw), fromMs, toMs };
}

function refused(code: ChainRefusal, why: string): RefusedChain {
  return { refused: code, why };
}
