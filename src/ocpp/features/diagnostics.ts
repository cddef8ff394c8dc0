/**
 * GetDiagnostics: the report of the station is sent where the central system wants it, and what becomes of that is told
 * once: Uploading, then Uploaded or UploadFailed (OCPP 1.6, 4.4, 5.9 and 8.2).
 */
import { GreenupError, messageOf } from '../../hal/errors';
import type { OutgoingFile } from '../../hal/ports';
import type { Feature, Reply } from '../feature';
import { type FileLocation, fileLocation } from '../file-location';
import { fileRetries } from '../file-retries';
import type { RequestOf } from '../messages';
import { parseDateTime } from '../messages/date-time';
import type { Services, StationFiles } from '../services';
import { UploadStatuses } from './upload-statuses';

/** One try takes no longer than this, in ms. */
const tryMaxMs = 1_800_000;
/** An upload begins without a durable mark of itself when the disk takes longer than this for it, in ms. */
const markMaxMs = 5_000;

interface WantedUpload {
  files: StationFiles;
  location: FileLocation;
  report: ReturnType<StationFiles['report']>;
  retries: number;
  retryIntervalMs: number;
}

export class Diagnostics implements Feature {
  readonly profile = 'FirmwareManagement';
  readonly handlers = { GetDiagnostics: (request: RequestOf<'GetDiagnostics'>) => this.answer(request) };
  readonly triggers = {
    DiagnosticsStatusNotification: () => () => this.statuses.tellNow(() => (this.running ? 'Uploading' : 'Idle')),
  };
  private readonly statuses: UploadStatuses;
  private running: AbortController | undefined;
  /** The spool has room for one file: the next upload begins when the one before has let go of it. */
  private former: Promise<void> = Promise.resolve();

  constructor(private readonly services: Services) {
    this.statuses = new UploadStatuses(services);
  }

  start(): void {
    this.statuses.start();
    void this.services.files?.spool.clear();
  }

  stop(): void {
    // The mark stays: after the next start the central system hears that it failed.
    this.running?.abort();
    this.statuses.stop();
  }

  linkUp(): void {
    this.statuses.tell();
  }

  registered(): void {
    this.statuses.tell();
  }

  /** There is a name in the answer only if a file will be sent. */
  private answer(request: RequestOf<'GetDiagnostics'>): Reply<'GetDiagnostics'> {
    const { files, configuration } = this.services;
    if (!files) return { result: {}, why: 'this station has no way to send files' };
    const location = fileLocation(request.location, configuration.list('SupportedFileTransferProtocols'));
    if ('refused' in location) return { result: {}, why: location.refused };
    const [fromMs, toMs] = [request.startTime, request.stopTime].map((at) => at && parseDateTime(at));
    const report = files.report({ fromMs: fromMs || undefined, toMs: toMs || undefined });
    const upload: WantedUpload = {
      ...{ files, location, report },
      ...fileRetries(request),
    };
    return { result: { fileName: report.fileName }, afterwards: () => this.begin(upload) };
  }

  /** The newest request is what is wanted: an upload that still runs is abandoned, without a word that would be taken for its. */
  private begin(upload: WantedUpload): void {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    this.former = this.former.then(() => this.run(upload, running));
  }

  private async run(upload: WantedUpload, running: AbortController): Promise<void> {
    const { signal } = running;
    if (signal.aborted) return;
    await this.inTime(this.statuses.is('Uploading'), signal, markMaxMs);
    const end = await this.endOf(upload, signal);
    await upload.files.spool.clear();
    if (signal.aborted) return;
    this.running = undefined;
    void this.statuses.is(end);
  }

  private async endOf(upload: WantedUpload, signal: AbortSignal): Promise<'Uploaded' | 'UploadFailed'> {
    try {
      const file = await upload.files.spool.keep(upload.report.content());
      await this.send(upload, file, signal);
      return 'Uploaded';
    } catch (error) {
      this.services.log.warn({}, `diagnostics could not be sent: ${messageOf(error)}`);
      return 'UploadFailed';
    }
  }

  /** Resolves when the file is there, and when nobody wants it there any more. */
  private async send(upload: WantedUpload, file: OutgoingFile, signal: AbortSignal): Promise<void> {
    const { log } = this.services;
    for (let tries = 0; !signal.aborted; tries += 1) {
      try {
        await this.try(upload, file, tries > 0, signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (tries >= upload.retries || isFinal(error)) throw error;
        log.warn({ retriesLeft: upload.retries - tries }, `diagnostics are sent again: ${messageOf(error)}`);
        await this.inTime(new Promise(() => {}), signal, upload.retryIntervalMs);
      }
    }
  }

  private async try(upload: WantedUpload, file: OutgoingFile, resumes: boolean, signal: AbortSignal): Promise<void> {
    const { clock } = this.services;
    const { files, location, report } = upload;
    const own = new AbortController();
    const cancel = clock.at(clock.now() + tryMaxMs, () => own.abort());
    const request = { ...location, fileName: report.fileName, resumes, signal: AbortSignal.any([signal, own.signal]) };
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
