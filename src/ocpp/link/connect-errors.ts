/** Why a connection could not be made, in one line for people: what is wrong, and what to do about it. */
import { messageOf, systemCode } from '../../hal/errors';
import { Distrust } from './peer-judge';
import { opensslReason, type TlsTrouble, tlsTroubleOf } from './tls-errors';
import type { LinkEnd } from './transport';

interface FailedConnection {
  /** Where to, with its scheme. */
  url: string;
  error: unknown;
  /** Unix time in ms by the machine's clock, by which certificates are judged. */
  nowMs: number;
  /** TLS had come about. */
  isSecure?: boolean;
  /** The station comes with a certificate of its own. */
  hasCertificate?: boolean;
}

type Explanation = (failed: FailedConnection) => string;

const refusedPassword = 'UID or AuthorizationKey is another one there, or SecurityProfile must be raised';
const trust = 'name the authority that issued it with --csms-ca FILE';
const clock = ({ nowMs }: FailedConnection) => `this machine's clock, which says ${new Date(nowMs).toISOString()}`;
const selfSigned: Explanation = () => `the central system's certificate is self-signed: name it with --csms-ca FILE`;
const ownAuthority: Explanation = () => `the central system's certificate is of an authority of its own: ${trust}`;
const unknownAuthority: Explanation = () => `the central system's certificate is of an unknown authority: ${trust}`;
const invalid: Explanation = () =>
  "the central system's certificate is none for a server, or what it rests on is broken: have another one issued";
const noHttp: Explanation = ({ url, error }) =>
  isWss(url) ? messageOf(error) : 'what answers there is no plain WebSocket: use wss://, or the port of ws://';

/** What OpenSSL has against a certificate or the path to its authority beside trust, dates and weakness (openssl/x509_vfy.h). */
const invalidPaths = [
  ...['CERT_SIGNATURE_FAILURE', 'UNABLE_TO_DECRYPT_CERT_SIGNATURE', 'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY'],
  ...['ERROR_IN_CERT_NOT_BEFORE_FIELD', 'ERROR_IN_CERT_NOT_AFTER_FIELD', 'CERT_CHAIN_TOO_LONG', 'INVALID_CA'],
  // UNSPECIFIED: all for which Node.js has no code, such as name constraints and unknown critical extensions.
  ...['PATH_LENGTH_EXCEEDED', 'INVALID_PURPOSE', 'CERT_UNTRUSTED', 'CERT_REJECTED', 'HOSTNAME_MISMATCH', 'UNSPECIFIED'],
];

/** By the code of the error: OpenSSL's of certificates, Node's of TLS and HTTP. */
const explanations: Readonly<Record<string, Explanation>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: ownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_HAS_EXPIRED: (failed) =>
    `the central system's certificate has expired: have it renewed, or set ${clock(failed)}`,
  CERT_NOT_YET_VALID: (failed) => `the central system's certificate is not valid yet: set ${clock(failed)}`,
  ERR_TLS_CERT_ALTNAME_INVALID: wrongName,
  ...Object.fromEntries(invalidPaths.map((code) => [code, invalid])),
  // Without a number of OpenSSL nothing is known but that it was about TLS, and a wrong port is the commonest.
  EPROTO: ({ error }) => `no TLS came about${opensslReason(error)}: if the port is one without, use ws://`,
  HPE_INVALID_CONSTANT: noHttp,
  HPE_INVALID_VERSION: noHttp,
  ECONNRESET: ({ url }) =>
    `the connection was cut before there was an answer${isWss(url) ? '' : ': if the port is one for TLS, use wss://'}`,
};

/** By the same codes; those of sockets are POSIX's, those of names getaddrinfo's. */
const ends: Readonly<Record<string, LinkEnd>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'nameUnknown',
  EAI_AGAIN: 'nameUnknown',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ETIMEDOUT: 'timedOut',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificateUnknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificateUnknown',
  UNABLE_TO_GET_ISSUER_CERT: 'certificateUnknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificateUnknown',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificateUnknown',
  CERT_HAS_EXPIRED: 'certificateExpired',
  CERT_NOT_YET_VALID: 'certificateEarly',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificateName',
  ...Object.fromEntries(invalidPaths.map((code) => [code, 'certificateInvalid' as const])),
  EPROTO: 'noTls',
  HPE_INVALID_CONSTANT: 'noWebSocket',
  HPE_INVALID_VERSION: 'noWebSocket',
};

/** Of a wire that the other side has let go of. */
const cuts = ['ECONNRESET', 'EPIPE'];
const cutInTls =
  "the connection was cut in the handshake of TLS, or as soon as it was over: the central system may not take this station's certificate, or want one (SecurityProfile 3)";

const tlsWords: Readonly<Record<TlsTrouble, string>> = {
  noTls: 'what answers there speaks no TLS: use ws://, or the port of wss://',
  tlsVersion: 'the central system speaks no TLS 1.2 or newer: it must be renewed',
  tlsDowngraded:
    'the central system knows a newer TLS than the one that came back: something between may have changed the answer',
  tlsSuites:
    'the central system offers none of the cipher suites that are allowed (ECDHE or RSA with AES-GCM, or TLS 1.3)',
  tlsFailed: 'TLS began and came to nothing: have the TLS of the central system, or of a proxy before it, looked at',
  certificateWeak:
    "the central system's certificate has a key or a signature that is too weak: RSA needs 2048 bits, a curve 224",
  ownCertificateRefused:
    "the central system does not take this station's certificate: it must be of an authority that is known there",
  ownCertificateRevoked: "the central system says that this station's certificate is revoked: another must be issued",
  ownCertificateExpired: "the central system says that this station's certificate has expired: have it renewed",
  ownCertificateMissing:
    'the central system wants a certificate of this station: SecurityProfile 3 is the one with certificates',
};

/** The same for programs. */
export function endOfFailure(failed: Omit<FailedConnection, 'url' | 'nowMs'>): LinkEnd {
  const { error } = failed;
  if (error instanceof Distrust) return error.how;
  if (isCutInTls(failed)) return 'cutInTls';
  if (isUnusable(failed)) return 'ownCertificateUnusable';
  const trouble = tlsTroubleOf(error);
  if (trouble) return trouble;
  const code = systemCode(error) ?? '';
  return (Object.hasOwn(ends, code) ? ends[code] : undefined) ?? 'other';
}

export function reasonOfFailure(failed: FailedConnection): string {
  const { error } = failed;
  if (error instanceof Distrust) return error.message;
  const code = String((error as { code?: unknown } | undefined)?.code);
  if (isCutInTls(failed)) return `${cutInTls} (${code})`;
  if (isUnusable(failed)) return `this station's certificate and key cannot be used${opensslReason(error)} (${code})`;
  const trouble = tlsTroubleOf(error);
  if (trouble) return `${tlsWords[trouble]}${opensslReason(error)}`;
  const explain = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
  return explain ? `${explain(failed)} (${code})` : messageOf(error);
}

type Circumstances = Pick<FailedConnection, 'error' | 'isSecure' | 'hasCertificate'>;

/** Servers that look at the station's certificate when TLS is complete, such as those on Node.js, cut without an alert. */
function isCutInTls({ error, isSecure, hasCertificate }: Circumstances): boolean {
  return (isSecure === true || hasCertificate === true) && cuts.includes(systemCode(error) ?? '');
}

/** What OpenSSL says before there is a connection is about what the station brings. */
function isUnusable({ error, isSecure, hasCertificate }: Circumstances): boolean {
  return hasCertificate === true && !isSecure && /^ERR_OSSL_/.test(systemCode(error) ?? '');
}

/** The handshake was answered, but not with a WebSocket: 401 and 403 say that this station may not (RFC 9110, 15.5). */
export function endOfRefusal(status: number): LinkEnd {
  return status === 401 || status === 403 ? 'unauthorised' : 'noWebSocket';
}

export function reasonOfRefusal(url: string, status: number): string {
  if (status === 401 || status === 403)
    return `the server does not take this station: ${refusedPassword} (HTTP ${status})`;
  // A server that understands both protocols says so to plain HTTP at the port of the other.
  const hint = status === 400 && !isWss(url) ? ': if the port is one for TLS, use wss://' : '';
  return `the server answered HTTP ${status} instead of a WebSocket${hint}`;
}

function wrongName({ url, error }: FailedConnection): string {
  const names = namesOf(error);
  const whose = names === undefined ? 'is for another name' : `is for ${names}`;
  return `the central system's certificate ${whose}, not for ${new URL(url).hostname}: use an address that it names`;
}

function namesOf(error: unknown): string | undefined {
  const { cert } = error as { cert?: { subjectaltname?: string } };
  return cert?.subjectaltname?.replaceAll(/DNS:|IP Address:/g, '');
}

function isWss(url: string): boolean {
  return /^wss:/i.test(url);
}
