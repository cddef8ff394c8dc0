/** HTTP servers at a TCP port or at a Unix socket: how they come to listen, and how they end. */
import { rmSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GreenupError, messageOf } from '../hal/errors';
import type { Application } from './app';

/** A port of an address of this machine, 0 for any that is free; or the path of a Unix socket, and who may use it. */
export type Place = { host: string; port: number } | { path: string; mode: number };

export interface ListeningServer {
  /** 0 at a Unix socket. */
  readonly port: number;
  /** Drops all connections and frees the port or the path. */
  close(): Promise<void>;
}

/** Linux keeps no longer paths of Unix sockets, in bytes. */
const pathBytesMax = 107;
const connectionsMax = 100;
/** Who sends a request slower than this is cut off, in ms. */
const requestTimeoutMs = 30_000;

/**
 * `app` is asked for at the first request, and only then what serves it is loaded: a station at which nobody looks does
 * without. Rejects with `config.invalid` if the place cannot be had; `name` says what for, `advice` what to do about a port. What is
 * left at a path from a station that died is taken away: its owner makes sure that none runs there.
 */
export async function listen(
  app: () => Application,
  place: Place,
  { name, advice }: { name: string; advice: string },
): Promise<ListeningServer> {
  // Required here, not at the top: a station connects first and loads this afterwards.
  const { createServer } = require('node:http') as typeof import('node:http');
  const server = createServer({ requestTimeout: requestTimeoutMs }, listenerOf(app));
  server.maxConnections = connectionsMax;
  await ('path' in place ? atPath(server, place, name) : atPort(server, place, name, advice));
  return {
    port: 'path' in place ? 0 : (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listenerOf(app: () => Application): RequestListener {
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

function atPort(server: Server, place: { host: string; port: number }, name: string, advice: string): Promise<void> {
  const { host, port } = place;
  return new Promise((resolve, reject) => {
    // It stays: an error at accepting later must not end the station.
    server.on('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `is in use, perhaps by another station: end that one, or ${advice}`
          : `cannot be had (${messageOf(error)}): ${advice}`;
      reject(new GreenupError('config.invalid', `${name} port ${port} of ${host} ${why}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
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
