/** The way of a simulated station to its central system, which ends with the power of the station: nobody hears of it there. */
import type { CentralSystemEndpoint } from '../ocpp/link/endpoint';
import { type LinkEvents, noLink, type Transport, type TransportLink } from '../ocpp/link/transport';

export class SeverableTransport implements Transport {
  private isSevered = false;
  private readonly links = new Set<TransportLink>();

  constructor(private readonly inner: Transport) {}

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    if (this.isSevered) return noLink;
    const heard =
      <Values extends unknown[]>(event: (...values: Values) => void) =>
      (...values: Values): void => {
        if (!this.isSevered) event(...values);
      };
    const link = this.inner.connect(endpoint, subprotocol, {
      open: heard((root) => events.open(root)),
      message: heard((data) => events.message(data)),
      pong: heard(() => events.pong()),
      drained: heard(() => events.drained()),
      close: heard((reason, how) => {
        this.links.delete(link);
        events.close(reason, how);
      }),
    });
    this.links.add(link);
    return link;
  }

  /** The station has no power any more: its links end without a word, and it makes no others. */
  sever(): void {
    this.isSevered = true;
    for (const link of this.links) link.terminate();
    this.links.clear();
  }
}
