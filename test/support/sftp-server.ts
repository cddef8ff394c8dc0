/** A small SFTP server for tests: one user, files in memory, and the ways in which such a server can fail. */
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type Connection, Server, type SFTPWrapper, utils } from 'ssh2';
import { until } from './until';

const { STATUS_CODE: code } = utils.sftp;

export interface SftpServerOptions {
  user?: string;
  password?: string;
  /** Its own keys in PEM; one is made unless told. */
  hostKeys?: string[];
  /** A user is let in by answering a question only. */
  asks?: boolean;
  /** What is answered to a file that is to be written, or read. */
  openStatus?: number;
  /** The connection is cut when so many bytes have come or gone. */
  cutAfterBytes?: number;
  /** No answer has more bytes of a file. */
  readBytesMax?: number;
  /** What is told of a file, in place of what is so. */
  told?: { size?: number; mtime?: number };
}

export function newHostKey(type: 'rsa' | 'ecdsa'): string {
  const encoding = { publicKeyEncoding: { type: 'spki', format: 'pem' } } as const;
  if (type === 'rsa') {
    const privateKeyEncoding = { type: 'pkcs1', format: 'pem' } as const;
    return generateKeyPairSync('rsa', { modulusLength: 2_048, ...encoding, privateKeyEncoding }).privateKey;
  }
  const privateKeyEncoding = { type: 'sec1', format: 'pem' } as const;
  return generateKeyPairSync('ec', { namedCurve: 'P-256', ...encoding, privateKeyEncoding }).privateKey;
}

export class SftpServer {
  /** When all of its files were changed last, in s of Unix time. */
  changed = 1_777_000_000;
  readonly files = new Map<string, Buffer>();
  /** How users came in, in order. */
  readonly methods: string[] = [];
  private readonly connections = new Set<Connection>();
  private constructor(private readonly server: Server) {}

  static async start(options: SftpServerOptions = {}): Promise<SftpServer> {
    const server = new Server({ hostKeys: options.hostKeys ?? [newHostKey('ecdsa')] });
    const sftp = new SftpServer(server);
    server.on('connection', (connection) => sftp.take(connection, options));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return sftp;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Resolves when nobody is connected any more. */
  async stop(): Promise<void> {
    for (const connection of this.connections) connection.end();
    this.server.close();
    await until(() => this.connections.size === 0);
  }

  private take(connection: Connection, options: SftpServerOptions): void {
    const { user, password, asks } = options;
    this.connections.add(connection);
    connection.on('error', () => {});
    connection.on('close', () => this.connections.delete(connection));
    // Left out of the types of the package. An acknowledgement would wait 40 ms for another to go along with it.
    (connection as unknown as { setNoDelay(on: boolean): void }).setNoDelay(true);
    connection.on('authentication', (context) => {
      this.methods.push(context.method);
      const isRight = (given: string) => user === undefined || (context.username === user && given === password);
      if (context.method === 'password' && !asks && isRight(context.password)) context.accept();
      else if (context.method === 'keyboard-interactive' && asks) {
        context.prompt([{ prompt: 'Password: ', echo: false }], ([answer = '']) =>
          isRight(answer) ? context.accept() : context.reject(),
        );
      } else context.reject(asks ? ['keyboard-interactive'] : ['password']);
    });
    connection.on('session', (accept) => {
      accept().on('sftp', (opened) => this.serve(opened(), connection, options));
    });
  }

  private serve(sftp: SFTPWrapper, connection: Connection, options: SftpServerOptions): void {
    const { openStatus, cutAfterBytes = Number.POSITIVE_INFINITY } = options;
    let path = '';
    let came = 0;
    sftp.on('OPEN', (id, name, flags) => {
      if (openStatus !== undefined) return sftp.status(id, openStatus);
      const isWritten = (flags & utils.sftp.OPEN_MODE.WRITE) !== 0;
      if (isWritten ? name.startsWith('/nowhere/') : !this.files.has(name)) return sftp.status(id, code.NO_SUCH_FILE);
      path = name;
      if ((flags & utils.sftp.OPEN_MODE.TRUNC) !== 0) this.files.set(path, Buffer.alloc(0));
      return sftp.handle(id, Buffer.from('1'));
    });
    sftp.on('WRITE', (id, _handle, offset, data) => {
      const before = this.files.get(path) ?? Buffer.alloc(0);
      const after = Buffer.alloc(Math.max(before.length, offset + data.length));
      before.copy(after);
      data.copy(after, offset);
      this.files.set(path, after);
      came += data.length;
      if (came >= cutAfterBytes) connection.end();
      else sftp.status(id, code.OK);
    });
    sftp.on('READ', (id, _handle, offset, length) => {
      const file = this.files.get(path) ?? Buffer.alloc(0);
      const portion = file.subarray(offset, offset + Math.min(length, options.readBytesMax ?? length));
      came += portion.length;
      if (came >= cutAfterBytes) connection.end();
      else if (portion.length === 0) sftp.status(id, code.EOF);
      else sftp.data(id, portion);
    });
    const size = (id: number, name: string): void => {
      const file = this.files.get(name);
      const facts = { mode: 0o100600, uid: 0, gid: 0, atime: 0, mtime: this.changed, ...options.told };
      if (!file) sftp.status(id, code.NO_SUCH_FILE);
      else sftp.attrs(id, { size: file.length, ...facts });
    };
    sftp.on('STAT', size);
    sftp.on('LSTAT', size);
    sftp.on('FSTAT', (id) => size(id, path));
    for (const done of ['CLOSE', 'FSETSTAT', 'SETSTAT'] as const) {
      sftp.on(done as 'CLOSE', (id: number) => sftp.status(id, code.OK));
    }
  }
}
