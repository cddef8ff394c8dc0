/** A file that comes in: how much of it there may be, how much was told, and one portion after the other to whoever writes it. */
import { GreenupError } from '../../hal/errors';
import type { DownloadBegin, DownloadRequest } from '../../hal/ports';

export class IncomingFile {
  private doneBytes = 0;
  private totalBytes: number | undefined;

  /** `name` is that of the address. */
  constructor(
    private readonly request: DownloadRequest,
    private readonly name: string,
    private readonly write: (portion: Uint8Array) => Promise<void>,
  ) {}

  expect(totalBytes: number | undefined): void {
    if ((totalBytes ?? 0) > this.request.bytesMax) throw this.tooLarge(` of ${totalBytes} bytes`);
  }

  begin(begin: DownloadBegin): void {
    this.expect(begin.totalBytes);
    this.doneBytes = begin.fromByte;
    this.totalBytes = begin.totalBytes;
    this.request.onBegin?.(begin);
  }

  async take(portion: Uint8Array): Promise<void> {
    const { bytesMax, onProgress } = this.request;
    const doneBytes = this.doneBytes + portion.length;
    if (doneBytes > bytesMax) throw this.tooLarge('');
    if (this.totalBytes !== undefined && doneBytes > this.totalBytes) {
      throw new GreenupError(
        'transfer.broken',
        `${this.name}: more comes than the ${this.totalBytes} bytes that were told`,
      );
    }
    await this.write(portion);
    this.doneBytes = doneBytes;
    onProgress?.(doneBytes, this.totalBytes);
  }

  /** A connection may end in good order, and the file with it, before all has come. */
  end(): void {
    const { doneBytes, totalBytes = doneBytes } = this;
    if (doneBytes === totalBytes) return;
    throw new GreenupError('transfer.broken', `${this.name}: the file ended after ${doneBytes} of ${totalBytes} bytes`);
  }

  private tooLarge(howLarge: string): GreenupError {
    const { bytesMax } = this.request;
    return new GreenupError(
      'transfer.refused',
      `${this.name}: the file${howLarge} is larger than the ${bytesMax} bytes for which there is room`,
    );
  }
}
