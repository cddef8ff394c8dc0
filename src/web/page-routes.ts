/** The routes of the pages: their files, logging in and out, the live view, and the guide's connection procedure. */
import type { PageStation } from '../control/pages/page-station';
import { shape } from '../hal/shapes';
import { backupRoutes } from './backup-routes';
import { cardRoutes } from './card-routes';
import { chargeRoutes } from './charge-routes';
import { eventRoutes } from './event-routes';
import { firmwareRoutes } from './firmware-routes';
import { frameRoutes } from './frame-routes';
import { keyRoutes } from './key-routes';
import type { Live } from './live';
import { liveRoute } from './live-route';
import type { LogIn } from './log-in';
import { networkRoutes } from './network-routes';
import { notDone } from './refusal';
import { type Access, done, got, posted, type Route } from './routes';
import { securityRoutes } from './security-routes';
import { lastsMaxMs } from './sessions';
import { filesFor, type StaticFiles } from './static-files';

export const cookieName = 'greenup_session';
const wordCharactersMax = 1_000;
const word = shape.String({ maxLength: wordCharactersMax });
const strict = { additionalProperties: false };
const loggedIn: readonly Access[] = ['session'];
const anyLogIn: readonly Access[] = ['newcomer', 'session'];

interface PageRoutesOptions {
  station: PageStation;
  files: StaticFiles;
  logIn: LogIn;
  live: Live;
  /** A cookie of encrypted pages goes nowhere else. */
  isEncrypted: boolean;
}

export function pageRoutes({ station, files, logIn, live, isEncrypted }: PageRoutesOptions): Route[] {
  return [
    ...[...filesFor('pages', files)].map(([path, file]) =>
      got(path, ['anyone'], 'A file of the pages.', () => ({ file })),
    ),
    ...logInRoutes(logIn, isEncrypted),
    ...frameRoutes(station.frames),
    ...chargeRoutes(station.charges),
    ...eventRoutes(station.events),
    liveRoute('/api/live', loggedIn, live, ({ sessionId }) => logIn.isAlive(sessionId)),
    posted({
      path: '/api/mode',
      who: loggedIn,
      summary: 'Chooses the charging mode of a side; OCPP is imposed on both (guide, step 4).',
      body: shape.Object(
        {
          side: shape.Union([shape.Literal('right'), shape.Literal('left')]),
          mode: shape.Union([shape.Literal('ocpp'), shape.Literal('free'), shape.Literal('cards')]),
        },
        strict,
      ),
      handle: ({ body: { side, mode } }) => done(station.chooseMode(side, mode)),
    }),
    posted({
      path: '/api/address',
      who: loggedIn,
      summary: 'Saves "URL server" and "charging station UID", both or neither (guide, step 5).',
      body: shape.Object({ url: word, uid: word }, strict),
      handle: async ({ body: { url, uid } }) => done(await station.saveAddress(url, uid)),
    }),
    posted({
      path: '/api/connection',
      who: loggedIn,
      summary: 'The switch "OCPP server connection" (guide, step 6).',
      body: shape.Object({ on: shape.Boolean() }, strict),
      handle: async ({ body: { on } }) => done(await station.switchConnection(on)),
    }),
    got('/api/tries', loggedIn, 'When the last attempt to connect was, and when the next one will be.', () => {
      const times = station.tryTimes();
      if (!times) throw notDone('starting');
      return { json: times };
    }),
    posted({
      path: '/api/try',
      who: loggedIn,
      summary: 'Tries to connect at once, instead of waiting for the next attempt.',
      body: shape.Object({ now: shape.Literal(true) }, strict),
      handle: () => done(station.tryNow()),
    }),
    ...keyRoutes(station.keys),
    ...cardRoutes(station.cards),
    ...networkRoutes(station.network),
    ...backupRoutes(station.backup),
    ...firmwareRoutes(station.firmware),
    ...securityRoutes(station.security),
  ];
}

function logInRoutes(logIn: LogIn, isEncrypted: boolean): Route[] {
  const cookie = (id: string, lastsMs: number): string => cookieOf(id, lastsMs, isEncrypted);
  return [
    got('/api/session', ['anyone', ...anyLogIn], 'Whether the asker has logged in.', ({ caller }) => ({
      json: { level: caller.access.at(-1) },
    })),
    posted({
      path: '/api/log-in',
      who: ['anyone'],
      summary: 'Logs in; with the password of the first connection, to choose a new one only.',
      body: shape.Object({ user: word, password: word }, strict),
      handle: async ({ body: { user, password }, caller }) => {
        const { id, kind } = await logIn.enter(user, password, caller.address);
        return { json: { ok: true, level: kind }, headers: { 'Set-Cookie': cookie(id, lastsMaxMs) } };
      },
    }),
    posted({
      path: '/api/password',
      who: anyLogIn,
      summary: 'Chooses a new password; whoever else is logged in is logged out.',
      body: shape.Object({ current: word, next: word }, strict),
      handle: async ({ body: { current, next }, caller }) => {
        const { id } = await logIn.choose(current, next, caller);
        return { json: { ok: true, level: 'session' }, headers: { 'Set-Cookie': cookie(id, lastsMaxMs) } };
      },
    }),
    posted({
      path: '/api/log-out',
      who: anyLogIn,
      summary: 'Logs out.',
      body: shape.Object({}, strict),
      handle: ({ caller }) => {
        logIn.leave(caller.sessionId);
        return { json: { ok: true }, headers: { 'Set-Cookie': cookie('', 0) } };
      },
    }),
  ];
}

/** No script reads it, and no page of elsewhere sends it (RFC 6265bis). */
function cookieOf(id: string, lastsMs: number, isEncrypted: boolean): string {
  const secure = isEncrypted ? '; Secure' : '';
  return `${cookieName}=${id}; Path=/; Max-Age=${lastsMs / 1_000}; HttpOnly; SameSite=Strict${secure}`;
}
