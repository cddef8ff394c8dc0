/** Files that commands are given, and standard input in the place of one: what must not stand on a command line comes by them. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../hal/errors';
import { isSecretKey, withoutPasswords, withoutSecrets } from '../ocpp/frames/masking';
import { ExitError, exitCodes } from '../terminal/exit';

/** `-` is standard input. Throws an `ExitError`. */
export function textOfFile(file: string): string {
  return bytesOfFile(file).toString('utf8');
}

/** The same as it is. */
export function bytesOfFile(file: string): Buffer {
  try {
    return readFileSync(file === '-' ? process.stdin.fd : file);
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${file}: it cannot be read: ${messageOf(error)}`);
  }
}

/** The same without the end of its line, which an editor adds. */
export function lineOfFile(file: string): string {
  return textOfFile(file).replace(/\r?\n$/, '');
}

/**
 * Every user of the machine sees what stands on a command line while it runs, and the shell keeps it: a secret is not taken from
 * there. `instead`: how it is given. Throws an `ExitError`.
 */
function refuseSecret(what: string, instead: string): never {
  throw new ExitError(
    exitCodes.usage,
    `${what} is a secret, which every user of this machine can read on a command line: ${instead}`,
  );
}

/** Throws an `ExitError` where the value of this configuration key is a secret. */
export function mustBeNoSecretKey(key: string, instead: string): void {
  if (isSecretKey(key)) refuseSecret(`the value of ${key}`, instead);
}

/** Throws an `ExitError` where a text, such as a URL or JSON, holds a password. */
export function mustHoldNoSecret(text: string, instead: string): void {
  if (withoutPasswords(text) !== text || hidesInJson(text)) refuseSecret('the password in it', instead);
}

function hidesInJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && withoutSecrets(value) !== value;
  } catch {
    return false;
  }
}
