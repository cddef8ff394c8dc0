/** The file of a new release in a directory of the station's state, as it comes in and until the update has ended. */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { GreenupError, messageOf, systemCode } from '../../hal/errors';

/** One file at a time. Rejects with `store.failed` when the medium fails. */
export interface UpdateFiles {
  /** Where the file lies. */
  readonly path: string;
  /** How much of it is there. */
  bytes(): Promise<number>;
  /** Lets portions come in after so many bytes of what is there; the rest is cut off. */
  open(keptBytes: number): Promise<IncomingRelease>;
  freeBytes(): Promise<number>;
  /** A file that somebody has handed in takes the place of this one; false: there is none. */
  takeHanded(): Promise<boolean>;
  /** Nothing there is no error. */
  remove(): Promise<void>;
}

export interface IncomingRelease {
  append(portion: Uint8Array): Promise<void>;
  /** Resolves when what was appended outlives a power cut. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** For this user alone. */
const mode = 0o600;

export class UpdateDirectory implements UpdateFiles {
  readonly path: string;

  /** `handed`: where a file lies that somebody hands in. */
  constructor(
    private readonly directory: string,
    private readonly handed: string,
  ) {
    this.path = join(directory, 'incoming.part');
  }

  bytes(): Promise<number> {
    return this.onMedium(async () => {
      try {
        return (await stat(this.path)).size;
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return 0;
        throw error;
      }
    });
  }

  open(keptBytes: number): Promise<IncomingRelease> {
    return this.onMedium(async () => {
      await mkdir(this.directory, { recursive: true });
      const file = await open(this.path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, mode);
      await file.truncate(keptBytes);
      await this.flushNames();
      return new IncomingHandle(file, (act) => this.onMedium(act));
    });
  }

  freeBytes(): Promise<number> {
    return this.onMedium(async () => {
      await mkdir(this.directory, { recursive: true });
      const { bavail, bsize } = await statfs(this.directory);
      return bavail * bsize;
    });
  }

  takeHanded(): Promise<boolean> {
    return this.onMedium(async () => {
      try {
        await rename(this.handed, this.path);
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return false;
        throw error;
      }
      await this.flushNames();
      return true;
    });
  }

  remove(): Promise<void> {
    return this.onMedium(() => rm(this.path, { force: true }));
  }

  /** A new name is there after a power cut only when its directory has been flushed. */
  private async flushNames(): Promise<void> {
    const handle = await open(this.directory, constants.O_RDONLY);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  private async onMedium<Done>(act: () => Promise<Done>): Promise<Done> {
    try {
      return await act();
    } catch (error) {
      throw new GreenupError('store.failed', `${this.path}: ${messageOf(error)}`, { cause: error });
    }
  }
}

class IncomingHandle implements IncomingRelease {
  constructor(
    private readonly file: FileHandle,
    private readonly onMedium: <Done>(act: () => Promise<Done>) => Promise<Done>,
  ) {}

  append(portion: Uint8Array): Promise<void> {
    return this.onMedium(() => this.file.writeFile(portion));
  }

  flush(): Promise<void> {
    return this.onMedium(() => this.file.sync());
  }

  close(): Promise<void> {
    return this.file.close().catch(() => {});
  }
}
