/**
 * The time of a simulated station and its world. Where it runs faster than the machine's, or stands still until told, it
 * waits for what really takes time: the disk, and the answers of a central system.
 */
import { SimulatedClock, type SimulatedClockOptions } from '../drivers/clock/simulated-clock';
import type { Cancel } from '../hal/clock';
import type { Store } from '../hal/store';
import type { CentralSystemEndpoint } from '../ocpp/link/endpoint';
import type { LinkEvents, Transport, TransportLink } from '../ocpp/link/transport';

/** A central system that has not answered for so long is not waited for any more: time goes on, and time-outs come. In real ms. */
export const answerPatienceMs = 1_000;

export type TimeOptions = Pick<SimulatedClockOptions, 'speed' | 'stepped' | 'systemTimeMs'>;

export interface SimulatedTime {
  clock: SimulatedClock;
  /** The same store; simulated time that is not the real one stands still while it works. */
  store<S extends Store & { readonly warning?: string | undefined }>(
    store: S,
  ): Store & { readonly warning?: string | undefined };
  /** The same transport; simulated time that is not the real one stands still while an answer is awaited. */
  transport(transport: Transport): Transport;
}

export function simulatedTime(options: TimeOptions = {}): SimulatedTime {
  const clock = new SimulatedClock(options);
  return {
    clock,
    store: (store) => timelessStore(store, clock),
    transport: (transport) => new PatientTransport(transport, clock),
  };
}

/** Work of the disk takes no simulated time. */
function timelessStore<S extends Store & { readonly warning?: string | undefined }>(
  store: S,
  clock: SimulatedClock,
): Store & { readonly warning?: string | undefined } {
  const timeless = <T>(work: Promise<T>): Promise<T> => {
    if (clock.isReal) return work;
    const release = clock.hold();
    return work.finally(release);
  };
  return {
    get warning() {
      return store.warning;
    },
    load: () => timeless(store.load()),
    commit: (batch, durability) => timeless(store.commit(batch, durability)),
    close: () => timeless(store.close()),
  };
}

/** Holds time from each question of the station to its answer: while it connects, pings, or waits for a result. */
export class PatientTransport implements Transport {
  constructor(
    private readonly inner: Transport,
    private readonly clock: Pick<SimulatedClock, 'hold' | 'isReal'>,
  ) {}

  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    const open = new Questions(this.clock);
    open.ask('connect');
    const link = this.inner.connect(endpoint, subprotocol, {
      open: () => {
        events.open();
        open.answered('connect');
      },
      message: (data) => {
        events.message(data);
        if (!open.areAsked) return;
        const [kind, id] = frameOf(String(data));
        if (kind !== callKind) open.answered(`call ${id}`);
      },
      pong: () => {
        events.pong();
        open.answered('ping');
      },
      drained: () => events.drained(),
      close: (reason, how) => {
        events.close(reason, how);
        open.end();
      },
    });
    return {
      send: (text) => {
        if (!this.clock.isReal) {
          const [kind, id] = frameOf(text);
          if (kind === callKind) open.ask(`call ${id}`);
        }
        link.send(text);
      },
      ping: () => {
        open.ask('ping');
        link.ping();
      },
      pause: () => link.pause(),
      resume: () => link.resume(),
      unsentBytes: () => link.unsentBytes(),
      close: (code) => link.close(code),
      terminate: () => link.terminate(),
    };
  }
}

const callKind = 2;

/** What a frame begins with; nothing for what is no frame. */
function frameOf(text: string): [kind?: unknown, id?: unknown] {
  try {
    const frame: unknown = JSON.parse(text);
    return Array.isArray(frame) ? [frame[0], frame[1]] : [];
  } catch {
    return [];
  }
}

/** The questions of one link that wait for their answers. */
class Questions {
  private readonly waiting = new Map<string, Cancel>();

  constructor(private readonly clock: Pick<SimulatedClock, 'hold' | 'isReal'>) {}

  get areAsked(): boolean {
    return this.waiting.size > 0;
  }

  ask(question: string): void {
    if (this.clock.isReal || this.waiting.has(question)) return;
    const release = this.clock.hold();
    const timeout = setTimeout(() => this.answered(question), answerPatienceMs);
    timeout.unref();
    this.waiting.set(question, () => {
      clearTimeout(timeout);
      release();
    });
  }

  /** What the answer sets going in the station has begun before time goes on. */
  answered(question: string): void {
    const release = this.waiting.get(question);
    this.waiting.delete(question);
    if (release !== undefined) setImmediate(release);
  }

  end(): void {
    for (const question of [...this.waiting.keys()]) this.answered(question);
  }
}
