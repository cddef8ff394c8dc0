/** Turns websocket messages into OCPP-J frames and back, and says how each broken one is to be answered. */

import { headOf } from './frame-head';
import type { ErrorCodes } from './protocol';

/** Characters of a message id (J 4.1.4). */
export const messageIdCharactersMax = 36;
/** Characters of an errorDescription we send; J 1.6 names no limit, OCPP 2.0.1 part 4 names this one. */
export const errorDescriptionCharactersMax = 255;

/**
 * Characters of a message whose payload is looked at; a full local list of 500 entries is below 100 000. A longer one is
 * refused by what it says of itself at its beginning, up to what the transport reads at all (`ws-transport.ts`).
 */
export const messageCharactersMax = 1 << 20;

/** A websocket message: text, or the bytes of a binary one. OCPP-J sends text only. */
export type Incoming = string | Uint8Array;

export interface CallErrorBody {
  code: string;
  description: string;
}

/**
 * What a message is.
 * `call` with `tooLong`: its payload has not been read, and so it must be refused, for this reason.
 * `bad` with `answerWith`: a CALL that is to be answered with this CALLERROR.
 * `bad` with only an `id`: a broken CALLRESULT to the CALL of that id; waiting for a better one is in vain.
 * `bad` with `closeWith`: whom it concerns cannot be known, and so the link ends with this code (RFC 6455, 7.4.1).
 * `bad` with none of them: nothing to do but count it.
 * `idIsNumber`: the id came as a number, and is here by its digits.
 */
export type Frame =
  | { kind: 'call'; id: string; action: string; payload: object; tooLong?: string }
  | { kind: 'result'; id: string; payload: object; idIsNumber?: true }
  | { kind: 'error'; id: string; code: string; description: string; details: object; idIsNumber?: true }
  | { kind: 'bad'; reason: string; id: string; answerWith: CallErrorBody }
  | { kind: 'bad'; reason: string; id?: string; answerWith?: undefined; idIsNumber?: true; closeWith?: number };

/** To a CALL of ours. */
type AnswerFrame = Extract<Frame, { idIsNumber?: true }>;

const messageType = { call: 2, result: 3, error: 4 } as const;

const idIsNoText = 'message id is not a text';
/** An end that understands only text may close with this code when it gets a binary message (RFC 6455, 7.4.1). */
const unacceptableData = 1003;

/** Told of each fault that was passed over; the same fault gives the same line. */
export type NoteFault = (line: string) => void;

/**
 * Reads one message; never throws.
 *
 * - A binary message of UTF-8 is read as if it were text, and what is no part of JSON around it, a byte order mark and
 *   NUL, is passed over: peers that send so do it with each message, and their answers would never be heard.
 * - Message types other than 2, 3 and 4 are ignored (J 4.1.3).
 * - Payload null is the same as {} (J 4.2.1).
 * - A CALL whose id can be read gets an answer whatever else is wrong with it, also when its id is longer than
 *   36 characters (J 4.2.3 names that case), is a number, or its payload is not JSON or too long. An id of another type
 *   cannot be given back (J 4.2.3), so such a CALL, like text that is no CALL at all, gets none: OCPP-J 1.6 and its
 *   errata sheet of 2025-04 know no substitute such as the "-1" of later versions, and a made-up id could match another
 *   CALL.
 * - Answers are read tolerantly: an id as a number, surplus elements, missing description or details, and unknown error
 *   codes pass.
 */
export function parseFrame(message: Incoming, codes: ErrorCodes, note: NoteFault = () => {}): Frame {
  const text = textOfMessage(message, note);
  if (text === undefined) return { kind: 'bad', reason: 'binary message', closeWith: unacceptableData };
  if (text.length > messageCharactersMax) return tooLong(text, codes);
  let elements: unknown;
  try {
    elements = JSON.parse(text);
  } catch {
    return byItsHead(text, 'message is not JSON', codes);
  }
  if (!Array.isArray(elements)) return { kind: 'bad', reason: 'message is not a JSON array' };
  const [type, id] = elements as unknown[];
  if (type !== messageType.call && type !== messageType.result && type !== messageType.error) {
    return { kind: 'bad', reason: 'message type is not 2, 3 or 4' };
  }
  if (typeof id === 'number') return withNumber(type, text, elements, codes);
  if (typeof id !== 'string') return { kind: 'bad', reason: idIsNoText };
  switch (type) {
    case messageType.call:
      return parseCall(id, elements, codes);
    case messageType.result:
      return parseResult(id, elements);
    case messageType.error:
      return parseError(id, elements, codes);
    default:
      return type satisfies never;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
// JSON begins and ends with none of them (RFC 8259, 2 and 8.1).
const around = /^[\uFEFF\0]+|\0+$/g;

/** Undefined for bytes that are no text. */
function textOfMessage(message: Incoming, note: NoteFault): string | undefined {
  let text = message;
  if (typeof text !== 'string') {
    try {
      text = utf8.decode(text);
    } catch {
      return undefined;
    }
    note('message is binary, read as text');
  }
  const bare = text.replaceAll(around, '');
  if (bare.length < text.length) note('message has a byte order mark or NUL around it, passed over');
  return bare;
}

/** The digits are taken as they were sent: read as a number they may have lost some. */
function withNumber(type: 2 | 3 | 4, text: string, elements: readonly unknown[], codes: ErrorCodes): Frame {
  const head = headOf(text);
  if (head?.idIsNumber !== true) return { kind: 'bad', reason: idIsNoText };
  if (type === messageType.call) return badCall(head.id, codes.malformed, idIsNoText);
  const answer = type === messageType.result ? parseResult(head.id, elements) : parseError(head.id, elements, codes);
  return { ...answer, idIsNumber: true };
}

function parseCall(id: string, elements: readonly unknown[], codes: ErrorCodes): Frame {
  const [, , action, payload] = elements;
  if (!fitsMessageId(id)) {
    return badCall(id, codes.malformed, `message id is longer than ${messageIdCharactersMax} characters`);
  }
  // "Payload for Action is incomplete" (J 4.2.3)
  if (elements.length < 4) return badCall(id, codes.incomplete, `a CALL has 4 elements, found ${elements.length}`);
  if (elements.length > 4) return badCall(id, codes.malformed, `a CALL has 4 elements, found ${elements.length}`);
  if (typeof action !== 'string') return badCall(id, codes.malformed, 'action is not a text');
  const object = payloadOf(payload);
  if (object === undefined) return badCall(id, codes.malformed, 'payload is not a JSON object');
  return { kind: 'call', id, action, payload: object };
}

function parseResult(id: string, elements: readonly unknown[]): AnswerFrame {
  const [, , given] = elements;
  // What a list of no members was made of, a language without records cannot tell from {}.
  const payload = Array.isArray(given) && given.length === 0 ? {} : payloadOf(given);
  if (payload === undefined) return { kind: 'bad', id, reason: 'payload of CALLRESULT is not a JSON object' };
  return { kind: 'result', id, payload };
}

function parseError(id: string, elements: readonly unknown[], codes: ErrorCodes): AnswerFrame {
  const [, , code, description, details] = elements;
  return {
    kind: 'error',
    id,
    // Without a code it is still the news that the call failed.
    code: typeof code === 'string' ? code : codes.generic,
    description: typeof description === 'string' ? description : '',
    details: payloadOf(details) ?? {},
  };
}

/** An object as it is, null as {} (J 4.2.1), anything else undefined. */
function payloadOf(value: unknown): object | undefined {
  if (value === null) return {};
  return typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

function badCall(id: string, code: string, reason: string): Frame {
  return { kind: 'bad', reason, id, answerWith: { code, description: reason } };
}

/** Text that breaks off, is misspelt further on, or is not read for its length may still tell whom it concerns. */
function byItsHead(text: string, reason: string, codes: ErrorCodes): Frame {
  const head = headOf(text);
  if (head === undefined) return { kind: 'bad', reason };
  const { type, id, word } = head;
  const number = head.idIsNumber ? { idIsNumber: true as const } : {};
  switch (type) {
    case messageType.call:
      return badCall(id, codes.malformed, reason);
    case messageType.result:
      return { kind: 'bad', id, reason, ...number };
    case messageType.error:
      return { kind: 'error', id, code: word ?? codes.generic, description: reason, details: {}, ...number };
    default:
      return type satisfies never;
  }
}

function tooLong(text: string, codes: ErrorCodes): Frame {
  const reason = `message is longer than ${messageCharactersMax} characters`;
  const head = headOf(text);
  const isReadable = head?.type === messageType.call && !head.idIsNumber && fitsMessageId(head.id);
  if (!isReadable || head.word === undefined) return byItsHead(text, reason, codes);
  return { kind: 'call', id: head.id, action: head.word, payload: {}, tooLong: reason };
}

/** True for an id that J 4.1.4 allows. */
export function fitsMessageId(id: string): boolean {
  return [...id.slice(0, 2 * messageIdCharactersMax + 1)].length <= messageIdCharactersMax;
}

export function encodeCall(id: string, action: string, payload: object): string {
  return JSON.stringify([messageType.call, id, action, payload]);
}

export function encodeResult(id: string, payload: object): string {
  return JSON.stringify([messageType.result, id, payload]);
}

/** Always five elements; the details are empty (J 4.2.3), the description is one line and cut to its limit. */
export function encodeError(id: string, code: string, description: string): string {
  const line = description.replaceAll(/\s+/g, ' ').trim();
  const characters = [...line.slice(0, 2 * errorDescriptionCharactersMax + 1)];
  const cut = characters.length > errorDescriptionCharactersMax;
  const short = cut ? `${characters.slice(0, errorDescriptionCharactersMax - 1).join('')}…` : line;
  return JSON.stringify([messageType.error, id, code, short, {}]);
}
