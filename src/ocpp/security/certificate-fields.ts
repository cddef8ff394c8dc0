/** What a certificate says that Node.js does not tell of it: names in DER, its number, and its extensions (RFC 5280, 4.1). */
import { tags } from '../../hal/x509/der-writer';
import { bytesOfBits, type DerPart, numberOf, objectIdentifierOf, partsOf, sequenceOf, valueIn } from './der';

export interface Extension {
  isCritical: boolean;
  /** What the OCTET STRING holds. */
  value: Uint8Array;
}

export type Extensions = ReadonlyMap<string, Extension>;

export interface CertificateFields {
  /** In hexadecimal without leading zeros. */
  serialNumber: string;
  /** In DER. */
  issuer: Uint8Array;
  subject: Uint8Array;
  /** How it is signed. */
  algorithm: DerPart;
  /** By object identifier. */
  extensions: Extensions;
}

/** The extensions that this station knows, by their numbers (RFC 5280, 4.2 and 5.2). */
export const extensionNames = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  issuingDistributionPoint: '2.5.29.28',
  certificatePolicies: '2.5.29.32',
  extendedKeyUsage: '2.5.29.37',
} as const;

/** Context-specific and constructed. */
const taggedVersion = 0xa0;
const taggedExtensions = 0xa3;

/** Throws a RangeError for what is no certificate. */
export function fieldsOfCertificate(der: Uint8Array): CertificateFields {
  const [signed, algorithm] = sequenceOf(valueIn(der));
  const parts = sequenceOf(signed);
  // Absent in certificates of version 1.
  if (parts[0]?.tag === taggedVersion) parts.shift();
  const [number, , issuer, , subject] = parts;
  if (!issuer || !subject || !algorithm) throw new RangeError('a certificate without its names');
  const tagged = parts.find(({ tag }) => tag === taggedExtensions);
  return {
    serialNumber: numberOf(number),
    issuer: issuer.whole,
    subject: subject.whole,
    algorithm,
    extensions: tagged ? extensionsOf(valueIn(tagged.content)) : new Map(),
  };
}

/** Of certificates, of lists and of their entries: each has a number, whether it is critical (default: no), and its value. */
export function extensionsOf(list: DerPart): Extensions {
  return new Map(
    sequenceOf(list).map((extension) => {
      const parts = sequenceOf(extension);
      const value = parts.find(({ tag }) => tag === tags.octetString);
      if (!value) throw new RangeError('an extension without value');
      const critical = parts.find(({ tag }) => tag === tags.boolean);
      return [objectIdentifierOf(parts[0]), { isCritical: critical?.content[0] === 0xff, value: value.content }];
    }),
  );
}

/** The bits of KeyUsage, by their place (RFC 5280, 4.2.1.3). */
export const keyUsages = { digitalSignature: 0, nonRepudiation: 1, crlSign: 6 } as const;

/** Whether a key may be used for one of these; a certificate that says nothing of it allows all. */
export function allowsKeyUsage({ extensions }: CertificateFields, ...wanted: (keyof typeof keyUsages)[]): boolean {
  const extension = extensions.get(extensionNames.keyUsage);
  if (!extension) return true;
  const { content } = valueIn(extension.value);
  const [, ...bytes] = content;
  return wanted.some((name) => {
    const bit = keyUsages[name];
    return ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0;
  });
}

/** How many authorities may stand between this one and the last certificate; undefined: any number. */
export function pathLengthOf({ extensions }: CertificateFields): number | undefined {
  const extension = extensions.get(extensionNames.basicConstraints);
  const length = extension && sequenceOf(valueIn(extension.value)).find(({ tag }) => tag === tags.integer);
  return length && Number.parseInt(numberOf(length), 16);
}

/** The key itself, without what says its kind: the bits of a SubjectPublicKeyInfo. */
export function keyBitsOf(info: Uint8Array): Uint8Array {
  return bytesOfBits(sequenceOf(valueIn(info))[1]);
}

/** The critical extensions that are not among these, by their numbers: who does not know one must not rely on what bears it. */
export function unknownCritical(extensions: Extensions, known: readonly string[]): string[] {
  return [...extensions].flatMap(([name, { isCritical }]) => (isCritical && !known.includes(name) ? [name] : []));
}

export function isSameName(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

/** The purposes of ExtendedKeyUsage, by their numbers (RFC 5280, 4.2.1.12); undefined: any. */
export function purposesOf({ extensions }: CertificateFields): string[] | undefined {
  const extension = extensions.get(extensionNames.extendedKeyUsage);
  return extension && partsOf(valueIn(extension.value).content).map((part) => objectIdentifierOf(part));
}
