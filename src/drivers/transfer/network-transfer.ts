/** Files to and from other machines by FTP, FTPS, SFTP, HTTP and HTTPS; what a protocol needs is loaded when it is used. */
import { Readable } from 'node:stream';
import type { Clock } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import type {
  DownloadRequest,
  FileTransfer,
  KnownHosts,
  OutgoingFile,
  TransferRequest,
  UploadRequest,
} from '../../hal/ports';
import { addressOf, type Scheme, type TransferAddress } from './address';
import { trustedAuthorities } from './authorities';
import { failureOf } from './failures';
import { IncomingFile } from './incoming-file';
import { Patience, silenceMaxMs } from './patience';
import type { DownloadJob, TransferJob, UploadJob } from './transfer-job';

export interface NetworkTransferOptions {
  /** That of the machine: other machines are not slower where simulated time is faster. */
  clock: Pick<Clock, 'now' | 'at'>;
  hosts: KnownHosts;
  /** Authorities in PEM beside those that everybody trusts. */
  authorities?: string | undefined;
  /** No certificate is looked at: whoever answers is taken for the server that was meant. Keys of SSH servers are. */
  trustsUnknownServers?: boolean | undefined;
  /** Takes what a person should know, a line each. */
  tell(line: string): void;
}

interface BothWays {
  upload(job: UploadJob): Promise<void>;
  download(job: DownloadJob): Promise<void>;
}

const ftp: BothWays = {
  upload: (job) => (require('./ftp-upload') as typeof import('./ftp-upload')).uploadByFtp(job),
  download: (job) => (require('./ftp-download') as typeof import('./ftp-download')).downloadByFtp(job),
};
const sftp: BothWays = {
  upload: (job) => (require('./sftp-upload') as typeof import('./sftp-upload')).uploadBySftp(job),
  download: (job) => (require('./sftp-download') as typeof import('./sftp-download')).downloadBySftp(job),
};
const http: BothWays = {
  upload: (job) => (require('./http-upload') as typeof import('./http-upload')).uploadByHttp(job),
  download: (job) => (require('./http-download') as typeof import('./http-download')).downloadByHttp(job),
};

const protocols: Readonly<Record<Scheme, BothWays>> = { ftp, ftps: ftp, sftp, http, https: http };

/** What is under way, whichever way the file goes. */
interface Transfer {
  job: TransferJob;
  patience: Patience;
  /** Ends it with what failed here: that is no failure of the transfer, and passes through. */
  lose(error: unknown): void;
}

class OwnFailure {
  constructor(readonly error: unknown) {}
}

export class NetworkTransfer implements FileTransfer {
  private authorities: string[] | undefined;

  constructor(private readonly options: NetworkTransferOptions) {}

  upload(request: UploadRequest, file: OutgoingFile): Promise<void> {
    return this.run(request, async ({ job, patience }) => {
      const from = (byte: number): Readable =>
        Readable.from(watched(file, byte, request, patience), { objectMode: false });
      await protocols[job.address.scheme].upload({ ...job, request, bytes: file.bytes, from });
    });
  }

  async download(request: DownloadRequest, write: (portion: Uint8Array) => Promise<void>): Promise<void> {
    let writing = Promise.resolve();
    try {
      await this.run(request, async ({ job, patience, lose }) => {
        const file = new IncomingFile(request, job.address.name, async (portion) => {
          job.ended.throwIfAborted();
          writing = write(portion);
          await patience.during(writing).catch((error) => {
            lose(error);
            throw error;
          });
        });
        await protocols[job.address.scheme].download({
          ...job,
          after: (request.after?.bytes ?? 0) > 0 ? request.after : undefined,
          expect: (totalBytes) => file.expect(totalBytes),
          begin: (begin) => file.begin(begin),
          take: (portion) => file.take(portion),
        });
        file.end();
      });
    } finally {
      // Whoever hears of the end finds the portions as they are: nothing is written any more.
      await writing.catch(() => {});
    }
  }

  private async run(request: TransferRequest, move: (transfer: Transfer) => Promise<void>): Promise<void> {
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
      end.signal.throwIfAborted();
      const job = this.jobOf(address, request, end.signal, patience);
      const lose = (error: unknown): void => end.abort(new OwnFailure(error));
      await Promise.race([ended, move({ job, patience, lose })]);
    } catch (error) {
      // What was closed because of the end has its own words for it.
      const reason: unknown = end.signal.aborted ? end.signal.reason : error;
      throw reason instanceof OwnFailure ? reason.error : failureOf(reason, name);
    } finally {
      patience.end();
      request.signal?.removeEventListener('abort', callOff);
      end.abort(new GreenupError('transfer.aborted', `${name}: the transfer is over`));
    }
  }

  private jobOf(
    address: TransferAddress,
    { credentials }: TransferRequest,
    ended: AbortSignal,
    patience: Patience,
  ): TransferJob {
    const { hosts, tell, authorities, trustsUnknownServers = false } = this.options;
    return {
      ...{ address, credentials, hosts, tell, ended },
      heard: () => patience.renew(),
      trust: () => {
        this.authorities ??= trustedAuthorities(authorities);
        return { ca: this.authorities, minVersion: 'TLSv1.2', rejectUnauthorized: !trustsUnknownServers };
      },
    };
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
