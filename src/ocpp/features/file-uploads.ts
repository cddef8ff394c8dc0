/** Sends files of the station to where the central system wants them: one after the other, tried again as it asks. */
import type { Clock } from '../../hal/clock';
import { GreenupError, messageOf } from '../../hal/errors';
import type { Log } from '../../hal/log';
import type { FileTransfer, OutgoingFile, Spool } from '../../hal/ports';
import type { FileLocation } from '../file-location';

/** One try takes no longer than this, in ms. */
const tryMaxMs = 1_800_000;
/** An upload begins without a durable mark of itself when the disk takes longer than this for it, in ms. */
const markMaxMs = 5_000;

export interface WantedUpload {
  files: { transfer: Pick<FileTransfer, 'upload'>; spool: Spool };
  location: FileLocation;
  fileName: string;
  /** Made while it is read. */
  content(): AsyncIterable<Uint8Array>;
  /** In lines of the log: "diagnostics". */
  what: string;
  retries: number;
  retryIntervalMs: number;
}

export class FileUploads {
  /** The spool has room for one file: the next upload begins when the one before has let go of it. */
  private former: Promise<unknown> = Promise.resolve();

  constructor(private readonly services: { clock: Clock; log: Log }) {}

  /** `begins` marks it durably. Resolves with whether the file is there; undefined: the signal came before the end. */
  send(upload: WantedUpload, signal: AbortSignal, begins: () => Promise<void>): Promise<boolean | undefined> {
    const sent = this.former.then(() => this.run(upload, signal, begins));
    this.former = sent;
    return sent;
  }

  private async run(
    upload: WantedUpload,
    signal: AbortSignal,
    begins: () => Promise<void>,
  ): Promise<boolean | undefined> {
    if (signal.aborted) return undefined;
    await this.inTime(begins(), signal, markMaxMs);
    const isSent = await this.isSent(upload, signal);
    await upload.files.spool.clear();
    return signal.aborted ? undefined : isSent;
  }

  private async isSent(upload: WantedUpload, signal: AbortSignal): Promise<boolean> {
    try {
      const file = await upload.files.spool.keep(upload.content());
      await this.tryAll(upload, file, signal);
      return true;
    } catch (error) {
      this.services.log.warn({}, `${upload.what} could not be sent: ${messageOf(error)}`);
      return false;
    }
  }

  /** Resolves when the file is there, and when nobody wants it there any more. */
  private async tryAll(upload: WantedUpload, file: OutgoingFile, signal: AbortSignal): Promise<void> {
    const { log } = this.services;
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        await this.try(upload, file, tries > 0, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (tries >= upload.retries || isFinal(error)) throw error;
        log.warn({ retriesLeft: upload.retries - tries }, `${upload.what} are sent again: ${messageOf(error)}`);
        await this.inTime(new Promise(() => {}), signal, upload.retryIntervalMs);
      }
    }
  }

  private async try(upload: WantedUpload, file: OutgoingFile, resumes: boolean, signal: AbortSignal): Promise<void> {
    const { clock } = this.services;
    const { files, location, fileName } = upload;
    const own = new AbortController();
    const cancel = clock.at(clock.now() + tryMaxMs, () => own.abort());
    const request = { ...location, fileName, resumes, signal: AbortSignal.any([signal, own.signal]) };
    try {
      await files.transfer.upload(request, file);
    } finally {
      cancel();
    }
  }

  /** Waits for something, for so long, or until the signal comes. */
  private async inTime(work: Promise<void>, signal: AbortSignal, maxMs: number): Promise<void> {
    const { clock } = this.services;
    let end = (): void => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const cancel = clock.at(clock.now() + maxMs, end);
    signal.addEventListener('abort', end);
    await Promise.race([work, over]);
    cancel();
    signal.removeEventListener('abort', end);
  }
}

/** Another try would find the same. */
function isFinal(error: unknown): boolean {
  return (
    error instanceof GreenupError && (error.code === 'transfer.unsupported' || error.code === 'transfer.untrusted')
  );
}
