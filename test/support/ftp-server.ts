/** A small FTP server for tests: one user, a folder in memory, and every way in which such a server can fail. */
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { KeyAndCertificate } from './certificates';

export interface FtpServerOptions {
  user?: string;
  password?: string;
  /** TLS on demand, or from the first byte. */
  tls?: KeyAndCertificate & { implicit?: boolean };
  /** Data must come in the TLS session of the login, as many servers want it: nobody else can come in between. */
  requiresSameSession?: boolean;
  /** What is said to a command in place of the usual answer. */
  answers?: Readonly<Record<string, string>>;
  /** The data connection is cut after so many bytes, whichever way they go, and the other one, too, unless an answer follows there. */
  cutAfterBytes?: number;
  answerAfterCut?: string;
}

export class FtpServer {
  /** When all of its files were changed last, as MDTM tells it. */
  changed = '20260504080000';
  readonly files = new Map<string, Buffer>();
  /** Commands as they came. */
  readonly heard: string[] = [];
  readonly folders = new Set(['/', '/in', '/in/deep er']);
  private readonly sockets = new Set<Socket>();
  readonly dataServers: Server[] = [];
  /** One for all connections, or no session could go on in another. */
  readonly secureContext: SecureContext | undefined;

  private constructor(
    private readonly server: Server,
    readonly options: FtpServerOptions,
  ) {
    this.secureContext = options.tls && createSecureContext(options.tls);
  }

  static async start(options: FtpServerOptions = {}): Promise<FtpServer> {
    const server = createServer();
    const ftp = new FtpServer(server, options);
    server.on('connection', (socket) => new Conversation(ftp, ftp.keep(socket)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return ftp;
  }

  get port(): number {
    return portOf(this.server);
  }

  stop(): void {
    for (const socket of this.sockets) socket.destroy();
    for (const server of [this.server, ...this.dataServers]) server.close();
  }

  keep(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => {});
    return socket;
  }
}

class Conversation {
  private folder = '/';
  private restByte = 0;
  private user = '';
  private socket: Socket;
  private data: Promise<Socket> | undefined;

  constructor(
    private readonly ftp: FtpServer,
    private readonly plain: Socket,
  ) {
    this.socket = plain;
    const { tls } = ftp.options;
    if (tls?.implicit) this.secure();
    else this.listen();
    this.say(ftp.options.answers?.HELLO ?? '220 ready');
  }

  private say(line: string): void {
    if (line !== '') this.socket.write(`${line}\r\n`);
  }

  private listen(): void {
    this.socket.on('data', (bytes) => {
      for (const line of String(bytes).split('\r\n').filter(Boolean)) void this.hear(line);
    });
  }

  private secure(): void {
    this.plain.removeAllListeners('data');
    const { secureContext } = this.ftp;
    this.socket = this.ftp.keep(new TLSSocket(this.plain, { isServer: true, ...(secureContext && { secureContext }) }));
    this.listen();
  }

  private async hear(line: string): Promise<void> {
    const { options, heard } = this.ftp;
    heard.push(line);
    const [, word = '', rest = ''] = /^(\S+) ?(.*)$/.exec(line) ?? [];
    const scripted = options.answers?.[word];
    if (scripted !== undefined) this.say(scripted);
    else await this.act(word, rest);
  }

  private async act(word: string, rest: string): Promise<void> {
    const { user, password, tls } = this.ftp.options;
    switch (word) {
      case 'AUTH':
        if (!tls) return this.say('502 no TLS here');
        this.say('234 go on');
        return this.secure();
      case 'USER':
        this.user = rest;
        return this.say('331 password?');
      case 'PASS': {
        const isRight = user === undefined || (this.user === user && rest === password);
        return this.say(isRight ? '230 in' : '530 wrong user or password');
      }
      case 'CWD':
        return this.change(rest);
      case 'SIZE': {
        const file = this.ftp.files.get(this.pathOf(rest));
        return this.say(file ? `213 ${file.length}` : '550 there is none');
      }
      case 'MDTM':
        return this.say(this.ftp.files.has(this.pathOf(rest)) ? `213 ${this.ftp.changed}` : '550 there is none');
      case 'REST':
        this.restByte = Number(rest);
        return this.say('350 go on');
      case 'RETR':
        return this.give(this.pathOf(rest));
      case 'EPSV':
        return this.say('500 unknown');
      case 'PASV':
        return this.passive();
      case 'STOR':
      case 'APPE':
        return this.take(this.pathOf(rest), word === 'APPE');
      default:
        return this.say('200 well');
    }
  }

  private change(rest: string): void {
    const folder = rest.startsWith('/') ? rest : this.pathOf(rest);
    const isThere = this.ftp.folders.has(folder);
    if (isThere) this.folder = folder;
    this.say(isThere ? '250 there' : '550 there is no such folder');
  }

  private async passive(): Promise<void> {
    const server = createServer();
    this.ftp.dataServers.push(server);
    this.data = new Promise((resolve) => server.on('connection', (socket) => resolve(this.ftp.keep(socket))));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const port = portOf(server);
    this.say(`227 there (127,0,0,1,${port >> 8},${port & 255})`);
  }

  private securedData(plain: Socket): Socket {
    const { secureContext, options } = this.ftp;
    if (!secureContext) return plain;
    const secured = new TLSSocket(plain, { isServer: true, secureContext });
    secured.on('secure', () => {
      if (options.requiresSameSession && !secured.isSessionReused()) plain.destroy();
    });
    return this.ftp.keep(secured);
  }

  private async give(path: string): Promise<void> {
    const file = this.ftp.files.get(path);
    if (!file) return this.refuseData();
    this.say('150 here it comes');
    const { cutAfterBytes = Number.POSITIVE_INFINITY, answerAfterCut } = this.ftp.options;
    const plain = await this.data;
    if (!plain) return;
    const rest = file.subarray(this.restByte);
    this.restByte = 0;
    const sent = rest.subarray(0, cutAfterBytes);
    const isCut = sent.length < rest.length;
    this.securedData(plain).end(sent, () => {
      if (!isCut || answerAfterCut !== undefined) this.say(answerAfterCut ?? '226 that was all');
      else this.plain.destroy();
    });
  }

  /** As ProFTPD does: the connection for data is gone before anything is said. */
  private async refuseData(): Promise<void> {
    (await this.data)?.resetAndDestroy();
    setImmediate(() => setImmediate(() => this.say('550 there is none')));
  }

  private async take(path: string, appends: boolean): Promise<void> {
    this.say('150 go on');
    const { cutAfterBytes = Number.POSITIVE_INFINITY } = this.ftp.options;
    const plain = await this.data;
    if (!plain) return;
    const socket = this.securedData(plain);
    let taken = (appends ? this.ftp.files.get(path) : undefined) ?? Buffer.alloc(0);
    let came = 0;
    socket.on('data', (bytes: Buffer) => {
      const rest = bytes.subarray(0, Math.max(0, cutAfterBytes - came));
      came += bytes.length;
      taken = Buffer.concat([taken, rest]);
      this.ftp.files.set(path, taken);
      if (came < cutAfterBytes) return;
      plain.destroy();
      const { answerAfterCut } = this.ftp.options;
      if (answerAfterCut === undefined) this.plain.destroy();
      else setImmediate(() => setImmediate(() => this.say(answerAfterCut)));
    });
    socket.on('end', () => {
      this.ftp.files.set(path, taken);
      this.say('226 taken');
    });
  }

  private pathOf(name: string): string {
    return `${this.folder === '/' ? '' : this.folder}/${name}`;
  }
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
