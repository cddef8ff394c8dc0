/** What the central system is to hear of an upload, also after a power cut: how it ended, once. */
import type { Cancel } from '../../hal/clock';
import { shape } from '../../hal/shapes';
import { type Collection, collection } from '../../hal/stored';
import type { SentActions } from '../messages/protocol';
import type { Services } from '../services';
import { StatusTeller } from './status-teller';

type Failed = 'UploadFailed' | 'UploadFailure';
type UploadStatus = 'Uploading' | 'Uploaded' | Failed;
type UploadMessage = 'DiagnosticsStatusNotification' | 'LogStatusNotification';

/** How uploads of one kind are told, and where it is kept how far the last one has come. */
export interface UploadKind {
  message: UploadMessage;
  failed: Failed;
  /** Of the last upload whose end the central system has not confirmed. */
  mark: Collection<UploadStatus>;
  /** Under which id the status of the mark is told, also after a power cut. */
  markId: Collection<string>;
  /** The number that the central system gave to the request; absent where it gives none. */
  request?: Collection<number>;
}

export const diagnosticsUpload: UploadKind = {
  message: 'DiagnosticsStatusNotification',
  failed: 'UploadFailed',
  mark: collection(
    'diagnostics/upload',
    shape.Union([shape.Literal('Uploading'), shape.Literal('Uploaded'), shape.Literal('UploadFailed')]),
  ),
  markId: collection('diagnostics/upload-id', shape.String()),
};

export const logUpload: UploadKind = {
  message: 'LogStatusNotification',
  failed: 'UploadFailure',
  mark: collection(
    'log/upload',
    shape.Union([shape.Literal('Uploading'), shape.Literal('Uploaded'), shape.Literal('UploadFailure')]),
  ),
  markId: collection('log/upload-id', shape.String()),
  request: collection('log/request', shape.Integer()),
};

/** A disk that takes longer than this keeps nothing from being told, in ms. */
const noteMaxMs = 2_000;

export class UploadStatuses {
  private readonly teller: StatusTeller<UploadMessage>;
  private readonly former: UploadStatus | undefined;
  private readonly cancels = new Set<Cancel>();
  private requestId: number | undefined;

  constructor(
    private readonly services: Services,
    private readonly kind: UploadKind,
  ) {
    this.teller = new StatusTeller(services, kind.message, ({ status }) => this.isTold(status));
    this.former = kind.mark.readOne(services.stored);
    this.requestId = kind.request?.readOne(services.stored);
  }

  /** What the end of the former program has cut short has failed; what it has not told is told. */
  start(): void {
    const { kind } = this;
    if (this.former === 'Uploading') void this.is(kind.failed);
    else if (this.former !== undefined) this.add(this.former, kind.markId.readOne(this.services.stored));
  }

  /** From now on statuses are of this request: what was to be told of the one before is not told any more. */
  concern(requestId: number): void {
    this.teller.keep(() => false);
    this.requestId = requestId;
  }

  /** Told when it would outlive a power cut, so that no other end can be told after it; resolves then. */
  async is(status: UploadStatus): Promise<void> {
    const { calls, clock, commits, online } = this.services;
    const { mark, markId, request } = this.kind;
    // Of what nobody could hear the last one counts.
    if (!online()) this.teller.keep(() => false);
    const id = calls.nextMessageId();
    let release: (() => void) | undefined = this.teller.hold();
    const tell = (): void => {
      release?.();
      release = undefined;
    };
    this.add(status, id);
    const cancel = clock.at(clock.now() + noteMaxMs, tell);
    this.cancels.add(cancel);
    const ofRequest = request && this.requestId !== undefined ? [request.entry('', this.requestId)] : [];
    await commits.commit({ put: [mark.entry('', status), markId.entry('', id), ...ofRequest], del: [] });
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
    this.teller.tellNow(() => this.payload(status()));
  }

  stop(): void {
    for (const cancel of this.cancels) cancel();
    this.teller.stop();
  }

  private add(status: UploadStatus, id: string | undefined): void {
    this.teller.add(this.payload(status), id);
  }

  /** Where nothing goes on there is no request (N01.FR.12). */
  private payload(status: UploadStatus | 'Idle'): SentActions[UploadMessage]['request'] {
    const ofRequest = this.requestId !== undefined && status !== 'Idle' ? { requestId: this.requestId } : {};
    return { status, ...ofRequest } as SentActions[UploadMessage]['request'];
  }

  private isTold(status: string): void {
    const { mark, markId, request } = this.kind;
    // Nothing is to be told of it after a power cut, unless another upload has begun meanwhile.
    if (status === 'Uploading' || this.teller.untold.length > 0) return;
    const del = [mark, markId, ...(request ? [request] : [])].map((one) => one.key(''));
    void this.services.commits.commit({ put: [], del });
  }
}
