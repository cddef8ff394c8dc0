/** wss over real TLS: whom the station trusts, and what it says of certificates and ports that are wrong. */
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net';
import { WebSocketServer } from 'ws';
import type { LinkEnd } from '../../../src/ocpp/link/transport';
import { WsTransport } from '../../../src/ocpp/link/ws-transport';
import { Authority, type KeyAndCertificate, testWithOpenSsl as test } from '../../support/certificates';
import { until } from '../../support/until';

let authority: Authority;
let stranger: Authority;
const servers: Server[] = [];

beforeAll(() => {
  authority = new Authority();
  stranger = new Authority('Somebody else');
});

afterAll(() => {
  authority.remove();
  stranger.remove();
});

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, 'localhost');
  await until(() => server.listening);
  return (server.address() as AddressInfo).port;
}

function withTls({ key, cert }: KeyAndCertificate): Promise<number> {
  const server = createServer({ key, cert });
  new WebSocketServer({ server, handleProtocols: () => 'ocpp1.6' });
  return listening(server);
}

/** `open`, or why it could not be. */
async function outcome(url: string, ca?: string): Promise<string> {
  return (await ending(url, ca)).reason;
}

/** The same with the code for programs. */
async function ending(url: string, ca?: string): Promise<{ reason: string; how: LinkEnd | undefined }> {
  const heard: string[] = [];
  let code: LinkEnd | undefined;
  const endpoint = { url, identity: 'CP', security: { profile: 0 as const } };
  const link = new WsTransport({ ca }).connect(endpoint, 'ocpp1.6', {
    open: () => heard.push('open'),
    message: () => {},
    pong: () => {},
    drained: () => {},
    close: (reason, how) => {
      heard.push(reason);
      code ??= how;
    },
  });
  await until(() => heard.length > 0);
  const how = code;
  link.terminate();
  return { reason: String(heard[0]), how };
}

test('a certificate of an authority that is named is trusted', async () => {
  const port = await withTls(authority.issue());
  expect(await outcome(`wss://localhost:${port}`, authority.cert)).toBe('open');
});

test('so is one of several in one file', async () => {
  const port = await withTls(authority.issue());
  expect(await outcome(`wss://localhost:${port}`, stranger.cert + authority.cert)).toBe('open');
});

test.each<[string, () => KeyAndCertificate, string | undefined, RegExp, LinkEnd]>([
  [
    'of an authority that is not named',
    () => authority.issue(),
    'stranger',
    /unknown authority: .*--csms-ca FILE/,
    'certificateUnknown',
  ],
  [
    'of an authority that nobody knows',
    () => authority.issue(),
    undefined,
    /unknown authority: .*--csms-ca FILE/,
    'certificateUnknown',
  ],
  [
    'sent with an authority that nobody knows',
    () => {
      const { key, cert } = authority.issue();
      return { key, cert: cert + authority.cert };
    },
    undefined,
    /an authority of its own: .*--csms-ca FILE/,
    'certificateUnknown',
  ],
  [
    'for another name',
    () => authority.issue({ names: 'DNS:central.test,DNS:other.test' }),
    'own',
    /is for central\.test, other\.test, not for localhost: use an address that it names/,
    'certificateName',
  ],
  [
    'that has expired',
    () => authority.issue({ fromDays: -9, toDays: -2 }),
    'own',
    /has expired: have it renewed, or set this machine's clock, which says \d{4}-/,
    'certificateExpired',
  ],
  [
    'that is not valid yet',
    () => authority.issue({ fromDays: 2, toDays: 9 }),
    'own',
    /not valid yet: set this machine's clock, which says \d{4}-/,
    'certificateEarly',
  ],
])('a certificate %s: one line says what is wrong and what to do', async (_what, made, trusted, line, code) => {
  const port = await withTls(made());
  const ca = trusted === undefined ? undefined : trusted === 'own' ? authority.cert : stranger.cert;
  const { reason, how } = await ending(`wss://localhost:${port}`, ca);
  expect(reason).toMatch(line);
  expect(how).toBe(code);
  expect(reason).not.toContain('\n');
});

test('a certificate that is its own authority: trusted when it is named, else told', async () => {
  const self = new Authority('localhost');
  try {
    const port = await withTls(self.asServer());
    expect(await outcome(`wss://localhost:${port}`)).toMatch(/is self-signed: name it with --csms-ca FILE/);
    expect(await outcome(`wss://localhost:${port}`, self.cert)).toBe('open');
  } finally {
    self.remove();
  }
});

test('wss at a port of plain WebSockets', async () => {
  const server = createHttpServer();
  new WebSocketServer({ server });
  expect(await outcome(`wss://localhost:${await listening(server)}`)).toMatch(/no TLS.*: .*use ws:\/\//);
});

test('ws at a port of TLS', async () => {
  const port = await withTls(authority.issue());
  expect(await outcome(`ws://localhost:${port}`)).toMatch(/use wss:\/\//);
});

test.each([
  [
    'a server that tells plain HTTP from TLS',
    'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n',
    /HTTP 400.*use wss:\/\//,
  ],
  ['an alert of TLS', '\x15\x03\x01\x00\x02\x02\x0a', /no plain WebSocket: use wss:\/\//],
  ['a central system that knows no such station', 'HTTP/1.1 404 Not Found\r\n\r\n', /HTTP 404 instead of a WebSocket$/],
])('ws answered by %s', async (_what, answer, line) => {
  const server = createPlainServer((wire) => {
    wire.on('error', () => {});
    wire.once('data', () => wire.end(answer, 'latin1'));
  });
  expect(await outcome(`ws://localhost:${await listening(server)}`)).toMatch(line);
});

test('what is no matter of TLS keeps its own words', async () => {
  const server = createPlainServer();
  const port = await listening(server);
  server.close();
  await until(() => !server.listening);
  expect(await outcome(`wss://localhost:${port}`)).toMatch(/ECONNREFUSED/);
});
