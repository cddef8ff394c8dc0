/** Requests and answers over one link: one CALL of ours at a time, each CALL of the peer answered exactly once. */

import type { Cancel, Clock } from '../../hal/clock';
import { GreenupError, messageOf } from '../../hal/errors';
import {
  type CallErrorBody,
  encodeCall,
  encodeError,
  encodeResult,
  type Frame,
  fitsMessageId,
  type Incoming,
  messageIdCharactersMax,
  parseFrame,
} from './frame';
import type { Actions, ErrorCodes, Protocol, Violation } from './protocol';

/** The way out; the way in is `Rpc.receive`. */
export interface Link {
  send(text: string): void;
}

/** What became of a CALL. `code` of an error is whatever the peer sent, known to the protocol or not. */
export type CallOutcome<P extends object = object> =
  | { kind: 'result'; payload: P }
  | { kind: 'malformed'; violation: Violation }
  | { kind: 'error'; code: string; description: string }
  | { kind: 'timeout' }
  | { kind: 'lost' };

/**
 * How a CALL of the central system is answered. `afterwards` runs when the answer has left (or can no longer leave,
 * the link being gone): for what must follow the answer, such as a reset (OCPP 1.6, 5.14) or a triggered message (5.17).
 */
export type CallAnswer =
  | { result: object; afterwards?: () => void }
  | { error: string; description: string; afterwards?: () => void };

export type CallHandler<Received extends Actions> = <A extends keyof Received & string>(
  action: A,
  payload: Received[A]['request'],
  id: string,
) => Promise<CallAnswer>;

/** Whom to hand a CALL that may leave now. */
export interface Caller<Sent extends Actions> {
  call<A extends keyof Sent & string>(
    action: A,
    payload: Sent[A]['request'],
    options: { id: string; timeoutMs: number },
  ): Promise<CallOutcome<Sent[A]['response']>>;
}

export interface RpcOptions<Sent extends Actions, Received extends Actions> {
  protocol: Protocol<Sent, Received>;
  link: Link;
  clock: Clock;
  /** A payload of ours that violates its schema is a programming error: throw it, or warn and go on. */
  ownViolations: 'throw' | 'report';
  /** CALLs of the peer held at once, the one being handled included; 100 unless told. */
  incomingCallsMax?: number;
  /** Milliseconds after which a handler that has not answered is answered for; 30 000 unless told. */
  handlerTimeoutMs?: number;
  /** The answer to a request that violates its schema, where OCPP has another word for it than a CALLERROR. */
  invalidAnswer?: (action: keyof Received & string, payload: object) => CallAnswer | undefined;
  /** Sees every message, secrets included. */
  trace?: (direction: 'in' | 'out', text: string) => void;
  /** One line about something that should not have happened. */
  warn?: (line: string) => void;
}

export interface RpcCounts {
  /** Messages that were no OCPP-J frame, answered or not. */
  bad: number;
  /** Answers to a CALL that is not outstanding. */
  unknownAnswers: number;
  /** CALLs turned away: too many were waiting, or one with the same id. */
  turnedAway: number;
}

interface Pending {
  id: string;
  action: string;
  cancelTimer: Cancel;
  resolve: (outcome: CallOutcome) => void;
}

interface IncomingCall {
  id: string;
  action: string;
  payload: object;
}

/** Lives as long as its link: a new connection gets a new Rpc. */
export class Rpc<Sent extends Actions, Received extends Actions> implements Caller<Sent> {
  readonly counts: Readonly<RpcCounts>;
  private readonly counting: RpcCounts = { bad: 0, unknownAnswers: 0, turnedAway: 0 };
  private readonly incomingCallsMax: number;
  private readonly handlerTimeoutMs: number;
  private handler: CallHandler<Received> | undefined;
  private pending: Pending | undefined;
  /** In order of arrival; the first is being handled. */
  private incoming: IncomingCall[] = [];
  private serving = false;
  private open = true;

  constructor(private readonly options: RpcOptions<Sent, Received>) {
    this.counts = this.counting;
    this.incomingCallsMax = options.incomingCallsMax ?? 100;
    this.handlerTimeoutMs = options.handlerTimeoutMs ?? 30_000;
  }

  private get codes(): ErrorCodes {
    return this.options.protocol.errorCodes;
  }

  /** True while a CALL of ours is outstanding (J 4.1.1). */
  get busy(): boolean {
    return this.pending !== undefined;
  }

  /**
   * Sends a CALL; settles with its outcome, at the latest after `timeoutMs` milliseconds.
   * A late answer to a timed out CALL counts if its id is outstanding again (J errata 3.1 lets a retry keep the id).
   * Rejects with GreenupError on programming errors: a second CALL while `busy`, an id over 36 characters, and, with
   * `ownViolations: 'throw'`, a payload that violates its schema.
   */
  async call<A extends keyof Sent & string>(
    action: A,
    payload: Sent[A]['request'],
    options: { id: string; timeoutMs: number },
  ): Promise<CallOutcome<Sent[A]['response']>> {
    const { id, timeoutMs } = options;
    if (this.pending !== undefined) throw wrong(`${action} "${id}" while ${this.pending.action} is outstanding`);
    if (!fitsMessageId(id)) throw wrong(`${action}: message id "${id}" is over ${messageIdCharactersMax} characters`);
    const violation = this.options.protocol.checkRequest(action, payload);
    if (violation !== undefined) {
      const line = `our ${action}.req violates its schema: ${violation.message}`;
      if (this.options.ownViolations === 'throw') throw wrong(line);
      this.options.warn?.(line);
      return { kind: 'malformed', violation };
    }
    const outcome = new Promise<CallOutcome>((resolve) => {
      const due = this.options.clock.now() + timeoutMs;
      const cancelTimer = this.options.clock.at(due, () => this.settle({ kind: 'timeout' }));
      // Registered before the bytes leave: the answer may come while `send` is still running.
      this.pending = { id, action, cancelTimer, resolve };
    });
    if (!this.send(encodeCall(id, action, payload))) this.settle({ kind: 'lost' });
    // `settleResult` has checked the payload against the schema that its type is derived from.
    return (await outcome) as CallOutcome<Sent[A]['response']>;
  }

  /** Sets who answers the peer's CALLs; without a handler they are answered as not supported. */
  onCall(handler: CallHandler<Received>): void {
    this.handler = handler;
  }

  /** Takes one message of the peer; never throws. */
  receive(message: Incoming): void {
    if (!this.open) return;
    this.options.trace?.('in', typeof message === 'string' ? message : `binary message of ${message.length} bytes`);
    const frame = parseFrame(message, this.options.protocol.errorCodes);
    switch (frame.kind) {
      case 'call':
        this.accept(frame);
        break;
      case 'result':
        this.settleResult(frame.id, frame.payload);
        break;
      case 'error':
        this.settleById(frame.id, { kind: 'error', code: frame.code, description: frame.description });
        break;
      case 'bad':
        this.takeBad(frame);
        break;
      default:
        frame satisfies never;
    }
  }

  /** The link is gone: the outstanding CALL is lost, waiting CALLs are forgotten, answers under way are dropped. */
  closed(): void {
    this.open = false;
    this.incoming = [];
    this.settle({ kind: 'lost' });
  }

  private takeBad({ id, answerWith, reason }: Frame & { kind: 'bad' }): void {
    this.counting.bad += 1;
    if (id === undefined) return;
    if (answerWith !== undefined) this.sendError(id, answerWith);
    else this.settleById(id, { kind: 'malformed', violation: { code: this.codes.malformed, message: reason } });
  }

  private settleResult(id: string, payload: object): void {
    const action = this.pending?.id === id ? this.pending.action : undefined;
    const violation = action === undefined ? undefined : this.options.protocol.checkReceivedResponse(action, payload);
    this.settleById(id, violation === undefined ? { kind: 'result', payload } : { kind: 'malformed', violation });
  }

  private settleById(id: string, outcome: CallOutcome): void {
    if (this.pending?.id === id) this.settle(outcome);
    else this.counting.unknownAnswers += 1;
  }

  private settle(outcome: CallOutcome): void {
    const pending = this.pending;
    if (pending === undefined) return;
    this.pending = undefined;
    pending.cancelTimer();
    pending.resolve(outcome);
  }

  private accept(call: IncomingCall): void {
    const refusal = this.refusalOf(call.id);
    if (refusal !== undefined) {
      this.counting.turnedAway += 1;
      this.sendError(call.id, refusal);
      return;
    }
    this.incoming.push(call);
    if (!this.serving) void this.serve();
  }

  private refusalOf(id: string): CallErrorBody | undefined {
    if (this.incoming.some((call) => call.id === id)) {
      // One of the cases that J 4.2.3 names for a CALLERROR.
      return { code: this.codes.generic, description: 'a CALL with this message id is being handled already' };
    }
    if (this.incoming.length < this.incomingCallsMax) return undefined;
    return { code: this.codes.internal, description: `${this.incomingCallsMax} CALLs are waiting already` };
  }

  /** Handles the waiting CALLs one after the other; never rejects. */
  private async serve(): Promise<void> {
    this.serving = true;
    for (let call = this.incoming[0]; call !== undefined; call = this.incoming[0]) {
      const answer = await this.answerTo(call);
      this.incoming.shift();
      if ('result' in answer) this.send(encodeResult(call.id, answer.result));
      else this.sendError(call.id, { code: answer.error, description: answer.description });
      try {
        answer.afterwards?.();
      } catch (error) {
        this.options.warn?.(`${call.action}: what follows the answer failed: ${messageOf(error)}`);
      }
    }
    this.serving = false;
  }

  private async answerTo({ action, payload, id }: IncomingCall): Promise<CallAnswer> {
    const { protocol } = this.options;
    if (!protocol.isAction(action)) {
      return { error: this.codes.unknownAction, description: `the action is not in ${protocol.name}` };
    }
    if (!protocol.isReceived(action)) {
      return { error: this.codes.unsupportedAction, description: `${action} is sent by charge points only` };
    }
    const handler = this.handler;
    if (handler === undefined) return { error: this.codes.unsupportedAction, description: `${action} is not handled` };
    const violation = protocol.checkRequest(action, payload);
    if (violation !== undefined) {
      const answer = this.options.invalidAnswer?.(action, payload);
      return answer ?? { error: violation.code, description: violation.message };
    }
    try {
      // `checkRequest` has just found that the payload is what its type is derived from.
      const answer = await this.inTime(handler(action, payload as Received[typeof action]['request'], id));
      const flaw = 'result' in answer ? protocol.checkResponse(action, answer.result) : undefined;
      if (flaw === undefined) return answer;
      throw wrong(`our ${action}.conf violates its schema: ${flaw.message}`);
    } catch (error) {
      const line = messageOf(error).replaceAll(/\s+/g, ' ');
      this.options.warn?.(`${action} "${id}" failed: ${line}`);
      return { error: this.codes.internal, description: line };
    }
  }

  /** A handler that hangs must not silence the CALLs behind it. */
  private inTime(answer: Promise<CallAnswer>): Promise<CallAnswer> {
    const { clock } = this.options;
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no answer within ${this.handlerTimeoutMs} ms`));
      const cancel = clock.at(clock.now() + this.handlerTimeoutMs, late);
      answer.then(resolve, reject).finally(cancel);
    });
  }

  private sendError(id: string, { code, description }: CallErrorBody): void {
    this.send(encodeError(id, code, description));
  }

  /** False if the link did not take the text. */
  private send(text: string): boolean {
    if (!this.open) return false;
    this.options.trace?.('out', text);
    try {
      this.options.link.send(text);
      return true;
    } catch (error) {
      this.options.warn?.(`the link did not take a message: ${messageOf(error)}`);
      return false;
    }
  }
}

function wrong(message: string): GreenupError {
  return new GreenupError('command.invalid', message);
}
