/** The certificate by which the file of an update is signed: whether it may be, before anything is fetched (security whitepaper, L01.FR.12 and 23 to 25). */
import { X509Certificate } from 'node:crypto';
import { allowsKeyUsage, extensionNames, fieldsOfCertificate, purposesOf } from './certificate-fields';
import { nameOf, pathTo, readCertificates } from './certificate-path';
import type { RevocationLists } from './revocation';

export interface SigningDemands {
  /** ManufacturerRootCertificates that are installed, in PEM. */
  roots: readonly string[];
  revocations: Pick<RevocationLists, 'isRevoked'>;
  /** Unix time; undefined while the time is not known, when nothing can be said against dates. */
  nowMs: number | undefined;
}

export type SigningCertificate =
  /** The one that signs, in PEM, without the others. */
  { signer: string } | { refused: 'InvalidCertificate' | 'RevokedCertificate'; why: string };

/** Signing of code, and anything (RFC 5280, 4.2.1.12); a certificate that names no purpose may be used for any. */
const purposesForCode = ['1.3.6.1.5.5.7.3.3', '2.5.29.37.0'];
/** What signs with SHA-256 (L01.FR.04). */
const kinds = ['rsa', 'rsa-pss', 'ec'];

/** The text has the signing certificate, and may have those between it and a root, in any order. Never throws. */
export function readSigningCertificate(text: string, demands: SigningDemands): SigningCertificate {
  try {
    return judge(text, demands);
  } catch {
    return invalid('the certificate is damaged');
  }
}

function judge(text: string, { roots, revocations, nowMs }: SigningDemands): SigningCertificate {
  if (roots.length === 0) {
    return invalid('no ManufacturerRootCertificate is installed: install that of the maker by InstallCertificate');
  }
  const found = readCertificates(text);
  if ('refused' in found) return invalid(found.refused);
  if (found.length === 0) return invalid('there is no certificate in PEM');
  const own = found.filter(({ ca }) => !ca);
  const [certificate] = own;
  if (certificate === undefined) return invalid(`${nameOf(found[0] as X509Certificate)} is one of an authority`);
  if (own.length > 1) return invalid(`${own.length} certificates are none of authorities, and one must be`);
  const objection = objectionTo(certificate);
  if (objection !== undefined) return invalid(objection);
  const path = pathTo(certificate, {
    between: found.filter((one) => one !== certificate),
    roots: roots.map((pem) => new X509Certificate(pem)),
    nowMs,
  });
  if ('refused' in path) return invalid(path.refused);
  const revoked = path.find((one) => revocations.isRevoked(one));
  if (revoked) return { refused: 'RevokedCertificate', why: `${nameOf(revoked)} was revoked by its authority` };
  return { signer: certificate.toString() };
}

/** Why a certificate that counted when an update was ordered does not any more; undefined: it does. */
export function revokedSince(signer: string, revocations: SigningDemands['revocations']): string | undefined {
  const certificate = new X509Certificate(signer);
  return revocations.isRevoked(certificate)
    ? `${nameOf(certificate)} was revoked since the update was ordered`
    : undefined;
}

function objectionTo(certificate: X509Certificate): string | undefined {
  const fields = fieldsOfCertificate(certificate.raw);
  const name = nameOf(certificate);
  const kind = certificate.publicKey.asymmetricKeyType;
  if (kind === undefined || !kinds.includes(kind))
    return `${name} has a key of ${kind}; valid: RSA, and elliptic curves`;
  if (!allowsKeyUsage(fields, 'digitalSignature', 'nonRepudiation')) {
    return `${name} may not sign (${extensionNames.keyUsage}, keyUsage); valid: digitalSignature`;
  }
  const purposes = purposesOf(fields);
  if (purposes && !purposes.some((one) => purposesForCode.includes(one))) {
    return `${name} is for other purposes (extendedKeyUsage); valid: codeSigning`;
  }
  return undefined;
}

function invalid(why: string): SigningCertificate {
  return { refused: 'InvalidCertificate', why };
}
