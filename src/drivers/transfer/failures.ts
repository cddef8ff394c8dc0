/** What went wrong with a transfer, by the code of the error: what it is for programs, and what to do in words. */
import { type ErrorCode, GreenupError, messageOf, systemCode } from '../../hal/errors';

/** Those of sockets are POSIX's, those of names getaddrinfo's. */
const unreachable = [
  ...['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'ETIMEDOUT', 'EADDRNOTAVAIL'],
  ...['ENOTFOUND', 'EAI_AGAIN'],
];
/** OpenSSL's words for certificates (X509_verify_cert_error_string(3)), and Node's for one of another name. */
const certificate = /^(CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_|PATH_LENGTH|HOSTNAME_MISMATCH|ERR_TLS_CERT)/;
/** No TLS came about: what answers speaks none, or none that is good enough. */
const noTls = /^(EPROTO|ERR_SSL_|ERR_TLS_)/;

const authorities = 'name the authority that issued it with --csms-ca FILE, or install it in the operating system';

/** `name` is that of the address. What is a failure of ours already stays so; what is unknown counts as a broken connection. */
export function failureOf(error: unknown, name: string): GreenupError {
  if (error instanceof GreenupError) return error;
  const code = systemCode(error) ?? '';
  const told = (what: ErrorCode, words: string) => new GreenupError(what, `${name}: ${words}`, { cause: error });
  if (unreachable.includes(code)) return told('transfer.unreachable', `cannot be reached (${code})`);
  if (certificate.test(code)) {
    return told('transfer.untrusted', `its certificate is not trusted (${messageOf(error)}): ${authorities}`);
  }
  if (noTls.test(code)) return told('transfer.untrusted', `no TLS came about (${code})`);
  return told('transfer.broken', `the connection ended: ${messageOf(error)}`);
}
