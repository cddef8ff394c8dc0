/** The signature of a package: Ed25519 (RFC 8032) over the very bytes of its manifest, which names the digest of every file. */
import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { Check } from '@sinclair/typebox/value';
import { GreenupError, messageOf } from '../../hal/errors';
import { shape } from '../../hal/shapes';

/** A public key with which packages may be signed. */
export interface TrustedKey {
  /** SHA-256 of the key as it stands in a file (SubjectPublicKeyInfo), in hexadecimal digits. */
  fingerprint: string;
  key: KeyObject;
}

const signatureShape = shape.Object({
  /** Fingerprint of the key, by which it is found. */
  key: shape.String({ pattern: '^[0-9a-f]{64}$' }),
  /** In base64. */
  signature: shape.String({ pattern: '^[A-Za-z0-9+/]{86}==$' }),
});

/** As much of a fingerprint as people compare. */
export function shortFingerprint(fingerprint: string): string {
  return fingerprint.slice(0, 16);
}

export function fingerprintOf(key: KeyObject): string {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

/** `where` begins the message of what is thrown: `config.invalid` for what is no public key of Ed25519 in PEM. */
export function publicKeyOf(pem: string, where: string): TrustedKey {
  // Node.js takes a private key for its public one, and a private key must not lie where public ones do.
  if (/PRIVATE KEY/.test(pem)) {
    throw new GreenupError(
      'config.invalid',
      `${where}: is a private key, which belongs on no station; give the public one`,
    );
  }
  const key = keyOf(() => createPublicKey(pem), where, 'public');
  return { fingerprint: fingerprintOf(key), key };
}

/** The same of a private key. */
export function privateKeyOf(pem: string, where: string): KeyObject {
  return keyOf(() => createPrivateKey(pem), where, 'private');
}

function keyOf(read: () => KeyObject, where: string, kind: string): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch (error) {
    throw new GreenupError('config.invalid', `${where}: is no ${kind} key in PEM: ${messageOf(error)}`);
  }
  if (key.asymmetricKeyType === 'ed25519') return key;
  throw new GreenupError('config.invalid', `${where}: is a key of ${key.asymmetricKeyType}; must be one of ed25519`);
}

/** The text of `manifest.sig`. */
export function signatureText(manifest: Uint8Array, key: KeyObject): string {
  const fingerprint = fingerprintOf(createPublicKey(key));
  return `${JSON.stringify({ key: fingerprint, signature: sign(null, manifest, key).toString('base64') })}\n`;
}

/** Who has signed, by one of these keys; throws `package.untrusted` where none of them has. */
export function checkSignature(
  manifest: Uint8Array,
  text: string | undefined,
  keys: readonly TrustedKey[],
): TrustedKey {
  if (text === undefined) throw untrusted('it is not signed');
  const parsed = parseSignature(text);
  if (parsed === undefined) throw untrusted('its signature cannot be read');
  const { key: fingerprint, signature } = parsed;
  const known = keys.find((key) => key.fingerprint === fingerprint);
  if (known === undefined) {
    const accepted = keys.map((key) => shortFingerprint(key.fingerprint)).join(' and ') || 'none';
    throw untrusted(`it is signed by the key ${shortFingerprint(fingerprint)}, and accepted is ${accepted}`);
  }
  if (verify(null, manifest, known.key, Buffer.from(signature, 'base64'))) return known;
  throw untrusted(`its signature by the key ${shortFingerprint(fingerprint)} is wrong: it was changed, or is damaged`);
}

/** Fingerprint of the key that a signature says it is by; undefined where it cannot be read. */
export function signerNamedBy(text: string): string | undefined {
  return parseSignature(text)?.key;
}

function parseSignature(text: string): { key: string; signature: string } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Check(signatureShape, value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function untrusted(problem: string): GreenupError {
  return new GreenupError('package.untrusted', problem);
}
