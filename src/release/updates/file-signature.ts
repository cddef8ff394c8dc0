/** The signature over a whole file, with SHA-256: how it is made is found out, for nobody says it (security whitepaper, L01.FR.04). */
import {
  constants,
  createPublicKey,
  createVerify,
  type KeyObject,
  type Verify,
  type VerifyKeyObjectInput,
} from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { FileSignatureKind, SignedOrder } from '../../hal/firmware-updates';

/** A portion is in memory while it is taken in, in bytes. */
const portionBytes = 256 * 1024;

interface Way {
  kind: FileSignatureKind;
  options: Omit<VerifyKeyObjectInput, 'key'>;
}

const pss: Way = {
  kind: 'RSASSA-PSS',
  options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
};
const pkcs1: Way = { kind: 'RSASSA-PKCS1-v1_5', options: { padding: constants.RSA_PKCS1_PADDING } };
const ecdsa: Way = { kind: 'ECDSA', options: { dsaEncoding: 'der' } };
/** Both numbers one after the other, without anything around them (IEEE P1363). */
const ecdsaPlain: Way = { kind: 'ECDSA', options: { dsaEncoding: 'ieee-p1363' } };

/** ECSchnorr, which the whitepaper names too, is none that Node.js knows. */
const waysOf: Partial<Record<NonNullable<KeyObject['asymmetricKeyType']>, readonly Way[]>> = {
  rsa: [pss, pkcs1],
  'rsa-pss': [pss],
  ec: [ecdsa, ecdsaPlain],
};

/** Reads the file once, portion by portion. Undefined: it is not what was signed. Rejects with what the medium says. */
export async function signatureOf(
  path: string,
  { signer, signature }: Pick<SignedOrder, 'signer' | 'signature'>,
): Promise<FileSignatureKind | undefined> {
  const key = createPublicKey(signer);
  const { asymmetricKeyType: kind } = key;
  const tries = ((kind && waysOf[kind]) ?? []).map((way) => ({ way, verify: createVerify('sha256') }));
  for await (const portion of createReadStream(path, { highWaterMark: portionBytes })) {
    for (const { verify } of tries) verify.update(portion as Uint8Array);
  }
  const bytes = Buffer.from(signature, 'base64');
  return tries.find(({ way, verify }) => isRight(verify, { key, ...way.options }, bytes))?.way.kind;
}

function isRight(verify: Verify, key: VerifyKeyObjectInput, signature: Uint8Array): boolean {
  try {
    return verify.verify(key, signature);
  } catch {
    // OpenSSL says so of a signature that is none at all.
    return false;
  }
}
