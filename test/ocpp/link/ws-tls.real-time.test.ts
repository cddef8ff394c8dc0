/** wss over real TLS: whom the station trusts, and what it says of certificates and ports that are wrong. */
import { X509Certificate } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type ServerOptions } from 'node:https';
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net';
import { WebSocketServer } from 'ws';
import type { CentralSystemEndpoint, EndpointSecurity } from '../../../src/ocpp/link/endpoint';
import { strictTls } from '../../../src/ocpp/link/tls';
import type { LinkEnd } from '../../../src/ocpp/link/transport';
import { WsTransport } from '../../../src/ocpp/link/ws-transport';
import {
  Authority,
  type CertificateOptions,
  type KeyAndCertificate,
  testWithOpenSsl as test,
} from '../../support/certificates';
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
  authorizations = [];
});

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, 'localhost');
  await until(() => server.listening);
  return (server.address() as AddressInfo).port;
}

/** What the servers of a test were asked for as authorisation. */
let authorizations: (string | undefined)[] = [];

function withTls(own: KeyAndCertificate, options: ServerOptions = {}): Promise<number> {
  const server = createServer({ ...own, ...options });
  server.on('upgrade', ({ headers }) => authorizations.push(headers.authorization));
  new WebSocketServer({ server, handleProtocols: () => 'ocpp1.6' });
  return listening(server);
}

/** `open`, or why it could not be. */
async function outcome(url: string, ca?: string): Promise<string> {
  return (await ending(url, ca)).reason;
}

/** The same with the code for programs, and what was told of the certificate. */
async function ending(
  url: string,
  ca?: string,
  security: EndpointSecurity = { profile: 0 },
  authorities?: CentralSystemEndpoint['authorities'],
): Promise<{ reason: string; how: LinkEnd | undefined; told: string[]; root: string | undefined }> {
  const heard: string[] = [];
  const told: string[] = [];
  let code: LinkEnd | undefined;
  let restsOn: string | undefined;
  const endpoint = { url, identity: 'CP 1', security, ...(authorities && { authorities }) };
  const link = new WsTransport({ ca, tell: (line) => told.push(line) }).connect(endpoint, 'ocpp1.6', {
    open: (root) => {
      heard.push('open');
      restsOn = root;
    },
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
  return { reason: String(heard[0]), how, told, root: restsOn };
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

describe('security profiles', () => {
  const password = Buffer.from('00ff3a80'.repeat(4), 'hex');
  const ofStation = `Basic ${Buffer.concat([Buffer.from('CP 1:'), password]).toString('base64')}`;

  test('1: identity and password, byte for byte, also over plain ws', async () => {
    const server = createHttpServer();
    server.on('upgrade', ({ headers }) => authorizations.push(headers.authorization));
    new WebSocketServer({ server, handleProtocols: () => 'ocpp1.6' });
    const url = `ws://localhost:${await listening(server)}`;
    expect((await ending(url, undefined, { profile: 1, password })).reason).toBe('open');
    expect(authorizations).toEqual([ofStation]);
  });

  test('from 2 on certificates count whatever the environment says (NODE_TLS_REJECT_UNAUTHORIZED)', () => {
    // Node.js reads its own environment, which a test has not: what is said here is what it goes by.
    expect(strictTls(() => {}).rejectUnauthorized).toBe(true);
  });

  test('0: nobody is told a password', async () => {
    const port = await withTls(authority.issue());
    expect(await outcome(`wss://localhost:${port}`, authority.cert)).toBe('open');
    expect(authorizations).toEqual([undefined]);
  });

  test('2: the password does not leave over plain ws', async () => {
    const server = createPlainServer();
    const heard: string[] = [];
    server.on('connection', () => heard.push('somebody'));
    const url = `ws://localhost:${await listening(server)}`;
    expect((await ending(url, undefined, { profile: 2, password })).reason).toMatch(/over TLS only: URL must be wss/);
    expect(heard).toEqual([]);
  });

  test.each<[string, CertificateOptions, ServerOptions]>([
    ['TLS 1.3', {}, { minVersion: 'TLSv1.3' }],
    ['ECDHE-ECDSA-AES128', {}, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }],
    ['ECDHE-ECDSA-AES256', {}, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' }],
    ['ECDHE-RSA-AES256', { key: 'rsa:2048' }, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' }],
    ['RSA-AES128', { key: 'rsa:2048' }, { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
    ['RSA-AES256', { key: 'rsa:2048' }, { maxVersion: 'TLSv1.2', ciphers: 'AES256-GCM-SHA384' }],
  ])('2: %s is spoken (A00.FR.317, 318)', async (_, certificate, options) => {
    const port = await withTls(authority.issue(certificate), options);
    const { reason, told } = await ending(`wss://localhost:${port}`, authority.cert, { profile: 2, password });
    expect([reason, told, authorizations]).toEqual(['open', [], [ofStation]]);
  });

  test.each<[string, CertificateOptions, ServerOptions, LinkEnd, RegExp]>([
    [
      'only TLS 1.1',
      {},
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' },
      'tlsVersion',
      /no TLS 1\.2 or newer/,
    ],
    [
      'only suites with CBC',
      {},
      { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' },
      'tlsSuites',
      /none of the cipher suites that are allowed/,
    ],
    [
      'a key that is too short',
      { key: 'rsa:1024' },
      { ciphers: 'ALL:@SECLEVEL=0' },
      'certificateWeak',
      /too weak: RSA/,
    ],
    ['another name', { names: 'DNS:other.test' }, {}, 'certificateName', /is for other\.test/],
    ['an end in the past', { fromDays: -9, toDays: -2 }, {}, 'certificateExpired', /has expired/],
  ])('2: a central system with %s gets no password', async (_, certificate, options, how, words) => {
    const port = await withTls(authority.issue(certificate), options);
    const end = await ending(`wss://localhost:${port}`, authority.cert, { profile: 2, password });
    expect([end.how, authorizations]).toEqual([how, []]);
    expect(end.reason).toMatch(words);
  });

  test('2: a common name counts where there are no others, an address in it with a warning (A00.FR.308)', async () => {
    const byName = await withTls(authority.issue({ names: null, commonName: 'localhost' }));
    expect((await ending(`wss://localhost:${byName}`, authority.cert, { profile: 2, password })).reason).toBe('open');
    const byAddress = await withTls(authority.issue({ names: null, commonName: '127.0.0.1' }));
    const end = await ending(`wss://127.0.0.1:${byAddress}`, authority.cert, { profile: 2, password });
    expect([end.reason, end.told]).toEqual(['open', [expect.stringContaining('has its address 127.0.0.1 as a name')]]);
    const other = await withTls(authority.issue({ names: 'DNS:other.test', commonName: '127.0.0.1' }));
    const refused = await ending(`wss://127.0.0.1:${other}`, authority.cert, { profile: 2, password });
    expect(refused.how).toBe('certificateName');
  });

  test('installed roots: what rests on them is told; alone or with those that were named, and never where another signed', async () => {
    const port = await withTls(authority.issue());
    const pem = [stranger.cert, authority.cert];
    const url = `wss://localhost:${port}`;
    const own = new X509Certificate(authority.cert).fingerprint256.replaceAll(':', '').toLowerCase();
    const by = (authorities: CentralSystemEndpoint['authorities'], ca?: string) =>
      ending(url, ca, { profile: 2, password }, authorities);
    expect(await by({ pem, alone: true })).toMatchObject({ reason: 'open', root: own });
    expect(await by({ pem, alone: false })).toMatchObject({ reason: 'open', root: own });
    expect(await by({ pem: [stranger.cert], alone: true })).toMatchObject({
      how: 'certificateUnknown',
      root: undefined,
    });
    expect(await by({ pem: [stranger.cert], alone: true }, authority.cert)).toMatchObject({
      reason: 'open',
      root: own,
    });
  });
});
