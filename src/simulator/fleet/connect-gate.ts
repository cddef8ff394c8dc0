/** The way out of a fleet: at most so many links are being opened at once, and what became of each is counted by its cause. */
import type { CentralSystemEndpoint } from '../../ocpp/link/endpoint';
import type { LinkEnd, LinkEvents, Transport, TransportLink } from '../../ocpp/link/transport';
import { PassedOnLink } from './passed-on-link';

export interface LinkCounts {
  /** Links that are open now, are being opened, and wait for their turn to be. */
  open: number;
  opening: number;
  waiting: number;
  /** All that were ever open. */
  opened: number;
  /** Attempts in vain, by cause. */
  failed: ReadonlyMap<LinkEnd, number>;
  /** Links that were open and ended, by cause. */
  ended: ReadonlyMap<LinkEnd, number>;
}

/**
 * A transport around another. Who comes when all turns are taken waits, first come, first served: a fleet that loses its central
 * system comes back no faster than that, whatever the stations' own waits allow.
 */
export class ConnectGate implements Transport {
  /** The last reason of each cause, for people. */
  readonly reasons = new Map<LinkEnd, string>();
  private readonly failed = new Map<LinkEnd, number>();
  private readonly ended = new Map<LinkEnd, number>();
  private readonly waiting = new Set<GatedLink>();
  private opening = 0;
  private open = 0;
  private opened = 0;

  constructor(
    private readonly inner: Transport,
    private readonly openingMax: number,
  ) {}

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    const link = new GatedLink((told) => this.inner.connect(endpoint, subprotocol, told), events, this);
    if (this.opening < this.openingMax) this.begin(link);
    else this.waiting.add(link);
    return link;
  }

  get counts(): LinkCounts {
    return {
      open: this.open,
      opening: this.opening,
      waiting: this.waiting.size,
      opened: this.opened,
      failed: this.failed,
      ended: this.ended,
    };
  }

  /** Of one that did not want to wait any longer. */
  leave(link: GatedLink): boolean {
    return this.waiting.delete(link);
  }

  isOpen(): void {
    this.open += 1;
    this.opened += 1;
    this.turnIsOver();
  }

  isOver(wasOpen: boolean, reason: string, how: LinkEnd): void {
    this.reasons.set(how, reason);
    const counts = wasOpen ? this.ended : this.failed;
    counts.set(how, (counts.get(how) ?? 0) + 1);
    if (wasOpen) this.open -= 1;
    else this.turnIsOver();
  }

  private begin(link: GatedLink): void {
    this.opening += 1;
    link.begin();
  }

  private turnIsOver(): void {
    this.opening -= 1;
    const [next] = this.waiting;
    if (next === undefined) return;
    this.waiting.delete(next);
    this.begin(next);
  }
}

class GatedLink extends PassedOnLink {
  private hasBegun = false;
  private isOpen = false;

  constructor(
    private readonly connect: (events: LinkEvents) => TransportLink,
    private readonly events: LinkEvents,
    private readonly gate: ConnectGate,
  ) {
    super();
  }

  begin(): void {
    const { events, gate } = this;
    this.hasBegun = true;
    this.inner = this.connect({
      open: (root) => {
        this.isOpen = true;
        gate.isOpen();
        events.open(root);
      },
      message: (data) => events.message(data),
      pong: () => events.pong(),
      drained: () => events.drained(),
      close: (reason, how = 'other') => {
        gate.isOver(this.isOpen, reason, how);
        events.close(reason, how);
      },
    });
  }

  override close(code?: number): void {
    if (this.hasBegun) super.close(code);
    else this.leave();
  }

  override terminate(): void {
    if (this.hasBegun) super.terminate();
    else this.leave();
  }

  /** The end of what never began is told as any other, and is no failure of anybody. */
  private leave(): void {
    if (this.gate.leave(this)) queueMicrotask(() => this.events.close('the link was not wanted any more', 'closed'));
  }
}
