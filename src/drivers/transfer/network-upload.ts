/** Sends files to other machines by FTP, FTPS, SFTP, HTTP and HTTPS; what a protocol needs is loaded when it is used. */
import { Readable } from 'node:stream';
import type { Cancel, Clock } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import type { FileTransfer, KnownHosts, OutgoingFile, UploadRequest } from '../../hal/ports';
import { addressOf, type Scheme } from './address';
import { trustedAuthorities } from './authorities';
import { failureOf } from './failures';
import type { Upload, UploadJob } from './upload-job';

export interface NetworkUploadOptions {
  /** That of the machine: other machines are not slower where simulated time is faster. */
  clock: Pick<Clock, 'now' | 'at'>;
  hosts: KnownHosts;
  /** Authorities in PEM beside those that everybody trusts. */
  authorities?: string | undefined;
  /** Takes what a person should know, a line each. */
  tell(line: string): void;
}

/** An upload in which nothing moves for so long is given up, in ms. */
export const silenceMaxMs = 60_000;

const protocols: Readonly<Record<Scheme, () => Upload>> = {
  ftp: () => (require('./ftp') as typeof import('./ftp')).uploadByFtp,
  ftps: () => (require('./ftp') as typeof import('./ftp')).uploadByFtp,
  sftp: () => (require('./sftp') as typeof import('./sftp')).uploadBySftp,
  http: () => (require('./http') as typeof import('./http')).uploadByHttp,
  https: () => (require('./http') as typeof import('./http')).uploadByHttp,
};

export class NetworkUpload implements Pick<FileTransfer, 'upload'> {
  private authorities: string[] | undefined;

  constructor(private readonly options: NetworkUploadOptions) {}

  async upload(request: UploadRequest, file: OutgoingFile): Promise<void> {
    const address = addressOf(request.url);
    const { name } = address;
    const end = new AbortController();
    const patience = new Patience(this.options.clock, () =>
      end.abort(new GreenupError('transfer.broken', `${name}: nothing has moved for ${silenceMaxMs / 1_000} s`)),
    );
    const callOff = (): void => end.abort(new GreenupError('transfer.aborted', `${name}: the transfer was called off`));
    const ended = new Promise<never>((_, reject) => {
      end.signal.addEventListener('abort', () => reject(end.signal.reason));
    });
    ended.catch(() => {}); // it is also ended when all is done
    request.signal?.addEventListener('abort', callOff);
    try {
      if (request.signal?.aborted) callOff();
      const { hosts, tell } = this.options;
      const job: UploadJob = {
        ...{ address, request, hosts, tell, bytes: file.bytes, ended: end.signal },
        from: (byte) => Readable.from(watched(file, byte, request, patience), { objectMode: false }),
        heard: () => patience.renew(),
        authorities: () => {
          this.authorities ??= trustedAuthorities(this.options.authorities);
          return this.authorities;
        },
      };
      await Promise.race([ended, protocols[address.scheme]()(job)]);
    } catch (error) {
      // What was closed because of the end has its own words for it.
      throw failureOf(end.signal.aborted ? end.signal.reason : error, name);
    } finally {
      patience.end();
      request.signal?.removeEventListener('abort', callOff);
      end.abort(new GreenupError('transfer.aborted', `${name}: the transfer is over`));
    }
  }
}

/** Calls `onSilence` when nothing has renewed it for `silenceMaxMs`. */
class Patience {
  private cancel: Cancel = () => {};
  private renewedMs: number;

  constructor(
    private readonly clock: NetworkUploadOptions['clock'],
    private readonly onSilence: () => void,
  ) {
    this.renewedMs = clock.now();
    this.arm();
  }

  renew(): void {
    this.renewedMs = this.clock.now();
  }

  end(): void {
    this.cancel();
  }

  /** One timer at a time: an upload has thousands of portions. */
  private arm(): void {
    const dueMs = this.renewedMs + silenceMaxMs;
    this.cancel = this.clock.at(dueMs, () => {
      if (this.renewedMs + silenceMaxMs <= this.clock.now()) this.onSilence();
      else this.arm();
    });
  }
}

async function* watched(
  file: OutgoingFile,
  byte: number,
  { onProgress }: UploadRequest,
  patience: Patience,
): AsyncGenerator<Uint8Array> {
  let doneBytes = byte;
  for await (const portion of file.from(byte)) {
    patience.renew();
    yield portion;
    doneBytes += portion.length;
    onProgress?.(doneBytes, file.bytes);
  }
  patience.renew();
}
