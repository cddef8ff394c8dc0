/** Turns websocket messages into OCPP-J frames and back, and says how each broken one is to be answered. */

import type { ErrorCodes } from './protocol';

/** Characters of a message id (J 4.1.4). */
export const messageIdCharactersMax = 36;
/** Characters of an errorDescription we send; J 1.6 names no limit, OCPP 2.0.1 part 4 names this one. */
export const errorDescriptionCharactersMax = 255;

/** A websocket message: text, or the bytes of a binary one. OCPP-J knows text only. */
export type Incoming = string | Uint8Array;

export interface CallErrorBody {
  code: string;
  description: string;
}

/**
 * What a message is.
 * `bad` with `answerWith`: a CALL that is to be answered with this CALLERROR.
 * `bad` with only an `id`: a broken CALLRESULT to the CALL of that id; waiting for a better one is in vain.
 * `bad` with neither: nothing to do but count it.
 */
export type Frame =
  | { kind: 'call'; id: string; action: string; payload: object }
  | { kind: 'result'; id: string; payload: object }
  | { kind: 'error'; id: string; code: string; description: string; details: object }
  | { kind: 'bad'; reason: string; id: string; answerWith: CallErrorBody }
  | { kind: 'bad'; reason: string; id?: string; answerWith?: undefined };

const messageType = { call: 2, result: 3, error: 4 } as const;

/**
 * Reads one message; never throws.
 *
 * - Message types other than 2, 3 and 4 are ignored (J 4.1.3).
 * - Payload null is the same as {} (J 4.2.1).
 * - A CALL whose id is a text gets an answer whatever else is wrong with it, also when its id is longer than
 *   36 characters (J 4.2.3 names that case) or its payload is not JSON. An id that is no text cannot be given back
 *   exactly (J 4.2.3), so such a CALL, like text that is no CALL at all, gets none: OCPP-J 1.6 and its errata sheet
 *   of 2025-04 know no substitute such as the "-1" of later versions, and a made-up id could match another CALL.
 * - Answers are read tolerantly: surplus elements, missing description or details, and unknown error codes pass.
 */
export function parseFrame(message: Incoming, codes: ErrorCodes): Frame {
  if (typeof message !== 'string') return { kind: 'bad', reason: `binary message of ${message.length} bytes` };
  let elements: unknown;
  try {
    elements = JSON.parse(message);
  } catch {
    return notJson(message, codes);
  }
  if (!Array.isArray(elements)) return { kind: 'bad', reason: 'message is not a JSON array' };
  const [type, id] = elements as unknown[];
  if (type !== messageType.call && type !== messageType.result && type !== messageType.error) {
    return { kind: 'bad', reason: 'message type is not 2, 3 or 4' };
  }
  if (typeof id !== 'string') return { kind: 'bad', reason: 'message id is not a text' };
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

function parseResult(id: string, elements: readonly unknown[]): Frame {
  const [, , given] = elements;
  // What a list of no members was made of, a language without records cannot tell from {}.
  const payload = Array.isArray(given) && given.length === 0 ? {} : payloadOf(given);
  if (payload === undefined) return { kind: 'bad', id, reason: 'payload of CALLRESULT is not a JSON object' };
  return { kind: 'result', id, payload };
}

function parseError(id: string, elements: readonly unknown[], codes: ErrorCodes): Frame {
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

// The start of a CALL or CALLRESULT, up to and with the comma after the id; JSON's white space only.
const headPattern = /^[ \t\r\n]*\[[ \t\r\n]*([23])[ \t\r\n]*,[ \t\r\n]*("(?:[^"\\]|\\.)*")[ \t\r\n]*,/;

/** Characters of a message that are searched for that start. */
const headCharactersMax = 1024;

/** Text that breaks off or is misspelt further on may still tell whom it concerns. */
function notJson(text: string, codes: ErrorCodes): Frame {
  const reason = 'message is not JSON';
  const head = headPattern.exec(text.slice(0, headCharactersMax));
  const id = head?.[2] === undefined ? undefined : textOf(head[2]);
  if (id === undefined) return { kind: 'bad', reason };
  if (head?.[1] === '3') return { kind: 'bad', id, reason };
  return badCall(id, codes.malformed, reason);
}

function textOf(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
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
