/** A scripted central system behind a virtual network: it answers as told, remembers every frame, and can vanish. */
import type { X509Certificate } from 'node:crypto';
import type { Clock } from '../hal/clock';
import { type CentralSystemEndpoint, connectionUrl, type EndpointSecurity } from '../ocpp/link/endpoint';
import type { PeerJudge } from '../ocpp/link/peer-judge';
import type { LinkEnd, LinkEvents, Transport, TransportLink } from '../ocpp/link/transport';

/** A request of the station as it came. */
export interface Received {
  action: string;
  payload: Record<string, unknown>;
  id: string;
  /** Virtual time of arrival in ms. */
  at: number;
  url: string;
  /** Which link it came over, counted from 1. */
  link: number;
  /** The id had come before: the station tries again. */
  repeated: boolean;
}

/** A CALL of ours and what the station answered. */
export interface ScriptedExchange {
  action: string;
  /** The elements of the answering frame; undefined while it has not come. */
  frame: unknown[] | undefined;
}

/** An answer: a payload, a CALLERROR, silence, any text, or one of these after a while. */
export type Answer =
  | Record<string, unknown>
  | { callError: string }
  | 'silence'
  | { raw: string }
  | { afterMs: number; answer: Record<string, unknown> }
  /** With these CALLs right behind it, in the same segment. */
  | { answer: Record<string, unknown>; behind: [action: string, payload: object][] };
/** Makes the answer to a request. */
export type Responder = (request: Received) => Answer;

interface ScriptedLink {
  events: LinkEvents;
  number: number;
  open: boolean;
  /** The station's end is dead or closed; what it sent before still arrives. */
  orphan: boolean;
  /** What the station does not read while it is paused; undefined while it reads. */
  unread: (() => void)[] | undefined;
  /** Bytes of the station that this side has not read. */
  unsent: number;
}

/** A central system in memory: the transport of a station, which ends here. */
export class ScriptedCentral implements Transport {
  readonly received: Received[] = [];
  /** The first request of each id. */
  private readonly requests = new Map<string, Received>();
  /** Every frame either way, for messages of failing tests. */
  readonly frames: string[] = [];
  readonly errors: unknown[][] = [];
  readonly exchanges = new Map<string, ScriptedExchange>();
  /** Starts that got an id, by that id. */
  readonly transactions = new Map<number, Received>();
  urls: string[] = [];
  networkUp = true;
  /** One-way delay of the virtual network in ms; 0 answers in the very instant. */
  delayMs = 5;
  /** Which stations are not let in (401), by how they come. */
  refuses: (security: EndpointSecurity) => boolean = () => false;
  /** How the station came at each attempt. */
  readonly securities: EndpointSecurity[] = [];
  /** Why no link comes about. */
  failsWith: LinkEnd | undefined;
  /** The root on which trust in it rests, as a link tells it. */
  root: string | undefined;
  /** When the certificate that it shows is valid, in Unix ms; absent: it shows none. */
  certificate: { fromMs: number; toMs: number } | undefined;
  /** Addresses at which nobody answers. */
  deaf: (url: string) => boolean = () => false;
  /** False: what the station sends piles up at its end. Said of new bytes, while a story looks at nothing else. */
  reads = true;
  /** How often the station stopped reading. */
  pauses = 0;
  /** WebSocket pings that came. */
  pings = 0;
  /** Codes other than 1000 with which the station closed links. */
  readonly closeCodes: number[] = [];
  /** Links made so far. */
  connections = 0;
  /** The id that the next StartTransaction gets. */
  nextTransactionId = 1001;
  /** How far the clock that it tells lies beside the true time, in ms. */
  clockErrorMs = 0;
  private readonly responders = new Map<string, Responder>();
  private readonly onceResponders = new Map<string, Responder[]>();
  /** Results given, by message id: a repetition gets the same (OCPP-J errata 2025-04, 3.1). */
  private readonly results = new Map<string, Record<string, unknown>>();
  private link: ScriptedLink | undefined;
  private nextId = 1;
  private readonly waiting = new Map<string, (answer: unknown[]) => void>();

  constructor(
    private readonly clock: Clock,
    /** Unix time in ms that the central system has when the clock says 0. */
    private readonly epochMs: number,
  ) {
    this.answerAsUsual();
  }

  /** The true Unix time in ms. */
  now(): number {
    return this.epochMs + this.clock.now();
  }

  /** As it tells it. */
  time(): string {
    return new Date(this.now() + this.clockErrorMs).toISOString();
  }

  /** Every request is accepted from now on, and one-time answers not yet given are forgotten. */
  answerAsUsual(): void {
    const accepted = { idTagInfo: { status: 'Accepted' } };
    this.onceResponders.clear();
    this.answer('BootNotification', () => ({ status: 'Accepted', currentTime: this.time(), interval: 300 }));
    this.answer('SecurityEventNotification', () => ({}));
    this.answer('SignCertificate', () => ({ status: 'Accepted' }));
    this.answer('Heartbeat', () => ({ currentTime: this.time() }));
    this.answer('Authorize', () => accepted);
    this.answer('StartTransaction', () => ({ ...accepted, transactionId: this.nextTransactionId++ }));
    this.answer('StopTransaction', () => ({}));
    this.answer('StatusNotification', () => ({}));
    this.answer('MeterValues', () => ({}));
  }

  /** Sets how a request is answered from now on. */
  answer(action: string, responder: Responder): void {
    this.responders.set(action, responder);
  }

  /** Answers the next request of this kind once in another way; several wait for their turn. */
  once(action: string, responder: Responder): void {
    this.onceResponders.set(action, [...(this.onceResponders.get(action) ?? []), responder]);
  }

  connect(endpoint: CentralSystemEndpoint, _subprotocol: string, events: LinkEvents): TransportLink {
    const url = connectionUrl(endpoint);
    this.urls.push(url);
    this.securities.push(endpoint.security);
    const link: ScriptedLink = { events, number: 0, open: false, orphan: false, unread: undefined, unsent: 0 };
    let ended = false;
    const end = (reason: string, told = true, orderly = false, how?: LinkEnd) => {
      if (ended) return;
      ended = true;
      link.orphan = link.open && (!told || orderly);
      link.open = false;
      if (this.link === link) this.link = undefined;
      if (told) this.later(() => events.close(reason, how));
    };
    this.later(() => {
      if (ended) return;
      if (!this.networkUp || this.deaf(url)) {
        end('connection refused');
        return;
      }
      if (this.failsWith) {
        end(this.failsWith, true, false, this.failsWith);
        return;
      }
      const objection = endpoint.judge && this.objectionOf(endpoint.judge);
      if (objection) {
        end(objection.message, true, false, objection.how);
        return;
      }
      if (this.refuses(endpoint.security)) {
        end('HTTP 401', true, false, 'unauthorised');
        return;
      }
      link.open = true;
      this.link = link;
      this.connections += 1;
      link.number = this.connections;
      this.drop = end;
      events.open(this.root);
    });
    return {
      send: (text) => {
        if (!this.reads) link.unsent += text.length;
        if (link.open && this.networkUp)
          this.later(() => (link.open || link.orphan) && this.receive(text, url, link.number));
      },
      ping: () => {
        this.pings += 1;
        if (link.open && this.networkUp) this.later(() => this.deliver(link, () => events.pong()));
      },
      pause: () => {
        this.pauses += 1;
        link.unread ??= [];
      },
      resume: () => this.clock.at(this.clock.now(), () => this.readOn(link)),
      unsentBytes: () => link.unsent,
      close: (code = 1000) => {
        if (code !== 1000) this.closeCodes.push(code);
        end('closed by the station', true, true);
      },
      terminate: () => end('terminated by the station'),
    };
  }

  private objectionOf(judge: PeerJudge): ReturnType<PeerJudge['objectionTo']> {
    if (!this.certificate) return undefined;
    const { fromMs, toMs } = this.certificate;
    // All that is looked at of one that rests on a root which is trusted.
    const shown = { validFrom: new Date(fromMs).toISOString(), validTo: new Date(toMs).toISOString() };
    return judge.objectionTo({ chain: [shown as X509Certificate], isRefused: false, trusted: [] });
  }

  /** Ends the present link from the central system's side; a station without power is not `told`. */
  drop: (reason: string, told?: boolean) => void = () => {};

  /** The network is gone and the station notices at once. */
  down(): void {
    this.networkUp = false;
    this.drop('network down');
  }

  /** The network is gone and nobody notices: a half-open link. */
  goSilent(): void {
    this.networkUp = false;
  }

  /** The network is there again, and everybody is let in. */
  up(): void {
    this.networkUp = true;
    this.refuses = () => false;
    this.failsWith = undefined;
  }

  /** Segments that the station has not read. */
  get unread(): number {
    return this.link?.unread?.length ?? 0;
  }

  get connected(): boolean {
    return this.link?.open === true;
  }

  /** Sends a CALL; resolves with the elements of the answering frame. The clock must be advanced meanwhile. */
  callRaw(action: string, payload: unknown, id = `central-${this.nextId++}`): Promise<unknown[]> {
    const answered = new Promise<unknown[]>((resolve) => this.waiting.set(id, resolve));
    this.exchanges.set(id, { action, frame: undefined });
    this.sendText(JSON.stringify([2, id, action, payload]));
    return answered;
  }

  /** Sends any text, or the bytes of a binary message; several arrive in one segment. */
  sendText(...texts: (string | Uint8Array)[]): void {
    const { link } = this;
    if (!link) throw new Error('central system: no station is connected');
    for (const text of texts) {
      this.frames.push(`> ${typeof text === 'string' ? text.slice(0, 2_000) : `binary, ${text.length} bytes`}`);
    }
    this.later(() => {
      // One segment: what follows a pause in it still arrives.
      this.deliver(link, () => {
        for (const text of texts) link.events.message(text);
      });
    });
  }

  private deliver(link: ScriptedLink, run: () => void): void {
    if (!link.open || !this.networkUp) return;
    if (link.unread) link.unread.push(run);
    else run();
  }

  private readOn(link: ScriptedLink): void {
    const unread = link.unread ?? [];
    link.unread = undefined;
    for (let run = unread.shift(); run !== undefined; run = unread.shift()) {
      this.deliver(link, run);
      const paused = link.unread as (() => void)[] | undefined;
      if (paused) {
        paused.push(...unread);
        return;
      }
    }
  }

  /** Answers a request of before, by its id. */
  settle(id: string, result: Record<string, unknown>): void {
    const request = this.requests.get(id);
    if (!request) throw new Error(`central system: no request ${id}`);
    this.respond(request, result);
  }

  /** Requests of one action, in order. */
  calls(action: string): Received[] {
    return this.received.filter((r) => r.action === action);
  }

  private receive(text: string, url: string, link: number): void {
    this.frames.push(`< ${text}`);
    const frame = JSON.parse(text) as unknown[];
    if (frame[0] !== 2) {
      this.takeAnswer(frame);
      return;
    }
    const [, id, action, payload] = frame as [number, string, string, Record<string, unknown>];
    const repeated = this.requests.has(id);
    const request: Received = { action, payload, id, at: this.clock.now(), url, link, repeated };
    this.received.push(request);
    if (!repeated) this.requests.set(id, request);
    this.respond(request, this.answerTo(request));
  }

  private takeAnswer(frame: unknown[]): void {
    const id = String(frame[1]);
    const exchange = this.exchanges.get(id);
    if (exchange) exchange.frame = frame;
    if (frame[0] === 4) this.errors.push(frame);
    this.waiting.get(id)?.(frame);
    this.waiting.delete(id);
  }

  private answerTo(request: Received): Answer {
    const known = this.results.get(request.id);
    if (known) return known;
    const once = this.onceResponders.get(request.action)?.shift();
    const responder = once ?? this.responders.get(request.action);
    return responder?.(request) ?? { callError: 'NotImplemented' };
  }

  private respond(request: Received, answer: Answer): void {
    if (answer === 'silence') return;
    if ('behind' in answer && Array.isArray(answer.behind)) {
      const result = answer.answer as Record<string, unknown>;
      this.keep(request, result);
      const calls = answer.behind.map(([action, payload]: [string, object]) => this.callText(action, payload));
      this.reply(JSON.stringify([3, request.id, result]), ...calls);
      return;
    }
    if ('afterMs' in answer && typeof answer.afterMs === 'number') {
      const late = answer.answer as Record<string, unknown>;
      this.keep(request, late);
      this.clock.at(this.clock.now() + answer.afterMs, () => {
        if (this.link) this.sendText(JSON.stringify([3, request.id, late]));
      });
      return;
    }
    if ('callError' in answer) {
      this.reply(JSON.stringify([4, request.id, answer.callError, 'as the test wants', {}]));
    } else if ('raw' in answer) this.reply(String(answer.raw));
    else {
      this.keep(request, answer as Record<string, unknown>);
      this.reply(JSON.stringify([3, request.id, answer]));
    }
  }

  private keep(request: Received, result: Record<string, unknown>): void {
    this.results.set(request.id, result);
    const { transactionId } = result;
    if (request.action === 'StartTransaction' && typeof transactionId === 'number') {
      if (!this.transactions.has(transactionId)) this.transactions.set(transactionId, request);
    }
  }

  /** A request whose sender has vanished meanwhile is processed all the same; only the answer is lost. */
  private reply(...texts: string[]): void {
    if (this.link) this.sendText(...texts);
  }

  private callText(action: string, payload: object): string {
    const id = `central-${this.nextId++}`;
    this.exchanges.set(id, { action, frame: undefined });
    return JSON.stringify([2, id, action, payload]);
  }

  private later(run: () => unknown): void {
    this.clock.at(this.clock.now() + this.delayMs, () => void run());
  }
}
