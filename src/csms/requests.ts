/**
 * What programs of this machine have the embedded central system do: POST /calls/STATION/ACTION with the payload as JSON sends a
 * request, POST /faults/NAME with { "present": true } brings a fault about.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { GreenupError, messageOf } from '../hal/errors';
import { choicesFor } from '../hal/suggest';
import { type CentralSystemAction, isAction, isCentralSystemAction, messages } from '../ocpp/messages';
import { type CentralFault, centralFaultNames, isCentralFault } from './faults';

export interface CentralDeeds {
  /** Sends a request to a station; rejects with GreenupError. */
  send(stationId: string, action: CentralSystemAction, payload: object): Promise<object>;
  /** Brings a fault about, or takes it away; a line about it. Throws GreenupError. */
  play(fault: CentralFault, present: boolean): string;
}

const bodyBytesMax = 64 * 1024;
/** Names by which this machine calls itself; any other means a page that plays with its DNS name. */
const ownNames = /^(127\.0\.0\.1|localhost)(:\d+)?$/i;

class RequestRefusal extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Answers a plain HTTP request: with that of the station, or with why there is none. Never rejects. */
export async function answerHttp(
  request: IncomingMessage,
  response: ServerResponse,
  deeds: CentralDeeds,
): Promise<void> {
  try {
    reply(response, 200, await answerTo(request, deeds));
  } catch (error) {
    const code = error instanceof RequestRefusal ? error.code : error instanceof GreenupError ? 409 : 500;
    reply(response, code, { error: messageOf(error) });
  }
}

async function answerTo(request: IncomingMessage, { send, play }: CentralDeeds): Promise<object> {
  const { headers, method, url = '' } = request;
  const [, place, word] = /^\/calls\/([^/?]+)\/([^/?]+)$/.exec(url) ?? [];
  const [, faultName] = /^\/faults\/([^/?]+)$/.exec(url) ?? [];
  if (faultName === undefined && (place === undefined || word === undefined)) {
    const deeds = 'POST /calls/STATION/ACTION, or /faults/NAME';
    throw new RequestRefusal(426, `OCPP 1.6J over WebSocket; for programs of this machine: ${deeds}`);
  }
  // It has no password: pages in a browser are kept out, and a type that no form can send is asked for.
  if (headers.origin !== undefined || !ownNames.test(headers.host ?? '')) {
    throw new RequestRefusal(403, 'only programs of this machine have requests sent');
  }
  if (method !== 'POST') throw new RequestRefusal(405, `${method} is not possible here; valid: POST`);
  if (headers['content-type'] !== 'application/json')
    throw new RequestRefusal(415, 'send Content-Type: application/json');
  if (faultName !== undefined) return { message: play(faultOf(decoded(faultName)), await presenceOf(request)) };
  const [stationId, action] = [decoded(place ?? ''), decoded(word ?? '')];
  if (!isAction(action) || !isCentralSystemAction(action)) {
    const valid = (Object.keys(messages) as (keyof typeof messages)[]).filter(isCentralSystemAction).sort();
    throw new RequestRefusal(404, `"${action}" is no request of a central system; valid: ${valid.join(', ')}`);
  }
  return send(stationId, action, await payloadOf(request));
}

function faultOf(name: string): CentralFault {
  if (isCentralFault(name)) return name;
  throw new RequestRefusal(
    404,
    `there is no fault "${name}" of a central system; ${choicesFor(name, centralFaultNames)}`,
  );
}

async function presenceOf(request: IncomingMessage): Promise<boolean> {
  const payload = await payloadOf(request);
  if ('present' in payload && typeof payload.present === 'boolean') return payload.present;
  throw new RequestRefusal(400, 'present is missing; must be true or false');
}

async function payloadOf(request: IncomingMessage): Promise<object> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  // What is too much is read and not kept, so that its sender is there for the answer.
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes <= bodyBytesMax) pieces.push(piece);
  }
  if (bytes > bodyBytesMax) throw new RequestRefusal(413, `a payload has at most ${bodyBytesMax} bytes`);
  let payload: unknown;
  try {
    payload = JSON.parse(Buffer.concat(pieces).toString('utf8'));
  } catch (error) {
    throw new RequestRefusal(400, `the payload is not JSON: ${messageOf(error)}`);
  }
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return payload;
  throw new RequestRefusal(400, 'the payload must be a JSON object { … }');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function reply(response: ServerResponse, code: number, body: object): void {
  response.writeHead(code, { 'Content-Type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
