/** The payload of `greenup call`: fields beside JSON, files in the place of what nobody types, and signatures. */
import { constants, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PayloadWish, payloadOf } from '../../src/cli/call-payload';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenup-call-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string | Buffer): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

const of = async (wish: Partial<PayloadWish>, action = 'DataTransfer'): Promise<unknown> =>
  JSON.parse(await payloadOf(action, { payload: '{}', ...wish }));

test('a payload alone goes as it is, for the central system judges it', async () => {
  expect(await payloadOf('Reset', { payload: '{"type": "Soft" ' })).toBe('{"type": "Soft" ');
});

test.each([
  ['value=60', { value: '60' }],
  ['value=', { value: '' }],
  ['value=a=b', { value: 'a=b' }],
  ['value:=60', { value: 60 }],
  ['value:={"a":[true]}', { value: { a: [true] } }],
  ['a.b=x', { a: { b: 'x' } }],
  ['value=two\nlines', { value: 'two\nlines' }],
])('%j', async (pair, payload) => {
  expect(await of({ set: [pair] })).toEqual(payload);
});

test('fields are put into the payload, and into objects that it has', async () => {
  const payload = '{"requestId":1,"firmware":{"location":"x","signature":"old"}}';
  expect(await of({ payload, set: ['firmware.signature=new', 'requestId:=2'] })).toEqual({
    requestId: 2,
    firmware: { location: 'x', signature: 'new' },
  });
});

test('@ is what a file holds, as text or as JSON', async () => {
  const path = file('value', '{"a":1}\r\n');
  expect(await of({ set: [`text=@${path}`, `json:=@${path}`] })).toEqual({ text: '{"a":1}\r\n', json: { a: 1 } });
});

test.each([
  ['InstallCertificate', { certificate: 'PEM' }],
  ['CertificateSigned', { certificateChain: 'PEM' }],
  ['SignedUpdateFirmware', { firmware: { signingCertificate: 'PEM' } }],
])('--certificate of %s', async (action, payload) => {
  expect(await of({ certificate: file('one.pem', 'PEM') }, action)).toEqual(payload);
});

describe('--sign', () => {
  const firmware = Buffer.alloc(200_000, 'firmware');
  const signed = async (key: KeyObject): Promise<Buffer> => {
    const sign = file('key.pem', key.export({ type: 'pkcs8', format: 'pem' }) as string);
    const payload = (await of({ sign, file: file('fw.bin', firmware) }, 'SignedUpdateFirmware')) as {
      firmware: { signature: string };
    };
    return Buffer.from(payload.firmware.signature, 'base64');
  };

  test('by RSA with PSS', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const key = createPublicKey(privateKey);
    const padding = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
    expect(verify('sha256', firmware, { key, ...padding }, await signed(privateKey))).toBe(true);
  });

  test('by ECDSA', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(verify('sha256', firmware, createPublicKey(privateKey), await signed(privateKey))).toBe(true);
  });
});

test.each([
  [{ set: ['value'] }, 2, /must be name=text, name:=JSON, or name=@FILE/],
  [{ set: ['=x'] }, 2, /must be name=text/],
  [{ set: ['value:=60s'] }, 2, /^--set value is not JSON/],
  [{ set: ['a=x'], payload: '[]' }, 2, /must be a JSON object/],
  [{ set: ['a=x'], payload: '{' }, 2, /^the payload is not JSON/],
  [{ set: ['a=@/nowhere/x'] }, 1, /^\/nowhere\/x: it cannot be read/],
  [{ certificate: 'x' }, 2, /DataTransfer has no such field; valid: InstallCertificate, CertificateSigned, /],
  [{ sign: 'x' }, 2, /which file is signed/],
  [{ sign: 'x', file: 'y' }, 2, /valid: SignedUpdateFirmware/],
])('%j is refused', async (wish, exitCode, message) => {
  await expect(of(wish)).rejects.toMatchObject({ exitCode, message: expect.stringMatching(message) });
});
