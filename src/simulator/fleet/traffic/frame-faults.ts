/** A way to the central system on which frames get lost, come twice, late or in another order, and which can be cut or go silent. */
import type { Cancel, Clock } from '../../../hal/clock';
import type { RandomSource } from '../../../hal/random';
import type { CentralSystemEndpoint } from '../../../ocpp/link/endpoint';
import { type LinkEvents, noLink, type Transport, type TransportLink } from '../../../ocpp/link/transport';
import { PassedOnLink } from '../passed-on-link';
import { within } from './draws';
import type { TimeSpan } from './traffic';

/** What is wrong with the way just now; shares are parts of the frames, of each direction alike. */
export interface WireConditions {
  /** Nothing passes and nobody is told; what is sent meanwhile arrives when it is over, as TCP has it. */
  silent: boolean;
  /** The central system is not there: its links are closed, and no new one comes about. */
  refusing: boolean;
  /** Every frame comes so late, in its order; undefined: at once. */
  slow: TimeSpan | undefined;
  drop: number;
  duplicate: number;
  delay: number;
  delayBy: TimeSpan;
  reorder: number;
}

export const soundWire: Readonly<WireConditions> = {
  silent: false,
  refusing: false,
  slow: undefined,
  drop: 0,
  duplicate: 0,
  delay: 0,
  delayBy: { fromMs: 0, toMs: 0 },
  reorder: 0,
};

/** Nobody answers: the attempt to connect ends, in ms. */
const connectMaxMs = 30_000;
/** A frame that is to come after the next one waits no longer for it, in ms. */
const reorderMaxMs = 5_000;
/** Frames of one direction that are under way; the link breaks with more. */
const underWayMax = 1_000;

export class FrameFaults implements Transport {
  private state: WireConditions = { ...soundWire };
  private readonly links = new Set<FaultyLink>();

  constructor(
    private readonly inner: Transport,
    private readonly clock: Clock,
    private readonly draw: RandomSource,
  ) {}

  get conditions(): Readonly<WireConditions> {
    return this.state;
  }

  change(change: Partial<WireConditions>): void {
    this.state = { ...this.state, ...change };
    for (const link of [...this.links]) link.changed();
  }

  /** Every link is closed, as a central system that begins anew does it. */
  cut(): void {
    for (const link of [...this.links]) link.cut();
  }

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    if (this.state.refusing) {
      queueMicrotask(() => events.close('connection refused', 'refused'));
      return noLink;
    }
    if (this.state.silent) return this.unanswered(events);
    const link = new FaultyLink({
      clock: this.clock,
      draw: this.draw,
      events,
      conditions: () => this.state,
      ended: () => this.links.delete(link),
    });
    this.links.add(link);
    link.inner = this.inner.connect(endpoint, subprotocol, link.events);
    return link;
  }

  /** Never comes about, not even when the silence ends meanwhile: the station tries again. */
  private unanswered(events: LinkEvents): TransportLink {
    let ended = false;
    const end = (reason: string): void => {
      if (ended) return;
      ended = true;
      cancel();
      queueMicrotask(() => events.close(reason, 'timedOut'));
    };
    const cancel = this.clock.at(this.clock.now() + connectMaxMs, () => end('nobody answers'));
    return { ...noLink, close: () => end('given up by the station'), terminate: () => end('given up by the station') };
  }
}

interface FaultyLinkOptions {
  clock: Clock;
  draw: RandomSource;
  events: LinkEvents;
  conditions: () => WireConditions;
  ended: () => void;
}

class FaultyLink extends PassedOnLink {
  readonly events: LinkEvents;
  private readonly out: FaultyLane;
  private readonly back: FaultyLane;
  private open = false;
  private ended = false;

  constructor(private readonly options: FaultyLinkOptions) {
    super();
    const { events } = options;
    const lane = (deliver: (data: WireFrame) => void) =>
      new FaultyLane({ ...options, deliver, overflows: () => this.inner.terminate() });
    this.out = lane((data) => {
      if (this.open) this.inner.send(data as string);
    });
    this.back = lane((data) => {
      if (this.open) events.message(data);
    });
    this.events = {
      open: (root) => {
        this.open = !this.ended;
        if (this.open) events.open(root);
      },
      message: (data) => this.back.take(data),
      pong: () => {
        if (!options.conditions().silent) events.pong();
      },
      drained: () => events.drained(),
      close: (reason, how) => this.end(() => events.close(reason, how)),
    };
  }

  override send(text: string): void {
    this.out.take(text);
  }

  override ping(): void {
    if (!this.options.conditions().silent) super.ping();
  }

  changed(): void {
    if (this.options.conditions().refusing) {
      this.cut();
      return;
    }
    this.out.changed();
    this.back.changed();
  }

  /** From the other side. */
  cut(): void {
    const { events } = this.options;
    this.inner.terminate();
    this.end(() => queueMicrotask(() => events.close('closed by the central system', 'closed')));
  }

  private end(tell: () => void): void {
    if (this.ended) return;
    this.ended = true;
    this.open = false;
    this.out.close();
    this.back.close();
    this.options.ended();
    tell();
  }
}

type WireFrame = string | Uint8Array;

interface FaultyLaneOptions extends Pick<FaultyLinkOptions, 'clock' | 'draw' | 'conditions'> {
  deliver: (data: WireFrame) => void;
  overflows: () => void;
}

/** One direction of a link. */
class FaultyLane {
  /** Made when a frame is late: most never are, at thousands of links. */
  private timers: Set<Cancel> | undefined;
  /** During a silence, in their order. */
  private held: WireFrame[] | undefined;
  /** To be delivered behind the next one. */
  private overtaken: { data: WireFrame; cancel: Cancel } | undefined;
  private slowestDueMs = 0;

  constructor(private readonly options: FaultyLaneOptions) {}

  take(data: WireFrame): void {
    const { conditions, draw, overflows } = this.options;
    const { silent, drop, duplicate } = conditions();
    if (silent) {
      this.held ??= [];
      this.held.push(data);
      if (this.held.length > underWayMax) overflows();
      return;
    }
    if (drop > 0 && draw() < drop) return;
    const copies = duplicate > 0 && draw() < duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) this.carry(data);
  }

  changed(): void {
    const { held } = this;
    if (this.options.conditions().silent || !held) return;
    this.held = undefined;
    for (const data of held) this.take(data);
  }

  close(): void {
    for (const cancel of this.timers ?? []) cancel();
    this.timers = undefined;
    this.overtaken?.cancel();
    this.overtaken = undefined;
    this.held = undefined;
  }

  private carry(data: WireFrame): void {
    const { clock, conditions, draw, deliver } = this.options;
    const { slow, delay, delayBy, reorder } = conditions();
    const now = clock.now();
    if (slow || this.slowestDueMs > now) {
      // Also once it is fast again: what comes behind slow frames waits for them.
      this.slowestDueMs = Math.max(this.slowestDueMs, now + (slow ? within(slow, draw) : 0));
      this.later(this.slowestDueMs, data);
    } else if (delay > 0 && draw() < delay) this.later(now + within(delayBy, draw), data);
    else if (reorder > 0 && !this.overtaken && draw() < reorder) this.holdBack(data);
    else {
      deliver(data);
      this.letGo();
    }
  }

  private later(dueMs: number, data: WireFrame): void {
    const { clock, deliver, overflows } = this.options;
    const timers = this.timers ?? new Set();
    this.timers = timers;
    const cancel = clock.at(dueMs, () => {
      timers.delete(cancel);
      deliver(data);
    });
    timers.add(cancel);
    if (timers.size > underWayMax) overflows();
  }

  private holdBack(data: WireFrame): void {
    const { clock } = this.options;
    this.overtaken = { data, cancel: clock.at(clock.now() + reorderMaxMs, () => this.letGo()) };
  }

  private letGo(): void {
    const { overtaken } = this;
    if (!overtaken) return;
    this.overtaken = undefined;
    overtaken.cancel();
    this.options.deliver(overtaken.data);
  }
}
