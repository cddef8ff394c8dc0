/** An OCPP frame as onlookers see it: who sent it, of which message it is, and what it says, without secrets. */

/** As the station sees it: `sent` by it, or `received` from the central system. */
export type FrameDirection = 'sent' | 'received';

/** `bad`: no OCPP-J frame. */
export type FrameKind = 'call' | 'result' | 'error' | 'bad';

/** What is not known, or not there, is left out. */
export interface ObservedFrame {
  /** Counts the frames of a log, from 1. */
  number: number;
  /** The station's time, as ISO text. */
  at?: string;
  direction: FrameDirection;
  kind: FrameKind;
  /** Name of the message; of an answer, that of its request. */
  message?: string;
  /** Of an answer, that of its request. */
  connectorId?: number;
  /** The message id, which a request shares with its answer. */
  id?: string;
  /** Of an answer: from its request to it, in ms. */
  delayMs?: number;
  payload?: object;
  /** Of a CALLERROR. */
  errorCode?: string;
  errorDescription?: string;
  /** The size of one that is too long to be shown, or cannot be read. */
  remark?: string;
  /** The beginning of one that cannot be read. */
  text?: string;
}
