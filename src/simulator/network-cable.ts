/** The cable between a simulated station and its network, which can be pulled out. */
import type { CentralSystemEndpoint } from '../ocpp/link/endpoint';
import { type LinkEvents, noLink, type Transport, type TransportLink } from '../ocpp/link/transport';

export class NetworkCable implements Transport {
  /** False: nothing can connect. Whoever pulls the cable also cuts the present link. */
  isIn = true;

  constructor(private readonly inner: Transport) {}

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    if (this.isIn) return this.inner.connect(endpoint, subprotocol, events);
    queueMicrotask(() => events.close('the network is down', 'unreachable'));
    return noLink;
  }
}
