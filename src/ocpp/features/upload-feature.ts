/** What GetDiagnostics and GetLog have in common: one file is sent at a time, the newest that was asked for, and its end is told. */
import type { Feature } from '../feature';
import type { FeatureProfile } from '../messages';
import type { Services } from '../services';
import type { WantedUpload } from './file-uploads';
import { type UploadKind, UploadStatuses } from './upload-statuses';

export abstract class UploadFeature implements Feature {
  abstract readonly profile: FeatureProfile;
  private readonly statuses: UploadStatuses;
  private running: AbortController | undefined;

  constructor(
    protected readonly services: Services,
    private readonly kind: UploadKind,
  ) {
    this.statuses = new UploadStatuses(services, kind);
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

  /** For a trigger. */
  protected tellNow(): void {
    this.statuses.tellNow(() => (this.running ? 'Uploading' : 'Idle'));
  }

  /** Whether an upload goes on; it is abandoned, without a word that would be taken for that of the next one. */
  protected abandon(): boolean {
    this.running?.abort();
    return this.running !== undefined;
  }

  /** `requestId`: where the central system gives one. */
  protected async begin(upload: WantedUpload, requestId?: number): Promise<void> {
    this.abandon();
    const running = new AbortController();
    this.running = running;
    if (requestId !== undefined) this.statuses.concern(requestId);
    const isSent = await this.services.uploads.send(upload, running.signal, () => this.statuses.is('Uploading'));
    if (isSent === undefined) return;
    this.running = undefined;
    await this.statuses.is(isSent ? 'Uploaded' : this.kind.failed);
  }
}
