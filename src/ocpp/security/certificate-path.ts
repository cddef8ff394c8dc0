/** The way from a certificate to a root that was installed (RFC 5280, 6.1), as far as signatures, names, dates and constraints of authorities go. */
import { X509Certificate } from 'node:crypto';
import { messageOf } from '../../hal/errors';
import { weaknessOf } from './certificate';
import {
  type CertificateFields,
  extensionNames,
  fieldsOfCertificate,
  isSameName,
  pathLengthOf,
  unknownCritical,
} from './certificate-fields';
import { soundAlgorithmOf } from './signature-algorithms';

/** Longer texts hold what nobody needs. */
const certificatesMax = 8;

const block = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** All certificates in a text of PEM, with line feeds of any kind and words around them; or what is wrong with it. */
export function readCertificates(text: string): X509Certificate[] | { refused: string } {
  const blocks = text.match(block) ?? [];
  if (blocks.length > certificatesMax) {
    return { refused: `found ${blocks.length} certificates in PEM, and ${certificatesMax} are the most` };
  }
  try {
    return blocks.map((one) => new X509Certificate(Buffer.from(one.replaceAll(/-----[A-Z ]+-----/g, ''), 'base64')));
  } catch (error) {
    return { refused: `a certificate cannot be read (${messageOf(error)})` };
  }
}

export interface PathOptions {
  /** What may stand between, in any order. */
  between: readonly X509Certificate[];
  roots: readonly X509Certificate[];
  /** Unix time; undefined while the time is not known, when nothing can be said against dates. */
  nowMs: number | undefined;
}

export type Path = readonly X509Certificate[];

/** From `certificate` to a root, both included; or why there is none. Where several ways fail the reason is that of the longest. */
export function pathTo(certificate: X509Certificate, options: PathOptions): Path | { refused: string } {
  return pathFrom([certificate], { ...options, asked: 0 });
}

/** So many authorities may stand in a path beside the root. */
const pathMax = 6;
/** Certificates that name each other as their issuers are not asked more often than that. */
const issuersAskedMax = 200;

function pathFrom(begun: Path, options: PathOptions & { asked: number }): Path | { refused: string } {
  const last = begun.at(-1) as X509Certificate;
  const wrong = objectionTo(last, begun.length - 2, options.nowMs);
  if (wrong !== undefined) return { refused: wrong };
  if (begun.length > 1 && options.roots.some(({ fingerprint256 }) => fingerprint256 === last.fingerprint256))
    return begun;
  if (begun.length > pathMax) return { refused: 'too many authorities stand between it and a root' };
  const reasons: string[] = [];
  for (const issuer of [...options.roots, ...options.between]) {
    options.asked += 1;
    if (options.asked > issuersAskedMax) return { refused: 'too many of its certificates name each other as issuers' };
    if (begun.includes(issuer) || !hasIssued(issuer, last)) continue;
    const found = pathFrom([...begun, issuer], options);
    if (!('refused' in found)) return found;
    reasons.push(found.refused);
  }
  const [first = `${nameOf(last)} is issued by no certificate that is installed or was given`] = reasons;
  return { refused: first };
}

/** By name, in the very bytes, and by signature. */
export function hasIssued(issuer: X509Certificate, issued: X509Certificate): boolean {
  if (!isSameName(fieldsOfCertificate(issuer.raw).subject, fieldsOfCertificate(issued.raw).issuer)) return false;
  return issued.verify(issuer.publicKey);
}

const knownExtensions = [
  extensionNames.keyUsage,
  extensionNames.subjectAltName,
  extensionNames.basicConstraints,
  extensionNames.certificatePolicies,
  extensionNames.extendedKeyUsage,
];

/** `below`: how many authorities stand between it and the first certificate; -1: it is the first, which need not be one. */
function objectionTo(certificate: X509Certificate, below: number, nowMs: number | undefined): string | undefined {
  const fields = fieldsOfCertificate(certificate.raw);
  const name = nameOf(certificate);
  const unknown = unknownCritical(fields.extensions, knownExtensions);
  if (unknown.length > 0) return `${name} has a critical extension that is not known here: ${unknown.join(', ')}`;
  const weak = weaknessOf(certificate) ?? weakSignatureOf(fields);
  if (weak !== undefined) return `${name}: ${weak}`;
  if (nowMs !== undefined && Date.parse(certificate.validFrom) > nowMs) {
    return `${name} is not valid before ${certificate.validFrom}`;
  }
  if (nowMs !== undefined && Date.parse(certificate.validTo) < nowMs) {
    return `${name} has expired on ${certificate.validTo}`;
  }
  if (below < 0) return undefined;
  // With a keyUsage that does not allow to sign certificates it is none either, as OpenSSL has it.
  if (!certificate.ca) return `${name} is no authority (basicConstraints: CA)`;
  const most = pathLengthOf(fields);
  return most !== undefined && below > most ? `${name} allows ${most} authorities below it` : undefined;
}

/** Undefined: it is signed as it should be. */
export function weakSignatureOf({ algorithm }: CertificateFields): string | undefined {
  try {
    soundAlgorithmOf(algorithm);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** For people: its subject in one line, or its number where it has none. */
export function nameOf({ subject, serialNumber }: X509Certificate): string {
  const words = (subject ?? '').replaceAll(/\s*\n\s*/g, ', ');
  return words === '' ? `the certificate ${serialNumber}` : `the certificate of ${words}`;
}
