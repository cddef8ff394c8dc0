/** The cable between a simulated station and its network, which can be pulled out. */
import type { LinkEvents, Transport, TransportLink } from '../ocpp/link/transport';

export class NetworkCable implements Transport {
  /** False: nothing can connect. Whoever pulls the cable also cuts the present link. */
  isIn = true;

  constructor(private readonly inner: Transport) {}

  connect(url: string, events: LinkEvents): TransportLink {
    if (this.isIn) return this.inner.connect(url, events);
    queueMicrotask(() => events.close('the network is down'));
    return { send: () => {}, ping: () => {}, close: () => {}, terminate: () => {} };
  }
}
