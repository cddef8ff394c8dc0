/** Transfers of files in memory: a test puts files under URLs, and says where a transfer breaks. */
import { createHash } from 'node:crypto';
import { GreenupError } from '../../hal/errors';
import type { DownloadRequest, FileTransfer, OutgoingFile, TransferRequest, UploadRequest } from '../../hal/ports';

export class MockFileTransfer implements FileTransfer {
  /** By URL: what can be downloaded, and what was uploaded. */
  readonly files = new Map<string, Uint8Array>();
  portionBytes = 4;
  /** Whom the other side lets in; undefined: anybody. */
  credentials: { user: string; password: string } | undefined;
  /** The other side cannot be reached. */
  isUnreachable = false;
  /** Nothing proves that the other side is the one that was meant. */
  distrusts = false;
  /** Whether a download may begin within a file; it begins anew otherwise. */
  canResume = true;
  /** What was asked, in order. */
  readonly downloads: DownloadRequest[] = [];
  /** Holds a download up before it begins. */
  beforeDownload: () => Promise<void> = async () => {};
  /** What was asked, in order. */
  readonly uploads: UploadRequest[] = [];
  /** Holds an upload up before it begins. */
  beforeUpload: () => Promise<void> = async () => {};
  /** The connection ends after so many bytes of a transfer. */
  breaksAfterBytes = Number.POSITIVE_INFINITY;

  async download(request: DownloadRequest, write: (portion: Uint8Array) => Promise<void>): Promise<void> {
    const { url, after, bytesMax, signal, onBegin, onProgress } = request;
    this.downloads.push(request);
    await this.beforeDownload();
    this.enter(request);
    const file = this.files.get(url);
    if (file === undefined) throw new GreenupError('transfer.notFound', `${url}: there is no such file`);
    if (file.length > bytesMax) throw new GreenupError('transfer.refused', `${url}: is larger than ${bytesMax} bytes`);
    const validator = createHash('sha256').update(file).digest('hex');
    const goesOn = this.canResume && after !== undefined && after.validator === validator;
    const fromByte = goesOn ? after.bytes : 0;
    onBegin?.({ fromByte, totalBytes: file.length, validator });
    for (let at = fromByte; at < file.length; at += this.portionBytes) {
      if (signal?.aborted) throw aborted(url);
      if (at - fromByte >= this.breaksAfterBytes) throw broken(url, at);
      const portion = file.slice(at, at + this.portionBytes);
      await write(portion);
      onProgress?.(at + portion.length, file.length);
    }
  }

  async upload(request: UploadRequest, file: OutgoingFile): Promise<void> {
    const { signal, onProgress, fileName } = request;
    const url = `${request.url.replace(/\/$/, '')}/${fileName}`;
    this.uploads.push(request);
    await this.beforeUpload();
    this.enter(request);
    const portions: Uint8Array[] = [];
    let doneBytes = 0;
    for await (const portion of file.from(0)) {
      if (signal?.aborted) throw aborted(url);
      if (doneBytes >= this.breaksAfterBytes) throw broken(url, doneBytes);
      portions.push(portion);
      doneBytes += portion.length;
      onProgress?.(doneBytes, file.bytes);
    }
    this.files.set(url, Buffer.concat(portions));
  }

  private enter({ url, credentials, signal }: TransferRequest): void {
    if (signal?.aborted) throw aborted(url);
    if (this.isUnreachable) throw new GreenupError('transfer.unreachable', `${url}: nobody answers`);
    if (this.distrusts) throw new GreenupError('transfer.untrusted', `${url}: its certificate is not trusted`);
    const { user, password } = this.credentials ?? {};
    if (user !== undefined && (credentials?.user !== user || credentials.password !== password)) {
      throw new GreenupError('transfer.refused', `${url}: wrong user or password`);
    }
  }
}

function aborted(url: string): GreenupError {
  return new GreenupError('transfer.aborted', `${url}: the transfer was called off`);
}

function broken(url: string, bytes: number): GreenupError {
  return new GreenupError('transfer.broken', `${url}: the connection ended after ${bytes} bytes`);
}
