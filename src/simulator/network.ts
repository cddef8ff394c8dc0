/** The cable between station and network: it can be pulled out, and tells when connections come and go. */
import { type CentralSystemEndpoint, connectionUrl } from '../ocpp/link/endpoint';
import type { LinkEvents, Transport, TransportLink } from '../ocpp/link/transport';

export interface NetworkEvents {
  opened(url: string): void;
  /** `wasOpen`: false when a connection could not be made. */
  closed(url: string, reason: string, wasOpen: boolean): void;
}

export class Network implements Transport {
  /** False: nothing can connect. Whoever pulls the cable also cuts the present link. */
  up = true;
  private links = 0;
  private onQuiet: () => void = () => {};
  private onAttempted: () => void = () => {};
  private readonly firstAttempt = new Promise<void>((resolve) => {
    this.onAttempted = resolve;
  });

  constructor(
    private readonly inner: Transport,
    private readonly events: NetworkEvents,
  ) {}

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    const url = connectionUrl(endpoint);
    this.links += 1;
    let wasOpen = false;
    const end = (reason: string): void => {
      this.links -= 1;
      this.events.closed(url, reason, wasOpen);
      events.close(reason);
      this.onAttempted();
      if (this.links === 0) this.onQuiet();
    };
    if (!this.up) {
      queueMicrotask(() => end('the network is down'));
      return { send: () => {}, ping: () => {}, close: () => {}, terminate: () => {} };
    }
    return this.inner.connect(endpoint, subprotocol, {
      open: () => {
        wasOpen = true;
        this.events.opened(url);
        events.open();
        this.onAttempted();
      },
      message: (data) => events.message(data),
      pong: () => events.pong(),
      close: end,
    });
  }

  /** Resolves when the first attempt to connect has succeeded or failed; at the latest in time. */
  async attempted(withinMs: number): Promise<void> {
    let timeout: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timeout = setTimeout(resolve, withinMs);
    });
    await Promise.race([this.firstAttempt, late]);
    clearTimeout(timeout);
  }

  /** Resolves when no link is left, so that a process may end without losing its last words; at the latest in time. */
  quiet(withinMs: number): Promise<void> {
    if (this.links === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timeout = setTimeout(resolve, withinMs);
      this.onQuiet = () => {
        clearTimeout(timeout);
        resolve();
      };
    });
  }
}
