/** The local HTTP interface of a simulated station's bench: JSON in, JSON out, for this machine only. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GreenupError, messageOf } from '../../hal/errors';

/** What stands behind the interface: a running station, or the mains switch of one without power. */
export interface BenchService {
  status(): object;
  /** Every command with a line about it and the words for each parameter. */
  commands(): readonly BenchCommandHelp[];
  /** Throws GreenupError: `command.invalid` if it cannot be done. */
  run(name: string, request: Record<string, unknown>): Promise<BenchAnswer>;
}

export interface BenchCommandHelp {
  name: string;
  summary: string;
  parameters: Readonly<Record<string, string>>;
}

export interface BenchAnswer {
  message: string;
  /** Called when the answer has left. */
  afterwards?: () => void;
}

export interface BenchServer {
  readonly port: number;
  /** Drops all connections and frees the port. */
  close(): Promise<void>;
}

/** Only this machine's own programs reach the bench: it has no password. */
const host = '127.0.0.1';
const body_bytes_max = 64 * 1024;
/** Names by which a browser or a tool may call this machine; any other means a page that plays with its DNS name. */
const ownNames = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;
const commandsPath = '/commands/';

interface Reply {
  code: number;
  body: object;
  headers?: Readonly<Record<string, string>>;
  afterwards?: () => void;
}

class Refusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/**
 * Listens on 127.0.0.1; port 0 takes any that is free. Rejects with `config.invalid`, naming the choices, if the port
 * cannot be had.
 */
export async function startBenchServer(service: BenchService, port: number): Promise<BenchServer> {
  // Required here, not at the top: a station connects first and loads this afterwards.
  const { createServer } = require('node:http') as typeof import('node:http');
  const server = createServer((request, response) => {
    void answer(service, request).then((reply) => send(response, reply));
  });
  await listen(server, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'is in use, perhaps by another station: end that one, or choose another port with --port (0: any that is free)'
          : `cannot be had (${messageOf(error)}): choose another with --port (0: any that is free)`;
      reject(new GreenupError('config.invalid', `bench port ${port} of ${host} ${why}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

async function answer(service: BenchService, request: IncomingMessage): Promise<Reply> {
  try {
    checkOrigin(request);
    return await route(service, request);
  } catch (error) {
    if (error instanceof Refusal) {
      return { code: error.code, body: { ok: false, error: error.message }, headers: error.headers };
    }
    const refused = error instanceof GreenupError && error.code === 'command.invalid';
    return { code: refused ? 409 : 500, body: { ok: false, error: messageOf(error) } };
  }
}

/** Web pages of elsewhere may not play with the bench. */
function checkOrigin({ headers }: IncomingMessage): void {
  if (!ownNames.test(headers.host ?? '')) {
    throw new Refusal(
      403,
      `host ${JSON.stringify(headers.host ?? '')} is not this machine; valid: 127.0.0.1, localhost`,
    );
  }
  const { origin } = headers;
  if (origin !== undefined && !ownNames.test(origin.replace(/^https?:\/\//, ''))) {
    throw new Refusal(403, `pages of ${JSON.stringify(origin)} may not use the bench`);
  }
}

async function route(service: BenchService, request: IncomingMessage): Promise<Reply> {
  const [path = ''] = (request.url ?? '').split('?', 1);
  if (path === '/status') {
    mustBe('GET', request);
    return { code: 200, body: service.status() };
  }
  if (path === '/commands') {
    mustBe('GET', request);
    return { code: 200, body: { commands: service.commands() } };
  }
  if (path.startsWith(commandsPath)) {
    const name = path.slice(commandsPath.length);
    const names = service.commands().map((command) => command.name);
    if (!names.includes(name)) {
      throw new Refusal(404, `there is no command ${JSON.stringify(name)}; valid: ${names.join(', ')}`);
    }
    mustBe('POST', request);
    const { message, afterwards } = await service.run(name, await readObject(request));
    return { code: 200, body: { ok: true, message }, ...(afterwards ? { afterwards } : {}) };
  }
  throw new Refusal(404, `there is nothing at ${path}; valid: GET /status, GET /commands, POST /commands/NAME`);
}

function mustBe(method: string, request: IncomingMessage): void {
  if (request.method === method) return;
  throw new Refusal(405, `${request.method ?? ''} is not possible here; valid: ${method}`, { Allow: method });
}

async function readObject(request: IncomingMessage): Promise<Record<string, unknown>> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > body_bytes_max) {
      // The rest is not read: the connection cannot be used again.
      throw new Refusal(413, `a request has at most ${body_bytes_max} bytes`, { Connection: 'close' });
    }
    chunks.push(chunk);
  }
  if (bytes === 0) return {};
  // A form of a web page cannot send this type without asking first.
  if (type !== 'application/json') throw new Refusal(415, 'send Content-Type: application/json');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (error) {
    throw new Refusal(400, `the request is not JSON: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal(400, 'the request must be a JSON object { … }');
  }
  return value as Record<string, unknown>;
}

function send(response: ServerResponse, { code, body, headers, afterwards }: Reply): void {
  response.writeHead(code, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...headers,
  });
  response.end(`${JSON.stringify(body)}\n`, () => afterwards?.());
}
