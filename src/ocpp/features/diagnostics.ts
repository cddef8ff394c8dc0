/**
 * GetDiagnostics: the report of the station is sent where the central system wants it, and what becomes of that is told
 * once: Uploading, then Uploaded or UploadFailed (OCPP 1.6, 4.4, 5.9 and 8.2).
 */
import type { Reply } from '../feature';
import { fileLocation } from '../file-location';
import { fileRetries } from '../file-retries';
import type { RequestOf } from '../messages';
import { parseDateTime } from '../messages/date-time';
import type { Services } from '../services';
import type { WantedUpload } from './file-uploads';
import { UploadFeature } from './upload-feature';
import { diagnosticsUpload } from './upload-statuses';

export class Diagnostics extends UploadFeature {
  readonly profile = 'FirmwareManagement';
  readonly handlers = { GetDiagnostics: (request: RequestOf<'GetDiagnostics'>) => this.answer(request) };
  readonly triggers = { DiagnosticsStatusNotification: () => () => this.tellNow() };

  constructor(services: Services) {
    super(services, diagnosticsUpload);
  }

  override start(): void {
    super.start();
    void this.services.files?.spool.clear();
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
}
