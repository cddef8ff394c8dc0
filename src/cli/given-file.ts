/** Files that commands are given, and standard input in the place of one: what must not stand on a command line comes by them. */
import { readFileSync } from 'node:fs';
import { messageOf } from '../hal/errors';
import { ExitError, exitCodes } from '../terminal/exit';

/** `-` is standard input. Throws an `ExitError`. */
export function textOfFile(file: string): string {
  try {
    return readFileSync(file === '-' ? process.stdin.fd : file, 'utf8');
  } catch (error) {
    throw new ExitError(exitCodes.failed, `${file}: it cannot be read: ${messageOf(error)}`);
  }
}

/** The same without the end of its line, which an editor adds. */
export function lineOfFile(file: string): string {
  return textOfFile(file).replace(/\r?\n$/, '');
}
