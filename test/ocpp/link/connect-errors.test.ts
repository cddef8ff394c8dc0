/** Why a connection could not be made, for programs: by the code of the error, never by its words. */
import { endOfFailure, reasonOfFailure } from '../../../src/ocpp/link/connect-errors';

test.each([
  ['ECONNREFUSED', 'refused'],
  ['ENOTFOUND', 'nameUnknown'],
  ['EAI_AGAIN', 'nameUnknown'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ETIMEDOUT', 'timedOut'],
  ['CERT_HAS_EXPIRED', 'certificateExpired'],
  ['CERT_NOT_YET_VALID', 'certificateEarly'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'certificateUnknown'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'certificateUnknown'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificateName'],
  ['EPROTO', 'noTls'],
  ['HPE_INVALID_CONSTANT', 'noWebSocket'],
  ['ESOMETHING', 'other'],
  ['constructor', 'other'],
  [undefined, 'other'],
])('%s is %s', (code, end) => {
  expect(endOfFailure({ error: Object.assign(new Error('ECONNREFUSED certificate'), { code }) })).toBe(end);
});

test('what was thrown may be anything', () => {
  expect(endOfFailure({ error: 'ECONNREFUSED' })).toBe('other');
});

/** As Node.js writes it: where, the number, library, function, words, file and line. */
const openssl = (number: string) =>
  Object.assign(new Error(`write EPROTO 80AC:error:${number}:some routines:some_function:some words:file.c:1:\n`), {
    code: 'EPROTO',
  });

test.each([
  ['0A00010B', 'noTls'],
  ['0A000102', 'tlsVersion'],
  ['0A000410', 'tlsSuites'],
  ['0A00045C', 'ownCertificateMissing'],
  ['0A0004FF', 'tlsFailed'],
  ['0A000001', 'tlsFailed'],
  // The same reasons in the library of ASN.1 mean something else.
  ['0680010B', 'tlsFailed'],
  ['06800410', 'tlsFailed'],
])('the number %s of OpenSSL is %s, and its words are shown', (number, end) => {
  const error = openssl(number);
  expect(endOfFailure({ error })).toBe(end);
  const reason = reasonOfFailure({ url: 'wss://central.test', error, nowMs: 0 });
  expect(reason).toMatch(/, some words$/);
});

test.each([
  [{ isSecure: true }, 'cutInTls'],
  [{ hasCertificate: true }, 'cutInTls'],
  [{ isSecure: false, hasCertificate: false }, 'other'],
])('a cut with %j is %s', (circumstances, end) => {
  const error = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  expect(endOfFailure({ error, ...circumstances })).toBe(end);
});
