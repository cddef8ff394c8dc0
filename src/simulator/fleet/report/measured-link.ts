/** What is measured at the links of one station: frames as the station sends and gets them, and how links come and go. */
import type { CentralSystemEndpoint } from '../../../ocpp/link/endpoint';
import type { LinkEnd, LinkEvents, Transport, TransportLink } from '../../../ocpp/link/transport';
import { rpcErrorCodes } from '../../../ocpp/messages';
import { ocpp16 } from '../../../ocpp/messages/protocol';
import { PassedOnLink } from '../passed-on-link';
import type { StationBooks } from './station-books';

/** Who hears of it; one for the whole fleet. */
export interface LinkMeasures {
  opened(): void;
  /** `how`: undefined where the station itself ended it. */
  closed(how: LinkEnd | undefined, wasOpen: boolean): void;
  frame(direction: 'sent' | 'received', characters: number): void;
  bad(direction: 'sent' | 'received'): void;
  /** A request; `by` who sent it. */
  asked(by: 'station' | 'central', action: string): void;
  answered(by: 'station' | 'central', action: string, ms: number): void;
  refused(by: 'station' | 'central', action: string, code: string, ms: number): void;
  /** A request of a station that nobody waits for any more. */
  unanswered(action: string, why: 'timeout' | 'linkLost'): void;
  /** A payload is not as its schema wants it. */
  violated(by: 'station' | 'central', action: string): void;
  /** The books of a station; made when they are needed. */
  booksOf(index: number): StationBooks;
  /** Undefined where nobody has charged yet. */
  knownBooksOf(index: number): StationBooks | undefined;
  now(): number;
}

interface OpenRequest {
  id: string;
  action: string;
  atMs: number;
}

/** Requests of the central system that wait for their answers; of more the oldest is forgotten. */
const servedMax = 100;
/** A request whose answer may still come late. */
const lateMax = 4;

export class MeasuredTransport implements Transport {
  /** A station has one request of its own under way (J 4.1.1). */
  private asked: OpenRequest | undefined;
  private late: readonly OpenRequest[] = noRequests;
  private serving: Map<string, OpenRequest> | undefined;

  constructor(
    private readonly inner: Transport,
    readonly measures: LinkMeasures,
    private readonly index: number,
  ) {}

  /** Since when the request that is under way waits for its answer. */
  get waitsSince(): number | undefined {
    return this.asked?.atMs;
  }

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    const link = new MeasuredLink(this);
    link.inner = this.inner.connect(endpoint, subprotocol, new MeasuredEvents(this, link, events));
    return link;
  }

  /** A frame that passes. */
  read(direction: 'sent' | 'received', data: string | Uint8Array): void {
    this.measures.frame(direction, data.length);
    const [type, id, third, fourth] = elementsOf(data);
    if (typeof id !== 'string' || (type !== 2 && type !== 3 && type !== 4)) this.measures.bad(direction);
    else if (type !== 2) this.answer(direction, type, id, third);
    else if (typeof third === 'string') this.call(direction, id, nameOf(third), objectOf(fourth));
    else this.measures.bad(direction);
  }

  private call(direction: 'sent' | 'received', id: string, action: string, payload: object): void {
    const { measures } = this;
    const by = direction === 'sent' ? 'station' : 'central';
    measures.asked(by, action);
    const asked = { id, action, atMs: measures.now() };
    if (by === 'central') {
      this.serve(asked);
      if (ocpp16.isAction(action) && ocpp16.readRequest(action, payload).violation) measures.violated(by, action);
      return;
    }
    if (ocpp16.isAction(action) && ocpp16.checkRequest(action, payload)) measures.violated(by, action);
    if (this.asked) {
      measures.unanswered(this.asked.action, 'timeout');
      this.late = [...this.late.slice(1 - lateMax), this.asked];
    }
    this.asked = asked;
    this.book(action, id, payload);
  }

  private book(action: string, id: string, payload: object): void {
    if (action !== 'StartTransaction' && action !== 'StopTransaction') return;
    const told = payload as {
      connectorId: number;
      meterStart: number;
      timestamp: string;
      transactionId: number;
      meterStop: number;
    };
    if (action === 'StartTransaction') {
      this.measures.booksOf(this.index).startCalled(id, told.connectorId, told.meterStart, told.timestamp);
    } else this.measures.booksOf(this.index).stopCalled(id, told.transactionId, told.meterStop);
  }

  private answer(direction: 'sent' | 'received', type: 3 | 4, id: string, third: unknown): void {
    if (direction === 'sent') this.served(type, id, third);
    else this.answeredByCentral(type, id, third);
  }

  private answeredByCentral(type: 3 | 4, id: string, third: unknown): void {
    const { measures } = this;
    const isNow = this.asked?.id === id;
    const asked = isNow ? this.asked : this.late.find((other) => other.id === id);
    if (isNow) this.asked = undefined;
    if (this.late.length > 0) this.late = this.late.filter((other) => other.id !== id);
    if (type === 4) {
      const action = asked?.action ?? 'unknown';
      measures.refused('central', action, codeOf(third), asked ? measures.now() - asked.atMs : 0);
      return;
    }
    // An answer that nobody waits for may still tell of a second transaction.
    this.bookAnswer(id, third);
    if (!asked) return;
    const { action, atMs } = asked;
    measures.answered('central', action, measures.now() - atMs);
    if (!ocpp16.isAction(action)) return;
    const { violation, notes } = ocpp16.readResponse(action, objectOf(third));
    if (violation || notes.length > 0) measures.violated('central', action);
  }

  private bookAnswer(id: string, payload: unknown): void {
    const books = this.measures.knownBooksOf(this.index);
    if (!books) return;
    const { transactionId } = objectOf(payload) as { transactionId?: unknown };
    books.startAnswered(id, typeof transactionId === 'number' ? transactionId : undefined);
    books.stopAnswered(id);
  }

  private serve(asked: OpenRequest): void {
    this.serving ??= new Map();
    this.serving.set(asked.id, asked);
    const [oldest] = this.serving.keys();
    if (this.serving.size > servedMax && oldest !== undefined) this.serving.delete(oldest);
  }

  private served(type: 3 | 4, id: string, third: unknown): void {
    const { measures } = this;
    const asked = this.serving?.get(id);
    if (!asked) return;
    this.serving?.delete(id);
    const { action, atMs } = asked;
    const ms = measures.now() - atMs;
    if (type === 4) {
      measures.refused('station', action, codeOf(third), ms);
      return;
    }
    measures.answered('station', action, ms);
    if (ocpp16.isAction(action) && ocpp16.checkResponse(action, objectOf(third))) measures.violated('station', action);
  }

  /** The link is gone: nobody waits for answers over it. */
  forget(): void {
    if (this.asked) {
      this.measures.unanswered(this.asked.action, 'linkLost');
      this.late = [...this.late.slice(1 - lateMax), this.asked];
    }
    this.asked = undefined;
    this.serving = undefined;
  }
}

/** Objects rather than functions: there are thousands of links. */
class MeasuredEvents implements LinkEvents {
  constructor(
    private readonly station: MeasuredTransport,
    private readonly link: MeasuredLink,
    private readonly events: LinkEvents,
  ) {}

  open(root?: string): void {
    this.link.wasOpen = true;
    this.station.measures.opened();
    this.events.open(root);
  }

  message(data: string | Uint8Array): void {
    this.station.read('received', data);
    this.events.message(data);
  }

  pong(): void {
    this.events.pong();
  }

  drained(): void {
    this.events.drained();
  }

  close(reason: string, how?: LinkEnd): void {
    const { wasOpen, isOwnEnd } = this.link;
    this.station.forget();
    this.station.measures.closed(isOwnEnd ? undefined : (how ?? (wasOpen ? 'closed' : 'other')), wasOpen);
    this.events.close(reason, how);
  }
}

class MeasuredLink extends PassedOnLink {
  wasOpen = false;
  /** The station has ended it. */
  isOwnEnd = false;

  constructor(private readonly station: MeasuredTransport) {
    super();
  }

  override send(text: string): void {
    this.station.read('sent', text);
    super.send(text);
  }

  override close(code?: number): void {
    this.isOwnEnd = true;
    super.close(code);
  }

  override terminate(): void {
    this.isOwnEnd = true;
    super.terminate();
  }
}

const noRequests: readonly OpenRequest[] = [];

/** None for what is no JSON array. */
function elementsOf(data: string | Uint8Array): readonly unknown[] {
  if (typeof data !== 'string') return [];
  try {
    const value: unknown = JSON.parse(data);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Names of the other side are not counted one by one: it could send as many as it likes. */
function nameOf(action: string): string {
  return ocpp16.isAction(action) ? action : 'unknown';
}

const codes: readonly unknown[] = rpcErrorCodes;

function codeOf(value: unknown): string {
  return codes.includes(value) ? String(value) : 'otherCode';
}
