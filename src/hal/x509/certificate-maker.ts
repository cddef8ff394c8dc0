/** Makes certificates and lists of revoked ones (RFC 5280), signed by ECDSA on P-256: Node.js has nothing that does. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { around, bitString, der, inPlace, integer, objectId, sequence, tags, time } from './der-writer';

export interface KeyAndCertificate {
  /** Both in PEM. */
  key: string;
  cert: string;
}

/** Who signs: its name in DER, and its key on P-256. */
export interface Issuer {
  name: Uint8Array;
  key: KeyObject;
}

export interface CertificateWish {
  /** In DER; see `nameOf`. */
  subject: Uint8Array;
  publicKey: KeyObject;
  /** Unix times, in ms. */
  from: number;
  to: number;
  /** What it may be used for; `authority`: to issue certificates; `signer`: to sign programs. */
  use: 'authority' | 'server' | 'client' | 'signer';
  /** Names, and addresses as numbers. */
  names?: readonly string[];
  /** Random unless told. */
  serial?: Uint8Array;
}

const ids = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organisation: '2.5.4.10',
  keyUsage: '2.5.29.15',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
  clientAuthentication: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
} as const;
const serialBytes = 16;
/** keyCertSign and cRLSign, the bits 5 and 6; one bit of the byte is not used (4.2.1.3). */
const signsOthers = Buffer.from([1, 0b0000_0110]);

const algorithm = sequence(objectId(ids.ecdsaWithSha256));

export function newKeyPair(): { privateKey: KeyObject; publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** In PEM, as it is kept in a file. */
export function keyText(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** A name in DER. */
export function nameOf(commonName: string, organisation?: string): Buffer {
  const part = (id: string, text: string): Buffer =>
    der(tags.set, sequence(objectId(id), der(tags.utf8String, Buffer.from(text))));
  const whose = organisation === undefined ? [] : [part(ids.organisation, organisation)];
  return sequence(...whose, part(ids.commonName, commonName));
}

/** In PEM. */
export function issuedCertificate(wish: CertificateWish, issuer: Issuer): string {
  const { subject, publicKey, from, to, serial = randomBytes(serialBytes) } = wish;
  const version3 = der(around(0), integer(Buffer.from([2])));
  const bytes = signed(
    sequence(
      version3,
      integer(serial),
      algorithm,
      issuer.name,
      sequence(time(from), time(to)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      der(around(3), extensionsOf(wish)),
    ),
    issuer,
  );
  return new X509Certificate(bytes).toString();
}

/** In PEM: the certificates with these numbers are worth nothing any more. */
export function revocationList(
  serials: readonly Uint8Array[],
  { from, to }: { from: number; to: number },
  issuer: Issuer,
): string {
  const version2 = integer(Buffer.from([1]));
  const rows = serials.map((serial) => sequence(integer(serial), time(from)));
  // A list of nothing is left out (5.1.2.6).
  const revoked = rows.length === 0 ? [] : [sequence(...rows)];
  const body = sequence(version2, algorithm, issuer.name, time(from), time(to), ...revoked);
  const base64 = signed(body, issuer).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN X509 CRL-----\n${lines.join('\n')}\n-----END X509 CRL-----\n`;
}

function signed(body: Buffer, { key }: Issuer): Buffer {
  return sequence(body, algorithm, bitString(sign('sha256', body, key)));
}

/**
 * keyUsage stands in those of authorities alone: without the right to sign certificates OpenSSL would not take one that is
 * signed by itself as its own issuer.
 */
function extensionsOf({ use, names = [] }: CertificateWish): Buffer {
  if (use === 'authority') {
    const isAuthority = sequence(der(tags.boolean, Buffer.from([0xff])));
    const usage = der(tags.bitString, signsOthers);
    return sequence(extension(ids.basicConstraints, isAuthority, true), extension(ids.keyUsage, usage, true));
  }
  const purpose = { server: ids.serverAuthentication, client: ids.clientAuthentication, signer: ids.codeSigning }[use];
  return sequence(
    extension(ids.basicConstraints, sequence(), true),
    extension(ids.extendedKeyUsage, sequence(objectId(purpose))),
    ...(names.length === 0 ? [] : [extension(ids.alternativeNames, sequence(...names.map(alternativeName)))]),
  );
}

function extension(id: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [der(tags.boolean, Buffer.from([0xff]))] : [];
  return sequence(objectId(id), ...critical, der(tags.octetString, value));
}

/** dNSName or iPAddress (4.2.1.6). */
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
