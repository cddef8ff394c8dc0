/** A WebSocket server that can end a connection, or a handshake, in every way that is known. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** A connection that has been accepted: the WebSocket and the TCP socket below it. */
export interface Peer {
  socket: WebSocket;
  wire: Socket;
  /** Texts received. */
  received: string[];
  /** Pings received. */
  pings: number;
}

/** Refuses an upgrade request in its own way. */
export type Refusal = (wire: Duplex, request: IncomingMessage) => void;

const host = '127.0.0.1';

export class HostileServer {
  readonly peers: Peer[] = [];
  /** Upgrade requests seen, refused ones included. */
  attempts = 0;
  /** Refusals of the next upgrade requests, one each. */
  readonly refusals: Refusal[] = [];
  private readonly wires = new Set<Socket>();
  private readonly http: Server;
  private readonly webSockets: WebSocketServer;

  constructor(options: { answersPings?: boolean } = {}) {
    this.http = createServer();
    this.webSockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      autoPong: options.answersPings ?? true,
      handleProtocols: () => 'ocpp1.6',
    });
    this.http.on('connection', (wire: Socket) => {
      this.wires.add(wire);
      wire.on('error', () => {});
      wire.on('close', () => this.wires.delete(wire));
    });
    this.http.on('upgrade', (request, wire, head) => this.upgrade(request, wire as Socket, head));
  }

  /** Resolves with the URL for a station. */
  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.http.listen(port, host, resolve));
    return `ws://${host}:${(this.http.address() as AddressInfo).port}/ocpp`;
  }

  async close(): Promise<void> {
    for (const wire of this.wires) wire.destroy();
    await new Promise((resolve) => this.http.close(resolve));
  }

  private upgrade(request: IncomingMessage, wire: Socket, head: Buffer): void {
    this.attempts += 1;
    const refuse = this.refusals.shift();
    if (refuse) {
      refuse(wire, request);
      return;
    }
    this.webSockets.handleUpgrade(request, wire, head, (socket) => {
      const peer: Peer = { socket, wire, received: [], pings: 0 };
      socket.on('error', () => {});
      socket.on('message', (data) => peer.received.push(String(data)));
      socket.on('ping', () => {
        peer.pings += 1;
      });
      this.peers.push(peer);
    });
  }
}

/** A port of this machine on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = createPlainServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
