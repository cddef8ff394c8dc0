/** Why a connection could not be made, in one line for people: what is wrong, and what to do about it. */
import { messageOf, systemCode } from '../../hal/errors';
import { type TlsTrouble, tlsTroubleOf } from './tls';
import type { LinkEnd } from './transport';

interface FailedConnection {
  /** Where to, with its scheme. */
  url: string;
  error: unknown;
  /** Unix time in ms by the machine's clock, by which certificates are judged. */
  nowMs: number;
}

type Explanation = (failed: FailedConnection) => string;

const refusedPassword = 'UID or AuthorizationKey is another one there, or SecurityProfile must be raised';
const trust = 'name the authority that issued it with --csms-ca FILE';
const clock = ({ nowMs }: FailedConnection) => `this machine's clock, which says ${new Date(nowMs).toISOString()}`;
const selfSigned: Explanation = () => `the central system's certificate is self-signed: name it with --csms-ca FILE`;
const ownAuthority: Explanation = () => `the central system's certificate is of an authority of its own: ${trust}`;
const unknownAuthority: Explanation = () => `the central system's certificate is of an unknown authority: ${trust}`;
const noTls: Explanation = () => 'what answers there speaks no TLS: use ws://, or the port of wss://';
const noHttp: Explanation = ({ url, error }) =>
  isWss(url) ? messageOf(error) : 'what answers there is no plain WebSocket: use wss://, or the port of ws://';

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
  ERR_SSL_WRONG_VERSION_NUMBER: noTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: noTls,
  // Node.js 20 has this one code for all that OpenSSL finds, and a wrong port is the commonest.
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
  ERR_SSL_WRONG_VERSION_NUMBER: 'noTls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'noTls',
  EPROTO: 'noTls',
  HPE_INVALID_CONSTANT: 'noWebSocket',
  HPE_INVALID_VERSION: 'noWebSocket',
};

const tlsTroubles: Readonly<Record<TlsTrouble, { end: LinkEnd; words: string }>> = {
  version: { end: 'tlsVersion', words: 'the central system speaks no TLS 1.2 or newer: it must be renewed' },
  suites: {
    end: 'tlsSuites',
    words:
      'the central system offers none of the cipher suites that are allowed (ECDHE or RSA with AES-GCM, or TLS 1.3)',
  },
  weak: {
    end: 'certificateWeak',
    words:
      "the central system's certificate has a key or a signature that is too weak: RSA needs 2048 bits, a curve 224",
  },
};

/** The same for programs. */
export function endOfFailure(error: unknown): LinkEnd {
  const trouble = tlsTroubleOf(error);
  if (trouble) return tlsTroubles[trouble].end;
  const code = systemCode(error) ?? '';
  return (Object.hasOwn(ends, code) ? ends[code] : undefined) ?? 'other';
}

export function reasonOfFailure(failed: FailedConnection): string {
  const { error } = failed;
  const trouble = tlsTroubleOf(error);
  if (trouble) return `${tlsTroubles[trouble].words}${opensslReason(error)}`;
  const code = String((error as { code?: unknown } | undefined)?.code);
  const explain = Object.hasOwn(explanations, code) ? explanations[code] : undefined;
  return explain ? `${explain(failed)} (${code})` : messageOf(error);
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

/** Shown, and not judged: Node.js 20 gives it in its message alone, between numbers and names of files. */
function opensslReason(error: unknown): string {
  const reason = /error:[0-9A-F]+:[^:]*:[^:]*:([^:\n]+)/.exec(messageOf(error))?.[1];
  return reason === undefined ? '' : `, ${reason}`;
}
