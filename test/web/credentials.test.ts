/** Key and certificate of the pages: what is wrong with files is named, and the own one is made once and kept for its owner. */
import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Credentials, credentialsFor } from '../../src/web/tls/credentials';
import { selfSigned } from '../../src/web/tls/self-signed';
import type { TlsWish } from '../../src/web/tls/wish';

const now = Date.UTC(2026, 5, 1);
const dayMs = 86_400_000;
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-tls-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

const credentials = (wish: TlsWish, at: number | undefined = now): Credentials | undefined =>
  credentialsFor({ wish, directory, now: at });

function own(at?: number): Credentials {
  const made = credentialsFor({ wish: { webTls: 'self' }, directory, now: at });
  if (!made) throw new Error('there are none');
  return made;
}

function write(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const issued = (from = now - dayMs, to = now + dayMs) =>
  selfSigned({ commonName: 'x', names: ['x.example'], from, to });

test('without a word of it there is no encryption', () => {
  expect(credentials({})).toBeUndefined();
  expect(readdirSync(directory)).toEqual([]);
});

describe('a certificate of its own', () => {
  test('is made at first use, for the names of this machine, and only its owner reads the key', () => {
    const { cert, key, isSelfMade } = own(now);
    const certificate = new X509Certificate(cert);
    expect(isSelfMade).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(certificate.checkHost(`${hostname().toLowerCase()}.local`)).toBeDefined();
    for (const address of ['127.0.0.1', '192.168.1.200']) expect(certificate.checkIP(address)).toBe(address);
    expect(readdirSync(directory)).toEqual(['web-tls.pem']);
    expect(statSync(join(directory, 'web-tls.pem')).mode & 0o777).toBe(0o600);
  });

  test('is the same ever after, whether the time is known or not', () => {
    const first = new X509Certificate(own(undefined).cert).fingerprint256;
    for (const at of [undefined, now, now + 365 * dayMs]) {
      expect(new X509Certificate(own(at).cert).fingerprint256).toBe(first);
    }
  });

  test('that ends soon, or cannot be read, is made anew', () => {
    const first = new X509Certificate(own(now).cert);
    const later = own(Date.parse(first.validTo) - 20 * dayMs);
    expect(new X509Certificate(later.cert).fingerprint256).not.toBe(first.fingerprint256);
    const { cert } = issued(now, now + 365 * dayMs);
    const { key } = issued();
    for (const text of ['', 'rubbish', cert, key, key + cert]) {
      write('web-tls.pem', text);
      expect(new X509Certificate(own(now).cert).checkIP('127.0.0.1')).toBe('127.0.0.1');
    }
  });

  test('that was made by a clock that was never set is valid all the same', () => {
    const { validFrom, validTo } = new X509Certificate(own(0).cert);
    expect(Date.parse(validFrom)).toBeLessThan(now);
    expect(Date.parse(validTo)).toBeGreaterThan(now + 365 * dayMs);
  });

  test('that cannot be kept is told', () => {
    rmSync(directory, { recursive: true });
    expect(() => own(now)).toThrow(/^--web-tls self: .*web-tls\.pem cannot be written: /);
    directory = mkdtempSync(join(tmpdir(), 'greenup-tls-'));
  });
});

describe('files', () => {
  test('that fit are used as they are, with what stands behind the certificate', () => {
    const { cert, key } = issued();
    const chain = `${cert}${issued().cert}`;
    const wish = { webCert: write('cert.pem', chain), webKey: write('key.pem', key) };
    expect(credentials(wish)).toEqual({ cert: chain, key, isSelfMade: false });
    chmodSync(wish.webKey, 0o400);
    expect(readFileSync(wish.webKey, 'utf8')).toBe(key);
  });

  test('count whatever their dates while the time is not known', () => {
    const { cert, key } = issued(now - 2 * dayMs, now - dayMs);
    const wish = { webCert: write('cert.pem', cert), webKey: write('key.pem', key) };
    expect(credentialsFor({ wish, directory, now: undefined })).toBeDefined();
  });

  const encrypted = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' },
  }).privateKey;

  test.each<[string, { cert?: string; key?: string }, RegExp]>([
    ['no certificate', { cert: 'hello' }, /^--web-cert \S+cert\.pem: holds no certificate in PEM that can be read$/],
    ['an empty certificate', { cert: '' }, /holds no certificate/],
    ['a key for a certificate', { cert: issued().key }, /holds no certificate/],
    [
      'no key',
      { key: 'hello' },
      /^--web-key \S+key\.pem: holds no private key in PEM that can be read; one with a passph/,
    ],
    ['a certificate for a key', { key: issued().cert }, /holds no private key/],
    ['a key with a passphrase', { key: encrypted }, /must be decrypted first$/],
    ['the key of another', { key: issued().key }, /^--web-key \S+: is not the key of the certificate in \S+cert\.pem/],
  ])('with %s are refused by name', (_what, given, message) => {
    const usual = issued();
    const texts = { ...usual, ...given };
    const wish = { webCert: write('cert.pem', texts.cert), webKey: write('key.pem', texts.key) };
    expect(() => credentials(wish)).toThrow(message);
  });

  test.each([
    [
      now - 2 * dayMs,
      now,
      /: expired on 2026-06-01: have it renewed \(the machine's clock says 2026-06-01T00:00:00\.000Z\)$/,
    ],
    [now + dayMs, now + 2 * dayMs, /: is not valid before 2026-06-02 \(the machine's clock says /],
  ])('from %i to %i are refused by their date', (from, to, message) => {
    const { cert, key } = issued(from, to);
    const wish = { webCert: write('cert.pem', cert), webKey: write('key.pem', key) };
    expect(() => credentials(wish)).toThrow(message);
  });

  test('that are not there are told', () => {
    const webCert = join(directory, 'none.pem');
    const webKey = write('key.pem', issued().key);
    expect(() => credentials({ webCert, webKey })).toThrow(/^--web-cert \S+none\.pem: cannot be read: .*ENOENT/);
    expect(() => credentials({ webCert: write('cert.pem', issued().cert), webKey: webCert })).toThrow(
      /^--web-key \S+none\.pem: cannot be read: .*ENOENT/,
    );
  });

  test.each<[TlsWish, RegExp]>([
    [{ webCert: 'c.pem' }, /^--web-cert: its key is missing: name it with --web-key FILE$/],
    [{ webKey: 'k.pem' }, /^--web-key: the certificate is missing: name it with --web-cert FILE$/],
    [{ webTls: 'self', webCert: 'c.pem', webKey: 'k.pem' }, /^--web-tls self makes a certificate; leave it out/],
  ])('%j is half of something', (wish, message) => {
    expect(() => credentials(wish)).toThrow(message);
  });
});
