/** Certificates of authorities: which are trusted, and their names, held against OpenSSL's own. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { hashDataOf, isSameCertificate, readAuthority } from '../../../src/ocpp/security/certificate';
import { Authority, testWithOpenSsl as test } from '../../support/certificates';

const dayMs = 86_400_000;
let authority: Authority;
let folder: string;

beforeAll(() => {
  authority = new Authority();
  folder = mkdtempSync(join(tmpdir(), 'greenup-roots-'));
});

afterAll(() => {
  authority.remove();
  rmSync(folder, { recursive: true, force: true });
});

function root(name: string, ...options: string[]): string {
  const made = ['req', '-x509', '-subj', `/CN=${name}/O=Test`, '-nodes', '-keyout', join(folder, 'key'), ...options];
  execFileSync('openssl', [...made, '-out', join(folder, 'pem')], { stdio: 'pipe' });
  return readFileSync(join(folder, 'pem'), 'utf8');
}

const curve = (name: string) => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${name}`];
const read = (pem: string, nowMs: number | undefined = Date.now()) => readAuthority(pem, nowMs);

test.each([
  ['a curve of 256 bits', () => root('P-256', ...curve('prime256v1'))],
  ['a curve of 521 bits', () => root('P-521', ...curve('secp521r1'))],
  ['RSA with 2048 bits', () => root('RSA', '-newkey', 'rsa:2048')],
  ['Ed25519', () => root('Ed25519', '-newkey', 'ed25519')],
  ['a small number', () => root('small', ...curve('prime256v1'), '-set_serial', '7')],
  ['a number that begins with a high bit', () => root('high', ...curve('prime256v1'), '-set_serial', '0xF00F')],
])('a root with %s: its names are those that OpenSSL asks by', (_, made) => {
  const pem = made();
  const found = read(pem);
  if ('refused' in found) throw new Error(found.refused);
  writeFileSync(join(folder, 'root.pem'), pem);
  for (const algorithm of ['SHA256', 'SHA384', 'SHA512'] as const) {
    const own = [`-${algorithm.toLowerCase()}`, '-issuer', join(folder, 'root.pem'), '-cert', join(folder, 'root.pem')];
    const asked = execFileSync('openssl', ['ocsp', ...own, '-req_text', '-no_nonce'], { encoding: 'utf8' });
    // Long lines are broken.
    const whole = asked.replaceAll(/\\\n\s*/g, '');
    const said = (what: string) => new RegExp(`${what}: ([0-9A-F]+)`).exec(whole)?.[1]?.toLowerCase() ?? '';
    expect(hashDataOf(found, algorithm)).toEqual({
      hashAlgorithm: algorithm,
      issuerNameHash: said('Issuer Name Hash'),
      issuerKeyHash: said('Issuer Key Hash'),
      serialNumber: said('Serial Number').replace(/^0+/, ''),
    });
  }
});

test('line feeds of Windows and words around it do no harm', () => {
  const plain = read(authority.cert);
  expect(read(`subject=CN = Test\r\n${authority.cert.replaceAll('\n', '\r\n')}\r\n`)).toEqual(plain);
  expect(plain).toMatchObject({ fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test.each<[string, () => string, RegExp]>([
  ['no certificate', () => 'hello', /^found 0 certificates in PEM, and must be one$/],
  ['two', () => authority.cert + authority.cert, /^found 2 certificates/],
  ['something else in its place', () => authority.asServer().key, /^found 0/],
  [
    'one that is cut',
    () => `-----BEGIN CERTIFICATE-----\n${Buffer.from('short').toString('base64')}\n-----END CERTIFICATE-----`,
    /^the certificate cannot be read/,
  ],
  ['one of a server', () => authority.issue().cert, /none of an authority/],
  ['RSA with 1024 bits', () => root('weak', '-newkey', 'rsa:1024'), /^its RSA key has 1024 bits; valid: 2048 or more$/],
  [
    'a curve of 192 bits',
    () => root('small', ...curve('prime192v1')),
    /^its key is of the kind prime192v1; valid: RSA/,
  ],
])('%s is refused in words', (_, pem, words) => {
  expect(read(pem())).toEqual({ refused: expect.stringMatching(words) });
});

test('an authority that another has signed is no root', () => {
  const [key, request] = [join(folder, 'sub.key'), join(folder, 'sub.csr')];
  execFileSync(
    'openssl',
    ['req', '-new', '-subj', '/CN=sub', ...curve('prime256v1'), '-nodes', '-keyout', key, '-out', request],
    { stdio: 'pipe' },
  );
  const pem = root('upper', ...curve('prime256v1'));
  writeFileSync(join(folder, 'upper.pem'), pem);
  writeFileSync(join(folder, 'ext'), 'basicConstraints=critical,CA:TRUE');
  const by = [
    '-CA',
    join(folder, 'upper.pem'),
    '-CAkey',
    join(folder, 'key'),
    '-CAcreateserial',
    '-extfile',
    join(folder, 'ext'),
  ];
  const sub = execFileSync('openssl', ['x509', '-req', '-in', request, ...by], { encoding: 'utf8', stdio: 'pipe' });
  expect(read(sub)).toEqual({ refused: 'the certificate is no root: it is not signed by itself' });
});

test('one that has expired is refused where the time is known, one of tomorrow is not', () => {
  const at = (nowMs: number | undefined) => readAuthority(authority.cert, nowMs);
  expect(at(Date.now() + 31 * dayMs)).toEqual({ refused: expect.stringMatching(/^the certificate has expired on /) });
  expect(at(Date.now() - 2 * dayMs)).not.toHaveProperty('refused');
  expect(at(undefined)).not.toHaveProperty('refused');
});

test('whatever comes in as a certificate: an answer, and no fault', () => {
  const bytes = Buffer.from(authority.cert.replaceAll(/-----.*-----|\s/g, ''), 'base64');
  const damaged = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length)).map(([at, value, length]) => {
    const other = Buffer.from(bytes);
    other[at] = value;
    return `-----BEGIN CERTIFICATE-----\n${other.subarray(0, length).toString('base64')}\n-----END CERTIFICATE-----`;
  });
  const ours = read(authority.cert);
  fc.assert(
    fc.property(fc.oneof(damaged, fc.string()), (text) => {
      const found = read(text);
      // One byte more or less is another certificate, which nobody has signed.
      if (!('refused' in found)) expect(found).toEqual(ours);
    }),
    { numRuns: 500 },
  );
});

test('names are compared without regard to case and to zeros before the number', () => {
  const found = read(authority.cert);
  if ('refused' in found) throw new Error(found.refused);
  const own = hashDataOf(found, 'SHA256');
  const upper = { ...own, issuerNameHash: own.issuerNameHash.toUpperCase(), serialNumber: `00${own.serialNumber}` };
  expect(isSameCertificate(own, upper)).toBe(true);
  expect(isSameCertificate(own, { ...own, serialNumber: `${own.serialNumber}0` })).toBe(false);
  expect(isSameCertificate(own, hashDataOf(found, 'SHA512'))).toBe(false);
});
