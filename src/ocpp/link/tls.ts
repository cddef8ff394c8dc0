/** TLS to the central system as the security whitepaper wants it from profile 2 on. */
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { ConnectionOptions, PeerCertificate, TLSSocket } from 'node:tls';

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

/** Compression (A00.FR.320) is not in OpenSSL as Node.js has it. */
export function strictTls(tell: (line: string) => void): ConnectionOptions {
  return {
    minVersion: 'TLSv1.2',
    ciphers: suites,
    // Whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED).
    rejectUnauthorized: true,
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

/** What the other side has shown, the server's own first, and behind it each issuer as far as it is known, the root last. */
export function peerCertificates(wire: TLSSocket): X509Certificate[] {
  const { X509Certificate } = require('node:crypto') as typeof import('node:crypto');
  const chain: X509Certificate[] = [];
  let shown = wire.getPeerCertificate(true);
  while (shown?.raw && chain.length < chainMax) {
    chain.push(new X509Certificate(shown.raw));
    // A root is its own issuer.
    if (!shown.issuerCertificate || shown.issuerCertificate === shown) break;
    shown = shown.issuerCertificate;
  }
  return chain;
}

/** As Node.js has it, whose own look is not taken where its verdict on dates comes first. */
export function nameObjection(socket: TLSSocket, { host = '', ...options }: ConnectionOptions): Error | undefined {
  const { checkServerIdentity } = require('node:tls') as typeof import('node:tls');
  return (options.checkServerIdentity ?? checkServerIdentity)(
    options.servername || host,
    socket.getPeerCertificate(true),
  );
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

/**
 * The certificate on which trust in the other side rests: SHA-256 in hexadecimal; undefined without TLS. It is the first of the chain
 * that is one of `anchors` (their fingerprints), or the last.
 */
export function rootOf(wire: object, anchors: readonly string[] = []): string | undefined {
  if (!isTls(wire)) return undefined;
  const chain = peerCertificates(wire).map(({ fingerprint256 }) => fingerprintOf(fingerprint256));
  return chain.find((fingerprint) => anchors.includes(fingerprint)) ?? chain.at(-1);
}

function isTls(wire: object): wire is TLSSocket {
  return 'getPeerCertificate' in wire;
}

/**
 * Connects over TLS, and lets nothing of ours leave before the handshake is complete and `objection` has looked at it: the request
 * with its password is written long before, and whether it waits must not hang on the order in which Node.js does things.
 */
export function connectTls(options: ConnectionOptions, objection: (socket: TLSSocket) => Error | undefined): TLSSocket {
  const { connect } = require('node:tls') as typeof import('node:tls');
  const { constants } = require('node:crypto') as typeof import('node:crypto');
  const { host = '' } = options;
  // An address is no name to ask for (RFC 6066, 3). The path of the URL would be taken for that of a socket in the file system.
  const socket = connect({
    ...{ servername: isIP(host) === 0 ? host : '', ...options, path: undefined },
    // A second handshake over the first could bring another certificate (TLS 1.2; RFC 5746).
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  });
  socket.cork();
  socket.once('secureConnect', () => {
    const error = objection(socket);
    if (error) socket.destroy(error);
    else socket.uncork();
  });
  return socket;
}
