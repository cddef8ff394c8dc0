/** One try to fetch the file of a new release, after what a former try has left of it. */
import { GreenupError } from '../../hal/errors';
import { updateBytesMax } from '../../hal/firmware-updates';
import type { DownloadBegin, DownloadRequest, FileTransfer } from '../../hal/ports';
import { spareBytesMin } from '../tree';
import type { IncomingRelease, UpdateFiles } from './update-files';

/** After so many bytes they are flushed, and from there the download goes on after a power cut. */
export const markBytes = 4 * 1024 * 1024;

export interface DownloadOptions {
  transfer: Pick<FileTransfer, 'download'>;
  files: UpdateFiles;
  /** Default: `markBytes`. */
  markBytes?: number | undefined;
  request: Pick<DownloadRequest, 'url' | 'credentials' | 'signal'>;
  /** What is on the medium of the very file that has this validator. */
  part: { bytes: number; validator: string } | undefined;
  onBegin(begin: DownloadBegin): void;
  onProgress(doneBytes: number): void;
  /** So many bytes outlive a power cut; also before a try fails that has brought something. */
  onMark(bytes: number, validator: string | undefined): void;
}

/** Resolves with the size of the file, which is then flushed. Rejects as `FileTransfer` does, or with `store.failed`. */
export async function download(options: DownloadOptions): Promise<number> {
  const { transfer, files, request, part } = options;
  const after = part !== undefined && (await files.bytes()) >= part.bytes ? part : undefined;
  const writing = new Writing(options);
  try {
    await transfer.download(
      {
        ...request,
        ...(after ? { after } : {}),
        bytesMax: updateBytesMax,
        onBegin: (begin) => {
          writing.begin = begin;
          options.onBegin(begin);
        },
      },
      (portion) => writing.write(portion),
    );
    return await writing.whole();
  } finally {
    await writing.end();
  }
}

class Writing {
  begin: DownloadBegin = { fromByte: 0 };
  private file: IncomingRelease | undefined;
  private at = 0;
  private marked = 0;

  constructor(private readonly options: DownloadOptions) {}

  async write(portion: Uint8Array): Promise<void> {
    const file = await this.opened();
    await file.append(portion);
    this.at += portion.length;
    this.options.onProgress(this.at);
    if (this.at < this.marked + (this.options.markBytes ?? markBytes)) return;
    await this.mark(file);
    await this.checkRoom(0);
  }

  async whole(): Promise<number> {
    const file = await this.opened();
    await file.flush();
    this.marked = this.at;
    return this.at;
  }

  /** Of a try that has failed the next one has all that came. */
  async end(): Promise<void> {
    const { file } = this;
    if (file === undefined) return;
    try {
      if (this.at > this.marked) await this.mark(file);
    } catch {
      // The mark before holds; what has failed is told by who was writing.
    } finally {
      await file.close();
    }
  }

  private async opened(): Promise<IncomingRelease> {
    if (this.file) return this.file;
    const { fromByte, totalBytes } = this.begin;
    // What was written before counts no more, and takes room.
    const file = await this.options.files.open(fromByte);
    this.file = file;
    this.at = fromByte;
    this.marked = fromByte;
    await this.checkRoom((totalBytes ?? fromByte) - fromByte);
    return file;
  }

  private async mark(file: IncomingRelease): Promise<void> {
    await file.flush();
    this.marked = this.at;
    this.options.onMark(this.at, this.begin.validator);
  }

  /** What runs keeps what it needs for its store. */
  private async checkRoom(bytes: number): Promise<void> {
    const need = bytes + spareBytesMin;
    const free = await this.options.files.freeBytes();
    if (free >= need) return;
    const [needed, left] = [need, free].map((value) => `${Math.ceil(value / 1_000_000)} MB`);
    throw new GreenupError('store.failed', `the file needs ${needed} of free space, and there are ${left}`);
  }
}
