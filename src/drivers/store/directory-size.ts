/** What the files of a directory take on the medium. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** In bytes. A file that goes away meanwhile counts nothing: LevelDB makes new ones of old ones while it runs. */
export async function directoryBytes(path: string): Promise<number> {
  const names = await readdir(path);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(join(path, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
