/** GetLog: the report of the station, or its security log, is sent where the central system wants it (security whitepaper, N01). */
import type { Feature, Reply } from '../feature';
import { fileLocation } from '../file-location';
import { fileRetries } from '../file-retries';
import type { RequestOf } from '../messages';
import { parseDateTime } from '../messages/date-time';
import type { Services } from '../services';
import { isoTime } from '../wall-time';
import type { WantedUpload } from './file-uploads';
import { logUpload, UploadStatuses } from './upload-statuses';

type LogRequest = RequestOf<'GetLog'>;
interface Period {
  fromMs: number;
  toMs: number;
}

/** A name of a file has at most 255 characters. */
const identityCharactersMax = 60;

export class GetLog implements Feature {
  readonly profile = 'Security';
  readonly handlers = { GetLog: (request: LogRequest) => this.answer(request) };
  readonly triggers = {
    LogStatusNotification: () => () => this.statuses.tellNow(() => (this.running ? 'Uploading' : 'Idle')),
  };
  private readonly statuses: UploadStatuses<'LogStatusNotification', 'UploadFailure'>;
  private running: AbortController | undefined;

  constructor(private readonly services: Services) {
    this.statuses = new UploadStatuses(services, logUpload);
  }

  start(): void {
    this.statuses.start();
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

  private answer(request: LogRequest): Reply<'GetLog'> {
    const { files, configuration } = this.services;
    const rejected = (why: string) => ({ result: { status: 'Rejected' as const }, why });
    if (!files) return rejected('this station has no way to send files');
    const location = fileLocation(request.log.remoteLocation, configuration.list('SupportedFileTransferProtocols'));
    if ('refused' in location) return rejected(location.refused);
    const { fileName, content } = this.fileOf(request);
    const upload: WantedUpload = {
      ...{ files, location, fileName, content, what: 'logs' },
      ...fileRetries(request),
    };
    // N01.FR.11
    const status = this.running ? 'AcceptedCanceled' : 'Accepted';
    this.running?.abort();
    return {
      result: { status, filename: fileName },
      afterwards: () => void this.begin(upload, request.requestId),
    };
  }

  private async begin(upload: WantedUpload, requestId: number): Promise<void> {
    const running = new AbortController();
    this.running = running;
    this.statuses.concern(requestId);
    const isSent = await this.services.uploads.send(upload, running.signal, () => this.statuses.is('Uploading'));
    if (isSent === undefined) return;
    this.running = undefined;
    await this.statuses.is(isSent ? 'Uploaded' : 'UploadFailure');
  }

  private fileOf({ logType, log }: LogRequest): Pick<WantedUpload, 'fileName' | 'content'> {
    const timeOf = (text: string | undefined, otherwise: number): number =>
      (text === undefined ? undefined : parseDateTime(text)) ?? otherwise;
    const fromMs = timeOf(log.oldestTimestamp, Number.NEGATIVE_INFINITY);
    const toMs = timeOf(log.latestTimestamp, Number.POSITIVE_INFINITY);
    if (logType === 'SecurityLog') {
      return { fileName: this.nameOfSecurityLog(), content: () => this.securityLines({ fromMs, toMs }) };
    }
    const finite = (ms: number): number | undefined => (Number.isFinite(ms) ? ms : undefined);
    const report = this.services.files?.report({ fromMs: finite(fromMs), toMs: finite(toMs) });
    return {
      fileName: report?.fileName ?? '',
      content: () => report?.content() ?? this.securityLines({ fromMs, toMs }),
    };
  }

  private nameOfSecurityLog(): string {
    const { clock, configuration, wall } = this.services;
    const identity = configuration
      .text('UID')
      .replaceAll(/[^A-Za-z0-9]+/g, '-')
      .slice(0, identityCharactersMax);
    const unixMs = wall.at(clock.now());
    const at = unixMs === undefined ? `boot${wall.boot}` : isoTime(unixMs).replaceAll(/[-:]|\.\d+/g, '');
    return `greenup-${identity}-security-${at}.txt`;
  }

  /** Oldest first; what has no time belongs to every period. */
  private async *securityLines({ fromMs, toMs }: Period): AsyncGenerator<Uint8Array> {
    const { securityLog, wall } = this.services;
    for (const { type, info, stamp } of securityLog.entries) {
      const unixMs = securityLog.timeOf(stamp, wall);
      if (unixMs !== undefined && (unixMs < fromMs || unixMs > toMs)) continue;
      const at = unixMs === undefined ? 'at a time that is not known' : isoTime(unixMs);
      yield Buffer.from(`${[at, type, info].join(' ').trim()}\n`);
    }
  }
}
