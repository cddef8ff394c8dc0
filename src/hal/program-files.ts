/** Finds the files that come with the program, such as board/catalogue.yaml: from its bundle and from its sources. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GreenupError } from './errors';

/** The folder that holds `board/`, upwards from this file: one step from a bundle in dist, two from the sources. */
function root(): string {
  let folder = dirname(__dirname);
  while (!existsSync(join(folder, 'board')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

/** Path of a file that comes with the program, such as `board/catalogue.yaml`. Throws `config.invalid` if it is not there. */
export function programFile(name: string): string {
  const path = join(root(), name);
  if (existsSync(path)) return path;
  throw new GreenupError('config.invalid', `${name} is missing from the program: there is no ${path}`);
}
