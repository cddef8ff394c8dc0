/**
 * The time of a simulated station and its world. Where it runs faster than the machine's, or stands still until told, it
 * waits for what really takes time: the disk, and the answers of a central system.
 */
import { SimulatedClock, type SimulatedClockOptions } from '../drivers/clock/simulated-clock';
import type { Cancel } from '../hal/clock';
import type { KeyFiles } from '../hal/ports';
import type { Store } from '../hal/store';
import type { StationSetup } from '../main';
import type { CentralSystemEndpoint } from '../ocpp/link/endpoint';
import type { LinkEvents, Transport, TransportLink } from '../ocpp/link/transport';

/** A central system that has not answered for so long is not waited for any more: time goes on, and time-outs come. In real ms. */
export const answerPatienceMs = 1_000;

export type TimeOptions = Pick<SimulatedClockOptions, 'speed' | 'stepped' | 'systemTimeMs'>;

type Files = NonNullable<StationSetup['files']>;

export interface SimulatedTime {
  clock: SimulatedClock;
  /** The same store; simulated time that is not the real one stands still while it works. */
  store<S extends Store & { readonly warning?: string | undefined }>(
    store: S,
  ): Store & { readonly warning?: string | undefined };
  /** The same files; simulated time that is not the real one stands still while one is made or sent. */
  files(files: Files): Files;
  /** The same private keys; simulated time that is not the real one stands still while the disk works on them. */
  keyFiles(keys: KeyFiles): KeyFiles;
  /** Work of the disk, for which simulated time that is not the real one stands still. */
  timeless<T>(work: Promise<T>): Promise<T>;
  /** The same transport; simulated time that is not the real one stands still while an answer is awaited. */
  transport(transport: Transport): Transport;
}

/** Files that are made, sent and fetched take no simulated time. */
function timelessFiles(files: Files, clock: SimulatedClock): Files {
  return (hosts) => {
    const { transfer, spool } = files(hosts);
    return {
      transfer: {
        download: (request, write) => timeless(clock, transfer.download(request, write)),
        upload: (request, file) => timeless(clock, transfer.upload(request, file)),
      },
      spool: { keep: (content) => timeless(clock, spool.keep(content)), clear: () => spool.clear() },
    };
  };
}

function timelessKeys(keys: KeyFiles, clock: SimulatedClock): KeyFiles {
  return {
    keep: (name, pem) => timeless(clock, keys.keep(name, pem)),
    read: (name) => timeless(clock, keys.read(name)),
    remove: (name) => timeless(clock, keys.remove(name)),
    names: () => timeless(clock, keys.names()),
  };
}

function timeless<T>(clock: SimulatedClock, work: Promise<T>): Promise<T> {
  if (clock.isReal) return work;
  const release = clock.hold();
  return work.finally(release);
}

export function simulatedTime(options: TimeOptions = {}): SimulatedTime {
  const clock = new SimulatedClock(options);
  return {
    clock,
    files: (files) => timelessFiles(files, clock),
    keyFiles: (keys) => timelessKeys(keys, clock),
    store: (store) => timelessStore(store, clock),
    timeless: (work) => timeless(clock, work),
    transport: (transport) => new PatientTransport(transport, clock),
  };
}

/** Work of the disk takes no simulated time. */
function timelessStore<S extends Store & { readonly warning?: string | undefined }>(
  store: S,
  clock: SimulatedClock,
): Store & { readonly warning?: string | undefined } {
  return {
    get warning() {
      return store.warning;
    },
    load: () => timeless(clock, store.load()),
    commit: (batch, durability) => timeless(clock, store.commit(batch, durability)),
    close: () => timeless(clock, store.close()),
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
      open: (root) => {
        events.open(root);
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
