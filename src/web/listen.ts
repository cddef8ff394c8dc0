/** HTTP servers at a TCP port or at a Unix socket: how they come to listen, and how they end. */
import { rmSync } from 'node:fs';
import type { IncomingMessage, RequestListener, Server, ServerOptions } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { SecureContextOptions } from 'node:tls';
import { GreenupError, messageOf } from '../hal/errors';
import type { KeyAndCertificate } from '../hal/x509/certificate-maker';
import type { Application } from './app';
import { boundBody } from './body-time';

/**
 * A port of an address of this machine, or of all where none is named, 0 for any that is free; or the path of a Unix socket,
 * and who may use it.
 */
export type Place = { host: string | undefined; port: number } | { path: string; mode: number };

export interface ListeningServer {
  /** 0 at a Unix socket. */
  readonly port: number;
  /** From the next connection on; where there is no encryption there is none of it. */
  renew?(tls: KeyAndCertificate): void;
  /** Drops all connections and frees the port or the path. */
  close(): Promise<void>;
}

/** Linux keeps no longer paths of Unix sockets, in bytes. */
const pathBytesMax = 107;
/** Linux keeps those below to programs with a capability. */
const unprivilegedPortMin = 1_024;
const headBytesMax = 16 * 1024;

/** What the connections of a door may take of the thread that also works the station. */
export interface ConnectionBounds {
  connectionsMax: number;
  /** Of one address, so that it keeps nobody else out. */
  connectionsOfOneMax: number;
  /** Who sends the head of a request slower than this is cut off, in ms. */
  headMaxMs: number;
  /** How often those are looked for, in ms. */
  lookEveryMs: number;
  /** Who sends what follows the head slower than this is cut off, in ms, unless `giveTime` gives more. */
  bodyMaxMs: number;
  /** A connection on which nothing moves for so long is cut, in ms; 0: an answer may take as long as it will. */
  silenceMaxMs: number;
}

export const usualBounds: ConnectionBounds = {
  connectionsMax: 100,
  connectionsOfOneMax: 100,
  headMaxMs: 10_000,
  lookEveryMs: 5_000,
  bodyMaxMs: 30_000,
  silenceMaxMs: 0,
};

export interface ListenOptions {
  /** What the place is for, in messages. */
  name: string;
  /** What to do about a port that cannot be had. */
  advice: string;
  bounds: ConnectionBounds;
  /** Absent: without encryption. */
  tls?: KeyAndCertificate | undefined;
  /** false: nobody is told to send one. */
  takesBodies?: boolean;
}

/**
 * Rejects with `config.invalid` if the place cannot be had. What is left at a path from a station that died is taken away: its
 * owner makes sure that none runs there.
 */
export async function listen(
  listener: RequestListener,
  place: Place,
  { name, advice, bounds, tls, takesBodies = true }: ListenOptions,
): Promise<ListeningServer> {
  const options = {
    headersTimeout: bounds.headMaxMs,
    // That of Node.js is one for all requests of a server, and what is sent as a file takes longer.
    requestTimeout: 0,
    connectionsCheckingInterval: bounds.lookEveryMs,
    maxHeaderSize: headBytesMax,
  };
  const server = serverOf(tls, bounds, options);
  server.on('request', (request: IncomingMessage) => boundBody(request, bounds.bodyMaxMs));
  server.on('request', listener);
  if (!takesBodies) server.on('checkContinue', listener);
  server.maxConnections = bounds.connectionsMax;
  server.timeout = bounds.silenceMaxMs;
  const connections = boundByAddress(server, bounds.connectionsOfOneMax);
  await ('path' in place ? atPath(server, place, name) : atPort(server, place, name, advice));
  return {
    port: 'path' in place ? 0 : (server.address() as AddressInfo).port,
    ...('setSecureContext' in server ? { renew: (fresh) => server.setSecureContext(contextOf(fresh)) } : {}),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Those as well that have not come so far as to speak HTTP.
        for (const socket of connections) socket.destroy();
      }),
  };
}

/** Required here, not at the top: a station connects first and loads these afterwards. */
function serverOf(
  tls: KeyAndCertificate | undefined,
  { headMaxMs }: ConnectionBounds,
  options: ServerOptions,
): Server | TlsServer {
  if (!tls) return (require('node:http') as typeof import('node:http')).createServer(options);
  const { createServer } = require('node:https') as typeof import('node:https');
  return createServer({ ...options, ...contextOf(tls), handshakeTimeout: headMaxMs });
}

/** A new context forgets all of the one before. */
function contextOf({ key, cert }: KeyAndCertificate): SecureContextOptions {
  return { key, cert, minVersion: 'TLSv1.2' };
}

/** The connections that there are, as they come and go. */
function boundByAddress(server: Server, max: number): ReadonlySet<Socket> {
  const counts = new Map<string, number>();
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (counts.get(address) ?? 0) + 1;
    if (count > max) {
      socket.destroy();
      return;
    }
    counts.set(address, count);
    connections.add(socket);
    socket.on('close', () => {
      connections.delete(socket);
      const left = (counts.get(address) ?? 1) - 1;
      if (left > 0) counts.set(address, left);
      else counts.delete(address);
    });
  });
  return connections;
}

/**
 * `app` is asked for at the first request, and only then what serves it is loaded: a station at which nobody looks does
 * without.
 */
export function listenerOf(app: () => Application): RequestListener {
  let listener: RequestListener | undefined;
  return (request, response) => {
    try {
      listener ??= loaded(app);
    } catch (error) {
      // Thrown on, it would end the station.
      response.writeHead(500).end(`${messageOf(error)}\n`);
      return;
    }
    listener(request, response);
  };
}

function loaded(app: () => Application): RequestListener {
  const { getRequestListener } = require('@hono/node-server') as typeof import('@hono/node-server');
  const listener = getRequestListener(app().fetch, { overrideGlobalObjects: false });
  return (request, response) => void listener(request, response);
}

function atPort(
  server: Server,
  { host, port }: { host: string | undefined; port: number },
  name: string,
  advice: string,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // It stays: an error at accepting later must not end the station.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const where = `${name} port ${port}${host === undefined ? '' : ` of ${host}`}`;
      reject(new GreenupError('config.invalid', `${where} ${whyNotHad(error, port)}${advice}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

function whyNotHad(error: NodeJS.ErrnoException, port: number): string {
  if (error.code === 'EADDRINUSE') return 'is in use, perhaps by another station: end that one, or ';
  if (error.code === 'EACCES' && port < unprivilegedPortMin) {
    return `may not be taken by this user: give it CAP_NET_BIND_SERVICE, as board/pi/greenup.service does, or `;
  }
  return `cannot be had (${messageOf(error)}): `;
}

function atPath(server: Server, { path, mode }: { path: string; mode: number }, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(new GreenupError('config.invalid', `${name} socket ${path}: ${messageOf(error)}`, { cause: error }));
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
