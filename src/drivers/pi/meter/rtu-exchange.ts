/** One request on the wire and everything that comes back until it is over. */
import type { Cancel, Clock } from '../../../hal/clock';
import { unreachable } from '../../../hal/errors';
import {
  frameGapMs,
  judgeReply,
  type RegisterRequest,
  type ReplyJudgement,
  replyBytes,
  requestBytes,
  transmissionMs,
} from './rtu';

export type ExchangeOutcome =
  | { kind: 'registers'; bytes: Uint8Array }
  | { kind: 'exception'; code: number }
  /** Nothing came in time. */
  | { kind: 'silent' }
  /** What came is no answer. */
  | { kind: 'garbled'; reason: string }
  /** The line was lost, or the master closed. */
  | { kind: 'lost'; reason: string };

/** A frame has at most 256 bytes; of a flood no more is kept than shows that it is one. */
const keptBytesMax = 512;
/** Bytes that do not fit arrive in portions: an FTDI adapter hands them on each 16 ms. */
export const portionGapMs = 20;

export class Exchange {
  /** When the last bit of the request leaves, and when its answer must be complete. */
  readonly requestEnd: number;
  private readonly received: number[] = [];
  private readonly cancelTimeout: Cancel;
  private cancelSilence: Cancel = () => {};
  private over = false;

  /** Times in ms; `timeoutMs` is how long the meter may wait before it answers. */
  constructor(
    private readonly request: RegisterRequest,
    timeoutMs: number,
    private readonly baudRate: number,
    private readonly clock: Clock,
    private readonly done: (outcome: ExchangeOutcome) => void,
  ) {
    this.requestEnd = clock.now() + transmissionMs(requestBytes, baudRate);
    const answerDue = this.requestEnd + timeoutMs + transmissionMs(replyBytes(request.count), baudRate);
    this.cancelTimeout = clock.at(answerDue, () => this.conclude());
  }

  feed(bytes: Uint8Array): void {
    if (this.over) return;
    this.received.push(...bytes.subarray(0, keptBytesMax - this.received.length));
    this.cancelSilence();
    const { kind } = this.judge();
    if (kind === 'partial' || kind === 'none') return;
    // Only silence tells that nothing more follows.
    const gapMs = kind === 'garbled' ? portionGapMs : frameGapMs(this.baudRate);
    this.cancelSilence = this.clock.at(this.clock.now() + gapMs, () => this.conclude());
  }

  end(outcome: ExchangeOutcome): void {
    if (this.over) return;
    this.over = true;
    this.cancelTimeout();
    this.cancelSilence();
    this.done(outcome);
  }

  private conclude(): void {
    this.end(outcomeOf(this.judge()));
  }

  private judge(): ReplyJudgement {
    return judgeReply(this.request, Uint8Array.from(this.received));
  }
}

function outcomeOf(reply: ReplyJudgement): ExchangeOutcome {
  switch (reply.kind) {
    case 'none':
      return { kind: 'silent' };
    case 'partial':
      return { kind: 'garbled', reason: reply.reason };
    case 'registers':
    case 'exception':
    case 'garbled':
      return reply;
    default:
      return unreachable(reply);
  }
}
