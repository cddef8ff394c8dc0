/** Takes the file of a new release from a person, in a directory of the station's state: the whole of it is there, or nothing. */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { GreenupError, messageOf } from '../../hal/errors';
import { type UpdateInbox, updateBytesMax } from '../../hal/firmware-updates';
import { spareBytesMin } from '../tree';

/** For this user alone. */
const mode = 0o600;
const bytesOfMB = 1_000_000;

export class FileInbox implements UpdateInbox {
  /** Where the file lies once it is whole. */
  readonly path: string;
  private readonly part: string;
  private isTaking = false;

  /** `freeBytes`: what the file system of a directory has left. */
  constructor(
    private readonly directory: string,
    private readonly freeBytes: (directory: string) => Promise<number> = freeBytesOf,
  ) {
    this.path = join(directory, 'handed');
    this.part = join(directory, 'handed.part');
  }

  async keep(bytes: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    if (this.isTaking) throw new GreenupError('command.invalid', 'another file is on its way');
    if (bytes > updateBytesMax) {
      throw new GreenupError('command.invalid', `a file of a release has at most ${updateBytesMax} bytes`);
    }
    this.isTaking = true;
    try {
      await this.onMedium(() => this.makeRoom(bytes));
      await this.take(bytes, content);
      await this.onMedium(() => rename(this.part, this.path));
      await this.onMedium(() => flushed(this.directory));
    } catch (error) {
      // What cannot be removed now is written over by the next one.
      await rm(this.part, { force: true }).catch(() => {});
      throw error;
    } finally {
      this.isTaking = false;
    }
  }

  /** Before anything is written: what runs keeps what it needs for its store. */
  private async makeRoom(bytes: number): Promise<void> {
    await mkdir(this.directory, { recursive: true });
    await rm(this.part, { force: true });
    const [free, need] = [await this.freeBytes(this.directory), bytes + spareBytesMin];
    if (free >= need) return;
    const [needed, left] = [need, free].map((value) => `${Math.ceil(value / bytesOfMB)} MB`);
    throw new GreenupError(
      'store.failed',
      `${this.directory}: the file needs ${needed} of free space, there are ${left}`,
    );
  }

  private async take(bytes: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    const file = await this.onMedium(() => open(this.part, 'w', mode));
    try {
      let came = 0;
      for await (const portion of content) {
        came += portion.length;
        if (came > bytes) break;
        await this.onMedium(() => file.writeFile(portion));
      }
      if (came !== bytes) {
        throw new GreenupError('command.invalid', `a file of ${bytes} bytes was told, and another one came`);
      }
      await this.onMedium(() => file.sync());
    } finally {
      await closed(file);
    }
  }

  private async onMedium<Done>(act: () => Promise<Done>): Promise<Done> {
    try {
      return await act();
    } catch (error) {
      if (error instanceof GreenupError) throw error;
      throw new GreenupError('store.failed', `${this.part} cannot be written: ${messageOf(error)}`, { cause: error });
    }
  }
}

async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/** A new name is there after a power cut only when its directory has been flushed. */
async function flushed(directory: string): Promise<void> {
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await closed(handle);
  }
}

async function closed(file: FileHandle): Promise<void> {
  await file.close().catch(() => {});
}
