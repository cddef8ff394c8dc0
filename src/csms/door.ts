/** The one port of the embedded central system: a connection that begins with a handshake of TLS is one of TLS, any other is plain. */
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Socket, type Server as TcpServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { GreenupError, messageOf } from '../hal/errors';

export interface DoorOptions {
  /** TCP port, 0 for any that is free. */
  port: number;
  /** Absent: nobody speaks TLS here. */
  tls?: { server(): import('node:https').Server; refusesClients(): boolean };
  onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

const host = '127.0.0.1';
/** Its first byte (RFC 8446, 5.1). */
const handshakeRecord = 22;

export class CentralDoor {
  private readonly plain: Server;
  private encrypted: import('node:https').Server | undefined;
  private readonly listener: TcpServer;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly options: DoorOptions) {
    this.plain = this.serving(createHttpServer());
    // Without TLS there is nothing to be told apart.
    this.listener = options.tls ? createServer((socket) => this.take(socket)) : this.plain;
    this.listener.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Resolves with the port. Rejects with `config.invalid` if it cannot be had. */
  async open(): Promise<number> {
    const { port } = this.options;
    await new Promise<void>((resolve, reject) => {
      // It stays: an error without a listener would end the process.
      this.listener.on('error', (error) => {
        const why = `central system: port ${port} of ${host} cannot be had (${messageOf(error)}); choose another, or 0`;
        reject(new GreenupError('config.invalid', why, { cause: error }));
      });
      this.listener.listen(port, host, resolve);
    });
    return (this.listener.address() as AddressInfo).port;
  }

  /** The next connection over TLS is as `tls.server` says then. */
  renew(): void {
    this.encrypted = undefined;
  }

  /** Ends what is left of connections, and the port. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.listener.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private serving<S extends Server>(server: S): S {
    server.on('request', this.options.onRequest);
    server.on('upgrade', this.options.onUpgrade);
    return server;
  }

  /** What is looked at is put back, so that whoever takes the connection finds all of it. */
  private take(socket: Socket): void {
    socket.on('error', () => {});
    const look = (): void => {
      const first: Buffer | null = socket.read(1);
      if (!first) {
        // Nothing has come yet, or it has ended.
        if (!socket.readableEnded) socket.once('readable', look);
        return;
      }
      socket.unshift(first);
      if (first[0] === handshakeRecord) this.takeTls(socket);
      else this.plain.emit('connection', socket);
    };
    look();
  }

  private takeTls(socket: Socket): void {
    const { tls } = this.options;
    if (!tls) return;
    this.encrypted ??= this.serving(tls.server());
    if (!tls.refusesClients()) {
      this.encrypted.emit('connection', socket);
      return;
    }
    const { refusingSocket } = require('./refusing-socket') as typeof import('./refusing-socket');
    this.encrypted.emit('connection', refusingSocket(socket));
  }
}
