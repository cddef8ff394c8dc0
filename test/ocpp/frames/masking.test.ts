/** What onlookers of frames may not read: secrets in every shape in which OCPP carries them, and cards where asked. */
import fc from 'fast-check';
import {
  hasNothingSecret,
  isSecretKey,
  maskedCard,
  withoutCards,
  withoutPasswords,
  withoutSecrets,
} from '../../../src/ocpp/frames/masking';
import { runs } from '../../support/soak';

const secret = 'hunter2';

test.each<[string, object]>([
  ['ChangeConfiguration.req', { key: 'AuthorizationKey', value: secret }],
  ['the same in other letter case', { KEY: 'authorizationkey', Value: secret }],
  [
    'an item of GetConfiguration.conf',
    { configurationKey: [{ key: 'AuthorizationKey', readonly: false, value: secret }] },
  ],
  ['a key of the maker', { key: 'wifiPassword', value: secret }],
  ['GetDiagnostics.req', { location: `ftp://user:${secret}@files.test/up` }],
  ['a user without password, which may be a token', { location: `https://${secret}@files.test` }],
  ['a password with an at', { location: `ftp://user:a@${secret}@files.test` }],
  ['UpdateFirmware.req', { location: `https://files.test/f.zip?x=1&password=${secret}&y=2`, retrieveDate: 'now' }],
  ['a member of that name', { data: { Password: secret } }],
  ['a list of that name', { secrets: [secret] }],
  ['a private key that a person brings', { action: 'addCertificate', privateKey: secret }],
  ['JSON in the text of DataTransfer', { vendorId: 'x', data: JSON.stringify({ password: secret }) }],
  ['a URL in JSON in a text', { data: JSON.stringify(['a', { to: `wss://u:${secret}@h/` }]) }],
  ['deep down', { a: { b: { c: [{ key: 'AuthorizationKey', value: secret }] } } }],
])('no secret is left of %s', (_what, payload) => {
  const text = JSON.stringify(withoutSecrets(payload));
  expect(text).not.toContain(secret);
  expect(text).toContain('***');
});

test('what has no secret stays the very same', () => {
  const payload = {
    key: 'HeartbeatInterval',
    value: '60',
    url: 'ws://h:90/a@b',
    data: '{"a" :1}',
    list: [{ key: 'x', value: 'mail@example.org' }],
  };
  expect(withoutSecrets(payload)).toBe(payload);
});

const anyText = fc.constantFrom(
  'key',
  'KEY',
  '\u212aey',
  'value',
  'AuthorizationKey',
  'wifiPasswd',
  'x',
  '60',
  'ws://h/',
  'ftp://u:p@h',
  'a?token=1',
  '&secret=2',
  '[1,2]',
  '{"password":"p"}',
  '{"\\u0070assword":"p"}',
);
const { payload: anyPayload } = fc.letrec<{ value: unknown; payload: object }>((tie) => ({
  value: fc.oneof({ withCrossShrink: true }, anyText, fc.integer(), tie('payload')),
  payload: fc.oneof(fc.dictionary(anyText, tie('value'), { maxKeys: 4 }), fc.array(tie('value'), { maxLength: 3 })),
}));

test('where a text is said to hold nothing secret, nothing of its payload is masked', () => {
  let plain = 0;
  fc.assert(
    fc.property(anyPayload, fc.constantFrom(0, 22, 23, 24, 25, 26), (given, depth) => {
      let payload: object = given;
      for (let level = 0; level < depth; level += 1) payload = [payload];
      if (!hasNothingSecret(JSON.stringify([2, '1', 'Any', payload]), payload)) return;
      plain += 1;
      expect(withoutSecrets(payload)).toBe(payload);
    }),
    { numRuns: runs(1_000) },
  );
  expect(plain).toBeGreaterThan(0);
});

test('so it is with the messages of a charge', () => {
  for (const payload of [{}, { connectorId: 1, meterValue: [{ timestamp: 'now', sampledValue: [{ value: '1' }] }] }]) {
    expect(hasNothingSecret(JSON.stringify([2, '1', 'MeterValues', payload]), payload)).toBe(true);
  }
});

test('what is deeper than a message can be is left out', () => {
  let deep: object = { password: secret };
  for (let depth = 0; depth < 5_000; depth += 1) deep = [deep];
  expect(JSON.stringify(withoutSecrets({ deep }))).not.toContain(secret);
});

test('a long text that almost is a URL takes no time', () => {
  for (const piece of ['a', '?', '&a', '://', '?password', '@']) {
    const text = piece.repeat(100_000);
    expect(withoutPasswords(text).length).toBeGreaterThan(0);
  }
});

test('a key is secret by the table or by its name', () => {
  expect(['AuthorizationKey', 'authorizationKEY', 'OldPassword', 'ClientSecret'].map(isSecretKey)).not.toContain(false);
  expect(['HeartbeatInterval', 'URL', 'UID', 'ConnectorPhaseRotation'].map(isSecretKey)).not.toContain(true);
});

test('cards show their last four characters at most, in any message', () => {
  expect([maskedCard('04A1B2C3'), maskedCard('1234567'), maskedCard('')]).toEqual(['…B2C3', '***', '***']);
  const list = [{ idTag: '04A1B2C3', idTagInfo: { status: 'Accepted', parentIdTag: '04FFFFFFFFFF01' } }];
  const payload = { idTag: '12345678', localAuthorizationList: list, data: '{"idtag":"99998888"}' };
  const frame = { number: 1, direction: 'sent', kind: 'call', payload, text: '[2,"1","Authorize",{"idTag"' } as const;
  expect(withoutCards(frame)).toEqual({
    number: 1,
    direction: 'sent',
    kind: 'call',
    payload: {
      idTag: '…5678',
      localAuthorizationList: [{ idTag: '…B2C3', idTagInfo: { status: 'Accepted', parentIdTag: '…FF01' } }],
      data: '{"idtag":"…8888"}',
    },
  });
});
