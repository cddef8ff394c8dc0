/** Reads frames for onlookers: an answer gets the name and the connector of its request, and the time since it. */
import type { Clock } from '../../hal/clock';
import { hasNothingSecret, secretMask, withoutPasswords, withoutSecrets } from './masking';
import type { FrameDirection, FrameKind, ObservedFrame } from './observed-frame';
import { plainText } from './plain-text';

/** Characters of a frame that is read whole; of a longer one onlookers hear its size. */
const readCharactersMax = 16_384;
/** What the beginning of a longer frame must have to be known by its name. */
const headCharactersMax = 256;
/** Characters of a text that is no frame, of a name and of a description that are shown. */
const shownCharactersMax = 200;
/** Requests that may wait for their answers; of more the oldest is forgotten, and its answer has no name. */
const requestsMax = 10_000;

interface Request {
  message: string;
  connectorId: number | undefined;
  atMs: number;
  /** Something in it was masked: the words of an error about it may repeat that. */
  secret: boolean;
}

type Read = Omit<ObservedFrame, 'number' | 'at' | 'direction'>;

const kinds: Readonly<Record<number, FrameKind>> = { 2: 'call', 3: 'result', 4: 'error' };

export class FrameReader {
  lastNumber = 0;
  /** By who sent them and their id. */
  private readonly requests = new Map<string, Request>();

  constructor(private readonly clock: Clock) {}

  read(direction: FrameDirection, data: string | Uint8Array): ObservedFrame {
    this.lastNumber += 1;
    const systemTimeMs = this.clock.systemTime();
    return {
      number: this.lastNumber,
      ...(systemTimeMs === undefined ? {} : { at: new Date(systemTimeMs).toISOString() }),
      direction,
      ...this.content(direction, data),
    };
  }

  private content(direction: FrameDirection, data: string | Uint8Array): Read {
    if (typeof data !== 'string') return { kind: 'bad', remark: `binary, ${data.length} bytes` };
    const long = data.length > readCharactersMax;
    const elements = elementsOf(long ? headOf(data) : data);
    const [type, id] = elements;
    const kind = typeof type === 'number' ? kinds[type] : undefined;
    if (kind === undefined || typeof id !== 'string') return { kind: 'bad', ...unreadable(data) };
    const payload = payloadOf(elements[kind === 'call' ? 3 : 2], data);
    const read =
      kind === 'call'
        ? this.call(direction, id, elements, payload)
        : this.answer(direction, id, kind, elements, payload);
    return long ? { ...read, remark: `${data.length} characters` } : read;
  }

  private call(
    direction: FrameDirection,
    id: string,
    [, , action, given]: readonly unknown[],
    payload: object | undefined,
  ): Read {
    const message = typeof action === 'string' ? cut(action) : undefined;
    const connectorId = connectorOf(given);
    if (message !== undefined) {
      const secret = payload !== undefined && payload !== given;
      this.remember(`${direction} ${id}`, { message, connectorId, atMs: this.clock.now(), secret });
    }
    return {
      kind: 'call',
      ...(message === undefined ? {} : { message }),
      ...(connectorId === undefined ? {} : { connectorId }),
      id: cut(id),
      ...(payload === undefined ? {} : { payload }),
    };
  }

  private answer(
    direction: FrameDirection,
    id: string,
    kind: FrameKind,
    elements: readonly unknown[],
    payload: object | undefined,
  ): Read {
    const name = `${direction === 'sent' ? 'received' : 'sent'} ${id}`;
    const request = this.requests.get(name);
    this.requests.delete(name);
    const said =
      kind === 'error' ? errorOf(elements, request?.secret === true) : payload === undefined ? {} : { payload };
    if (!request) return { kind, id: cut(id), ...said };
    const { message, connectorId, atMs } = request;
    const delayMs = Math.round(this.clock.now() - atMs);
    return { kind, message, ...(connectorId === undefined ? {} : { connectorId }), id: cut(id), delayMs, ...said };
  }

  private remember(name: string, request: Request): void {
    this.requests.delete(name);
    this.requests.set(name, request);
    if (this.requests.size <= requestsMax) return;
    const [oldest] = this.requests.keys();
    if (oldest !== undefined) this.requests.delete(oldest);
  }
}

function errorOf(
  [, , code, description]: readonly unknown[],
  secret: boolean,
): Pick<ObservedFrame, 'errorCode' | 'errorDescription'> {
  return {
    ...(typeof code === 'string' ? { errorCode: cut(code) } : {}),
    ...(typeof description === 'string'
      ? { errorDescription: secret ? secretMask : withoutPasswords(cut(description)) }
      : {}),
  };
}

/** Without secrets; `text`: the frame that it is in. */
function payloadOf(given: unknown, text: string): object | undefined {
  if (typeof given !== 'object' || given === null) return undefined;
  return hasNothingSecret(text, given) ? given : withoutSecrets(given);
}

function connectorOf(payload: unknown): number | undefined {
  if (typeof payload !== 'object' || payload === null || !('connectorId' in payload)) return undefined;
  return typeof payload.connectorId === 'number' ? payload.connectorId : undefined;
}

/** None for what is no JSON array. */
function elementsOf(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

const callHead = /^\s*\[\s*2\s*,\s*"(?:[^"\\]|\\.)*"\s*,\s*"(?:[^"\\]|\\.)*"/;
const answerHead = /^\s*\[\s*[34]\s*,\s*"(?:[^"\\]|\\.)*"/;

/** The elements before the payload, as an array of their own. */
function headOf(text: string): string {
  const beginning = text.slice(0, headCharactersMax);
  const [head] = callHead.exec(beginning) ?? answerHead.exec(beginning) ?? [];
  return `${head ?? ''}]`;
}

/** What cannot be read cannot be searched for secrets either: what looks like having one is not shown. */
function unreadable(data: string): Pick<ObservedFrame, 'remark' | 'text'> {
  const shown = cut(data);
  const suspicious = /key|pass|secret|token/i.test(shown);
  return { remark: `${data.length} characters`, ...(suspicious ? {} : { text: withoutPasswords(shown) }) };
}

function cut(text: string): string {
  return plainText(text, shownCharactersMax);
}
