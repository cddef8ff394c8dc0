/** What the central system is to hear of an upload, also after a power cut: how it ended, once. */
import type { Cancel } from '../../hal/clock';
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

/** Under which id the status of the mark is told, also after a power cut. */
const markId = collection('diagnostics/upload-id', shape.String());
/** A disk that takes longer than this keeps nothing from being told, in ms. */
const noteMaxMs = 2_000;

export class UploadStatuses {
  private readonly teller: StatusTeller<'DiagnosticsStatusNotification'>;
  private readonly former: UploadStatus | undefined;
  private readonly cancels = new Set<Cancel>();

  constructor(private readonly services: Services) {
    this.teller = new StatusTeller(services, 'DiagnosticsStatusNotification', (status) => this.isTold(status));
    this.former = mark.readOne(services.stored);
  }

  /** What the end of the former program has cut short has failed; what it has not told is told. */
  start(): void {
    if (this.former === 'Uploading') void this.is('UploadFailed');
    else if (this.former !== undefined) this.teller.add(this.former, markId.readOne(this.services.stored));
  }

  /** Told when it would outlive a power cut, so that no other end can be told after it; resolves then. */
  async is(status: UploadStatus): Promise<void> {
    const { calls, clock, commits, online } = this.services;
    // Of what nobody could hear the last one counts.
    if (!online()) this.teller.keep(() => false);
    const id = calls.nextMessageId();
    let release: (() => void) | undefined = this.teller.hold();
    const tell = (): void => {
      release?.();
      release = undefined;
    };
    this.teller.add(status, id);
    const cancel = clock.at(clock.now() + noteMaxMs, tell);
    this.cancels.add(cancel);
    await commits.commit({ put: [mark.entry('', status), markId.entry('', id)], del: [] });
    cancel();
    this.cancels.delete(cancel);
    tell();
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
    for (const cancel of this.cancels) cancel();
    this.teller.stop();
  }

  private isTold(status: UploadStatus | 'Idle'): void {
    // Nothing is to be told of it after a power cut, unless another upload has begun meanwhile.
    if (status === 'Uploading' || this.teller.untold.length > 0) return;
    void this.services.commits.commit({ put: [], del: [mark.key(''), markId.key('')] });
  }
}
