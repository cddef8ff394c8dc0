/** Reads a list of revoked certificates (CRL, RFC 5280, 5), in PEM or DER, and says by whose key it is signed. */
import { constants, type KeyObject, verify } from 'node:crypto';
import { tags } from '../../hal/x509/der-writer';
import { extensionNames, extensionsOf, unknownCritical } from './certificate-fields';
import { bytesOfBits, contentOf, type DerPart, numberOf, sequenceOf, timeOf, valueIn } from './der';
import { type SoundAlgorithm, soundAlgorithmOf } from './signature-algorithms';

export interface RevocationList {
  /** Name of the authority, in DER. */
  issuer: Uint8Array;
  /** In ms of Unix time; a list that does not say when the next one comes has no `nextUpdateMs`. */
  thisUpdateMs: number;
  nextUpdateMs: number | undefined;
  /** Numbers of certificates, in hexadecimal without leading zeros. */
  serialNumbers: ReadonlySet<string>;
  isSignedBy(key: KeyObject): boolean;
}

const block = /-----BEGIN X509 CRL-----([A-Za-z0-9+/=\s]+)-----END X509 CRL-----/g;

/** The lists in a text of PEM, as DER; bytes that are no such text are taken for one list in DER. */
export function listsIn(bytes: Uint8Array): Uint8Array[] {
  const found = [...Buffer.from(bytes).toString('latin1').matchAll(block)];
  return found.length > 0 ? found.map(([, base64 = '']) => Buffer.from(base64, 'base64')) : [bytes];
}

export function pemOfList(der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return ['-----BEGIN X509 CRL-----', ...lines, '-----END X509 CRL-----', ''].join('\n');
}

/** Context-specific and constructed. */
const taggedExtensions = 0xa0;

/** Throws a RangeError for what is no list, or one that says more than can be understood here. */
export function readRevocationList(der: Uint8Array): RevocationList {
  const [signed, algorithm, signature] = sequenceOf(valueIn(der));
  const parts = sequenceOf(signed);
  // Absent in lists of version 1.
  if (parts[0]?.tag === tags.integer) parts.shift();
  const [innerAlgorithm, issuer, thisUpdate, ...rest] = parts;
  if (!signed || !algorithm || !innerAlgorithm || !issuer) throw new RangeError('a list without its beginning');
  // Only the inner one is signed (5.1.1.2).
  if (Buffer.compare(algorithm.whole, innerAlgorithm.whole) !== 0) throw new RangeError('two kinds of signature');
  if (issuer.tag !== tags.sequence) throw new RangeError('a list without issuer');
  const isTime = ({ tag }: DerPart): boolean => tag === tags.utcTime || tag === tags.generalizedTime;
  const nextUpdate = rest[0] && isTime(rest[0]) ? rest.shift() : undefined;
  const entries = rest[0]?.tag === tags.sequence ? sequenceOf(rest.shift()) : [];
  const extensions = rest.shift();
  if (extensions !== undefined) checkExtensions(contentOf(extensions, taggedExtensions));
  const toBeSigned = signed.whole;
  const bits = bytesOfBits(signature);
  const how = soundAlgorithmOf(algorithm);
  return {
    issuer: issuer.whole,
    thisUpdateMs: timeOf(thisUpdate),
    nextUpdateMs: nextUpdate && timeOf(nextUpdate),
    serialNumbers: new Set(entries.map(numberOfEntry)),
    isSignedBy: (key) => isSigned(toBeSigned, bits, how, key),
  };
}

/** An entry with a critical extension may be about a certificate of another authority (5.3.3). */
function numberOfEntry(entry: DerPart): string {
  const [number, , extensions] = sequenceOf(entry);
  const unknown = extensions ? unknownCritical(extensionsOf(extensions), []) : [];
  if (unknown.length > 0) throw new RangeError(`an entry with the critical extension ${unknown.join(', ')}`);
  return numberOf(number);
}

/** In issuingDistributionPoint (5.2.5): the list has entries of other authorities, too. */
const indirectTag = 0x84;

/** A list of changes alone says so by a critical extension (5.2.4), which is not known here. */
function checkExtensions(content: Uint8Array): void {
  const extensions = extensionsOf(valueIn(content));
  const { issuingDistributionPoint } = extensionNames;
  const unknown = unknownCritical(extensions, [issuingDistributionPoint]);
  if (unknown.includes('2.5.29.27')) throw new RangeError('a list of changes alone; valid: a whole list');
  if (unknown.length > 0) throw new RangeError(`a list with the critical extension ${unknown.join(', ')}`);
  const point = extensions.get(issuingDistributionPoint);
  const isIndirect = point && sequenceOf(valueIn(point.value)).some(({ tag }) => tag === indirectTag);
  if (isIndirect) throw new RangeError('a list of more than one authority');
}

function isSigned(
  bytes: Uint8Array,
  signature: Uint8Array,
  { digest, isPss }: SoundAlgorithm,
  key: KeyObject,
): boolean {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  try {
    return verify(digest, bytes, { key, ...(isPss && pss) }, signature);
  } catch {
    // A key of another kind.
    return false;
  }
}
