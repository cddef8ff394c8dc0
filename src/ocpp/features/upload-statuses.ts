/** What the central system is to hear of an upload, also after a power cut: how it ended, once. */
import { shape } from '../../hal/shapes';
import { collection } from '../../hal/stored';
import type { Services } from '../services';
import { StatusTeller } from './status-teller';

type UploadStatus = 'Uploading' | 'Uploaded' | 'UploadFailed';

/** How far the last upload has come whose end the central system has not confirmed. */
const mark = collection(
  'diagnostics/upload',
  shape.Union([shape.Literal('Uploading'), shape.Literal('Uploaded'), shape.Literal('UploadFailed')]),
);

export class UploadStatuses {
  private readonly teller: StatusTeller<'DiagnosticsStatusNotification'>;

  /** An upload that the end of the former program has cut short has failed. */
  constructor(private readonly services: Services) {
    this.teller = new StatusTeller(services, 'DiagnosticsStatusNotification', (status) => this.isTold(status));
    const former = mark.readOne(services.stored);
    if (former !== undefined) this.teller.add(former === 'Uploading' ? 'UploadFailed' : former);
  }

  /** Resolves when it would outlive a power cut. */
  is(status: UploadStatus): Promise<void> {
    const { commits, online } = this.services;
    // Of what nobody could hear the last one counts.
    if (!online()) this.teller.keep(() => false);
    this.teller.add(status);
    this.tell();
    return commits.commit({ put: [mark.entry('', status)], del: [] });
  }

  /** There may be somebody now who hears it. */
  tell(): void {
    this.teller.tell();
  }

  /** For a trigger: Idle is told on trigger alone, and only when there is nothing to upload (4.4). */
  tellNow(status: () => 'Uploading' | 'Idle'): void {
    this.teller.tellNow(status);
  }

  stop(): void {
    this.teller.stop();
  }

  private isTold(status: UploadStatus | 'Idle'): void {
    // Nothing is to be told of it after a power cut, unless another upload has begun meanwhile.
    if (status === 'Uploading' || this.teller.untold.length > 0) return;
    void this.services.commits.commit({ put: [], del: [mark.key('')] });
  }
}
