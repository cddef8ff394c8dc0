/** Keeps a file that is about to be sent in a directory, under a name of its own; one that a former process left is removed. */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GreenupError, messageOf, systemCode } from '../../hal/errors';
import type { OutgoingFile, Spool } from '../../hal/ports';

/** Its name is promised by docs/operations.md. */
const fileName = 'outgoing.zip';
/** For this user alone. */
const mode = 0o600;

export class FileSpool implements Spool {
  private readonly path: string;

  constructor(private readonly directory: string) {
    this.path = join(directory, fileName);
  }

  async keep(content: AsyncIterable<Uint8Array>): Promise<OutgoingFile> {
    const { path } = this;
    try {
      await mkdir(this.directory, { recursive: true });
      await pipeline(Readable.from(content, { objectMode: false }), createWriteStream(path, { mode }));
      const { size: bytes } = await stat(path);
      return { bytes, from: (start) => createReadStream(path, { start }) };
    } catch (error) {
      await this.clear();
      if (systemCode(error) === undefined) throw error;
      throw new GreenupError('store.failed', `${path} cannot be written: ${messageOf(error)}`, { cause: error });
    }
  }

  async clear(): Promise<void> {
    // What cannot be removed is written over by the next one.
    await rm(this.path, { force: true }).catch(() => {});
  }
}
