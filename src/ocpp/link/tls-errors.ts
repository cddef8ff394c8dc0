/** What OpenSSL says is wrong with a TLS connection, read by the number of its error, which all versions of Node.js tell. */
import { messageOf, systemCode } from '../../hal/errors';
import type { LinkEnd } from './link-end';

export type TlsTrouble = Extract<
  LinkEnd,
  | ('noTls' | 'tlsVersion' | 'tlsDowngraded' | 'tlsSuites' | 'tlsFailed' | 'certificateWeak')
  | ('ownCertificateRefused' | 'ownCertificateRevoked' | 'ownCertificateExpired' | 'ownCertificateMissing')
>;

/** Alerts of the other side (RFC 8446, 6.2; RFC 5246, 7.2.2). Those about certificates can only mean the station's own. */
const alerts: Readonly<Record<number, TlsTrouble>> = {
  40: 'tlsSuites',
  42: 'ownCertificateRefused',
  43: 'ownCertificateRefused',
  44: 'ownCertificateRevoked',
  45: 'ownCertificateExpired',
  46: 'ownCertificateRefused',
  48: 'ownCertificateRefused',
  49: 'ownCertificateRefused',
  70: 'tlsVersion',
  71: 'tlsSuites',
  86: 'tlsDowngraded',
  116: 'ownCertificateMissing',
};

/** What the station itself found (openssl/sslerr.h). */
const findings: Readonly<Record<number, TlsTrouble>> = {
  146: 'noTls', // SSL_R_DATA_LENGTH_TOO_LONG, in OpenSSL 3.2 and newer of what is no record
  156: 'noTls', // SSL_R_HTTP_REQUEST
  181: 'tlsSuites', // SSL_R_NO_CIPHERS_AVAILABLE
  193: 'tlsSuites', // SSL_R_NO_SHARED_CIPHER
  198: 'noTls', // SSL_R_PACKET_LENGTH_TOO_LONG
  248: 'tlsSuites', // SSL_R_UNKNOWN_CIPHER_RETURNED
  257: 'tlsSuites', // SSL_R_UNSUPPORTED_COMPRESSION_ALGORITHM (A00.FR.322)
  258: 'tlsVersion', // SSL_R_UNSUPPORTED_PROTOCOL
  261: 'tlsSuites', // SSL_R_WRONG_CIPHER_RETURNED
  267: 'noTls', // SSL_R_WRONG_VERSION_NUMBER
  343: 'tlsSuites', // SSL_R_COMPRESSION_DISABLED (A00.FR.322)
  373: 'tlsDowngraded', // SSL_R_INAPPROPRIATE_FALLBACK: the sentinel of RFC 8446, 4.1.3
  394: 'certificateWeak', // SSL_R_DH_KEY_TOO_SMALL
  396: 'tlsVersion', // SSL_R_VERSION_TOO_LOW
  397: 'certificateWeak', // SSL_R_CA_KEY_TOO_SMALL
  398: 'certificateWeak', // SSL_R_CA_MD_TOO_WEAK
  399: 'certificateWeak', // SSL_R_EE_KEY_TOO_SMALL
};

/** The library of TLS in an error number of OpenSSL 3, above the 23 bits of its reason (openssl/err.h). */
const tlsLibrary = 20;
const reasonBits = 23;
/** SSL_AD_REASON_OFFSET: from here on the reason is an alert that was received. */
const alertsFrom = 1_000;
const alertMax = 255;

/** Verdicts on certificates have no number: UNSPECIFIED is the code of those for which Node.js has none. */
const weakness = /key.too.small|key.too.weak|md.too.weak|signature.digest|dh.key/i;

/** Undefined: the error is none of TLS. */
export function tlsTroubleOf(error: unknown): TlsTrouble | undefined {
  const code = systemCode(error) ?? '';
  if (!/^(EPROTO|UNSPECIFIED|ERR_SSL_.*)$/.test(code)) return undefined;
  const words = `${code} ${messageOf(error)}`;
  if (weakness.test(words)) return 'certificateWeak';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') return 'noTls';
  const [, digits] = /error:([0-9A-F]{8}):/i.exec(words) ?? [];
  if (digits !== undefined) return troubleOf(Number.parseInt(digits, 16));
  return code.startsWith('ERR_SSL_') ? 'tlsFailed' : undefined;
}

function troubleOf(number: number): TlsTrouble {
  if (number >>> reasonBits !== tlsLibrary) return 'tlsFailed';
  const reason = number & ((1 << reasonBits) - 1);
  const alert = reason - alertsFrom;
  return (alert >= 0 && alert <= alertMax ? alerts[alert] : findings[reason]) ?? 'tlsFailed';
}

/** OpenSSL's words: shown, and not judged. Node.js 20 gives them in its message alone, between numbers and names of files. */
export function opensslReason(error: unknown): string {
  const reason = /error:[0-9A-F]+:[^:]*:[^:]*:([^:\n]+)/.exec(messageOf(error))?.[1];
  return reason === undefined ? '' : `, ${reason}`;
}
