/**
 * GetDiagnostics: the report of the station is sent where the central system wants it, and what becomes of that is told
 * once: Uploading, then Uploaded or UploadFailed (OCPP 1.6, 4.4, 5.9 and 8.2).
 */
import type { Feature, Reply } from '../feature';
import { fileLocation } from '../file-location';
import { fileRetries } from '../file-retries';
import type { RequestOf } from '../messages';
import { parseDateTime } from '../messages/date-time';
import type { Services } from '../services';
import type { WantedUpload } from './file-uploads';
import { diagnosticsUpload, UploadStatuses } from './upload-statuses';

export class Diagnostics implements Feature {
  readonly profile = 'FirmwareManagement';
  readonly handlers = { GetDiagnostics: (request: RequestOf<'GetDiagnostics'>) => this.answer(request) };
  readonly triggers = {
    DiagnosticsStatusNotification: () => () => this.statuses.tellNow(() => (this.running ? 'Uploading' : 'Idle')),
  };
  private readonly statuses: UploadStatuses<'DiagnosticsStatusNotification', 'UploadFailed'>;
  private running: AbortController | undefined;

  constructor(private readonly services: Services) {
    this.statuses = new UploadStatuses(services, diagnosticsUpload);
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
    const { fileName } = report;
    const upload: WantedUpload = {
      ...{ files, location, fileName, content: () => report.content(), what: 'diagnostics' },
      ...fileRetries(request),
    };
    return { result: { fileName }, afterwards: () => void this.begin(upload) };
  }

  /** The newest request is what is wanted: an upload that still runs is abandoned, without a word that would be taken for its. */
  private async begin(upload: WantedUpload): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const isSent = await this.services.uploads.send(upload, running.signal, () => this.statuses.is('Uploading'));
    if (isSent === undefined) return;
    this.running = undefined;
    await this.statuses.is(isSent ? 'Uploaded' : 'UploadFailed');
  }
}
