/** TLS to the central system as the security whitepaper wants it from profile 2 on, and what is wrong where none comes about. */
import { isIP, type Socket } from 'node:net';
import type { ConnectionOptions, PeerCertificate, TLSSocket } from 'node:tls';
import { messageOf, systemCode } from '../../hal/errors';

/**
 * TLS 1.3, and of TLS 1.2 what A00.FR.317 and 318 name: ECDHE with AES-GCM, and last RSA with AES-GCM, which has no forward
 * secrecy. The level is set here and not by the version of Node.js: 2 wants RSA keys of 2,048 bits and curves of 224
 * (A00.FR.502, 503), and no SHA-1 in certificates.
 */
const suites = [
  ...['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'],
  ...['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'],
  ...['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ...['AES128-GCM-SHA256', 'AES256-GCM-SHA384'],
  '@SECLEVEL=2',
].join(':');

/** Compression (A00.FR.320) and renegotiation by the server are not in OpenSSL as Node.js has it. */
export function strictTls(tell: (line: string) => void): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ciphers: suites,
    checkServerIdentity: (host, certificate) => {
      const { checkServerIdentity } = require('node:tls') as typeof import('node:tls');
      const error = checkServerIdentity(host, certificate);
      if (!error || !isAddressInName(host, certificate)) return error;
      tell(`the central system's certificate has its address ${host} as a name: it should be an alternative name`);
      return undefined;
    },
  };
}

/** Where a certificate has no alternative names its common name counts (A00.FR.308); Node.js takes no address there. */
function isAddressInName(host: string, { subject, subjectaltname }: PeerCertificate): boolean {
  return isIP(host) !== 0 && subjectaltname === undefined && subject?.CN === host;
}

/**
 * The certificate on which trust in the other side rests: SHA-256 in hexadecimal; undefined without TLS. It is the first of the chain
 * that is one of `anchors` (their fingerprints), or the last.
 */
export function rootOf(wire: Socket, anchors: readonly string[] = []): string | undefined {
  if (!isTls(wire)) return undefined;
  let certificate = wire.getPeerCertificate(true);
  // A root is its own issuer.
  for (let n = 0; n < chainMax && certificate.issuerCertificate; n += 1) {
    if (certificate.issuerCertificate === certificate) break;
    if (anchors.includes(fingerprintOf(certificate.fingerprint256))) break;
    certificate = certificate.issuerCertificate;
  }
  const { fingerprint256: told } = certificate;
  return told === undefined ? undefined : fingerprintOf(told);
}

/**
 * The fingerprints of roots that are signed by another one, and which count all the same: whatever they are signed by may be gone
 * (M05.FR.12). Empty where this Node.js takes none but those that are signed by themselves.
 */
export function partialAnchors(pem: readonly string[]): string[] {
  if (pem.length === 0) return [];
  const { X509Certificate } = require('node:crypto') as typeof import('node:crypto');
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 18) || major === 21 || (major === 22 && minor < 9)) return [];
  const certificates = pem.map((text) => new X509Certificate(text));
  return certificates.filter((one) => !one.checkIssued(one)).map((one) => fingerprintOf(one.fingerprint256));
}

/** Without the colons of Node.js. */
export function fingerprintOf(told: string): string {
  return told.replaceAll(':', '').toLowerCase();
}

/** Longer chains are none. */
const chainMax = 20;

function isTls(wire: Socket): wire is TLSSocket {
  return 'getPeerCertificate' in wire;
}

export type TlsTrouble = 'version' | 'suites' | 'weak';

/** By OpenSSL's words for what is wrong, which are the same in all versions of Node.js. */
const troubles: readonly [RegExp, TlsTrouble][] = [
  [/unsupported.protocol|alert.protocol.version|version.too.low/i, 'version'],
  [/handshake.failure|no.shared.cipher|no.ciphers|wrong.cipher|unknown.cipher|insufficient.security/i, 'suites'],
  [/key.too.small|key.too.weak|md.too.weak|signature.digest|dh.key/i, 'weak'],
];

/** Undefined: it is none of these. */
export function tlsTroubleOf(error: unknown): TlsTrouble | undefined {
  const code = systemCode(error) ?? '';
  // UNSPECIFIED: what is wrong with a certificate, where Node.js has no code for it.
  if (!/^(EPROTO|UNSPECIFIED|ERR_SSL_.*)$/.test(code)) return undefined;
  const words = `${code} ${messageOf(error)}`;
  return troubles.find(([pattern]) => pattern.test(words))?.[1];
}
