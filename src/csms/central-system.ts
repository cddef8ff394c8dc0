/** A small OCPP 1.6J central system inside this program, for trying a station without any other software. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { GreenupError, messageOf } from '../hal/errors';
import type { Log } from '../hal/log';
import type { CentralSystemAction, RequestOf, ResponseOf } from '../ocpp/messages';
import { Ledger, type LedgerRow } from './ledger';
import { StationLink } from './link';
import { answerHttp } from './requests';

export type { LedgerRow } from './ledger';

export interface CentralSystemOptions {
  /** TCP port, 0 (the default) for any that is free. */
  port?: number;
  /** Unix time in ms; the machine's clock unless given. */
  now?: () => number;
  /** Told one readable line an event. */
  onEvent?: (line: string) => void;
  /** Told what a good station does not do. */
  log?: Log;
}

const host = '127.0.0.1';
const path = '/ocpp';
const subprotocol = 'ocpp1.6';
/** Largest message taken from a station, in bytes. */
const frameBytesMax = 1 << 20;
/** Stations have this long to answer a closing, in ms. */
const closingMaxMs = 500;
/** Characters of a line that a station's words may fill. */
const lineCharactersMax = 200;

interface Connected {
  link: StationLink;
  socket: WebSocket;
}

interface Listening {
  http: Server;
  sockets: WebSocketServer;
}

export class CentralSystem {
  private readonly ledger: Ledger;
  private readonly now: () => number;
  private readonly connected = new Map<string, Connected>();
  private listening: Listening | undefined;

  constructor(private readonly options: CentralSystemOptions = {}) {
    this.now = options.now ?? Date.now;
    this.ledger = new Ledger(this.now());
  }

  /**
   * Listens on 127.0.0.1. `url` is what a station's key URL is set to; the station appends its identity.
   * Rejects with `config.invalid` if the port cannot be had.
   */
  async start(): Promise<{ url: string }> {
    this.listening ??= await this.listen();
    const { http } = this.listening;
    return { url: `ws://${host}:${(http.address() as AddressInfo).port}${path}` };
  }

  /** Closes all connections (code 1001) and the port; the ledger stays readable. */
  async stop(): Promise<void> {
    const { listening } = this;
    this.listening = undefined;
    if (!listening) return;
    const { http, sockets } = listening;
    const closed = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of sockets.clients) socket.close(1001, 'the central system ends');
    const patience = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
    }, closingMaxMs);
    http.closeAllConnections();
    await Promise.all([...closed, new Promise<void>((resolve) => http.close(() => resolve()))]);
    clearTimeout(patience);
  }

  /** All transactions of all stations, oldest first; copies. */
  transactions(): LedgerRow[] {
    return this.ledger.all();
  }

  /** Identities of the stations that are connected now. */
  stations(): string[] {
    return [...this.connected.keys()];
  }

  /**
   * Sends a request to a station and resolves with its checked answer; requests to one station go one after the other.
   * Rejects with `command.invalid` if the station is not connected, if request or answer violates its schema, or if
   * the station answers an error, or nothing within 30 s.
   */
  async call<A extends CentralSystemAction>(
    stationId: string,
    action: A,
    payload: RequestOf<A>,
  ): Promise<ResponseOf<A>> {
    const connected = this.connected.get(stationId);
    if (connected) return connected.link.call(action, payload);
    const present = this.stations()
      .map((id) => `"${id}"`)
      .join(', ');
    const choices = present === '' ? 'no station is' : `connected: ${present}`;
    throw new GreenupError('command.invalid', `${action}: station "${stationId}" is not connected; ${choices}`);
  }

  private async listen(): Promise<Listening> {
    const port = this.options.port ?? 0;
    const http = createServer((request, response) => {
      void answerHttp(request, response, (stationId, action, payload) =>
        // `call` checks the payload against the schema of the action.
        this.call(stationId, action, payload as RequestOf<typeof action>),
      );
    });
    const sockets = new WebSocketServer({
      server: http,
      perMessageDeflate: false,
      maxPayload: frameBytesMax,
      // J 3.2: with no subprotocol in common the handshake is completed without one, and the connection closed.
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
      verifyClient: ({ req }, done) => done(identityOf(req.url) !== undefined, 404),
    });
    sockets.on('connection', (socket, request) => this.accept(socket, identityOf(request.url) ?? ''));
    await new Promise<void>((resolve, reject) => {
      // The package passes errors of the server on, too: without a listener there they would end the process.
      sockets.on('error', (error) => {
        const why = `central system: port ${port} of ${host} cannot be had (${messageOf(error)}); choose another, or 0`;
        reject(new GreenupError('config.invalid', why, { cause: error }));
      });
      http.listen(port, host, resolve);
    });
    return { http, sockets };
  }

  private accept(socket: WebSocket, stationId: string): void {
    const complain = (line: string) => this.complain(stationId, line);
    socket.on('error', (error) => complain(`broken connection: ${messageOf(error)}`));
    if (socket.protocol !== subprotocol) {
      complain(`offers no subprotocol ${subprotocol}: closed`);
      socket.close(1002, `only ${subprotocol} is spoken here`);
      return;
    }
    // A station that comes back without having said goodbye: the old connection is dead.
    this.connected.get(stationId)?.socket.terminate();
    const link = new StationLink({
      stationId,
      send: (text) => socket.send(text, () => {}),
      asked: { ledger: this.ledger, now: this.now },
      tell: (line) => this.tell(stationId, line),
      complain,
    });
    this.connected.set(stationId, { link, socket });
    this.tell(stationId, 'connected');
    socket.on('message', (data, isBinary) => link.receive(isBinary ? bytesOf(data) : bytesOf(data).toString('utf8')));
    socket.on('close', (code) => {
      link.end();
      if (this.connected.get(stationId)?.link !== link) return;
      this.connected.delete(stationId);
      this.tell(stationId, `disconnected (code ${code})`);
    });
  }

  private tell(stationId: string, line: string): void {
    this.options.onEvent?.(printable(`${stationId}: ${line}`));
  }

  private complain(stationId: string, line: string): void {
    this.options.log?.warn({ station: stationId }, printable(line));
    this.tell(stationId, line);
  }
}

/** The last part of the path, percent-decoded (J 3.1.1); undefined if there is none or it cannot be decoded. */
function identityOf(url: string | undefined): string | undefined {
  const [wholePath = ''] = (url ?? '').split('?', 1);
  try {
    return decodeURIComponent(wholePath.slice(wholePath.lastIndexOf('/') + 1)) || undefined;
  } catch {
    return undefined;
  }
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Buffer {
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
}

/** A station's words must not move the cursor of whoever reads them. */
function printable(line: string): string {
  const clean = line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
  return clean.length <= lineCharactersMax ? clean : `${clean.slice(0, lineCharactersMax)}…`;
}
