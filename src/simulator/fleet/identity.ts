/** The names of a fleet's stations at their central system, and the passwords with which they come. */
import { readFileSync } from 'node:fs';
import { GreenupError, messageOf } from '../../hal/errors';
import { checkKey, checkPassword } from '../../ocpp/config-keys/key-check';

/** `{000001}`: as many digits at least, counted from that number. */
const numberPattern = /\{(\d{1,9})\}/g;

/**
 * The name of the station with a global index, from 1. Throws `config.invalid` for a pattern that has not one number for
 * more than one station, or makes names that OCPP does not take.
 */
export function identitiesOf(pattern: string, stations: number): (index: number) => string {
  const numbers = [...pattern.matchAll(numberPattern)];
  const [number] = numbers;
  if (numbers.length > 1 || (number === undefined && stations > 1))
    throw new GreenupError('config.invalid', `--id ${pattern}: valid is a name with one number, such as CP{000001}`);
  const digits = number?.[1] ?? '';
  const first = Number(digits);
  const identityOf = (index: number): string =>
    number === undefined
      ? pattern
      : pattern.replace(number[0], () => String(first + index - 1).padStart(digits.length, '0'));
  for (const index of [1, stations]) checkKey('UID', identityOf(index), '--id');
  return identityOf;
}

/**
 * The password of each station, by its global index: one line for all, or a line for each. Throws `config.invalid` for a file
 * that has another number of lines, or a line that is no AuthorizationKey.
 */
export function passwordsOf(path: string, stations: number): (index: number) => string {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new GreenupError('config.invalid', `--password-file: cannot be read: ${messageOf(error)}`);
  }
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (lines.length !== 1 && lines.length < stations)
    throw new GreenupError(
      'config.invalid',
      `--password-file ${path}: has ${lines.length} lines for ${stations} stations; valid are one for all, or one for each`,
    );
  for (const [index, line] of lines.slice(0, stations).entries())
    checkPassword(line, `--password-file ${path}, line ${index + 1}`);
  return (index) => lines[lines.length === 1 ? 0 : index - 1] ?? '';
}
