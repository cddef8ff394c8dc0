/** Private keys of the station: files that its user alone can read, in a directory that only this user can enter. */
import { chmod, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GreenupError, messageOf, systemCode } from '../../hal/errors';
import type { KeyFiles } from '../../hal/ports';
import { unfinishedSuffix, writeWhole } from '../../hal/whole-file';

const directoryMode = 0o700;
const fileMode = 0o600;
const suffix = '.pem';
/** What was being written when the power went holds a part of a key, too. */
const ofKeys = new RegExp(`^([A-Za-z0-9]+)\\${suffix}(?:\\${unfinishedSuffix})?$`);

export class FileKeyFiles implements KeyFiles {
  constructor(private readonly directory: string) {}

  async keep(name: string, pem: string): Promise<void> {
    const path = this.pathOf(name);
    try {
      await mkdir(this.directory, { recursive: true, mode: directoryMode });
      // One that was there keeps the mode it had.
      await chmod(this.directory, directoryMode);
      await writeWhole(path, [pem], { mode: fileMode, isDurable: true });
    } catch (error) {
      throw new GreenupError('store.failed', `${path} cannot be written: ${messageOf(error)}`, { cause: error });
    }
  }

  async read(name: string): Promise<string | undefined> {
    const path = this.pathOf(name);
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw new GreenupError('store.failed', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }

  async remove(name: string): Promise<void> {
    const path = this.pathOf(name);
    // What cannot be removed now is found among the names at a later start.
    for (const each of [path, `${path}${unfinishedSuffix}`]) await rm(each, { force: true }).catch(() => {});
  }

  async names(): Promise<readonly string[]> {
    try {
      const found = (await readdir(this.directory)).flatMap((file) => ofKeys.exec(file)?.[1] ?? []);
      return [...new Set(found)];
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return [];
      throw new GreenupError('store.failed', `${this.directory} cannot be read: ${messageOf(error)}`, { cause: error });
    }
  }

  private pathOf(name: string): string {
    return join(this.directory, `${name}${suffix}`);
  }
}
