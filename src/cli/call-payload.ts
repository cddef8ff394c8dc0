/** The payload of `greenup call`: JSON, and fields that are set beside it, out of files where nobody could type them. */
import { constants, createPrivateKey, createSign } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { messageOf } from '../hal/errors';
import { ExitError, exitCodes } from '../terminal/exit';
import { textOfFile } from './given-file';

export interface PayloadWish {
  /** As JSON. */
  payload: string;
  /** "name=text", "name:=JSON"; "@file" in the place of either is what the file holds. */
  set?: readonly string[] | undefined;
  /** A file of certificates in PEM, for the field in which the action has them. */
  certificate?: string | undefined;
  /** A file of a private key in PEM, and one that is signed by it. */
  sign?: string | undefined;
  file?: string | undefined;
}

/** Where actions have a certificate, or several. */
const certificateFields: Readonly<Record<string, string>> = {
  InstallCertificate: 'certificate',
  CertificateSigned: 'certificateChain',
  SignedUpdateFirmware: 'firmware.signingCertificate',
};
const signatureFields: Readonly<Record<string, string>> = { SignedUpdateFirmware: 'firmware.signature' };

/** As JSON. Rejects with an `ExitError`. */
export async function payloadOf(action: string, wish: PayloadWish): Promise<string> {
  const { payload, set = [], certificate, sign, file } = wish;
  if (set.length === 0 && certificate === undefined && sign === undefined) return payload;
  const fields = readObject(payload);
  if (certificate !== undefined)
    put(fields, fieldFor(action, certificateFields, '--certificate'), textOfFile(certificate));
  for (const pair of set) setField(fields, pair);
  if (sign === undefined) return JSON.stringify(fields);
  if (file === undefined) throw wrong('--sign: say which file is signed, by --file FILE');
  put(fields, fieldFor(action, signatureFields, '--sign'), await signatureOf(file, sign));
  return JSON.stringify(fields);
}

function fieldFor(action: string, fields: Readonly<Record<string, string>>, option: string): string {
  const field = Object.hasOwn(fields, action) ? fields[action] : undefined;
  if (field !== undefined) return field;
  throw wrong(`${option}: ${action} has no such field; valid: ${Object.keys(fields).join(', ')}`);
}

function setField(fields: Record<string, unknown>, pair: string): void {
  const [, name, mark, given = ''] = /^([^=:@]+)(:?=)([\s\S]*)$/.exec(pair) ?? [];
  if (name === undefined) throw wrong(`--set ${pair}: must be name=text, name:=JSON, or name=@FILE`);
  const text = given.startsWith('@') ? textOfFile(given.slice(1)) : given;
  put(fields, name, mark === ':=' ? readJson(text, `--set ${name}`) : text);
}

/** `a.b` is the field b of the object a, which is made where there is none. */
function put(fields: Record<string, unknown>, name: string, value: unknown): void {
  const [first = '', ...rest] = name.split('.');
  if (rest.length === 0) {
    fields[first] = value;
    return;
  }
  const inner = fields[first];
  const object = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
  put(object as Record<string, unknown>, rest.join('.'), value);
  fields[first] = object;
}

/** In base64, over SHA-256 of all of it: by RSA with PSS, or by ECDSA, as the key is. */
async function signatureOf(file: string, keyFile: string): Promise<string> {
  try {
    const key = createPrivateKey(textOfFile(keyFile));
    const signing = createSign('sha256');
    for await (const portion of createReadStream(file)) signing.update(portion);
    const isRsa = key.asymmetricKeyType === 'rsa';
    const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST };
    return signing.sign(isRsa ? { key, ...pss } : { key }).toString('base64');
  } catch (error) {
    if (error instanceof ExitError) throw error;
    throw new ExitError(exitCodes.failed, `--sign: ${file} cannot be signed by ${keyFile}: ${messageOf(error)}`);
  }
}

function readObject(payload: string): Record<string, unknown> {
  const read = readJson(payload, 'the payload');
  if (typeof read === 'object' && read !== null && !Array.isArray(read)) return { ...read };
  throw wrong('the payload must be a JSON object { … }');
}

function readJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong(`${what} is not JSON: ${messageOf(error)}`);
  }
}

function wrong(why: string): ExitError {
  return new ExitError(exitCodes.usage, why);
}
