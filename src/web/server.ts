/** The local HTTP interface of a station: JSON in, JSON out, for this machine only, at a TCP port or at a Unix socket. */
import { rmSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StationControl } from '../control/control';
import { GreenupError, messageOf } from '../hal/errors';
import { choicesFor } from '../hal/suggest';

/** A port of 127.0.0.1, 0 for any that is free; or the path of a Unix socket, and who may use it. */
export type ControlPlace = { port: number } | { path: string; mode: number };

export interface ControlServer {
  /** 0 at a Unix socket. */
  readonly port: number;
  /** Drops all connections and frees the port or the path. */
  close(): Promise<void>;
}

/** Only this machine's own programs reach it: it has no password. */
const host = '127.0.0.1';
const bodyBytesMax = 64 * 1024;
/** Names by which a browser or a tool may call this machine; any other means a page that plays with its DNS name. */
const ownNames = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;
const commandsPath = '/commands/';

interface HttpReply {
  code: number;
  body: object;
  headers?: Readonly<Record<string, string>>;
  afterwards?: () => void;
}

class HttpRefusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** Linux keeps no longer paths of Unix sockets, in bytes. */
const pathBytesMax = 107;

/**
 * Rejects with `config.invalid`, naming the choices, if the place cannot be had. What is left at a path from a station
 * that died is taken away: its owner makes sure that none runs there.
 */
export async function startControlServer(control: StationControl, place: ControlPlace): Promise<ControlServer> {
  // Required here, not at the top: a station connects first and loads this afterwards.
  const { createServer } = require('node:http') as typeof import('node:http');
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    void answer(control, request, gone.signal).then((reply) => send(response, reply));
  });
  await ('path' in place ? listenAtPath(server, place) : listenAtPort(server, place.port));
  return {
    port: 'path' in place ? 0 : (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listenAtPort(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    // It stays: an error at accepting later must not end the station.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'is in use, perhaps by another station: end that one, or choose another port with --port (0: any that is free)'
          : `cannot be had (${messageOf(error)}): choose another with --port (0: any that is free)`;
      reject(new GreenupError('config.invalid', `control port ${port} of ${host} ${why}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

function listenAtPath(server: Server, { path, mode }: { path: string; mode: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(new GreenupError('config.invalid', `control socket ${path}: ${messageOf(error)}`, { cause: error }));
    if (Buffer.byteLength(path) > pathBytesMax) {
      fail(`the path is longer than ${pathBytesMax} bytes; choose a shorter --state`);
      return;
    }
    // It stays: an error at accepting later must not end the station.
    server.on('error', fail);
    rmSync(path, { force: true });
    // The socket is made inside of this call: nobody else finds it before it is theirs.
    const usual = process.umask(0o777 & ~mode);
    try {
      server.listen(path, () => resolve());
    } finally {
      process.umask(usual);
    }
  });
}

async function answer(control: StationControl, request: IncomingMessage, gone: AbortSignal): Promise<HttpReply> {
  try {
    checkOrigin(request);
    return await route(control, request, gone);
  } catch (error) {
    if (error instanceof HttpRefusal) {
      return { code: error.code, body: { ok: false, error: error.message }, headers: error.headers };
    }
    const refused = error instanceof GreenupError && error.code === 'command.invalid';
    return { code: refused ? 409 : 500, body: { ok: false, error: messageOf(error) } };
  }
}

/** Web pages of elsewhere may not play with the station. */
function checkOrigin({ headers }: IncomingMessage): void {
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
}

async function route(control: StationControl, request: IncomingMessage, gone: AbortSignal): Promise<HttpReply> {
  const [path = ''] = (request.url ?? '').split('?', 1);
  if (path === '/status') {
    mustBe('GET', request);
    return { code: 200, body: await control.view() };
  }
  if (path === '/commands') {
    mustBe('GET', request);
    return { code: 200, body: { commands: control.commands() } };
  }
  if (path.startsWith(commandsPath)) {
    const name = path.slice(commandsPath.length);
    const names = control.commands().map((command) => command.name);
    if (!names.includes(name)) {
      throw new HttpRefusal(404, `there is no command ${JSON.stringify(name)}; ${choicesFor(name, names)}`);
    }
    mustBe('POST', request);
    const { message, facts, afterwards } = await control.run(name, await readObject(request), gone);
    return { code: 200, body: { ok: true, message, ...facts }, ...(afterwards ? { afterwards } : {}) };
  }
  throw new HttpRefusal(404, `there is nothing at ${path}; valid: GET /status, GET /commands, POST /commands/NAME`);
}

function mustBe(method: string, request: IncomingMessage): void {
  if (request.method === method) return;
  throw new HttpRefusal(405, `${request.method ?? ''} is not possible here; valid: ${method}`, { Allow: method });
}

async function readObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) {
      // The rest is not read: the connection cannot be used again.
      throw new HttpRefusal(413, `a request has at most ${bodyBytesMax} bytes`, { Connection: 'close' });
    }
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  // A form of a web page cannot send this type without asking first.
  if (type !== 'application/json') throw new HttpRefusal(415, 'send Content-Type: application/json');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new HttpRefusal(400, `the request is not JSON: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpRefusal(400, 'the request must be a JSON object { … }');
  }
  return value as Record<string, unknown>;
}

function send(response: ServerResponse, { code, body, headers, afterwards }: HttpReply): void {
  response.writeHead(code, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(`${JSON.stringify(body)}\n`, () => afterwards?.());
}
