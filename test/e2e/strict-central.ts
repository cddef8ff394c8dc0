/** A central system on the independent `ocpp-rpc` package, which checks every message against its own schemas. */
import type { IncomingMessage } from 'node:http';
import { createServer, type Server as HttpsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { RPCServer } from 'ocpp-rpc';
import { until } from '../support/until';

export interface Request {
  action: string;
  payload: Record<string, unknown>;
  messageId: string;
  /** Which connection it came over, counted from 1. */
  connection: number;
}

/** What the package tells of a connection; its own types leave out most of it. */
interface Client {
  identity: string;
  protocol: string;
  handle(handler: (call: { method: string; params: Record<string, unknown>; messageId: string }) => unknown): void;
  call(action: string, payload: object): Promise<Record<string, unknown>>;
  close(options: { code?: number; force?: boolean }): Promise<unknown>;
  on(event: 'strictValidationFailure', listener: (failure: Failure) => void): void;
  on(event: 'badMessage', listener: (bad: { buffer: Buffer; error: Error }) => void): void;
  on(event: 'callError', listener: (failed: Failure) => void): void;
  on(event: 'close', listener: () => void): void;
}

interface Failure {
  method: string;
  error: Error;
  outbound: boolean;
  isCall: boolean;
}

type Answer = (request: Request) => Record<string, unknown>;

/** What the package tells of a handshake. */
interface RpcHandshake {
  identity: string;
  password?: Buffer | undefined;
  request: IncomingMessage;
}

export interface Handshake {
  identity: string;
  /** In hexadecimal. */
  password: string | undefined;
  authorization: string | undefined;
  /** Absent without TLS. */
  version?: string | null;
  suite?: string;
  /** Common name of the station's certificate. */
  proof?: string | string[] | undefined;
}

export interface StrictOptions {
  /** It listens by TLS. */
  tls?: ServerOptions;
  /** Who does not know it is answered with 401. */
  password?: Buffer;
}

export class StrictCentral {
  readonly requests: Request[] = [];
  /** Messages that violate the package's schemas, of either side. */
  readonly violations: string[] = [];
  /** Messages of the station that are no OCPP-J, and requests of it that could not be answered. */
  readonly oddities: string[] = [];
  readonly identities: string[] = [];
  /** True: handshakes are answered with 503. */
  closed = false;
  connections = 0;
  /** Handshakes refused. */
  turnedAway = 0;
  private client: Client | undefined;
  private readonly server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
  private readonly answers = new Map<string, Answer>();
  /** By message id: a repeated request is the same request. */
  private readonly transactionIds = new Map<string, number>();
  private readonly dropBeforeAnswer = new Set<string>();

  /** What it was told at each handshake. */
  readonly handshakes: Handshake[] = [];
  private https: HttpsServer | undefined;

  constructor(private readonly options: StrictOptions = {}) {
    const idTagInfo = { status: 'Accepted' };
    const currentTime = () => new Date().toISOString();
    this.answer('BootNotification', () => ({ status: 'Accepted', currentTime: currentTime(), interval: 300 }));
    this.answer('Heartbeat', () => ({ currentTime: currentTime() }));
    this.answer('Authorize', () => ({ idTagInfo }));
    this.answer('StartTransaction', ({ messageId }) => ({ idTagInfo, transactionId: this.transactionIdOf(messageId) }));
    for (const action of ['StopTransaction', 'MeterValues', 'StatusNotification']) this.answer(action, () => ({}));
  }

  /** Resolves with the URL for a station. */
  async listen(): Promise<string> {
    this.server.auth((accept, reject, handshake: RpcHandshake) => {
      const refusal = this.refusalOf(handshake);
      if (refusal === undefined) {
        accept({});
        return;
      }
      this.turnedAway += 1;
      reject(refusal, 'not now');
    });
    this.server.on('client', (client: Client) => this.welcome(client));
    const { tls } = this.options;
    if (tls) {
      const https = createServer(tls, (_, response) => response.writeHead(404).end());
      this.https = https;
      https.on('upgrade', this.server.handleUpgrade);
      https.listen(0, '127.0.0.1');
      await until(() => https.listening);
      return `wss://localhost:${(https.address() as AddressInfo).port}/steve/websocket`;
    }
    const http = await this.server.listen(0, '127.0.0.1');
    return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/steve/websocket`;
  }

  async close(): Promise<void> {
    await this.client?.close({ force: true });
    await this.server.close({ code: 1001 });
    this.https?.closeAllConnections();
    this.https?.close();
  }

  answer(action: string, answer: Answer): void {
    this.answers.set(action, answer);
  }

  get connected(): boolean {
    return this.client !== undefined;
  }

  /** A request to the station; rejects with what the package makes of a CALLERROR. */
  async call(action: string, payload: object): Promise<Record<string, unknown>> {
    if (!this.client) throw new Error(`${action}: no station is connected`);
    return this.client.call(action, payload);
  }

  /** Cuts the connection: without a word, or with a Close frame. */
  drop(code?: number): void {
    const { client } = this;
    this.client = undefined;
    void client?.close(code === undefined ? { force: true } : { code });
  }

  /** The next request of this action is worked on, but the connection is lost before its answer leaves. */
  loseAnswerTo(action: string): void {
    this.dropBeforeAnswer.add(action);
  }

  /** Requests of one action, in order of arrival, repetitions included. */
  all(action: string): Request[] {
    return this.requests.filter((request) => request.action === action);
  }

  /** Requests of one action, repetitions by message id left out, as a central system books them. */
  booked(action: string): Request[] {
    return [...new Map(this.all(action).map((request) => [request.messageId, request])).values()];
  }

  /** Waits for a request of which the fields of `match` are known, looking at those from index `from` on. */
  async request(action: string, match: Record<string, unknown> = {}, from = 0): Promise<Request> {
    const fits = ({ payload }: Request) => Object.entries(match).every(([name, value]) => payload[name] === value);
    const found = () => this.all(action).slice(from).find(fits);
    const seen = () => this.requests.slice(-12).map((r) => `${r.action} ${JSON.stringify(r.payload)}`);
    await until(
      () => found() !== undefined,
      () => `no ${action} ${JSON.stringify(match)}; the last were\n${seen().join('\n')}`,
    );
    return found() as Request;
  }

  private refusalOf({ identity, password, request }: RpcHandshake): number | undefined {
    const wire = request.socket as TLSSocket;
    const { authorization } = request.headers;
    const secure = this.https && {
      version: wire.getProtocol(),
      suite: wire.getCipher().standardName,
      proof: wire.getPeerCertificate().subject?.CN,
    };
    this.handshakes.push({ identity, password: password?.toString('hex'), authorization, ...secure });
    if (this.closed) return 503;
    const { password: wanted } = this.options;
    return wanted === undefined || password?.equals(wanted) ? undefined : 401;
  }

  private welcome(client: Client): void {
    this.connections += 1;
    const connection = this.connections;
    this.client = client;
    this.identities.push(client.identity);
    client.on('close', () => {
      if (this.client === client) this.client = undefined;
    });
    client.on('strictValidationFailure', ({ method, error, outbound, isCall }) => {
      const whose = outbound ? 'ours' : 'the station';
      this.violations.push(`${whose}: ${method} ${isCall ? 'request' : 'response'}: ${error.message}`);
    });
    client.on('badMessage', ({ buffer, error }) => this.oddities.push(`${error.message}: ${buffer.toString()}`));
    client.on('callError', ({ method, error, outbound }) => {
      if (!outbound) this.oddities.push(`${method} could not be answered: ${error.message}`);
    });
    client.handle(({ method, params, messageId }) => {
      const request: Request = { action: method, payload: params, messageId, connection };
      this.requests.push(request);
      const answer = this.answers.get(method)?.(request);
      if (!answer) throw new Error(`no answer to ${method} was prepared`);
      if (this.dropBeforeAnswer.delete(method)) {
        this.drop();
        // What comes of it cannot leave any more.
        return new Promise(() => {});
      }
      return answer;
    });
  }

  private transactionIdOf(messageId: string): number {
    const known = this.transactionIds.get(messageId) ?? 501 + this.transactionIds.size;
    this.transactionIds.set(messageId, known);
    return known;
  }
}
