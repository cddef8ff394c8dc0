/** Whatever goes into a simulated station, and comes out of it, passes here and is noted in its session, without secrets. */
import type { StationControl } from '../../control/control';
import { messageOf } from '../../hal/errors';
import type { JsonValue, Store } from '../../hal/store';
import { isSecretKey, withoutSecrets } from '../../ocpp/frames/masking';
import type { CentralSystemEndpoint } from '../../ocpp/link/endpoint';
import type { LinkEvents, Transport, TransportLink } from '../../ocpp/link/transport';
import type { Notice } from '../../station/notices';
import { runEventOf } from '../../terminal/run-events';
import type { BenchSession, SessionEffect } from './session';

/** Not the station's: nothing of a session depends on it. */
const passwordOfPages = 'pages/password';
const configurationPrefix = 'config/';

/** The same store, which has just been opened. */
export function recordedStore<S extends Store & { readonly warning?: string | undefined }>(
  store: S,
  session: BenchSession,
): Store & { readonly warning?: string | undefined } {
  session.note({ kind: 'storeOpened' });
  return {
    get warning() {
      return store.warning;
    },
    load: async () => {
      const values = await store.load();
      session.note({ kind: 'loaded', values: [...values].filter(([key]) => !isSecret(key)) });
      return values;
    },
    commit: async (batch, durability) => {
      try {
        await store.commit(batch, durability);
      } catch (error) {
        session.note({ kind: 'committed', error: String(error) });
        throw error;
      }
      session.note({ kind: 'committed', error: null });
    },
    close: () => store.close(),
  };
}

function isSecret(key: string): boolean {
  return (
    key === passwordOfPages ||
    (key.startsWith(configurationPrefix) && isSecretKey(key.slice(configurationPrefix.length)))
  );
}

export class RecordedTransport implements Transport {
  private links = 0;

  constructor(
    private readonly inner: Transport,
    private readonly session: BenchSession,
  ) {}

  /** What the station is told is noted before it is told. */
  connect(endpoint: CentralSystemEndpoint, subprotocol: string, events: LinkEvents): TransportLink {
    this.links += 1;
    return recordedLink(this.inner, this.session, this.links, endpoint, subprotocol, events);
  }
}

function recordedLink(
  transport: Transport,
  session: BenchSession,
  link: number,
  ...[endpoint, subprotocol, events]: Parameters<Transport['connect']>
): TransportLink {
  // One that is full reads no more.
  const frame = (text: string): string => (session.isFull ? '' : plainFrame(text));
  const inner = transport.connect(endpoint, subprotocol, {
    open: () => {
      session.note({ kind: 'opened', link });
      events.open();
    },
    message: (data) => {
      session.note({ kind: 'received', link, text: frame(String(data)) });
      events.message(data);
    },
    pong: () => {
      session.note({ kind: 'pong', link });
      events.pong();
    },
    drained: () => {
      session.note({ kind: 'drained', link });
      events.drained();
    },
    close: (reason, how) => {
      session.note({ kind: 'closed', link, reason, how: how ?? null });
      events.close(reason, how);
    },
  });
  return {
    send: (text) => {
      session.note({ kind: 'sent', text: frame(text) });
      inner.send(text);
    },
    ping: () => inner.ping(),
    pause: () => inner.pause(),
    resume: () => inner.resume(),
    unsentBytes: () => inner.unsentBytes(),
    close: (code) => inner.close(code),
    terminate: () => inner.terminate(),
  };
}

/** What is no frame cannot be masked, and nobody can read it. */
export function plainFrame(text: string): string {
  try {
    const frame: unknown = JSON.parse(text);
    return Array.isArray(frame) ? JSON.stringify(withoutSecrets(frame)) : '';
  } catch {
    return '';
  }
}

/** Those that only look, and those whose effect is in the times of what follows. */
const notPlayed: ReadonlySet<string> = new Set([
  'frames',
  'wait',
  'history',
  'power',
  'quit',
  'password',
  'session',
  'story',
  'update',
  'update-fault',
]);

export function isPlayed(name: string): boolean {
  return !notPlayed.has(name);
}

/** The same control; what the station refuses is noted as well, for it may have changed something before. */
export function recordedControl(control: StationControl, session: BenchSession): StationControl {
  let commands = 0;
  return {
    view: () => control.view(),
    report: () => control.report(),
    updateInbox: () => control.updateInbox(),
    commands: () => control.commands(),
    run: (name, request, gone) => {
      if (!isPlayed(name)) return control.run(name, request, gone);
      session.note({ kind: 'command', name, request: structuredClone(withoutSecrets(request)) as JsonValue });
      commands += 1;
      const command = commands;
      const running = control.run(name, request, gone);
      running.catch((error) => session.note({ kind: 'refused', command, error: messageOf(error) }));
      return running;
    },
  };
}

/** Statuses and transactions; what depends on the way to the central system is in the frames. */
export function toldOf(notice: Notice): SessionEffect | undefined {
  const event = runEventOf(notice);
  if (event?.event !== 'status' && event?.event !== 'transactionStarted' && event?.event !== 'transactionEnded') {
    return undefined;
  }
  return { kind: 'told', event: { ...event } as unknown as JsonValue };
}
