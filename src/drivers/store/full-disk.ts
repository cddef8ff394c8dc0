/** Whether a disk is full, asked of the file system itself: an error of LevelDB has words for it and no code. */
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../hal/errors';

/** More than LevelDB needs to open a store, so that one which opens can also be written for a while. */
const roomWantedBytes = 256 * 1024;

/** True if a file of 256 kB finds no place in the directory; what else may be wrong with it is no fullness. */
export async function isFull(directory: string): Promise<boolean> {
  const probe = join(directory, '.room');
  try {
    await mkdir(directory, { recursive: true });
    const file = await open(probe, 'w');
    try {
      await file.writeFile(Buffer.alloc(roomWantedBytes));
      await file.sync();
    } finally {
      await file.close();
    }
    return false;
  } catch (error) {
    return ['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '');
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}
