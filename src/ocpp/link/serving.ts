/** CALLs of the peer in their turn: one at a time, each answered exactly once, and no faster than the answers leave. */
import { messageOf } from '../../hal/errors';
import type { Answering, CallHandler } from './answering';
import type { Refusal } from './caller';
import { type CallErrorBody, encodeError, encodeResult, type Frame } from './frame';
import type { Taken } from './inbox';
import type { Actions, ErrorCodes } from './protocol';

/** A CALL of the peer, a broken one included. */
export type PeerCall = Extract<Frame, { kind: 'call' } | { answerWith: CallErrorBody }>;

export interface ServingOptions<Sent extends Actions, Received extends Actions> {
  answering: Answering<Sent, Received>;
  codes: ErrorCodes;
  callsMax: number;
  send: (text: string) => void;
  /** While it gives a reason, CALLs whose turn comes get no answer at all. */
  ignores: () => string | undefined;
  /** False while the peer does not take what has been sent. */
  drains: () => boolean;
  /** A CALL has been refused. */
  refused: (refusal: Refusal) => void;
  /** A CALL has been answered. */
  onServed: () => void;
  warn: (line: string) => void;
}

export class Serving<Sent extends Actions, Received extends Actions> {
  handler: CallHandler<Received> | undefined;
  /** Ids of CALLs that have not been answered yet. */
  private readonly unanswered = new Set<string>();
  /** The CALL that is being handled. */
  private current: Promise<void> | undefined;
  private open = true;
  private onRoom: () => void = () => {};
  private onClosed: () => void = () => {};

  constructor(private readonly options: ServingOptions<Sent, Received>) {}

  get busy(): boolean {
    return this.current !== undefined;
  }

  /** True while a CALL has not been answered. */
  get owes(): boolean {
    return this.unanswered.size > 0;
  }

  /** Why a CALL with this id is turned away; undefined: it is expected from now on. */
  refusalOf(id: string): CallErrorBody | undefined {
    const { codes, callsMax } = this.options;
    if (this.unanswered.has(id)) {
      // One of the cases that J 4.2.3 names for a CALLERROR.
      return { code: codes.generic, description: 'a CALL with this message id is being handled already' };
    }
    if (this.unanswered.size >= callsMax) {
      return { code: codes.internal, description: `${callsMax} CALLs are waiting already` };
    }
    this.unanswered.add(id);
    return undefined;
  }

  /** Begins to handle a CALL, as soon as the one before has been answered. */
  serve(call: PeerCall): Taken {
    const { current } = this;
    if (current === undefined) {
      this.begin(call);
      return undefined;
    }
    return new Promise((resolve) => {
      // Nothing behind it waits for a handler whose answer nobody will read.
      this.onClosed = resolve;
      void current.then(() => {
        this.begin(call);
        resolve();
      });
    });
  }

  /** Bytes have left. */
  drained(): void {
    if (this.options.drains()) this.onRoom();
  }

  /** The link is gone: answers under way are dropped. */
  closed(): void {
    this.open = false;
    this.options.answering.closed();
    this.onRoom();
    this.onClosed();
  }

  /** One that is broken is answered when its turn has come. */
  private begin(call: PeerCall): void {
    const ignored = this.options.ignores();
    if (!this.open || ignored !== undefined) {
      this.unanswered.delete(call.id);
      if (ignored !== undefined) this.refuse(call, 'none', ignored);
    } else if (call.kind === 'bad') {
      const { code, description } = call.answerWith;
      this.options.send(encodeError(call.id, code, description));
      this.refuse(call, code, description);
    } else {
      this.current = this.answer(call).finally(() => {
        this.current = undefined;
        this.options.onServed();
      });
    }
  }

  private async answer(call: Frame & { kind: 'call' }): Promise<void> {
    const answer = await this.options.answering.answerTo(call, this.handler);
    this.unanswered.delete(call.id);
    // What the peer does not take would pile up here.
    if (this.open && !this.options.drains()) await this.room();
    this.options.send(
      'result' in answer
        ? encodeResult(call.id, answer.result)
        : encodeError(call.id, answer.error, answer.description),
    );
    if ('error' in answer) this.refuse(call, answer.error, answer.description);
    else if (answer.why !== undefined) this.refuse(call, statusOf(answer.result), answer.why);
    try {
      answer.afterwards?.();
    } catch (error) {
      this.options.warn(`${call.action}: what follows the answer failed: ${messageOf(error)}`);
    }
  }

  private refuse(call: PeerCall, answer: string, why: string): void {
    const known = call.kind === 'call' ? { action: call.action, request: call.payload } : { request: {} };
    this.options.refused({ by: 'us', ...known, answer, why });
  }

  private room(): Promise<void> {
    return new Promise((resolve) => {
      this.onRoom = resolve;
    });
  }
}

function statusOf(result: object): string {
  return 'status' in result ? String(result.status) : 'refused';
}
