/** What a certificate says of itself that Node.js does not tell: how it was signed, what its key is for, how deep it reaches. */
import { partsOf } from './der';

export interface CertificateDetails {
  /** By the object identifier of the signature: SHA-2 or a curve of Edwards. */
  isSignedSoundly: boolean;
  /** Absent: the certificate does not say what its key is for (RFC 5280, 4.2.1.3). */
  mayDigitallySign?: boolean;
  /** How many authorities may stand below this one (4.2.1.9); absent: any number. */
  pathLength?: number;
}

/** In hexadecimal, as DER has them. */
const identifiers = {
  keyUsage: '551d0f',
  basicConstraints: '551d13',
  rsaPss: '2a864886f70d01010a',
};
/** RSA with SHA-256, 384 and 512; ECDSA with SHA-224 to 512; Ed25519 and Ed448. */
const soundSignatures = new Set([
  ...['2a864886f70d01010b', '2a864886f70d01010c', '2a864886f70d01010d'],
  ...['2a8648ce3d040301', '2a8648ce3d040302', '2a8648ce3d040303', '2a8648ce3d040304'],
  ...['2b6570', '2b6571'],
]);
/** SHA-256, 384 and 512, which RSA-PSS names among its parameters; without any it means SHA-1 (RFC 4055, 3.1). */
const soundDigests = ['608648016503040201', '608648016503040202', '608648016503040203'];

const extensionsTag = 0xa3;
const integerTag = 0x02;
const octetsTag = 0x04;
const sequenceTag = 0x30;

/** Throws a RangeError for what is no certificate. */
export function detailsOf(certificate: Uint8Array): CertificateDetails {
  const [whole] = partsOf(certificate);
  const [signed, algorithm] = partsOf(contentOf(whole));
  const extensions = extensionsOf(contentOf(signed));
  const usage = extensions.get(identifiers.keyUsage);
  const constraints = extensions.get(identifiers.basicConstraints);
  const length = constraints && pathLengthOf(constraints);
  return {
    isSignedSoundly: isSound(contentOf(algorithm)),
    ...(usage && { mayDigitallySign: isFirstBitSet(usage) }),
    ...(length !== undefined && { pathLength: length }),
  };
}

function isSound(algorithm: Uint8Array): boolean {
  const [identifier, parameters] = partsOf(algorithm);
  const name = hexOf(contentOf(identifier));
  if (name !== identifiers.rsaPss) return soundSignatures.has(name);
  const [digest] = partsOf(contentOf(parameters));
  return soundDigests.some((sound) => hexOf(digest?.content ?? new Uint8Array()).includes(sound));
}

/** By object identifier, what the OCTET STRING of each holds (RFC 5280, 4.1). */
function extensionsOf(signed: Uint8Array): Map<string, Uint8Array> {
  const tagged = partsOf(signed).find(({ tag }) => tag === extensionsTag);
  const found = new Map<string, Uint8Array>();
  if (!tagged) return found;
  const [list] = partsOf(tagged.content);
  for (const { tag, content } of partsOf(contentOf(list))) {
    const parts = tag === sequenceTag ? partsOf(content) : [];
    const value = parts.at(-1);
    if (value?.tag === octetsTag) found.set(hexOf(contentOf(parts[0])), value.content);
  }
  return found;
}

/** The first bit of a BIT STRING, behind the number of those that are unused. */
function isFirstBitSet(extension: Uint8Array): boolean {
  const [bits] = partsOf(extension);
  return ((contentOf(bits)[1] ?? 0) & 0x80) !== 0;
}

function pathLengthOf(extension: Uint8Array): number | undefined {
  const [constraints] = partsOf(extension);
  const length = partsOf(contentOf(constraints)).find(({ tag }) => tag === integerTag);
  return length && Number(`0x${hexOf(length.content) || '0'}`);
}

function contentOf(part: { content: Uint8Array } | undefined): Uint8Array {
  if (!part) throw new RangeError('a certificate that ends too early');
  return part.content;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
