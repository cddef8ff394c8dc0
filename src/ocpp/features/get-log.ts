/** GetLog: the report of the station, or its security log, is sent where the central system wants it (security whitepaper, N01). */
import type { Reply } from '../feature';
import { fileLocation } from '../file-location';
import { fileRetries } from '../file-retries';
import type { RequestOf } from '../messages';
import { parseDateTime } from '../messages/date-time';
import type { Services } from '../services';
import type { WantedUpload } from './file-uploads';
import { UploadFeature } from './upload-feature';
import { logUpload } from './upload-statuses';

export class GetLog extends UploadFeature {
  readonly profile = 'Security';
  readonly handlers = { GetLog: (request: RequestOf<'GetLog'>) => this.answer(request) };
  readonly triggers = { LogStatusNotification: () => () => this.tellNow() };

  constructor(services: Services) {
    super(services, logUpload);
  }

  private answer(request: RequestOf<'GetLog'>): Reply<'GetLog'> {
    const { files, configuration } = this.services;
    const { logType, log, requestId } = request;
    const rejected = (why: string) => ({ result: { status: 'Rejected' as const }, why });
    if (!files) return rejected('this station has no way to send files');
    const location = fileLocation(log.remoteLocation, configuration.list('SupportedFileTransferProtocols'));
    if ('refused' in location) return rejected(location.refused);
    const [fromMs, toMs] = [log.oldestTimestamp, log.latestTimestamp].map((at) =>
      at === undefined ? undefined : parseDateTime(at),
    );
    const file = logType === 'SecurityLog' ? files.securityLog({ fromMs, toMs }) : files.report({ fromMs, toMs });
    const { fileName } = file;
    const upload: WantedUpload = {
      ...{ files, location, fileName, content: () => file.content(), what: 'logs' },
      ...fileRetries(request),
    };
    // N01.FR.11
    const status = this.abandon() ? 'AcceptedCanceled' : 'Accepted';
    return { result: { status, filename: fileName }, afterwards: () => void this.begin(upload, requestId) };
  }
}
