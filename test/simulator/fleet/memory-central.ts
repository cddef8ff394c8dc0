/** A central system for many stations over an in-memory network under a virtual clock: the embedded one's answers, and its ledger. */
import { Ledger, type LedgerRow } from '../../../src/csms/ledger';
import { StationLink } from '../../../src/csms/link';
import type { Clock } from '../../../src/hal/clock';
import { type CentralSystemEndpoint, connectionUrl } from '../../../src/ocpp/link/endpoint';
import type { LinkEvents, Transport, TransportLink } from '../../../src/ocpp/link/transport';

/** One way, in ms. */
const delayMs = 20;

export class MemoryCentral implements Transport {
  /** What it complained of, with the name of the station. */
  readonly complaints: string[] = [];
  /** Whether it knows a repeated start by its id; false: it begins another transaction. */
  knowsRepetitions = true;
  /** Sees each frame of a station as it comes, and may take it away. */
  takes: (identity: string, text: string) => boolean = () => true;
  private readonly ledger: Ledger;
  private readonly links = new Map<string, StationLink>();
  private messages = 0;

  constructor(
    private readonly clock: Clock,
    private readonly now: () => number,
  ) {
    this.ledger = new Ledger(now());
  }

  rows(): LedgerRow[] {
    return this.ledger.all();
  }

  /** The status of the station's answer. */
  async ask(identity: string, action: string, payload: object): Promise<string | undefined> {
    const answer = await this.links.get(identity)?.call(action as 'ReserveNow', payload as never);
    return answer?.status;
  }

  connect(endpoint: CentralSystemEndpoint, _subprotocol: string, events: LinkEvents): TransportLink {
    const url = connectionUrl(endpoint);
    const identity = decodeURIComponent(url.slice(url.lastIndexOf('/') + 1));
    let open = false;
    let ended = false;
    const later = (run: () => void) => void this.clock.at(this.clock.now() + delayMs, run);
    const link = new StationLink({
      stationId: identity,
      send: (text) => later(() => open && events.message(text)),
      asked: { ledger: this.ledgerAsAsked(), now: this.now },
      tell: () => {},
      complain: (line) => this.complaints.push(`${identity}: ${line}`),
    });
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      open = false;
      link.end();
      if (this.links.get(identity) === link) this.links.delete(identity);
      later(() => events.close(reason, 'closed'));
    };
    later(() => {
      if (ended) return;
      open = true;
      this.links.set(identity, link);
      events.open();
    });
    return {
      send: (text) => {
        if (open) later(() => this.takes(identity, text) && link.receive(text));
      },
      ping: () => {
        if (open) later(() => open && events.pong());
      },
      pause: () => {},
      resume: () => {},
      unsentBytes: () => 0,
      close: () => end('closed by the station'),
      terminate: () => end('terminated by the station'),
    };
  }

  private ledgerAsAsked(): Ledger {
    return new Proxy(this.ledger, {
      get: (ledger, name) => {
        const own = Reflect.get(ledger, name) as unknown;
        if (name !== 'start') return typeof own === 'function' ? own.bind(ledger) : own;
        return (stationId: string, id: string, ...rest: [never, never]) => {
          this.messages += 1;
          return ledger.start(stationId, this.knowsRepetitions ? id : `${id} ${this.messages}`, ...rest);
        };
      },
    });
  }
}
