/** Finds the files that come with the program, seen from the bundle and from the source. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GreenupError } from '../hal/errors';

const roots = [join(__dirname, '..'), join(__dirname, '..', '..')];

/** Path of a file of the package such as `board/catalogue.yaml`. Throws `config.invalid` if it is not there. */
export function packageFile(name: string): string {
  const paths = roots.map((root) => join(root, name));
  const found = paths.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new GreenupError('config.invalid', `${name} is missing from the program: looked at ${paths.join(' and ')}`);
}

/** Path of the package itself. */
export function packageDirectory(): string {
  return join(packageFile('package.json'), '..');
}
