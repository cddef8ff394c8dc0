/** A folder beside the slots, in which a release is unpacked. */
import { join } from 'node:path';
import { type ReleaseFiles, realFiles } from '../files';
import type { Staging } from './update-ports';

export class StagingFolder implements Staging {
  readonly folder: string;

  constructor(
    private readonly root: string,
    private readonly files: Pick<ReleaseFiles, 'freeBytes' | 'makeDirectory' | 'nature' | 'remove'> = realFiles,
  ) {
    this.folder = join(root, 'incoming');
  }

  async freeBytes(): Promise<number> {
    await this.files.makeDirectory(this.root);
    return this.files.freeBytes(this.root);
  }

  async remove(): Promise<void> {
    if ((await this.files.nature(this.folder)) !== undefined) await this.files.remove(this.folder);
  }
}
