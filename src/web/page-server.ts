/** The pages of a station in a browser, at an address of their own: only who has logged in sees the station or changes it. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { PageStation } from '../control/pages/page-station';
import type { StationWatch } from '../control/station-watch';
import type { Clock } from '../hal/clock';
import { programVersion } from '../hal/program-version';
import { appOf, type Door } from './app';
import { Attempts } from './attempts';
import { diagnosticsRoutes } from './diagnostics-routes';
import { type ConnectionBounds, type ListeningServer, listen, listenerOf, usualBounds } from './listen';
import { Live, liveName } from './live';
import { LogIn } from './log-in';
import { LoopDelay } from './loop-delay';
import { openApiOf } from './openapi';
import { calledBy, ownNames } from './own-names';
import { pageHeaders } from './page-headers';
import { pageHeader } from './page-protocol';
import { cookieName, pageRoutes } from './page-routes';
import type { PasswordHasher } from './password';
import { HttpRefusal } from './refusal';
import { type Access, got, type Route, type Visitor } from './routes';
import { Sessions } from './sessions';
import type { StaticFiles } from './static-files';
import type { Credentials } from './tls/credentials';
import { watchRoutes } from './watch-routes';

export interface PageServerOptions {
  station: PageStation;
  watch: StationWatch;
  files: StaticFiles;
  /** Of the machine: what is simulated faster or slower is not slower or faster to guess. */
  clock: Clock;
  hasher: PasswordHasher;
  /** undefined: every address of the machine. */
  host: string | undefined;
  port: number;
  /** Absent: the pages are without encryption. */
  credentials?: Credentials | undefined;
  onError: (error: unknown) => void;
}

const sessionIdBytes = 32;
/**
 * A browser has six connections, one for each page that looks on among them, and several people may share an address. Such a page is told something each `beatEveryMs`, and
 * whoever waits for a password to be hashed has an answer before a minute is over.
 */
const bounds: ConnectionBounds = { ...usualBounds, connectionsOfOneMax: 40, silenceMaxMs: 60_000 };

/** For a month (RFC 6797); not for longer, for somebody may take the certificate away again. */
const stayEncrypted = 'max-age=2592000';
/** What each kind of session counts as. */
const levels: Readonly<Record<'newcomer' | 'session', readonly Access[]>> = {
  newcomer: ['anyone', 'newcomer'],
  session: ['anyone', 'newcomer', 'session'],
};

/** Rejects with `config.invalid` if the address cannot be had. */
export async function startPageServer(options: PageServerOptions): Promise<ListeningServer> {
  const { station, watch, files, clock, hasher, host, port, credentials, onError } = options;
  const sessions = new Sessions(() => randomBytes(sessionIdBytes).toString('base64url'));
  const logIn = new LogIn({ station, attempts: new Attempts(), sessions, hasher, clock });
  const live = new Live({ clock, view: () => station.view() ?? null, name: liveName(), onError });
  const loopDelay = new LoopDelay();
  // Each asker has a time of its own since it asked last.
  const ofPages = new LoopDelay();
  const isEncrypted = credentials !== undefined;
  const routes = pageTable({ station, watch, files, logIn, live, loopDelay, ofPages, isEncrypted });
  const names = ownNames(host);
  const scheme = credentials ? 'https' : 'http';
  const door: Door = {
    offers: ['anyone', 'newcomer', 'session', 'metrics'],
    // A browser that was told so would not let anybody through to a certificate that it does not know.
    headers:
      credentials?.isSelfMade === false ? { ...pageHeaders, 'Strict-Transport-Security': stayEncrypted } : pageHeaders,
    valid: 'GET /',
    onError,
    admit: (request) => admit(request, { names, scheme, logIn, watch }),
  };
  const place = { host, port };
  const advice = 'choose another with --web-port (0: any that is free), or leave the pages out with --no-web';
  const listening = await listen(
    listenerOf(() => appOf(routes, door)),
    place,
    {
      name: 'web',
      advice,
      bounds,
      tls: credentials && { key: credentials.key, cert: credentials.cert },
    },
  );
  return {
    ...listening,
    close: async () => {
      live.close();
      loopDelay.stop();
      ofPages.stop();
      await listening.close();
    },
  };
}

type PageTableOptions = Parameters<typeof pageRoutes>[0] & {
  watch: StationWatch;
  /** Of whoever watches the station. */
  loopDelay: Pick<LoopDelay, 'read'>;
  /** Of the pages. */
  ofPages: Pick<LoopDelay, 'read'>;
};

/** Every row of the pages' door; the tests go through it, so that no row is without them. */
export function pageTable({ watch, loopDelay, ofPages, ...options }: PageTableOptions): readonly Route[] {
  const routes: Route[] = [
    ...pageRoutes(options),
    ...watchRoutes(watch, loopDelay),
    ...diagnosticsRoutes(options.station.diagnostics, ofPages),
    got('/openapi.json', ['session'], 'This document.', () => ({ json: openApiOf(routes, programVersion) })),
  ];
  return routes;
}

interface Doorkeeper {
  /** By which the station may be called. */
  names: readonly string[];
  scheme: 'http' | 'https';
  logIn: LogIn;
  watch: StationWatch;
}

function admit(request: IncomingMessage, { names, scheme, logIn, watch }: Doorkeeper): Visitor {
  const { host = '', origin } = request.headers;
  if (calledBy(host, names) === undefined)
    throw new HttpRefusal(403, `host ${JSON.stringify(host)} is not this station`);
  const isOwnOrigin = origin === `${scheme}://${host}`;
  if (origin !== undefined && !isOwnOrigin) {
    throw new HttpRefusal(403, `pages of ${JSON.stringify(origin)} may not use the station`);
  }
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  if (changes && (!isOwnOrigin || request.headers[pageHeader] !== '1')) {
    throw new HttpRefusal(
      403,
      `only the station's own pages may change something: Origin and ${pageHeader}: 1 are missing`,
    );
  }
  const address = request.socket.remoteAddress ?? '';
  const sessionId = sessionIdOf(request);
  const session = sessionId === undefined ? undefined : logIn.use(sessionId);
  if (!session) return { access: watch.knowsToken(tokenOf(request)) ? ['metrics', 'anyone'] : ['anyone'], address };
  return { access: levels[session.kind], address, sessionId: session.id };
}

/** As a bearer shows it (RFC 6750, 2.1). */
function tokenOf({ headers: { authorization = '' } }: IncomingMessage): string {
  return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
}

function sessionIdOf({ headers: { cookie = '' } }: IncomingMessage): string | undefined {
  const pair = cookie.split(';').find((part) => part.trim().startsWith(`${cookieName}=`));
  return pair?.slice(pair.indexOf('=') + 1).trim();
}
