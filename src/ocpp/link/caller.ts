/** A CALL of ours: how it is made, how it can end, and who lets its outcome take effect. */
import type { Actions, Violation } from './protocol';

/** The way out; the way in is `Rpc.receive`. */
export interface Link {
  send(text: string): void;
  /** Ends the link with a code of RFC 6455, 7.4.1, for what came over it. */
  refuse?(code: number): void;
}

/** What became of a CALL. `code` of an error is whatever the peer sent, known to the protocol or not. */
export type CallOutcome<P extends object = object> =
  | { kind: 'result'; payload: P }
  /** A CALLRESULT that is not what it should be: the request has been worked on. `payload`: as far as it can be read. */
  | { kind: 'malformed'; violation: Violation; payload: object }
  | { kind: 'error'; code: string; description: string }
  /** Our own payload violates its schema: nothing has left. */
  | { kind: 'unsendable'; violation: Violation }
  | { kind: 'timeout' }
  | { kind: 'lost' };

/**
 * Lets an outcome take effect: the frames behind an answer are looked at when it has, so that a request right behind
 * it is judged by the state after it.
 */
export type Take<P extends object = object> = (outcome: CallOutcome<P>) => void | Promise<void>;

/** A request that was refused, by this side or by the peer. */
export interface Refusal {
  by: 'us' | 'peer';
  /** Absent: the frame was too broken to tell. */
  action?: string;
  /** The payload of the request, as far as it is known; one of the peer is not checked. */
  request: object;
  /** The status of the result, or the code of the CALLERROR; `none`: it is not answered at all. */
  answer: string;
  /** Words of the peer are as it sent them. */
  why: string;
}

/** A CALL that ended without an answer and would still be served by one. */
export interface LateAnswer {
  action: string;
  take: Take;
}

export interface CallOptions<P extends object = object> {
  id: string;
  timeoutMs: number;
  /** Hears of the outcome first, whatever it is; `call` ends when this has. */
  take?: Take<P>;
}

/** Whom to hand a CALL that may leave now. */
export interface Caller<Sent extends Actions> {
  call<A extends keyof Sent & string>(
    action: A,
    payload: Sent[A]['request'],
    options: CallOptions<Sent[A]['response']>,
  ): Promise<CallOutcome<Sent[A]['response']>>;
}
