/** The demo's way to its central system: it counts messages, and lets virtual time wait for those under way. */
import type { CentralSystemEndpoint } from '../ocpp/link/endpoint';
import type { LinkEvents, Transport, TransportLink } from '../ocpp/link/transport';

/** An answer of a central system in this very process takes no longer, in ms of real time. */
const answerMaxMs = 5_000;

export class DemoTransport implements Transport {
  /** Requests that the station sent, by action. */
  readonly sent = new Map<string, number>();
  private connecting = false;
  private readonly unanswered = new Set<string>();
  private onProgress: () => void = () => {};

  constructor(private readonly inner: Transport) {}

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    this.connecting = true;
    const link = this.inner.connect(endpoint, subprotocol, {
      open: (root) => {
        this.connecting = false;
        events.open(root);
        this.onProgress();
      },
      message: (data) => {
        const [kind, id] = JSON.parse(String(data)) as [number, string];
        if (kind !== 2) this.unanswered.delete(id);
        events.message(data);
        this.onProgress();
      },
      pong: () => events.pong(),
      drained: () => events.drained(),
      close: (reason) => {
        this.connecting = false;
        this.unanswered.clear();
        events.close(reason);
        this.onProgress();
      },
    });
    return {
      send: (text) => this.send(link, text),
      ping: () => link.ping(),
      pause: () => link.pause(),
      resume: () => link.resume(),
      unsentBytes: () => link.unsentBytes(),
      close: (code) => link.close(code),
      terminate: () => link.terminate(),
    };
  }

  get messages(): number {
    return [...this.sent.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when nothing is under way: virtual time then cannot overtake the real network. */
  async quiet(): Promise<void> {
    while (this.connecting || this.unanswered.size > 0) {
      await new Promise<void>((resolve, reject) => {
        const timeout = setTimeout(() => reject(new Error(`no answer within ${answerMaxMs} ms`)), answerMaxMs);
        this.onProgress = () => {
          clearTimeout(timeout);
          resolve();
        };
      });
      // What the answer set going in the station, which may ask again.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private send(link: TransportLink, text: string): void {
    const [kind, id, action] = JSON.parse(text) as [number, string, string];
    if (kind === 2) {
      this.unanswered.add(id);
      this.sent.set(action, (this.sent.get(action) ?? 0) + 1);
    }
    link.send(text);
  }
}
