/** Any transport, with somebody who hears its links come and go and sees their frames, and who can wait for the first and the last link. */
import { type CentralSystemEndpoint, connectionUrl } from './endpoint';
import type { LinkEvents, Transport, TransportLink } from './transport';

export interface LinkWatcher {
  opened(url: string): void;
  /** `wasOpen`: false when a connection could not be made. */
  closed(url: string, reason: string, wasOpen: boolean): void;
  /** A frame as it is on the wire, secrets included: one received before it is worked on, one of ours before it leaves. */
  frame(direction: 'sent' | 'received', data: string | Uint8Array): void;
}

export class WatchedTransport implements Transport {
  private links = 0;
  private onQuiet: () => void = () => {};
  private onAttempted: () => void = () => {};
  private readonly firstAttempt = new Promise<void>((resolve) => {
    this.onAttempted = resolve;
  });

  constructor(
    private readonly inner: Transport,
    private readonly watcher: LinkWatcher,
  ) {}

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    const url = connectionUrl(endpoint);
    this.links += 1;
    let wasOpen = false;
    const link = this.inner.connect(endpoint, subprotocol, {
      open: (root) => {
        wasOpen = true;
        this.watcher.opened(url);
        events.open(root);
        this.onAttempted();
      },
      message: (data) => {
        this.watcher.frame('received', data);
        events.message(data);
      },
      pong: () => events.pong(),
      drained: () => events.drained(),
      close: (reason, how) => {
        this.links -= 1;
        this.watcher.closed(url, reason, wasOpen);
        events.close(reason, how);
        this.onAttempted();
        if (this.links === 0) this.onQuiet();
      },
    });
    return {
      send: (text) => {
        this.watcher.frame('sent', text);
        link.send(text);
      },
      ping: () => link.ping(),
      pause: () => link.pause(),
      resume: () => link.resume(),
      unsentBytes: () => link.unsentBytes(),
      close: (code) => link.close(code),
      terminate: () => link.terminate(),
    };
  }

  /** Resolves when the first attempt to connect has succeeded or failed; at the latest in time. */
  attempted(withinMs: number): Promise<void> {
    return inTime(this.firstAttempt, withinMs);
  }

  /** Resolves when no link is left, so that a process may end without losing its last words; at the latest in time. */
  quiet(withinMs: number): Promise<void> {
    if (this.links === 0) return Promise.resolve();
    const none = new Promise<void>((resolve) => {
      this.onQuiet = resolve;
    });
    return inTime(none, withinMs);
  }
}

/** By real time: it is for the process, not for the station. */
async function inTime(done: Promise<void>, withinMs: number): Promise<void> {
  let timeout: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timeout = setTimeout(resolve, withinMs);
  });
  await Promise.race([done, late]);
  clearTimeout(timeout);
}
