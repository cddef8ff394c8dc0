/** Finds the answer to a CALL of the peer: what the handler says, or why it cannot be asked. */
import type { Cancel, Clock } from '../../hal/clock';
import { GreenupError, messageOf } from '../../hal/errors';
import type { Actions, ErrorCodes, Protocol } from './protocol';

/**
 * How a CALL of the central system is answered. `why`: the result says no, and this is the reason, for the log. `afterwards` runs when the answer has left (or can no longer leave,
 * the link being gone): for what must follow the answer, such as a reset (OCPP 1.6, 5.14) or a triggered message (5.17).
 */
export type CallAnswer =
  | { result: object; why?: string; afterwards?: () => void }
  | { error: string; description: string; afterwards?: () => void };

export type CallHandler<Received extends Actions> = <A extends keyof Received & string>(
  action: A,
  payload: Received[A]['request'],
  id: string,
) => Promise<CallAnswer>;

export interface IncomingCall {
  id: string;
  action: string;
  payload: object;
  /** Why the payload has not been read. */
  tooLong?: string;
}

export interface AnsweringOptions<Sent extends Actions, Received extends Actions> {
  protocol: Protocol<Sent, Received>;
  clock: Clock;
  /** Milliseconds after which a handler that has not answered is answered for; 30 000 unless told. */
  handlerTimeoutMs?: number;
  /** The answer to a request that violates its schema, where OCPP has another word for it than a CALLERROR. */
  invalidAnswer?: (action: keyof Received & string, payload: object) => CallAnswer | undefined;
  /** One line about a fault of the peer that was passed over; the same fault gives the same line. */
  note?: (line: string) => void;
  /** One line about something that should not have happened. */
  warn?: (line: string) => void;
}

export class Answering<Sent extends Actions, Received extends Actions> {
  private readonly handlerTimeoutMs: number;
  /** Of handlers that have not answered yet. */
  private readonly timeouts = new Set<Cancel>();

  constructor(private readonly options: AnsweringOptions<Sent, Received>) {
    this.handlerTimeoutMs = options.handlerTimeoutMs ?? 30_000;
  }

  private get codes(): ErrorCodes {
    return this.options.protocol.errorCodes;
  }

  /** Never rejects; the handler is asked before this returns, so that it judges by what is true now. */
  async answerTo(
    { action, payload, id, tooLong }: IncomingCall,
    handler: CallHandler<Received> | undefined,
  ): Promise<CallAnswer> {
    const { protocol } = this.options;
    if (!protocol.isAction(action)) {
      return { error: this.codes.unknownAction, description: `the action is not in ${protocol.name}` };
    }
    if (!protocol.isReceived(action)) {
      return { error: this.codes.unsupportedAction, description: `${action} is sent by charge points only` };
    }
    if (handler === undefined) return { error: this.codes.unsupportedAction, description: `${action} is not handled` };
    if (tooLong !== undefined) return this.refusal(action, tooLong);
    const { payload: request, notes, violation } = protocol.readRequest(action, payload);
    for (const note of notes) this.options.note?.(`${action}.req ${note}`);
    if (violation !== undefined) {
      const answer = this.options.invalidAnswer?.(action, payload);
      return answer ?? { error: violation.code, description: violation.message };
    }
    try {
      // `readRequest` has just found that the payload is what its type is derived from.
      const answer = await this.inTime(handler(action, request as Received[typeof action]['request'], id));
      const flaw = 'result' in answer ? protocol.checkResponse(action, answer.result) : undefined;
      if (flaw === undefined) return answer;
      throw new GreenupError('command.invalid', `our ${action}.conf violates its schema: ${flaw.message}`);
    } catch (error) {
      const line = messageOf(error).replaceAll(/\s+/g, ' ');
      this.options.warn?.(`${action} "${id}" failed: ${line}`);
      return { error: this.codes.internal, description: line };
    }
  }

  /** The link is gone: nobody waits for the handlers any more. */
  closed(): void {
    for (const cancel of this.timeouts) cancel();
  }

  /** Of a request that has not been read: OCPP's own word for it where the message has one. */
  private refusal(action: keyof Received & string, reason: string): CallAnswer {
    this.options.note?.(`${action}.req: ${reason}, refused`);
    const own = this.options.invalidAnswer?.(action, {});
    if (own) return own;
    const result = this.options.protocol.refusal(action);
    return result ? { result } : { error: this.codes.generic, description: reason };
  }

  /** A handler that hangs must not silence the CALLs behind it. */
  private inTime(answer: Promise<CallAnswer>): Promise<CallAnswer> {
    const { clock } = this.options;
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`no answer within ${this.handlerTimeoutMs} ms`));
      const cancel = clock.at(clock.now() + this.handlerTimeoutMs, late);
      this.timeouts.add(cancel);
      answer.then(resolve, reject).finally(() => {
        cancel();
        this.timeouts.delete(cancel);
      });
    });
  }
}
