/** A small FTP server for tests: one user, a folder in memory, and every way in which such a server can fail. */
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { KeyAndCertificate } from './certificates';

export interface FtpServerOptions {
  user?: string;
  password?: string;
  /** TLS on demand, or from the first byte. */
  tls?: KeyAndCertificate & { implicit?: boolean };
  /** What is said to a command in place of the usual answer. */
  answers?: Readonly<Record<string, string>>;
  /** The data connection is cut after so many bytes. */
  cutAfterBytes?: number;
}

export class FtpServer {
  readonly files = new Map<string, Buffer>();
  /** Commands as they came. */
  readonly heard: string[] = [];
  readonly folders = new Set(['/', '/in', '/in/deep er']);
  private readonly sockets = new Set<Socket>();
  readonly dataServers: Server[] = [];
  private constructor(
    private readonly server: Server,
    readonly options: FtpServerOptions,
  ) {}

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
    const { tls } = this.ftp.options;
    this.socket = this.ftp.keep(new TLSSocket(this.plain, { isServer: true, secureContext: createSecureContext(tls) }));
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

  private async take(path: string, appends: boolean): Promise<void> {
    this.say('150 go on');
    const { cutAfterBytes = Number.POSITIVE_INFINITY, tls } = this.ftp.options;
    const plain = await this.data;
    if (!plain) return;
    const socket = tls
      ? this.ftp.keep(new TLSSocket(plain, { isServer: true, secureContext: createSecureContext(tls) }))
      : plain;
    let taken = (appends ? this.ftp.files.get(path) : undefined) ?? Buffer.alloc(0);
    let came = 0;
    socket.on('data', (bytes: Buffer) => {
      const rest = bytes.subarray(0, Math.max(0, cutAfterBytes - came));
      came += bytes.length;
      taken = Buffer.concat([taken, rest]);
      this.ftp.files.set(path, taken);
      if (came < cutAfterBytes) return;
      plain.destroy();
      this.plain.destroy();
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
