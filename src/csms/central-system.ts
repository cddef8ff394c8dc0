/** A small OCPP 1.6J central system inside this program, for trying a station without any other software. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { GreenupError, messageOf } from '../hal/errors';
import type { Log } from '../hal/log';
import type { CentralSystemAction, RequestOf, ResponseOf } from '../ocpp/messages';
import { type CentralSecurity, refusalOf } from './admission';
import type { Asked } from './answers';
import { CentralDoor } from './door';
import { type CentralFault, CentralFaults, centralFaults, whyNotShown, wrongTimeMs } from './faults';
import { Ledger, type LedgerRow } from './ledger';
import { StationLink } from './link';
import { answerHttp } from './requests';

export type { CentralSecurity } from './admission';
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
  /** Absent: whoever comes is let in, and nobody speaks TLS. */
  security?: CentralSecurity;
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
  door: CentralDoor;
  port: number;
  sockets: WebSocketServer;
}

export class CentralSystem {
  private readonly ledger: Ledger;
  private readonly now: () => number;
  private readonly connected = new Map<string, Connected>();
  private readonly faults = new CentralFaults();
  private listening: Listening | undefined;

  constructor(private readonly options: CentralSystemOptions = {}) {
    const { now = Date.now } = options;
    this.now = () => now() + (this.faults.has('wrongTime') ? wrongTimeMs : 0);
    this.ledger = new Ledger(this.now());
  }

  /**
   * Listens on 127.0.0.1. `url` is what a station's key URL is set to; the station appends its identity.
   * Rejects with `config.invalid` if the port cannot be had.
   */
  async start(): Promise<{ url: string }> {
    this.listening ??= await this.listen();
    const scheme = (this.options.security?.profile ?? 0) >= 2 ? 'wss' : 'ws';
    return { url: `${scheme}://${host}:${this.listening.port}${path}` };
  }

  /** Closes all connections (code 1001) and the port; the ledger stays readable. */
  async stop(): Promise<void> {
    const { listening } = this;
    this.listening = undefined;
    if (!listening) return;
    const { door, sockets } = listening;
    const closed = [...sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of sockets.clients) socket.close(1001, 'the central system ends');
    const patience = setTimeout(() => {
      for (const socket of sockets.clients) socket.terminate();
    }, closingMaxMs);
    await Promise.all(closed);
    clearTimeout(patience);
    await door.close();
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
    if (connected) {
      const answer = await connected.link.call(action, payload);
      this.follow(action, payload, answer);
      return answer;
    }
    const present = this.stations()
      .map((id) => `"${id}"`)
      .join(', ');
    const choices = present === '' ? 'no station is' : `connected: ${present}`;
    throw new GreenupError('command.invalid', `${action}: station "${stationId}" is not connected; ${choices}`);
  }

  /**
   * Brings a fault about, or takes it away, and resolves with a line about it. Connections end where the next one shows it, and
   * where it was shown. Throws `command.invalid` where it would show nowhere.
   */
  play(fault: CentralFault, present: boolean): string {
    const { profile = 0 } = this.options.security ?? {};
    const why = whyNotShown(fault, profile);
    if (present && why !== undefined) throw new GreenupError('command.invalid', `${fault}: ${why}`);
    this.faults.change(fault, present);
    this.listening?.door.renew();
    const isOfLink = fault !== 'keyMismatch' && fault !== 'wrongTime';
    if (isOfLink)
      for (const { socket } of this.connected.values()) socket.close(1001, 'the central system is another one now');
    return present ? `central system: ${centralFaults[fault]}` : `central system: ${fault} is cleared`;
  }

  /** What the station has accepted of its keys holds here, too. */
  private follow(action: CentralSystemAction, payload: object, answer: object): void {
    const { security } = this.options;
    const { key, value } = payload as Partial<RequestOf<'ChangeConfiguration'>>;
    const isTaken = action === 'ChangeConfiguration' && 'status' in answer && answer.status === 'Accepted';
    if (!security || !isTaken || key === undefined || value === undefined) return;
    const name = key.toLowerCase();
    if (name === 'authorizationkey') security.password = value;
    else if (name === 'securityprofile') security.profile = Number(value);
    else return;
    this.listening?.door.renew();
    security.onChange?.();
  }

  private async listen(): Promise<Listening> {
    const sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: frameBytesMax,
      // J 3.2: with no subprotocol in common the handshake is completed without one, and the connection closed.
      handleProtocols: (offered) => (offered.has(subprotocol) ? subprotocol : false),
    });
    const { security, port = 0 } = this.options;
    const door = new CentralDoor({
      port,
      ...(security && { tls: this.tlsOf(security) }),
      onRequest: (request, response) => {
        void answerHttp(request, response, {
          // `call` checks the payload against the schema of the action.
          send: (stationId, action, payload) => this.call(stationId, action, payload as RequestOf<typeof action>),
          play: (fault, present) => this.play(fault, present),
        });
      },
      onUpgrade: (request, socket, head) => this.admit(sockets, request, socket, head),
    });
    return { door, port: await door.open(), sockets };
  }

  private tlsOf(security: CentralSecurity): NonNullable<ConstructorParameters<typeof CentralDoor>[0]['tls']> {
    return {
      server: () => {
        const { tlsServer } = require('./tls-server') as typeof import('./tls-server');
        return tlsServer(security.authority, security.profile === 3, this.faults);
      },
      refusesClients: () => security.profile === 3 && this.faults.has('clientRefused'),
    };
  }

  private authorityFor(stationId: string): Pick<Asked, 'sign'> {
    const { security } = this.options;
    if (!security) return {};
    return {
      sign: (csr) => {
        const { signedFor } = require('./signing') as typeof import('./signing');
        return signedFor(stationId, csr, security, this.faults);
      },
    };
  }

  private admit(sockets: WebSocketServer, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const stationId = identityOf(request.url);
    const refused =
      stationId === undefined
        ? { status: 404, why: undefined }
        : refusalOf(request, stationId, this.options.security, this.faults);
    if (stationId !== undefined && !refused) {
      sockets.handleUpgrade(request, socket, head, (taken) => this.accept(taken, stationId));
      return;
    }
    if (refused?.why !== undefined) this.complain(stationId ?? '', `not let in: ${refused.why}`);
    socket.on('error', () => {});
    socket.end(refusalText(refused?.status ?? 404));
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
      asked: { ledger: this.ledger, now: this.now, ...this.authorityFor(stationId) },
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

/** An answer to a handshake that is none of a WebSocket (RFC 9110, 15.5; RFC 7617, 2). */
function refusalText(status: number): string {
  const challenge = status === 401 ? ['WWW-Authenticate: Basic realm="OCPP", charset="UTF-8"'] : [];
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...challenge,
    'Connection: close',
    'Content-Length: 0',
    '\r\n',
  ].join('\r\n');
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
