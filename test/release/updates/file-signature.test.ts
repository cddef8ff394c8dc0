/** The signature over a whole file: which ways are found, what is refused, and how little of a file is in memory. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signatureOf } from '../../../src/release/updates/file-signature';
import { type SigningWay, signatureOver } from '../../support/signing';

const folder = mkdtempSync(join(tmpdir(), 'greenup-signature-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = join(folder, 'file');
const content = randomBytes(700_000);
beforeEach(() => writeFileSync(path, content));

const pemOf = (key: KeyObject) => String(key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }));
const pair = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) => ({
  key: pemOf(publicKey),
  own: pemOf(privateKey),
});
const rsa = pair(generateKeyPairSync('rsa', { modulusLength: 2_048 }));
const rsa4096 = pair(generateKeyPairSync('rsa', { modulusLength: 4_096 }));
const rsaPss = pair(generateKeyPairSync('rsa-pss', { modulusLength: 2_048 }));
const p256 = pair(generateKeyPairSync('ec', { namedCurve: 'prime256v1' }));
const p384 = pair(generateKeyPairSync('ec', { namedCurve: 'secp384r1' }));

const ways: [string, { key: string; own: string }, SigningWay, number, string][] = [
  ['RSA-PSS, salt as long as the digest', rsa, 'pss', 32, 'RSASSA-PSS'],
  ['RSA-PSS without salt', rsa, 'pss', 0, 'RSASSA-PSS'],
  ['RSA-PSS with the longest salt', rsa, 'pss', 222, 'RSASSA-PSS'],
  ['RSA-PSS with 4096 bits', rsa4096, 'pss', 32, 'RSASSA-PSS'],
  ['RSA-PSS by a key that is for nothing else', rsaPss, 'pss', 32, 'RSASSA-PSS'],
  ['PKCS#1', rsa, 'pkcs1', 0, 'RSASSA-PKCS1-v1_5'],
  ['ECDSA', p256, 'ecdsa', 0, 'ECDSA'],
  ['ECDSA, both numbers alone', p256, 'ecdsa raw', 0, 'ECDSA'],
  ['ECDSA, 384 bits', p384, 'ecdsa', 0, 'ECDSA'],
  ['ECDSA, 384 bits, both numbers alone', p384, 'ecdsa raw', 0, 'ECDSA'],
];

test.each(
  ways,
)('%s: found right, and wrong where one byte of file or signature is another', async (_, keys, way, salt, kind) => {
  const signature = signatureOver(content, keys.own, way, salt);
  expect(await signatureOf(path, { signer: keys.key, signature })).toBe(kind);
  const bytes = Buffer.from(signature, 'base64');
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
  expect(await signatureOf(path, { signer: keys.key, signature: bytes.toString('base64') })).toBeUndefined();
  for (const at of [0, 300_000, content.length - 1]) {
    const other = Buffer.from(content);
    other[at] = (other[at] ?? 0) ^ 1;
    writeFileSync(path, other);
    expect(await signatureOf(path, { signer: keys.key, signature })).toBeUndefined();
  }
});

test('a file that is cut, one that has more, and an empty one are not what was signed', async () => {
  const signature = signatureOver(content, rsa.own, 'pss');
  for (const other of [content.subarray(0, -1), Buffer.concat([content, Buffer.alloc(1)]), new Uint8Array()]) {
    writeFileSync(path, other);
    expect(await signatureOf(path, { signer: rsa.key, signature })).toBeUndefined();
  }
  writeFileSync(path, '');
  const ofNothing = signatureOver(new Uint8Array(), rsa.own, 'pss');
  expect(await signatureOf(path, { signer: rsa.key, signature: ofNothing })).toBe('RSASSA-PSS');
});

test.each([
  ['nothing', ''],
  ['words', 'no signature at all'],
  ['too short', Buffer.alloc(10).toString('base64')],
  ['zeros', Buffer.alloc(256).toString('base64')],
])('what is no signature is wrong, and no fault: %s', async (_, signature) => {
  for (const { key } of [rsa, rsaPss, p256, p384])
    expect(await signatureOf(path, { signer: key, signature })).toBeUndefined();
});

test('a signature by somebody else, or over another digest, is wrong', async () => {
  const other = pair(generateKeyPairSync('rsa', { modulusLength: 2_048 }));
  expect(
    await signatureOf(path, { signer: rsa.key, signature: signatureOver(content, other.own, 'pss') }),
  ).toBeUndefined();
  const sha1 = sign('sha1', content, rsa.own).toString('base64');
  expect(await signatureOf(path, { signer: rsa.key, signature: sha1 })).toBeUndefined();
});

test('line feeds in the base64 do no harm', async () => {
  const signature = (signatureOver(content, rsa.own, 'pss').match(/.{1,64}/g) ?? []).join('\r\n');
  expect(await signatureOf(path, { signer: rsa.key, signature })).toBe('RSASSA-PSS');
});

test('keys of other kinds sign no files', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const signature = sign(null, content, privateKey).toString('base64');
  expect(await signatureOf(path, { signer: pemOf(publicKey), signature })).toBeUndefined();
});

test('what the medium does not give is said', async () => {
  const signature = signatureOver(content, rsa.own, 'pss');
  await expect(signatureOf(join(folder, 'none'), { signer: rsa.key, signature })).rejects.toThrow(/ENOENT/);
});

test('a file of 200 MB is read portion by portion', async () => {
  truncateSync(path, 200_000_000);
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  };
  const looks = setInterval(look, 1);
  try {
    expect(
      await signatureOf(path, { signer: rsa.key, signature: signatureOver(content, rsa.own, 'pss') }),
    ).toBeUndefined();
  } finally {
    clearInterval(looks);
  }
  expect(most).toBeLessThan(100_000_000);
});
