/** The HTTP application: whoever comes through a door is led by the table of routes, and what the table lacks is refused. */
import type { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { TObject } from '@sinclair/typebox';
import { Errors } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import type { Context, Hono } from 'hono';
import type { Report } from '../diagnostics/report';
import { GreenupError, messageOf } from '../hal/errors';
import { readObject, streamOf } from './body';
import { HttpRefusal } from './refusal';
import type { Access, Route, RouteAnswer, Visitor } from './routes';
import type { StaticFile } from './static-files';

/** A way in, with rules of its own about who may come. */
export interface Door {
  /** Rows for nobody of these are not there at this door. */
  offers: readonly Access[];
  /** For every answer at this door. */
  headers: Readonly<Record<string, string>>;
  /** Throws HttpRefusal for who may not even ask. */
  admit(request: IncomingMessage): Visitor;
  /** What is said of a path where nothing is, after "there is nothing at …". */
  valid: string;
  /** Told of what should not happen; the answer names it to programs of this machine only. */
  onError?: (error: unknown) => void;
}

type Bindings = { Bindings: HttpBindings };

export type Application = Hono<Bindings>;

export function appOf(routes: readonly Route[], door: Door): Application {
  const { Hono } = require('hono') as typeof import('hono');
  const app = new Hono<Bindings>();
  const offered = routes.filter(({ who }) => who.some((access) => door.offers.includes(access)));
  app.use(async (c, next) => {
    // What the router would resolve or decode first is none of our paths.
    if (c.req.path !== pathOf(c.env.incoming)) refusePath(c.env.incoming, door);
    // It would be answered as GET without its body, which nobody would then read or end.
    if (c.env.incoming.method === 'HEAD')
      throw new HttpRefusal(405, 'HEAD is not possible here; valid: GET', { Allow: 'GET' });
    await next();
  });
  for (const route of offered) {
    app.on(route.method, pattern(route.path), async (c) => answerOf(c, door, await handled(c, door, route)));
  }
  for (const route of offered) app.all(pattern(route.path), (c) => refuseMethod(c.env.incoming, door, route, offered));
  app.notFound((c) => refusePath(c.env.incoming, door));
  app.onError((error) => refusalOf(error, door));
  return app;
}

/** Who may not ask learns nothing of what is here. */
function refusePath(request: IncomingMessage, door: Door): never {
  door.admit(request);
  throw new HttpRefusal(404, `there is nothing at ${pathOf(request)}; valid: ${door.valid}`);
}

/** Reached by methods alone that no row of this path has. */
function refuseMethod(request: IncomingMessage, door: Door, route: Route, offered: readonly Route[]): never {
  door.admit(request);
  route.accepts?.(nameOf(request, route));
  const valid = offered.filter(({ path }) => path === route.path).map(({ method }) => method);
  const words = [...new Set(valid)].join(', ');
  throw new HttpRefusal(405, `${request.method ?? ''} is not possible here; valid: ${words}`, { Allow: words });
}

function nameOf(request: IncomingMessage, { path }: Route): string {
  return pathOf(request).slice(path.split(':', 1)[0]?.length);
}

/** The name is the whole rest: what has a slash in it is a name that nobody has. */
function pattern(path: string): string {
  return path.replace(':name', ':name{.+}');
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? '').split('?', 1)[0] ?? '';
}

async function handled(c: Context<Bindings>, door: Door, route: Route): Promise<RouteAnswer> {
  const { incoming } = c.env;
  const caller = door.admit(incoming);
  mayUse(route, caller);
  const name = nameOf(incoming, route);
  route.accepts?.(name);
  const query = route.query ? queryOf(incoming, route.query) : {};
  const body = route.method === 'POST' ? await bodyOf(incoming, route) : {};
  if (route.body) mustFit(route.body, body);
  const lastEventId = c.req.header('last-event-id');
  return route.handle({ body, query, caller, name, lastEventId, gone: goneOf(c.env.outgoing) });
}

function bodyOf(request: IncomingMessage, { streamBytesMax, bodyBytesMax }: Route): object | Promise<object> {
  if (streamBytesMax !== undefined) return streamOf(request, streamBytesMax);
  return readObject(request, bodyBytesMax);
}

/** Numbers and flags are text in an address. */
function queryOf(request: IncomingMessage, shape: TObject): object {
  const [, text = ''] = (request.url ?? '').split(/\?(.*)/s, 2);
  const given = Object.fromEntries(new URLSearchParams(text));
  const query = Object.fromEntries(
    Object.entries(given).map(([name, word]) => [name, readWord(word, shape.properties[name]?.type)]),
  );
  mustFit(shape, query);
  return query;
}

/** What is not as its shape wants it stays text, which the shape then refuses. */
function readWord(word: string, type: unknown): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(word)) return Number(word);
  if (type === 'boolean' && /^(true|false)$/.test(word)) return word === 'true';
  return word;
}

function mustFit(shape: TObject, sent: object): void {
  if (Check(shape, sent)) return;
  const first = Errors(shape, sent).First();
  throw new HttpRefusal(400, `the request is not as it must be: ${first?.path.slice(1)}: ${first?.message}`);
}

function goneOf(response: HttpBindings['outgoing']): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  return gone.signal;
}

function mayUse({ who }: Route, { access }: Visitor): void {
  if (who.some((one) => access.includes(one))) return;
  if (access.includes('newcomer')) {
    throw new HttpRefusal(403, 'choose a new password first', {}, { refused: 'newPasswordFirst' });
  }
  throw new HttpRefusal(401, 'log in first', {}, { refused: 'logInFirst' });
}

function answerOf(c: Context<Bindings>, door: Door, answer: RouteAnswer): Response {
  if ('file' in answer) return fileAnswer(c, door, answer.file);
  if ('download' in answer) return downloadAnswer(door, answer.download);
  if ('events' in answer) {
    const headers = { ...door.headers, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' };
    return new Response(answer.events, { headers });
  }
  if ('text' in answer) {
    const headers = { ...door.headers, 'Content-Type': answer.type, 'Cache-Control': 'no-store' };
    return new Response(answer.text, { headers });
  }
  const { json, headers, afterwards } = answer;
  if (afterwards) c.env.outgoing.once('finish', afterwards);
  return jsonAnswer(200, json, { ...door.headers, ...headers });
}

/** Asked again at each use, and sent only when it is another one: after an upgrade nobody looks at old pages. */
function fileAnswer(c: Context<Bindings>, door: Door, { type, etag, bytes, brotli }: StaticFile): Response {
  const headers = { ...door.headers, ETag: etag, 'Cache-Control': 'no-cache', Vary: 'Accept-Encoding' };
  if (c.req.header('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const takesBrotli = /(^|[\s,])br\s*(,|$)/.test(c.req.header('accept-encoding') ?? '');
  return new Response(takesBrotli ? brotli : bytes, {
    headers: { ...headers, 'Content-Type': type, ...(takesBrotli ? { 'Content-Encoding': 'br' } : {}) },
  });
}

function downloadAnswer(door: Door, { fileName, content }: Report): Response {
  return new Response(ReadableStream.from(content()), {
    headers: {
      ...door.headers,
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="${fileName}"`,
      'Cache-Control': 'no-store',
    },
  });
}

function jsonAnswer(status: number, body: object, headers: Readonly<Record<string, string>>): Response {
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
  });
}

function refusalOf(error: unknown, { headers, offers, onError }: Door): Response {
  if (error instanceof HttpRefusal) {
    const body = { ok: false, error: error.message, ...error.facts };
    return jsonAnswer(error.code, body, { ...headers, ...error.headers });
  }
  const isRefused = error instanceof GreenupError && error.code === 'command.invalid';
  if (!isRefused) onError?.(error);
  const words = isRefused || offers.includes('bench') ? messageOf(error) : 'something went wrong in the station';
  return jsonAnswer(isRefused ? 409 : 500, { ok: false, error: words }, headers);
}
