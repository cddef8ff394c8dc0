/** Certificates and lists that are made here: what Node.js and OpenSSL read out of them is what was put in. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CertificateWish,
  type Issuer,
  issuedCertificate,
  nameOf,
  newKeyPair,
  revocationList,
} from '../../../src/hal/x509/certificate-maker';
import { testWithOpenSsl } from '../../support/certificates';

const from = Date.UTC(2024, 0, 1);
const to = Date.UTC(2034, 0, 1);

function authority(commonName = 'An authority'): { issuer: Issuer; pem: string } {
  const { privateKey, publicKey } = newKeyPair();
  const issuer = { name: nameOf(commonName, 'Greenup'), key: privateKey };
  return { issuer, pem: issuedCertificate({ subject: issuer.name, publicKey, from, to, use: 'authority' }, issuer) };
}

const leaf = (issuer: Issuer, wish: Partial<CertificateWish> = {}): X509Certificate =>
  new X509Certificate(
    issuedCertificate(
      { subject: nameOf('CP1'), publicKey: newKeyPair().publicKey, from, to, use: 'server', ...wish },
      issuer,
    ),
  );

test('an authority is one, and whom it issued something is none', () => {
  const { issuer, pem } = authority();
  const root = new X509Certificate(pem);
  expect([root.ca, root.subject, root.checkIssued(root)]).toEqual([true, 'O=Greenup\nCN=An authority', true]);
  const server = leaf(issuer, { names: ['localhost', '127.0.0.1'] });
  expect([server.ca, server.issuer, server.checkIssued(root)]).toEqual([false, root.subject, true]);
  expect(server.verify(root.publicKey)).toBe(true);
  expect(server.verify(newKeyPair().publicKey)).toBe(false);
  expect([server.checkHost('localhost'), server.checkIP('127.0.0.1')]).toEqual(['localhost', '127.0.0.1']);
});

test.each([
  ['server', '1.3.6.1.5.5.7.3.1'],
  ['client', '1.3.6.1.5.5.7.3.2'],
] as const)('one of a %s is for that alone', (use, id) => {
  expect(leaf(authority().issuer, { use }).keyUsage).toEqual([id]);
});

test('it may be for a key of another kind, and have a number that is given', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
  const weak = leaf(authority().issuer, { publicKey, serial: Buffer.from([0x80, 1]) });
  expect(weak.publicKey.asymmetricKeyDetails?.modulusLength).toBe(1_024);
  expect(weak.serialNumber).toBe('8001');
});

describe('with OpenSSL', () => {
  let folder: string;
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const verify = (...words: string[]): string => {
    try {
      return execFileSync('openssl', ['verify', '-attime', String(from / 1_000 + 1), ...words], {
        encoding: 'utf8',
        stdio: 'pipe',
      });
    } catch (error) {
      return String((error as { stderr: string }).stderr);
    }
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'greenup-x509-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  testWithOpenSsl('a list takes away what it names, and nothing else', () => {
    const { issuer, pem } = authority();
    const [gone, stays] = [Buffer.from([1]), Buffer.from([2])];
    const root = file('root.pem', pem);
    const list = file('list.pem', revocationList([gone], { from, to }, issuer));
    const about = ['-CAfile', root, '-crl_check', '-CRLfile', list];
    expect(verify(...about, file('gone.pem', leaf(issuer, { serial: gone }).toString()))).toMatch(/revoked/);
    expect(verify(...about, file('stays.pem', leaf(issuer, { serial: stays }).toString()))).toMatch(/: OK/);
  });

  testWithOpenSsl('a list that names nothing is one', () => {
    const { issuer, pem } = authority();
    const list = file('list.pem', revocationList([], { from, to }, issuer));
    const about = ['-CAfile', file('root.pem', pem), '-crl_check', '-CRLfile', list];
    expect(verify(...about, file('leaf.pem', leaf(issuer).toString()))).toMatch(/: OK/);
  });
});
