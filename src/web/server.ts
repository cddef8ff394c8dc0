/** The bench interface of a station: JSON in, JSON out, and a page, for this machine only, at a TCP port or at a Unix socket. */
import type { IncomingMessage } from 'node:http';
import type { StationControl } from '../control/control';
import type { StationWatch } from '../control/station-watch';
import { programVersion } from '../hal/program-version';
import { appOf, type Door } from './app';
import { type BenchPage, benchPageRoutes } from './bench-page-routes';
import { benchRoutes } from './bench-routes';
import { type ListeningServer, listen, usualBounds } from './listen';
import { Live, liveName } from './live';
import { LoopDelay } from './loop-delay';
import { openApiOf } from './openapi';
import { pageHeaders } from './page-headers';
import { pageHeader } from './page-protocol';
import { HttpRefusal } from './refusal';
import { got, type Route } from './routes';
import { watchRoutes } from './watch-routes';

/** A port of 127.0.0.1, 0 for any that is free; or the path of a Unix socket, and who may use it. */
export type ControlPlace = { port: number } | { path: string; mode: number };

export type ControlServer = ListeningServer;

/** Only this machine's own programs reach it: it has no password. */
const host = '127.0.0.1';
/** Names by which a browser or a tool may call this machine; any other means a page that plays with its DNS name. */
const ownNames = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

const benchDoor: Door = {
  offers: ['bench'],
  headers: pageHeaders,
  valid:
    'GET /status, GET /report, GET /commands, POST /commands/NAME, POST /update-file, GET /healthz, GET /metrics, GET /openapi.json',
  admit: (request) => {
    checkOrigin(request);
    return { access: ['bench'], address: request.socket.remoteAddress ?? '' };
  },
};

/** Rejects with `config.invalid`, naming the choices, if the place cannot be had. `page`: absent, there is none. */
export async function startControlServer(
  control: StationControl,
  watch: StationWatch,
  place: ControlPlace,
  page?: BenchPage,
): Promise<ControlServer> {
  // What fails is told to the pages, which ask again, by the answer.
  const onError = (): void => {};
  const live = page && new Live({ clock: page.clock, view: () => page.bench.view(), name: liveName(), onError });
  const loopDelay = new LoopDelay();
  const routes = benchTable(control, watch, loopDelay, page && live ? benchPageRoutes(page, live) : []);
  const door = page ? { ...benchDoor, valid: `GET /, ${benchDoor.valid}` } : benchDoor;
  const advice = 'choose another port with --port (0: any that is free)';
  const listening = await listen(() => appOf(routes, door), 'path' in place ? place : { host, port: place.port }, {
    name: 'control',
    advice,
    bounds: usualBounds,
  });
  return {
    port: listening.port,
    close: async () => {
      live?.close();
      loopDelay.stop();
      await listening.close();
    },
  };
}

/** Every row of this door; `ofPage` are those of the bench page, where there is one. */
export function benchTable(
  control: StationControl,
  watch: StationWatch,
  loopDelay: Pick<LoopDelay, 'read'>,
  ofPage: readonly Route[],
): readonly Route[] {
  const routes: Route[] = [
    ...benchRoutes(control),
    ...watchRoutes(watch, loopDelay),
    ...ofPage,
    got('/openapi.json', ['bench'], 'This document.', () => ({ json: openApiOf(routes, programVersion) })),
  ];
  return routes;
}

/** Web pages of elsewhere may not play with the station, and of this machine only its own. */
function checkOrigin({ headers, method }: IncomingMessage): void {
  if (!ownNames.test(headers.host ?? '')) {
    throw new HttpRefusal(
      403,
      `host ${JSON.stringify(headers.host ?? '')} is not this machine; valid: 127.0.0.1, localhost`,
    );
  }
  const { origin } = headers;
  if (origin !== undefined && !ownNames.test(origin.replace(/^https?:\/\//, ''))) {
    throw new HttpRefusal(403, `pages of ${JSON.stringify(origin)} may not use the station`);
  }
  // A form of another server of this machine could send a command without parameters; this header it cannot.
  if (origin !== undefined && method === 'POST' && headers[pageHeader] !== '1') {
    throw new HttpRefusal(403, `only the station's own page may change something: ${pageHeader}: 1 is missing`);
  }
}
