/** A certificate of our own: what Node.js reads out of it is what was put in. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { selfSigned } from '../../src/web/tls/self-signed';

const from = Date.UTC(2024, 0, 1);
const to = Date.UTC(2034, 5, 7, 8, 9, 10);
const names = [
  'localhost',
  'station.local',
  '127.0.0.1',
  '192.168.1.200',
  '::1',
  '2001:db8::17:1',
  'fd00:1:2:3:4:5:6:7',
];

function made(given: Partial<Parameters<typeof selfSigned>[0]> = {}) {
  const { key, cert } = selfSigned({ commonName: 'station', names, from, to, ...given });
  return { key, certificate: new X509Certificate(cert) };
}

test('it is signed by its own key, which is one of P-256', () => {
  const { key, certificate } = made();
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  expect(certificate.checkIssued(certificate)).toBe(true);
  expect([certificate.subject, certificate.issuer, certificate.ca]).toEqual(['CN=station', 'CN=station', false]);
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
});

test('it is for every name and address, and for no other', () => {
  const { certificate } = made();
  const isFor = (name: string) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name));
  expect(names.filter((name) => isFor(name) === undefined)).toEqual([]);
  for (const name of ['127.0.0.2', '2001:db8::17:2', '::']) expect(certificate.checkIP(name)).toBeUndefined();
  expect(certificate.checkHost('other.local')).toBeUndefined();
});

test('it is for many names, whose length takes more than a byte', () => {
  const many = Array.from({ length: 300 }, (_, number) => `n${number}.example`);
  const { certificate } = made({ names: many });
  expect(certificate.checkHost('n299.example')).toBe('n299.example');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test.each([
  [from, to],
  [from, Date.UTC(2049, 11, 31, 23, 59, 59)],
  [from, Date.UTC(2050, 0, 1)],
  [Date.UTC(2051, 1, 3), Date.UTC(2061, 1, 3)],
])('it is valid from %i to %i', (begin, end) => {
  const { certificate } = made({ from: begin, to: end });
  expect([Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]).toEqual([begin, end]);
});

test('no two have the same key or number, and a number is never negative', () => {
  const several = Array.from({ length: 20 }, () => made());
  expect(new Set(several.map(({ certificate }) => certificate.serialNumber)).size).toBe(20);
  expect(new Set(several.map(({ key }) => key)).size).toBe(20);
  expect(several.every(({ certificate }) => !certificate.serialNumber.startsWith('-'))).toBe(true);
});
