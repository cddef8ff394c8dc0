/** Central systems over real TLS, of Node.js and of Debian's OpenSSL, and what becomes of a station's link to them. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { CentralSystemEndpoint } from '../../src/ocpp/link/endpoint';
import type { LinkEnd } from '../../src/ocpp/link/transport';
import { WsTransport, type WsTransportOptions } from '../../src/ocpp/link/ws-transport';
import type { KeyAndCertificate } from './certificates';
import { until } from './until';

/** One that listens. */
export interface TlsPeer {
  port: number;
  /** What it was told as HTTP authorisation, handshake by handshake; undefined: it was told none. */
  authorizations: readonly (string | undefined)[];
  close(): void;
}

export interface TlsPeerOptions {
  own: KeyAndCertificate;
  /** In PEM: those that it shows beside its own. */
  between?: string;
  /** In PEM: it wants a certificate of the other side, of this authority. */
  wants?: string;
  maxVersion?: 'TLSv1.2';
  /** Keys and signatures of any weakness are taken. */
  weak?: boolean;
  /** What OpenSSL says has each step of each handshake. */
  tellsSteps?: boolean;
}

const anyStrength = 'ALL:@SECLEVEL=0';

export async function nodePeer({ own, between = '', wants, maxVersion, weak }: TlsPeerOptions): Promise<TlsPeer> {
  const options: ServerOptions = {
    ...{ key: own.key, cert: own.cert + between },
    ...(wants !== undefined && { ca: wants, requestCert: true, rejectUnauthorized: true }),
    ...(maxVersion && { maxVersion }),
    ...(weak && { ciphers: anyStrength }),
  };
  const server = createTlsServer(options);
  server.on('tlsClientError', () => {});
  const wires: { destroy(): void }[] = [];
  server.on('connection', (wire) => wires.push(wire));
  const authorizations: (string | undefined)[] = [];
  server.on('upgrade', ({ headers }) => authorizations.push(headers.authorization));
  new WebSocketServer({ server, handleProtocols: () => 'ocpp1.6' });
  const close = (): void => {
    server.close();
    for (const wire of wires) wire.destroy();
  };
  return { port: await portOf(server), authorizations, close };
}

/** `openssl s_server`, whose input and output are what goes over the connection: here is the rest of a WebSocket server. */
export async function opensslPeer({
  own,
  between,
  wants,
  maxVersion,
  weak,
  tellsSteps,
}: TlsPeerOptions): Promise<OpensslPeer> {
  const folder = mkdtempSync(join(tmpdir(), 'greenup-s-server-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  const peer = new OpensslPeer(folder, [
    ...['-accept', '127.0.0.1:0', '-key', file('key.pem', own.key), '-cert', file('cert.pem', own.cert)],
    ...(between === undefined ? [] : ['-cert_chain', file('between.pem', between)]),
    ...(wants === undefined ? [] : ['-CAfile', file('wants.pem', wants), '-Verify', '3', '-verify_return_error']),
    ...(maxVersion === undefined ? [] : ['-tls1_2']),
    ...(weak ? ['-cipher', anyStrength] : []),
    ...(tellsSteps ? ['-state'] : []),
  ]);
  await until(
    () => peer.port > 0 || peer.isOver,
    () => `s_server does not listen: ${peer.said}`,
  );
  if (peer.port === 0) throw new Error(`s_server ended: ${peer.said}`);
  return peer;
}

export class OpensslPeer implements TlsPeer {
  port = 0;
  said = '';
  isOver = false;
  readonly authorizations: (string | undefined)[] = [];
  private readonly child: ChildProcess;
  /** How much of what it said has been looked at. */
  private read = 0;

  constructor(
    private readonly folder: string,
    words: readonly string[],
  ) {
    this.child = spawn('openssl', ['s_server', ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (data) => this.hear(String(data)));
    this.child.stdin?.on('error', () => {});
    this.child.on('close', () => {
      this.isOver = true;
    });
  }

  /** As if somebody pressed the key: `R` asks for another handshake, certificate and all, `r` for one without. */
  press(key: string): void {
    this.child.stdin?.write(`${key}\n`);
  }

  close(): void {
    this.child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }

  private hear(words: string): void {
    this.said += words;
    const [, port] = /ACCEPT .*:(\d+)/.exec(this.said) ?? [];
    if (port !== undefined) this.port = Number(port);
    const found = /GET [^\n]+\r?\n([\s\S]*?)\r?\n\r?\n/.exec(this.said.slice(this.read));
    if (!found) return;
    this.read += found.index + found[0].length;
    const [, authorization] = /^authorization: (.*?)\r?$/im.exec(found[0]) ?? [];
    this.authorizations.push(authorization);
    this.child.stdin?.write(upgradeFor(found[0]));
  }
}

/** The answer to a handshake of WebSocket (RFC 6455, 4.2.2). */
export function upgradeFor(request: string): string {
  const [, key] = /^sec-websocket-key: (\S+)/im.exec(request) ?? [];
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const head = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
  return `${head}Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n`;
}

/** One that answers what comes first with these bytes, whatever it is, and hears the rest. */
export async function bytesPeer(answer: (wire: Socket, hello: Buffer) => void): Promise<TlsPeer & { heard(): string }> {
  const heard: Buffer[] = [];
  const wires: Socket[] = [];
  const server = createServer((wire) => {
    wires.push(wire);
    wire.on('error', () => {});
    wire.on('data', (data) => heard.push(data));
    wire.once('data', (hello) => answer(wire, hello));
  });
  const port = await portOf(server);
  const close = (): void => {
    for (const wire of wires) wire.destroy();
    server.close();
  };
  return { port, authorizations: [], close, heard: () => Buffer.concat(heard).toString('latin1') };
}

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await until(() => server.listening);
  return (server.address() as AddressInfo).port;
}

export interface Outcome {
  /** `open`, or why it ended, for programs. */
  end: LinkEnd | 'open' | undefined;
  /** The same for people. */
  words: string;
  /** What was told of a certificate that was taken. */
  told: readonly string[];
}

/** What becomes of one attempt to connect. */
export async function outcomeAt(
  endpoint: Omit<CentralSystemEndpoint, 'identity'>,
  options: WsTransportOptions = {},
): Promise<Outcome> {
  const told: string[] = [];
  let outcome: Omit<Outcome, 'told'> | undefined;
  const transport = new WsTransport({ tell: (line) => told.push(line), ...options });
  const link = transport.connect({ identity: 'CP 1', ...endpoint }, 'ocpp1.6', {
    open: () => {
      outcome ??= { end: 'open', words: '' };
    },
    message: () => {},
    pong: () => {},
    drained: () => {},
    close: (words, end) => {
      outcome ??= { end, words };
    },
  });
  await until(() => outcome !== undefined);
  link.terminate();
  return { ...(outcome as Omit<Outcome, 'told'>), told };
}
