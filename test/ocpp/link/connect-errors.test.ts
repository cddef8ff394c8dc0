/** Why a connection could not be made, for programs: by the code of the error, never by its words. */
import { endOfFailure } from '../../../src/ocpp/link/connect-errors';

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
