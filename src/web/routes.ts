/** What a row of the table of routes is: method, path, who may, the shape of what is sent, and what answers. */
import type { Static, TObject } from '@sinclair/typebox';
import type { Report } from '../diagnostics/report';
import { notDone, type RefusalCode } from './refusal';
import type { StaticFile } from './static-files';

/**
 * Who asks. `bench`: a program of this machine at the bench interface. `anyone`: nobody has logged in. `newcomer`: logged in
 * with the password of the first connection. `session`: logged in. `metrics`: a monitoring system with its token. Who may do
 * what a newcomer may is told by the door.
 */
export type Access = 'bench' | 'anyone' | 'newcomer' | 'session' | 'metrics';

export interface Visitor {
  /** All that this caller counts as; never empty. */
  access: readonly Access[];
  /** Where the request comes from; empty at a Unix socket. */
  address: string;
  /** Of the session, where there is one. */
  sessionId?: string;
}

/** What comes as bytes, of which nobody keeps the whole in memory. */
export interface StreamedBody {
  /** As whoever sends it has told before. */
  bytes: number;
  content: AsyncIterable<Uint8Array>;
}

/** `body` and `query` are of the row's shapes; where the row takes a stream, `body` is one. */
export interface RouteRequest<Body, Query = unknown> {
  body: Body;
  query: Query;
  caller: Visitor;
  /** The rest of a path that ends with `:name`. */
  name: string;
  /** What a stream that comes back has heard last. */
  lastEventId?: string | undefined;
  /** Whoever asked has hung up, or has been answered. */
  gone: AbortSignal;
}

export type RouteAnswer =
  /** `afterwards` is called when the answer has left. */
  | { json: object; headers?: Readonly<Record<string, string>>; afterwards?: () => void }
  | { file: StaticFile }
  /** A zip to be saved, made while it is sent. */
  | { download: Report }
  | { text: string; type: string }
  /** Server-sent events. */
  | { events: ReadableStream<Uint8Array> };

export interface Route {
  method: 'GET' | 'POST';
  /** Fixed, or with `:name` as its last part. */
  path: string;
  who: readonly Access[];
  summary: string;
  /** Absent: nothing that is sent is read. */
  body?: TObject;
  /** Of what is sent; absent: as all others. */
  bodyBytesMax?: number;
  /** What is sent is no object but a file, of so many bytes at most, which is handed on as it comes; absent: an object. */
  streamBytesMax?: number;
  /** What may be asked for after `?`; absent: nothing of it is read. */
  query?: TObject;
  /** Throws HttpRefusal for a name that nobody has, whatever the method. */
  accepts?: (name: string) => void;
  /** Throws HttpRefusal, or `command.invalid` of GreenupError. */
  handle(request: RouteRequest<unknown>): RouteAnswer | Promise<RouteAnswer>;
}

/** A row whose handler knows the shape of what is sent. */
export function posted<Body extends TObject>(row: {
  path: string;
  who: readonly Access[];
  summary: string;
  body: Body;
  bodyBytesMax?: number;
  handle(request: RouteRequest<Static<Body>>): RouteAnswer | Promise<RouteAnswer>;
}): Route {
  // Checked against the row's shape before it is called.
  const handle = row.handle as Route['handle'];
  return { ...row, method: 'POST', handle };
}

/** A row that takes a file, whose handler reads it as it comes. */
export function streamed<Query extends TObject>(row: {
  path: string;
  who: readonly Access[];
  summary: string;
  query: Query;
  streamBytesMax: number;
  handle(request: RouteRequest<StreamedBody, Static<Query>>): RouteAnswer | Promise<RouteAnswer>;
}): Route {
  // Made by the door, and checked against the row's shape, before it is called.
  const handle = row.handle as Route['handle'];
  return { ...row, method: 'POST', handle };
}

export function got(
  path: string,
  who: readonly Access[],
  summary: string,
  handle: (request: RouteRequest<unknown>) => RouteAnswer | Promise<RouteAnswer>,
): Route {
  return { method: 'GET', path, who, summary, handle };
}

/** A row of GET whose handler knows the shape of what is asked for. */
export function asked<Query extends TObject>(row: {
  path: string;
  who: readonly Access[];
  summary: string;
  query: Query;
  handle(request: RouteRequest<unknown, Static<Query>>): RouteAnswer | Promise<RouteAnswer>;
}): Route {
  // Checked against the row's shape before it is called.
  const handle = row.handle as Route['handle'];
  return { ...row, method: 'GET', handle };
}

/** What an act of the station came to: done, or the code of the refusal. */
export function done(refused: RefusalCode | undefined): RouteAnswer {
  if (refused === undefined) return { json: { ok: true } };
  throw notDone(refused);
}
