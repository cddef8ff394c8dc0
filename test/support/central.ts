/** A scripted central system behind a virtual network: it answers as told, remembers every frame, and can vanish. */
import type { LinkEvents, Transport, TransportLink } from '../../src/ocpp/transport';
import type { Clock } from '../../src/hal/clock';

export interface Received {
  action: string;
  payload: Record<string, unknown>;
  id: string;
  /** Virtual time of arrival in ms. */
  at: number;
  url: string;
}

/** An answer: a payload, a CALLERROR, or silence. */
export type Answer = Record<string, unknown> | { callError: string } | 'silence' | { raw: string };
export type Responder = (request: Received) => Answer;

/** One-way delay of the virtual network in ms. */
const delay_ms = 5;

export class ScriptedCentral implements Transport {
  readonly received: Received[] = [];
  /** Every frame either way, for messages of failing tests. */
  readonly frames: string[] = [];
  readonly errors: unknown[][] = [];
  urls: string[] = [];
  networkUp = true;
  /** Links made so far. */
  connections = 0;
  nextTransactionId = 1001;
  private readonly responders = new Map<string, Responder>();
  private link: { events: LinkEvents; open: boolean } | undefined;
  private nextId = 1;
  private readonly waiting = new Map<string, (answer: unknown[]) => void>();

  constructor(private readonly clock: Clock) {
    const accepted = { idTagInfo: { status: 'Accepted' } };
    const time = () => new Date(this.clock.systemTime() ?? Date.UTC(2026, 0, 1)).toISOString();
    this.answer('BootNotification', () => ({ status: 'Accepted', currentTime: time(), interval: 300 }));
    this.answer('Heartbeat', () => ({ currentTime: time() }));
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

  /** Answers the next request of this kind once in another way. */
  once(action: string, responder: Responder): void {
    const before = this.responders.get(action);
    this.answer(action, (request) => {
      if (before) this.answer(action, before);
      return responder(request);
    });
  }

  connect(url: string, events: LinkEvents): TransportLink {
    this.urls.push(url);
    const link = { events, open: false };
    let ended = false;
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      link.open = false;
      if (this.link === link) this.link = undefined;
      this.later(() => events.close(reason));
    };
    this.later(() => {
      if (ended) return;
      if (!this.networkUp) {
        end('connection refused');
        return;
      }
      link.open = true;
      this.link = link;
      this.connections += 1;
      this.drop = end;
      events.open();
    });
    return {
      send: (text) => {
        if (link.open && this.networkUp) this.later(() => link.open && this.receive(text, url));
      },
      ping: () => {
        if (link.open && this.networkUp) this.later(() => link.open && this.networkUp && events.pong());
      },
      close: () => end('closed by the station'),
      terminate: () => end('terminated by the station'),
    };
  }

  /** Ends the present link from the central system's side. */
  drop: (reason: string) => void = () => {};

  down(): void {
    this.networkUp = false;
    this.drop('network down');
  }

  up(): void {
    this.networkUp = true;
  }

  get connected(): boolean {
    return this.link?.open === true;
  }

  /** Sends a CALL; resolves with the elements of the answering frame. The clock must be advanced meanwhile. */
  callRaw(action: string, payload: unknown, id = `central-${this.nextId++}`): Promise<unknown[]> {
    const answered = new Promise<unknown[]>((resolve) => this.waiting.set(id, resolve));
    this.sendText(JSON.stringify([2, id, action, payload]));
    return answered;
  }

  sendText(text: string): void {
    const { link } = this;
    if (!link) throw new Error('central system: no station is connected');
    this.frames.push(`> ${text}`);
    this.later(() => link.open && link.events.message(text));
  }

  /** Requests of one action, in order. */
  calls(action: string): Received[] {
    return this.received.filter((r) => r.action === action);
  }

  private receive(text: string, url: string): void {
    this.frames.push(`< ${text}`);
    const frame = JSON.parse(text) as unknown[];
    if (frame[0] !== 2) {
      const id = String(frame[1]);
      if (frame[0] === 4) this.errors.push(frame);
      this.waiting.get(id)?.(frame);
      this.waiting.delete(id);
      return;
    }
    const [, id, action, payload] = frame as [number, string, string, Record<string, unknown>];
    const request: Received = { action, payload, id, at: this.clock.now(), url };
    this.received.push(request);
    const answer = this.responders.get(action)?.(request) ?? { callError: 'NotImplemented' };
    if (answer === 'silence') return;
    if ('callError' in answer) this.sendText(JSON.stringify([4, id, answer.callError, 'as the test wants', {}]));
    else if ('raw' in answer) this.sendText(String(answer.raw));
    else this.sendText(JSON.stringify([3, id, answer]));
  }

  private later(run: () => unknown): void {
    this.clock.at(this.clock.now() + delay_ms, () => void run());
  }
}
