/** A connection that comes back for ever, after every kind of ending, with back-off and jitter. */
import type { Cancel, Clock } from '../../hal/clock';
import type { CentralSystemEndpoint } from './endpoint';
import type { Distrust } from './peer-judge';
import type { LinkEnd, Transport, TransportLink } from './transport';

export interface ConnectionOptions {
  clock: Clock;
  transport: Transport;
  /** From 0 to 1, for the jitter. */
  random: () => number;
  subprotocol: string;
  /** Where to, read at each attempt; undefined while it is not known. */
  endpoint: () => CentralSystemEndpoint | undefined;
  /** `serverReconnectionTime` in ms. */
  reconnectMs: () => number;
  /** `WebSocketPingInterval` in ms; 0: no pings. */
  pingMs: () => number;
  /** Connected to `endpoint`. `root`: see `LinkEvents.open`. */
  onOpen: (root: string | undefined, endpoint: CentralSystemEndpoint) => void;
  onMessage: (data: string | Uint8Array) => void;
  /** Bytes of ours have left. */
  onDrained?: () => void;
  onClose: (reason: string) => void;
  /** An attempt to connect to `endpoint` was in vain. */
  onFailed?: (how: LinkEnd, endpoint: CentralSystemEndpoint) => void;
}

export type ConnectionStatus = 'Disconnected' | 'Connection' | 'Connected';

/** The first attempt after a connection was lost comes within this time, in ms: most losses are momentary. */
const firstRetryMs = 700;
/** A connection that lasted this long was a good one: its loss begins a new count of attempts, in ms. */
const lastingMs = 10_000;
/** While nothing is read, something of ours must leave within this time, in ms; a handler takes 30 s at most. */
const stuckPauseMs = 60_000;
/** Back-off doubles the waiting time up to this factor of serverReconnectionTime. */
const backOffFactorMax = 4;

export class Connection {
  /** As the guide's "OCPP status" page words it. */
  status: ConnectionStatus = 'Disconnected';
  /** Monotonic time of the last byte from the other side. */
  lastReceivedAt: number | undefined;
  lastError: string | undefined;
  /** The same for programs. */
  lastEnd: LinkEnd | undefined;
  /** Counts the attempts since the start of the station; and the monotonic time of the last one. */
  tries = 0;
  lastTryAt: number | undefined;
  private nextTryAt: number | undefined;
  private link: TransportLink | undefined;
  private attempts = 0;
  private openedAt = 0;
  private wanted = false;
  private cancelRetry: Cancel = () => {};
  private cancelPing: Cancel = () => {};
  private awaitingPong = false;
  private paused = false;
  private pausedSincePing = false;
  /** Why the present link ends. */
  private distrusted: Distrust | undefined;
  private cancelPause: Cancel = () => {};

  constructor(private readonly options: ConnectionOptions) {}

  /** Connects now and keeps connecting. */
  start(): void {
    this.wanted = true;
    this.attempts = 0;
    this.connect();
  }

  /** Ends the connection and stays offline until `start`. */
  stop(): void {
    this.wanted = false;
    this.cancelRetry();
    this.cancelPing();
    this.cancelPause();
    this.link?.close();
  }

  /** Cuts the wire without a word, as a lost network does, and stays offline until `start`. */
  cut(): void {
    this.wanted = false;
    this.cancelRetry();
    this.link?.terminate();
  }

  /** Monotonic time of the next attempt; undefined while one is under way, and where none will come. */
  get nextTry(): number | undefined {
    return this.wanted && !this.link && this.options.endpoint() ? this.nextTryAt : undefined;
  }

  /** Does not wait for the next attempt; false where none was waited for. The waits go on as if it had come by itself. */
  tryNow(): boolean {
    if (!this.wanted || this.link) return false;
    this.connect();
    return this.link !== undefined;
  }

  /** Closes and connects anew, for a changed URL or identity. */
  restart(): void {
    if (!this.wanted) return;
    this.attempts = 0;
    if (this.link) this.link.close();
    else this.connect();
  }

  send(text: string): void {
    if (this.status !== 'Connected' || this.distrusted) return;
    this.link?.send(text);
    if (this.paused) this.watchPause();
  }

  /** Reads nothing, so that the other side must wait. Neither its pong nor its silence counts against it meanwhile. */
  pause(): void {
    this.paused = true;
    this.pausedSincePing = true;
    this.watchPause();
    this.link?.pause();
  }

  resume(): void {
    this.paused = false;
    this.cancelPause();
    this.link?.resume();
  }

  /** Ends this link for what came over it; the next one is tried for. */
  refuse(code: number): void {
    this.link?.close(code);
  }

  /** Ends this link without another byte: what is at its other end is not believed any more. It counts as an attempt in vain. */
  distrust(why: Distrust): void {
    if (this.status !== 'Connected') return;
    this.distrusted = why;
    this.link?.terminate();
  }

  unsentBytes(): number {
    return this.link?.unsentBytes() ?? 0;
  }

  /** A peer that takes nothing of ours for so long, while it is made to wait for it, is gone. */
  private watchPause(): void {
    const { clock } = this.options;
    this.cancelPause();
    if (this.paused) this.cancelPause = clock.at(clock.now() + stuckPauseMs, () => this.link?.terminate());
  }

  /** `WebSocketPingInterval` changed: it acts at once, without reconnecting. */
  pingIntervalChanged(): void {
    if (this.status === 'Connected') this.armPing();
  }

  private connect(): void {
    this.cancelRetry();
    if (this.link) return;
    const { transport, subprotocol } = this.options;
    const endpoint = this.options.endpoint();
    if (!endpoint) {
      this.retryLater();
      return;
    }
    this.status = 'Connection';
    this.tries += 1;
    this.lastTryAt = this.options.clock.now();
    const link = transport.connect(endpoint, subprotocol, {
      open: (root) => this.opened(root, endpoint),
      message: (data) => this.received(data),
      pong: () => {
        this.awaitingPong = false;
        this.lastReceivedAt = this.options.clock.now();
      },
      drained: () => {
        this.watchPause();
        this.options.onDrained?.();
      },
      close: (reason, how) => this.closed(reason, endpoint, how),
    });
    this.link = link;
  }

  private opened(root: string | undefined, endpoint: CentralSystemEndpoint): void {
    this.status = 'Connected';
    this.openedAt = this.options.clock.now();
    this.lastError = undefined;
    this.lastEnd = undefined;
    this.lastReceivedAt = this.options.clock.now();
    this.armPing();
    this.options.onOpen(root, endpoint);
  }

  private received(data: string | Uint8Array): void {
    // What still arrives after `stop` would be worked on by a core whose store is closed.
    if (this.status !== 'Connected' || !this.wanted || this.distrusted) return;
    this.lastReceivedAt = this.options.clock.now();
    this.options.onMessage(data);
  }

  private closed(told: string, endpoint: CentralSystemEndpoint, toldHow: LinkEnd = 'other'): void {
    const wasOpen = this.status === 'Connected';
    const { message: reason, how } = this.distrusted ?? { message: told, how: toldHow };
    const isVain = !wasOpen || this.distrusted !== undefined;
    this.distrusted = undefined;
    this.link = undefined;
    this.status = 'Disconnected';
    this.lastError = reason;
    this.lastEnd = how;
    this.cancelPing();
    this.paused = false;
    this.cancelPause();
    if (wasOpen) this.options.onClose(reason);
    if (isVain && this.wanted) this.options.onFailed?.(how, endpoint);
    if (this.wanted) this.retryLater(!isVain);
  }

  private retryLater(wasOpen = false): void {
    const { clock, random, reconnectMs } = this.options;
    if (wasOpen && clock.now() - this.openedAt >= lastingMs) this.attempts = 0;
    // A server that accepts and closes at once gets one quick retry, then the waiting times of one that refuses.
    const quick = wasOpen && this.attempts === 0;
    const wait = this.backOff(reconnectMs(), quick) * (1 - 0.25 * random());
    this.nextTryAt = clock.now() + wait;
    this.cancelRetry = clock.at(this.nextTryAt, () => this.connect());
  }

  private backOff(baseMs: number, quick: boolean): number {
    const wait = quick ? firstRetryMs : baseMs * Math.min(2 ** Math.max(0, this.attempts - 1), backOffFactorMax);
    this.attempts += 1;
    return wait;
  }

  /** A ping each interval; one that is still unanswered at the next means a half-open link. */
  private armPing(): void {
    this.cancelPing();
    this.awaitingPong = false;
    this.schedulePing();
  }

  private schedulePing(): void {
    const { clock, pingMs } = this.options;
    const interval = pingMs();
    if (interval <= 0) return;
    this.cancelPing = clock.at(clock.now() + interval, () => {
      // A pong may lie unread behind what is not read.
      const mayJudge = !this.paused && !this.pausedSincePing;
      if (this.awaitingPong && mayJudge) {
        this.link?.terminate();
        return;
      }
      this.pausedSincePing = this.paused;
      this.awaitingPong = true;
      this.link?.ping();
      this.schedulePing();
    });
  }
}
