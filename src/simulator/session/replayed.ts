/** A store and a way to the central system that do what they did in a session, when it is their turn. */
import { GreenupError } from '../../hal/errors';
import type { JsonValue, Store } from '../../hal/store';
import type { CentralSystemEndpoint } from '../../ocpp/link/endpoint';
import { type LinkEvents, noLink, type Transport, type TransportLink } from '../../ocpp/link/transport';
import { plainFrame } from './recording';
import type { SessionInput } from './session';

interface AwaitedEvent<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** What is waited for, and what came before anybody waited: each of both finds the first of the other. */
class Meeting<T> {
  private readonly waiting: AwaitedEvent<T>[] = [];
  private readonly come: (() => Promise<T>)[] = [];

  wait(): Promise<T> {
    const first = this.come.shift();
    if (first) return first();
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  comes(outcome: () => Promise<T>): void {
    const first = this.waiting.shift();
    if (first) outcome().then(first.resolve, first.reject);
    else this.come.push(outcome);
  }
}

/** Of all starts of the station in a process. */
export class ReplayedStores {
  private readonly openings = new Meeting<void>();
  private readonly loads = new Meeting<Map<string, JsonValue>>();
  private readonly commits = new Meeting<void>();

  async open(): Promise<Store> {
    await this.openings.wait();
    return {
      load: () => this.loads.wait(),
      commit: () => this.commits.wait(),
      close: async () => {},
    };
  }

  opened(): void {
    this.openings.comes(async () => undefined);
  }

  loaded(values: Map<string, JsonValue>): void {
    this.loads.comes(async () => values);
  }

  committed(error: string | null): void {
    this.commits.comes(async () => {
      if (error !== null) throw new GreenupError('store.failed', error);
    });
  }
}

type LinkInput = Extract<SessionInput, { link: number }>;

export class ReplayedTransport implements Transport {
  private readonly links: LinkEvents[] = [];

  constructor(private readonly onSent: (text: string) => void) {}

  connect(_endpoint: CentralSystemEndpoint, _subprotocol: string, events: LinkEvents): TransportLink {
    this.links.push(events);
    return { ...noLink, send: (text) => this.onSent(plainFrame(text)) };
  }

  /** Of a link that the station has not made this time there is nothing to tell: what it then does not send is. */
  happens(input: LinkInput): void {
    const events = this.links[input.link - 1];
    if (!events) return;
    switch (input.kind) {
      case 'opened':
        events.open(input.root);
        return;
      case 'pong':
      case 'drained':
        events[input.kind]();
        return;
      case 'received':
        events.message(input.text);
        return;
      case 'closed':
        events.close(input.reason, input.how ?? undefined);
        return;
      default:
        input satisfies never;
    }
  }
}
