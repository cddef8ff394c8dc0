/** Certificates of authorities: what they must be to be trusted, and how central systems name them. */
import type { X509Certificate } from 'node:crypto';
import { messageOf } from '../../hal/errors';
import { fingerprintOf } from '../link/tls';
import type { RequestOf } from '../messages';
import { fieldsOfCertificate, keyBitsOf } from './certificate-fields';

export type CertificateHashData = RequestOf<'DeleteCertificate'>['certificateHashData'];

export const hashAlgorithms = ['SHA256', 'SHA384', 'SHA512'] as const;

/** A00.FR.502 and 503. */
const rsaBitsMin = 2_048;
const curveBitsMin = 224;

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The parts of its name, several of a kind as a list. */
export function subjectOf(certificate: X509Certificate): Readonly<Record<string, unknown>> {
  // Asked before node:tls was loaded, Node.js 20 loads it in a circle, and can make no link over TLS until the process ends.
  require('node:tls');
  return { ...(certificate.toLegacyObject().subject as object) };
}

export interface Authority {
  /** As it is kept: one block, with line feeds. */
  pem: string;
  /** SHA-256 of the whole, in hexadecimal, as Node.js tells it of peers, without colons. */
  fingerprint: string;
  /** PEM of the root that has signed it, which it takes the place of; absent: it is signed by itself. */
  signer?: string;
}

/**
 * The authority that a text of PEM holds, with line feeds of any kind and words around it; or what is wrong with it.
 * `nowMs`: Unix time; undefined while the time is not known, when nothing can be said against dates. `signer`: PEM of who must have
 * signed it; absent: the authority itself.
 */
export function readAuthority(
  text: string,
  nowMs: number | undefined,
  signer?: string,
): Authority | { refused: string } {
  const blocks = text.match(block) ?? [];
  const [pem] = blocks;
  if (pem === undefined || blocks.length > 1) {
    return { refused: `found ${blocks.length} certificates in PEM, and must be one` };
  }
  try {
    const { X509Certificate } = require('node:crypto') as typeof import('node:crypto');
    const certificate = new X509Certificate(pem);
    const by = signer === undefined ? certificate : new X509Certificate(signer);
    const refused = objectionTo(certificate, by, nowMs);
    if (refused !== undefined) return { refused };
    const fingerprint = fingerprintOf(certificate.fingerprint256);
    return { pem: certificate.toString(), fingerprint, ...(signer !== undefined && { signer }) };
  } catch (error) {
    return { refused: `the certificate cannot be read (${messageOf(error)})` };
  }
}

function objectionTo(certificate: X509Certificate, by: X509Certificate, nowMs: number | undefined): string | undefined {
  if (!certificate.ca) return 'the certificate is none of an authority (basicConstraints: CA)';
  if (!certificate.checkIssued(by) || !certificate.verify(by.publicKey)) {
    return by === certificate
      ? 'the certificate is no root: it is not signed by itself'
      : 'the certificate is not signed by the root that it would take the place of';
  }
  const weak = weaknessOf(certificate);
  if (weak !== undefined) return weak;
  // One that is not valid yet may be installed in time for the day on which it is.
  const isOver = nowMs !== undefined && Date.parse(certificate.validTo) < nowMs;
  return isOver ? `the certificate has expired on ${certificate.validTo}` : undefined;
}

const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521, secp224r1: 224 };

/** What is wrong with its key (A00.FR.501 to 503); undefined: nothing. */
export function weaknessOf({ publicKey }: X509Certificate): string | undefined {
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details = {} } = publicKey;
  if (kind === 'ed25519' || kind === 'ed448') return undefined;
  if (kind === 'rsa' || kind === 'rsa-pss') {
    const bits = details.modulusLength ?? 0;
    return bits >= rsaBitsMin ? undefined : `its RSA key has ${bits} bits; valid: ${rsaBitsMin} or more`;
  }
  const bits = kind === 'ec' ? (curveBits[details.namedCurve ?? ''] ?? 0) : 0;
  if (bits >= curveBitsMin) return undefined;
  return `its key is of the kind ${details.namedCurve ?? kind}; valid: RSA, and the curves ${Object.keys(curveBits).join(', ')}`;
}

/** As RFC 6960, 4.1.1, has it: the issuer's name in DER, the bits of its key alone, the number without leading zeros. */
export function hashDataOf(
  { pem, signer = pem }: Authority,
  hashAlgorithm: CertificateHashData['hashAlgorithm'],
): CertificateHashData {
  const { createHash, X509Certificate } = require('node:crypto') as typeof import('node:crypto');
  const certificate = new X509Certificate(pem);
  const hash = (bytes: Uint8Array): string => createHash(hashAlgorithm.toLowerCase()).update(bytes).digest('hex');
  return {
    hashAlgorithm,
    issuerNameHash: hash(fieldsOfCertificate(certificate.raw).issuer),
    issuerKeyHash: hash(keyBitsOf(new X509Certificate(signer).publicKey.export({ type: 'spki', format: 'der' }))),
    serialNumber: certificate.serialNumber.replace(/^0+(?=.)/, '').toLowerCase(),
  };
}

/** Hexadecimal is read in any case, and the number with zeros before it. */
export function isSameCertificate(one: CertificateHashData, other: CertificateHashData): boolean {
  const plain = ({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }: CertificateHashData) =>
    [hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber.replace(/^0+(?=.)/, '')].join(' ').toLowerCase();
  return plain(one) === plain(other);
}
