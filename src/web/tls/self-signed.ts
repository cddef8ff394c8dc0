/** A certificate that a station signs for itself (RFC 5280): ECDSA on P-256, with the names and addresses at which it is called. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { around, bitString, der, inPlace, integer, objectId, sequence, tags, time } from './der';

export interface KeyAndCertificate {
  /** Both in PEM. */
  key: string;
  cert: string;
}

export interface SelfSignedOptions {
  commonName: string;
  /** Names, and addresses as numbers. */
  names: readonly string[];
  /** Unix times, in ms. */
  from: number;
  to: number;
}

const ids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const;
const serialBytes = 16;

export function selfSigned(options: SelfSignedOptions): KeyAndCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(objectId(ids.ecdsaWithSha256));
  const toBeSigned = bodyOf(options, publicKey, algorithm);
  const bytes = sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, privateKey)));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    cert: new X509Certificate(bytes).toString(),
  };
}

function bodyOf({ commonName, names, from, to }: SelfSignedOptions, publicKey: KeyObject, algorithm: Buffer): Buffer {
  const name = sequence(
    der(tags.set, sequence(objectId(ids.commonName), der(tags.utf8String, Buffer.from(commonName)))),
  );
  const version3 = der(around(0), integer(Buffer.from([2])));
  return sequence(
    version3,
    integer(randomBytes(serialBytes)),
    algorithm,
    name,
    sequence(time(from), time(to)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(around(3), extensionsOf(names)),
  );
}

/**
 * No authority: whoever trusts it trusts this station and nothing that its key might sign. keyUsage is left out, for without
 * the right to sign certificates OpenSSL would not take it as its own issuer.
 */
function extensionsOf(names: readonly string[]): Buffer {
  return sequence(
    extension(ids.basicConstraints, sequence(), true),
    extension(ids.extendedKeyUsage, sequence(objectId(ids.serverAuthentication))),
    extension(ids.alternativeNames, sequence(...names.map(alternativeName))),
  );
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [der(tags.boolean, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...critical, der(tags.octetString, value));
}

/** dNSName or iPAddress (RFC 5280, 4.2.1.6). */
function alternativeName(name: string): Buffer {
  return isIP(name) === 0 ? der(inPlace(2), Buffer.from(name)) : der(inPlace(7), bytesOf(name));
}

function bytesOf(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail] = address.split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const all = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
