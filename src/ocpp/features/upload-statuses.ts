/** What the central system is to hear of an upload, each status once and in order, over lost links and power cuts. */
import type { Cancel } from '../../hal/clock';
import { shape } from '../../hal/shapes';
import { collection } from '../../hal/stored';
import type { CallOutcome } from '../link/caller';
import { type Services, timeoutMs } from '../services';

type UploadStatus = 'Uploading' | 'Uploaded' | 'UploadFailed';

/** How far the last upload has come whose end the central system has not confirmed. */
const mark = collection(
  'diagnostics/upload',
  shape.Union([shape.Literal('Uploading'), shape.Literal('Uploaded'), shape.Literal('UploadFailed')]),
);

/** One that gets no answer is told again after this, in ms, and so often. */
const tellAgainMs = 60_000;
const tellingsMax = 5;

interface Untold {
  status: UploadStatus;
  /** A repetition has the same id (OCPP-J errata 2025-04, 3.1). */
  id: string;
  tellings: number;
}

export class UploadStatuses {
  private untold: Untold[] = [];
  private telling = false;
  private cancel: Cancel = () => {};

  /** An upload that the end of the former program has cut short has failed. */
  constructor(private readonly services: Services) {
    const former = mark.readOne(services.stored);
    if (former !== undefined) this.add(former === 'Uploading' ? 'UploadFailed' : former);
  }

  /** Resolves when it would outlive a power cut. */
  is(status: UploadStatus): Promise<void> {
    const { commits, online } = this.services;
    // Of what nobody could hear the last one counts.
    if (!online()) this.untold = [];
    this.add(status);
    this.tell();
    return commits.commit({ put: [mark.entry('', status)], del: [] });
  }

  /** There may be somebody now who hears it. */
  tell(): void {
    const { calls, configuration, online } = this.services;
    const [next] = this.untold;
    if (this.telling || !next || !online()) return;
    this.telling = true;
    next.tellings += 1;
    const { id, status } = next;
    const take = (outcome: CallOutcome): void => this.took(next, outcome);
    const timeout = timeoutMs(configuration, 'confBasicTime');
    void calls.send('DiagnosticsStatusNotification', 'ordered', () => ({ status }), timeout, { id, take });
  }

  stop(): void {
    this.cancel();
  }

  private add(status: UploadStatus): void {
    this.untold.push({ status, id: this.services.calls.nextMessageId(), tellings: 0 });
  }

  private took(told: Untold, { kind }: CallOutcome): void {
    this.telling = false;
    const unanswered = kind === 'timeout' || kind === 'lost';
    if (!unanswered || told.tellings >= tellingsMax) this.isTold(told);
    this.cancel();
    const { clock } = this.services;
    // With a new link it is told before.
    if (unanswered) this.cancel = clock.at(clock.now() + tellAgainMs, () => this.tell());
    else this.tell();
  }

  private isTold(told: Untold): void {
    this.untold = this.untold.filter((one) => one !== told);
    // Nothing is to be told of it after a power cut, unless another upload has begun meanwhile.
    if (told.status === 'Uploading' || this.untold.length > 0) return;
    void this.services.commits.commit({ put: [], del: [mark.key('')] });
  }
}
