/** Where a station keeps what outlives its process. */
import { mkdirSync } from 'node:fs';
import { GreenupError, messageOf } from '../hal/errors';

/** Unless it is told otherwise. */
export const defaultStateDirectory = '.greenup/state';

/** Makes the directory where it is missing. Throws `config.invalid`; `place` is who named it. */
export function makeStateDirectory(path: string, place: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    const remedy = 'name a directory that this user may write';
    throw new GreenupError('config.invalid', `${place} ${path}: it cannot be made: ${messageOf(error)}; ${remedy}`);
  }
}
