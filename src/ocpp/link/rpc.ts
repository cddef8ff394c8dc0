/** Requests and answers over one link: one CALL of ours at a time, each CALL of the peer answered exactly once. */

import { GreenupError, messageOf } from '../../hal/errors';
import { Answering, type AnsweringOptions, type CallHandler } from './answering';
import type { Caller, CallOptions, CallOutcome, LateAnswer, Link, Refusal, Take } from './caller';
import {
  encodeCall,
  encodeError,
  type Frame,
  fitsMessageId,
  type Incoming,
  messageIdCharactersMax,
  parseFrame,
} from './frame';
import { Inbox, type Taken } from './inbox';
import { messageIdOfNumber } from './message-ids';
import { type Flow, Pace } from './pace';
import { PausableTimer } from './pausable-timer';
import type { Actions, ErrorCodes } from './protocol';
import { type PeerCall, Serving } from './serving';

export interface RpcOptions<Sent extends Actions, Received extends Actions> extends AnsweringOptions<Sent, Received> {
  link: Link;
  /** A payload of ours that violates its schema is a programming error: throw it, or warn and go on. */
  ownViolations: 'throw' | 'report';
  /** Absent: the peer cannot be slowed down. */
  flow?: Flow;
  /**
   * CALLs of the peer held at once, the one being handled included; 10 000 unless told. A peer that is slowed down does
   * not come near it: what was in its last segment still arrives.
   */
  incomingCallsMax?: number;
  /** Whom an answer serves that carries this id, although no CALL with it is outstanding (J errata 3.1). */
  late?: (id: string) => LateAnswer | undefined;
  /** While it gives a reason, CALLs of the peer whose turn comes get no answer at all. */
  ignoresCalls?: () => string | undefined;
  /** Hears of each request that was refused, whoever did. It must not throw. */
  refused?: (refusal: Refusal) => void;
  /** Sees every message, secrets included. */
  trace?: (direction: 'in' | 'out', text: string) => void;
}

export interface RpcCounts {
  /** Messages that were no OCPP-J frame, answered or not. */
  bad: number;
  /** Answers to a CALL that is not outstanding. */
  unknownAnswers: number;
  /** CALLs turned away: too many were waiting, or one with the same id. */
  turnedAway: number;
}

/** The frames behind an answer wait this long for it to take effect, such as for a slow disk, in ms. */
const effectMaxMs = 1_000;

interface Pending {
  id: string;
  action: string;
  payload: object;
  timer: PausableTimer;
  /** Its answer is in the inbox: it has come in time, whatever is still before it. */
  arrived: boolean;
  /** Resolves when the outcome has taken effect. */
  end: (outcome: CallOutcome) => Taken;
}

type PeerAnswer = Exclude<Frame, PeerCall>;

/** Lives as long as its link: a new connection gets a new Rpc. */
export class Rpc<Sent extends Actions, Received extends Actions> implements Caller<Sent> {
  readonly counts: Readonly<RpcCounts>;
  private readonly counting: RpcCounts = { bad: 0, unknownAnswers: 0, turnedAway: 0 };
  private readonly serving: Serving<Sent, Received>;
  private readonly inbox = new Inbox<Frame>(
    (frame) => this.take(frame),
    () => this.drained(),
  );
  private readonly pace: Pace;
  private pending: Pending | undefined;
  private open = true;

  constructor(private readonly options: RpcOptions<Sent, Received>) {
    this.counts = this.counting;
    this.serving = new Serving({
      answering: new Answering(options),
      codes: options.protocol.errorCodes,
      callsMax: options.incomingCallsMax ?? 10_000,
      send: (text) => void this.send(text),
      ignores: () => options.ignoresCalls?.(),
      refused: (refusal) => options.refused?.(refusal),
      drains: () => this.pace.drains,
      onServed: () => this.drained(),
      warn: (line) => options.warn?.(line),
    });
    this.pace = new Pace(options.flow, (paused) => {
      if (paused) this.pending?.timer.pause();
      else if (this.pending?.arrived === false) this.pending.timer.start();
    });
  }

  private get codes(): ErrorCodes {
    return this.options.protocol.errorCodes;
  }

  /** True while a CALL of ours is outstanding (J 4.1.1). */
  get busy(): boolean {
    return this.pending !== undefined;
  }

  /** True while a CALL of the peer waits for its answer. */
  get owes(): boolean {
    return this.serving.owes;
  }

  /**
   * Sends a CALL; settles with its outcome, at the latest after `timeoutMs` milliseconds.
   * A late answer to a timed out CALL counts if its id is outstanding again (J errata 3.1 lets a retry keep the id),
   * or if `late` knows whom it serves.
   * Rejects with GreenupError on programming errors: a second CALL while `busy`, an id over 36 characters, and, with
   * `ownViolations: 'throw'`, a payload that violates its schema.
   */
  async call<A extends keyof Sent & string>(
    action: A,
    payload: Sent[A]['request'],
    options: CallOptions<Sent[A]['response']>,
  ): Promise<CallOutcome<Sent[A]['response']>> {
    const { id, timeoutMs } = options;
    // `answerOf` checks the payload against the schema that its type is derived from.
    const take = options.take as Take | undefined;
    if (this.pending !== undefined) throw wrong(`${action} "${id}" while ${this.pending.action} is outstanding`);
    if (!fitsMessageId(id)) throw wrong(`${action}: message id "${id}" is over ${messageIdCharactersMax} characters`);
    const violation = this.options.protocol.checkRequest(action, payload);
    if (violation !== undefined) {
      const line = `our ${action}.req violates its schema: ${violation.message}`;
      if (this.options.ownViolations === 'throw') throw wrong(line);
      this.options.warn?.(line);
      const outcome: CallOutcome = { kind: 'unsendable', violation };
      await this.takeEffect(take, outcome, () => {});
      return outcome as CallOutcome<Sent[A]['response']>;
    }
    const ended = new Promise<CallOutcome>((resolve) => {
      const timer = new PausableTimer(this.options.clock, timeoutMs, () => void this.settle({ kind: 'timeout' }));
      if (!this.pace.paused) timer.start();
      const end = (outcome: CallOutcome) => this.takeEffect(take, outcome, () => resolve(outcome));
      // Registered before the bytes leave: the answer may come while `send` is still running.
      this.pending = { id, action, payload, timer, arrived: false, end };
    });
    if (!this.send(encodeCall(id, action, payload))) void this.settle({ kind: 'lost' });
    return (await ended) as CallOutcome<Sent[A]['response']>;
  }

  /** Sets who answers the peer's CALLs; without a handler they are answered as not supported. */
  onCall(handler: CallHandler<Received>): void {
    this.serving.handler = handler;
  }

  /** Takes one message of the peer; never throws. */
  receive(message: Incoming): void {
    if (!this.open) return;
    this.options.trace?.('in', typeof message === 'string' ? message : `binary message of ${message.length} bytes`);
    const frame = this.parsed(message);
    if (frame.kind === 'bad') {
      this.counting.bad += 1;
      this.options.note?.(`message was not taken: ${frame.reason}`);
      if (frame.answerWith === undefined && frame.closeWith !== undefined) this.options.link.refuse?.(frame.closeWith);
    }
    if (frame.kind === 'call') {
      if (!this.admits(frame)) return;
    } else if (this.pending !== undefined && frame.id === this.pending.id && !isCall(frame)) {
      this.pending.arrived = true;
      this.pending.timer.cancel();
    }
    this.inbox.push(frame);
    this.drained();
  }

  private parsed(message: Incoming): Frame {
    const { note, protocol } = this.options;
    const frame = parseFrame(message, protocol.errorCodes, note);
    if (isCall(frame) || frame.id === undefined || !frame.idIsNumber) return frame;
    note?.('message id in an answer is a number, not the text that was sent');
    return { ...frame, id: messageIdOfNumber(frame.id) };
  }

  /** Something has been answered or has left: more may be read. */
  drained(): void {
    if (!this.open) return;
    this.pace.judge(this.inbox.waiting + (this.serving.busy ? 1 : 0));
    this.serving.drained();
  }

  /**
   * The link is gone: waiting CALLs of the peer are forgotten, answers under way are dropped. An answer that has come
   * counts; without one the outstanding CALL is lost.
   */
  closed(): void {
    this.open = false;
    this.inbox.keep((frame) => !isCall(frame));
    this.serving.closed();
    if (!this.pending?.arrived) void this.settle({ kind: 'lost' });
  }

  /** One frame in its turn. A CALL holds up only the next CALL, an answer all that comes behind it. */
  private take(frame: Frame): Taken {
    return isCall(frame) ? this.serving.serve(frame) : this.bounded(this.takeAnswer(frame));
  }

  private takeAnswer(frame: PeerAnswer): Taken {
    switch (frame.kind) {
      case 'result':
        return this.settleById(frame.id, (action) => this.answerOf(action, frame.payload));
      case 'error': {
        const { code, description } = frame;
        return this.settleById(frame.id, (action, request) => {
          this.options.refused?.({ by: 'peer', action, request, answer: code, why: description });
          return { kind: 'error', code, description };
        });
      }
      case 'bad':
        return this.takeBad(frame);
      default:
        return frame satisfies never;
    }
  }

  private takeBad({ id, reason }: PeerAnswer & { kind: 'bad' }): Taken {
    if (id === undefined) return undefined;
    const violation = { code: this.codes.malformed, message: reason };
    return this.settleById(id, () => ({ kind: 'malformed', violation, payload: {} }));
  }

  private answerOf(action: string, payload: object): CallOutcome {
    const { notes, violation, payload: read } = this.options.protocol.readResponse(action, payload);
    for (const note of notes) this.options.note?.(`${action}.conf ${note}`);
    return violation === undefined
      ? { kind: 'result', payload: read }
      : { kind: 'malformed', violation, payload: read };
  }

  private settleById(id: string, outcomeOf: (action: string, request: object) => CallOutcome): Taken {
    const { pending } = this;
    if (pending?.id === id) return this.settle(outcomeOf(pending.action, pending.payload));
    const late = this.options.late?.(id);
    if (late !== undefined) return this.takeEffect(late.take, outcomeOf(late.action, {}), () => {});
    this.counting.unknownAnswers += 1;
    return undefined;
  }

  private settle(outcome: CallOutcome): Taken {
    const pending = this.pending;
    if (pending === undefined) return undefined;
    this.pending = undefined;
    pending.timer.cancel();
    return pending.end(outcome);
  }

  /** What the outcome of one CALL does wrong must not harm the frames behind it. */
  private takeEffect(take: Take | undefined, outcome: CallOutcome, ended: () => void): Taken {
    const failed = (error: unknown) => this.options.warn?.(`what follows an answer failed: ${messageOf(error)}`);
    try {
      const taken = take?.(outcome);
      if (taken !== undefined) return taken.catch(failed).then(ended);
    } catch (error) {
      failed(error);
    }
    ended();
    return undefined;
  }

  /** A disk that fails must not silence the frames behind an answer. */
  private bounded(taken: Taken): Taken {
    if (taken === undefined) return undefined;
    const { clock } = this.options;
    return new Promise((resolve) => {
      const cancel = clock.at(clock.now() + effectMaxMs, resolve);
      void taken.then(resolve).finally(cancel);
    });
  }

  private admits({ id, action, payload: request }: Frame & { kind: 'call' }): boolean {
    const refusal = this.serving.refusalOf(id);
    if (refusal === undefined) return true;
    this.counting.turnedAway += 1;
    const { code, description } = refusal;
    this.send(encodeError(id, code, description));
    this.options.refused?.({ by: 'us', action, request, answer: code, why: description });
    return false;
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

function isCall(frame: Frame): frame is PeerCall {
  return frame.kind === 'call' || (frame.kind === 'bad' && frame.answerWith !== undefined);
}

function wrong(message: string): GreenupError {
  return new GreenupError('command.invalid', message);
}
