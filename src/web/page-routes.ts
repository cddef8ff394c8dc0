/** The routes of the pages: their files, logging in and out, the live view, and the guide's connection procedure. */
import { Type } from '@sinclair/typebox';
import type { PageRefusal, PageStation } from '../control/page-station';
import { eventsFor, type Live } from './live';
import type { LogIn } from './log-in';
import { HttpRefusal } from './refusal';
import { type Access, got, posted, type Route, type RouteAnswer } from './routes';
import { lastsMaxMs } from './sessions';
import type { StaticFiles } from './static-files';

export const cookieName = 'greenup_session';
const wordCharactersMax = 1_000;
const word = Type.String({ maxLength: wordCharactersMax });
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
    ...[...files].map(([path, file]) => got(path, ['anyone'], 'A file of the pages.', () => ({ file }))),
    ...logInRoutes(logIn, isEncrypted),
    got('/api/live', loggedIn, 'What the pages show, as it changes: server-sent events.', ({ caller }) => {
      if (live.isFull) throw new HttpRefusal(503, 'too many pages look on', { 'Retry-After': '10' });
      return { events: eventsFor(live, () => logIn.isAlive(caller.sessionId)) };
    }),
    posted({
      path: '/api/mode',
      who: loggedIn,
      summary: 'Chooses the charging mode of a side; OCPP is imposed on both (guide, step 4).',
      body: Type.Object(
        {
          side: Type.Union([Type.Literal('right'), Type.Literal('left')]),
          mode: Type.Union([Type.Literal('ocpp'), Type.Literal('free'), Type.Literal('cards')]),
        },
        strict,
      ),
      handle: ({ body: { side, mode } }) => done(station.chooseMode(side, mode)),
    }),
    posted({
      path: '/api/address',
      who: loggedIn,
      summary: 'Saves "URL server" and "charging station UID", both or neither (guide, step 5).',
      body: Type.Object({ url: word, uid: word }, strict),
      handle: async ({ body: { url, uid } }) => done(await station.saveAddress(url, uid)),
    }),
    posted({
      path: '/api/connection',
      who: loggedIn,
      summary: 'The switch "OCPP server connection" (guide, step 6).',
      body: Type.Object({ on: Type.Boolean() }, strict),
      handle: async ({ body: { on } }) => done(await station.switchConnection(on)),
    }),
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
      body: Type.Object({ user: word, password: word }, strict),
      handle: async ({ body: { user, password }, caller }) => {
        const { id, kind } = await logIn.enter(user, password, caller.address);
        return { json: { ok: true, level: kind }, headers: { 'Set-Cookie': cookie(id, lastsMaxMs) } };
      },
    }),
    posted({
      path: '/api/password',
      who: anyLogIn,
      summary: 'Chooses a new password; whoever else is logged in is logged out.',
      body: Type.Object({ current: word, next: word }, strict),
      handle: async ({ body: { current, next }, caller }) => {
        const { id } = await logIn.choose(current, next, caller);
        return { json: { ok: true, level: 'session' }, headers: { 'Set-Cookie': cookie(id, lastsMaxMs) } };
      },
    }),
    posted({
      path: '/api/log-out',
      who: anyLogIn,
      summary: 'Logs out.',
      body: Type.Object({}, strict),
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

function done(refused: PageRefusal | undefined): RouteAnswer {
  if (refused === undefined) return { json: { ok: true } };
  throw new HttpRefusal(409, `not done: ${refused}`, {}, { refused });
}
