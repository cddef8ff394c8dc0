/** What a server, or somebody on the way, may answer to a ClientHello: each ends in order, with its code, and no password has left. */
import { securityEventOf } from '../../../src/ocpp/features/security-events';
import type { LinkEnd } from '../../../src/ocpp/link/transport';
import { WsTransport } from '../../../src/ocpp/link/ws-transport';
import { Authority, testWithOpenSsl } from '../../support/certificates';
import { bytesPeer, type OpensslPeer, opensslPeer, outcomeAt, type TlsPeer } from '../../support/tls-peers';
import { until } from '../../support/until';

const password = Buffer.from('the-password-of-it');
const security = { profile: 2 as const, password };

let peer: TlsPeer | undefined;
afterEach(() => {
  peer?.close();
  peer = undefined;
});

const word = (value: number): number[] => [value >> 8, value & 255];
const record = (kind: number, version: number, content: readonly number[] | Buffer): Buffer =>
  Buffer.from([kind, ...word(version), ...word(content.length), ...content]);

interface Hello {
  version?: number;
  recordVersion?: number;
  suite?: number;
  compression?: number;
  /** The last bytes of the random. */
  sentinel?: string;
}

const tls12 = 0x0303;
const handshake = 22;
const alert = 21;

/** RFC 5246, 7.4.1.3; suites by the numbers of the registry of IANA. */
function serverHello({
  version = tls12,
  recordVersion = tls12,
  suite = 0xc02f,
  compression = 0,
  sentinel,
}: Hello): Buffer {
  const random = Buffer.alloc(32, 7);
  if (sentinel !== undefined) random.write(sentinel, 24, 'hex');
  const body = [...word(version), ...random, 0, ...word(suite), compression];
  return record(handshake, recordVersion, [2, 0, ...word(body.length), ...body]);
}

const fatal = (description: number): Buffer => record(alert, tls12, [2, description]);

/** RFC 8446, 4.1.3: "DOWNGRD" and what it is a downgrade to. */
const sentinelOf12 = '444f574e47524401';
const sentinelOfOlder = '444f574e47524400';

const version = { end: 'tlsVersion', event: 'InvalidTLSVersion' } as const;
const downgrade = { end: 'tlsDowngraded', event: 'InvalidTLSVersion' } as const;
const suites = { end: 'tlsSuites', event: 'InvalidTLSCipherSuite' } as const;
const notTls = { end: 'noTls' } as const;
const failed = { end: 'tlsFailed' } as const;
const refused = { end: 'ownCertificateRefused', event: 'FailedToAuthenticateAtCentralSystem' } as const;

const tricks: Readonly<Record<string, { answer: Buffer; end: LinkEnd; event?: string }>> = {
  'TLS 1.1': { answer: serverHello({ version: 0x0302 }), ...version },
  'TLS 1.0': { answer: serverHello({ version: 0x0301 }), ...version },
  'SSL 3': { answer: serverHello({ version: 0x0300, recordVersion: 0x0300 }), ...version },
  'a suite without encryption': { answer: serverHello({ suite: 0x0002 }), ...suites },
  'a suite for export': { answer: serverHello({ suite: 0x0008 }), ...suites },
  'a suite with CBC': { answer: serverHello({ suite: 0xc013 }), ...suites },
  'a suite without certificates': { answer: serverHello({ suite: 0x0034 }), ...suites },
  'a suite that was not offered': { answer: serverHello({ suite: 0x1399 }), ...suites },
  'the sentinel of a downgrade to TLS 1.2': { answer: serverHello({ sentinel: sentinelOf12 }), ...downgrade },
  'the sentinel of a downgrade to what is older': { answer: serverHello({ sentinel: sentinelOfOlder }), ...downgrade },
  'compression (A00.FR.320, 322)': { answer: serverHello({ compression: 1 }), ...suites },
  'plain HTTP': { answer: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'), ...notTls },
  'what is no TLS': { answer: Buffer.from('220 mail.test ESMTP\r\n'), ...notTls },
  zeros: { answer: Buffer.alloc(4_096), ...notTls },
  'a record that is too large': { answer: record(handshake, tls12, Buffer.alloc(0xffff)), ...notTls },
  'a message that is too large': {
    answer: record(handshake, tls12, [2, 0xff, 0xff, 0xff, ...Buffer.alloc(0x3ffc)]),
    ...failed,
  },
  'half a record': { answer: serverHello({}).subarray(0, 20), end: 'other' },
  'an empty record': { answer: record(handshake, tls12, []), end: 'other' },
  nothing: { answer: Buffer.alloc(0), end: 'other' },
  'alert 40, handshake failure': { answer: fatal(40), ...suites },
  'alert 42, bad certificate': { answer: fatal(42), ...refused },
  'alert 43, unsupported certificate': { answer: fatal(43), ...refused },
  'alert 44, certificate revoked': { answer: fatal(44), ...refused, end: 'ownCertificateRevoked' },
  'alert 45, certificate expired': { answer: fatal(45), ...refused, end: 'ownCertificateExpired' },
  'alert 46, certificate unknown': { answer: fatal(46), ...refused },
  'alert 48, unknown authority': { answer: fatal(48), ...refused },
  'alert 49, access denied': { answer: fatal(49), ...refused },
  'alert 70, protocol version': { answer: fatal(70), ...version },
  'alert 71, insufficient security': { answer: fatal(71), ...suites },
  'alert 80, internal error': { answer: fatal(80), ...failed },
  'alert 86, inappropriate fallback': { answer: fatal(86), ...downgrade },
  'alert 112, unrecognised name': { answer: fatal(112), ...failed },
  'alert 116, certificate required': { answer: fatal(116), ...refused, end: 'ownCertificateMissing' },
  // OpenSSL has no error for it.
  'an alert that nobody knows': { answer: fatal(200), end: 'other' },
};

test.each(Object.keys(tricks))('%s', async (name) => {
  const { answer, end, event } = tricks[name] as (typeof tricks)[string];
  const server = await bytesPeer((wire) => wire.end(answer));
  peer = server;
  const outcome = await outcomeAt({ url: `wss://127.0.0.1:${server.port}`, security });
  expect([outcome.end, securityEventOf(outcome.end)]).toEqual([end, event]);
  expect(outcome.words).not.toMatch(/\n|error:[0-9A-F]/);
  expect(server.heard()).not.toMatch(/Authorization|the-password/i);
});

test.each([
  ['silence', () => {}],
  [
    'half a record, and then silence',
    (wire: { write(bytes: Buffer): void }) => wire.write(serverHello({}).subarray(0, 9)),
  ],
])('%s ends when there was no answer in time', async (_, answer) => {
  const server = await bytesPeer(answer);
  peer = server;
  const options = { handshakeTimeoutMs: 50 };
  expect((await outcomeAt({ url: `wss://127.0.0.1:${server.port}`, security }, options)).end).toBe('timedOut');
  expect(server.heard()).not.toContain('the-password');
});

test('a redirect to plain ws is followed by nobody', async () => {
  const server = await bytesPeer((wire) =>
    wire.end('HTTP/1.1 302 Found\r\nLocation: ws://elsewhere.test\r\nContent-Length: 0\r\n\r\n'),
  );
  peer = server;
  const outcome = await outcomeAt({ url: `ws://127.0.0.1:${server.port}`, security: { profile: 1, password } });
  expect([outcome.end, outcome.words]).toEqual(['noWebSocket', expect.stringMatching(/HTTP 302/)]);
});

describe('a server of OpenSSL', () => {
  const test = testWithOpenSsl;
  let authority: Authority;
  beforeAll(() => {
    authority = new Authority();
  });
  afterAll(() => authority.remove());

  test('that asks for another handshake over the first gets none, and no other certificate is taken', async () => {
    const server: OpensslPeer = await opensslPeer({ own: authority.issue(), maxVersion: 'TLSv1.2', tellsSteps: true });
    peer = server;
    let ending = '';
    let isOpen = false;
    const endpoint = { url: `wss://localhost:${server.port}`, identity: 'CP 1', security };
    const link = new WsTransport({ ca: authority.cert }).connect(endpoint, 'ocpp1.6', {
      open: () => {
        isOpen = true;
      },
      message: () => {},
      pong: () => {},
      drained: () => {},
      close: (reason) => {
        ending = reason;
      },
    });
    await until(() => isOpen);
    const hellos = (): number => (server.said.match(/read client hello/g) ?? []).length;
    expect(hellos()).toBe(1);
    server.press('R');
    await until(
      () => ending !== '' || hellos() > 1,
      () => `neither refused nor taken; the server said\n${server.said}`,
    );
    // OpenSSL gives up a client that says no (RFC 5246, 7.2.2).
    expect([hellos(), ending]).toEqual([1, expect.stringMatching(/^closed/)]);
    link.terminate();
  });
});
