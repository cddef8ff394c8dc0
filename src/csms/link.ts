/** One station's connection to the embedded central system: requests answered as they come, our own one at a time. */
import { GreenupError, messageOf } from '../hal/errors';
import { encodeCall, encodeError, encodeResult, type Incoming, parseFrame } from '../ocpp/link/frame';
import {
  type CentralSystemAction,
  type ChargePointAction,
  check,
  isAction,
  isCentralSystemAction,
  messages,
  type RequestOf,
  type ResponseOf,
} from '../ocpp/messages';
import { ocpp16 } from '../ocpp/messages/protocol';
import { type Answered, type Asked, answers } from './answers';

export interface StationLinkOptions {
  stationId: string;
  send: (text: string) => void;
  asked: Omit<Asked, 'stationId' | 'messageId'>;
  /** One line of news. */
  tell: (line: string) => void;
  /** One line about something that a good station does not do. */
  complain: (line: string) => void;
}

interface PendingCall {
  id: string;
  action: CentralSystemAction;
  settle: (outcome: { payload: object } | { failure: string }) => void;
}

/** A station that does not answer within this has failed, in ms; the longest answer is that of UnlockConnector. */
const answerTimeoutMs = 30_000;

export class StationLink {
  private pending: PendingCall | undefined;
  private tail: Promise<unknown> = Promise.resolve();
  private calls = 0;
  private closed = false;

  constructor(private readonly options: StationLinkOptions) {}

  /** Takes one message of the station; never throws. */
  receive(message: Incoming): void {
    try {
      this.take(message);
    } catch (error) {
      this.options.complain(`a message could not be worked on: ${messageOf(error)}`);
    }
  }

  /**
   * Sends a request when the earlier ones have been answered (J 4.1.1). Rejects with `command.invalid` if the payload
   * violates its schema, if the station answers an error, nonsense or nothing, or if its connection ends.
   */
  call<A extends CentralSystemAction>(action: A, payload: RequestOf<A>): Promise<ResponseOf<A>> {
    const answered = this.tail.then(() => this.callNow(action, payload));
    this.tail = answered.catch(() => undefined);
    // `callNow` has checked the payload against the schema that ResponseOf<A> is derived from.
    return answered as Promise<ResponseOf<A>>;
  }

  /** The connection is gone: requests under way fail. */
  end(): void {
    this.closed = true;
    this.pending?.settle({ failure: 'the connection ended before the answer came' });
  }

  private take(message: Incoming): void {
    const frame = parseFrame(message, ocpp16.errorCodes);
    switch (frame.kind) {
      case 'call':
        if (frame.tooLong === undefined) this.answer(frame.id, frame.action, frame.payload);
        else this.refuse(frame.id, 'GenericError', frame.tooLong);
        return;
      case 'result':
        this.settle(frame.id, { payload: frame.payload });
        return;
      case 'error':
        this.settle(frame.id, { failure: `answered ${frame.code}${frame.description && `: ${frame.description}`}` });
        return;
      case 'bad':
        this.options.complain(`bad message: ${frame.reason}`);
        if (frame.answerWith) this.refuse(frame.id, frame.answerWith.code, frame.answerWith.description);
        else if (frame.id !== undefined) this.settle(frame.id, { failure: frame.reason });
        return;
      default:
        frame satisfies never;
    }
  }

  private answer(id: string, action: string, payload: object): void {
    const { complain, tell, send } = this.options;
    if (!isAction(action)) {
      complain(`${action}: there is no such action in OCPP 1.6`);
      this.refuse(id, 'NotImplemented', 'the action is not in OCPP 1.6');
      return;
    }
    if (!isOfChargePoint(action)) {
      complain(`${action} is a request of central systems`);
      this.refuse(id, 'NotSupported', `${action} is sent by central systems only`);
      return;
    }
    const violation = check(messages[action].request, payload);
    if (violation) {
      complain(`${action} violates its schema: ${violation.message}`);
      this.refuse(id, violation.code, violation.message);
      return;
    }
    const { asked, stationId } = this.options;
    const { response, line, signed } = answerOf(action, payload, { ...asked, stationId, messageId: id });
    send(encodeResult(id, response));
    if (line !== undefined) tell(line);
    if (signed !== undefined) void this.bring(signed);
  }

  private async bring(certificateChain: string): Promise<void> {
    const { tell, complain } = this.options;
    try {
      const { status } = await this.call('CertificateSigned', { certificateChain });
      tell(`its certificate: ${status}`);
    } catch (error) {
      complain(messageOf(error));
    }
  }

  private refuse(id: string, code: string, description: string): void {
    this.options.send(encodeError(id, code, description));
  }

  private settle(id: string, outcome: { payload: object } | { failure: string }): void {
    if (this.pending?.id === id) this.pending.settle(outcome);
    else this.options.complain(`answer to a request that is not waiting for one: "${id}"`);
  }

  private async callNow(action: CentralSystemAction, payload: object): Promise<object> {
    const fail = (why: string) =>
      new GreenupError('command.invalid', `${action} to station "${this.options.stationId}": ${why}`);
    if (!isAction(action) || !isCentralSystemAction(action)) {
      throw fail('it is no action that central systems request');
    }
    const violation = check(messages[action].request, payload);
    if (violation) throw fail(violation.message);
    if (this.closed) throw fail('the station is not connected any more');
    const outcome = await this.exchange(action, payload);
    if ('failure' in outcome) throw fail(outcome.failure);
    const flaw = check(messages[action].response, outcome.payload);
    if (!flaw) return outcome.payload;
    this.options.complain(`answer to ${action} violates its schema: ${flaw.message}`);
    throw fail(`the answer violates its schema: ${flaw.message}`);
  }

  private exchange(action: CentralSystemAction, payload: object): Promise<{ payload: object } | { failure: string }> {
    this.calls += 1;
    const id = `central-${this.calls}`;
    return new Promise((resolve) => {
      const late = () => this.pending?.settle({ failure: `no answer within ${answerTimeoutMs} ms` });
      const timeout = setTimeout(late, answerTimeoutMs);
      const settle: PendingCall['settle'] = (outcome) => {
        clearTimeout(timeout);
        this.pending = undefined;
        resolve(outcome);
      };
      // Known before the bytes leave: the answer may be quick.
      this.pending = { id, action, settle };
      this.options.send(encodeCall(id, action, payload));
    });
  }
}

function isOfChargePoint(action: keyof typeof messages): action is ChargePointAction {
  return messages[action].from !== 'centralSystem';
}

/** The caller has checked that the payload is what RequestOf<A> is derived from. */
function answerOf<A extends ChargePointAction>(action: A, payload: object, asked: Asked): Answered<A> {
  return answers[action](payload as RequestOf<A>, asked);
}
