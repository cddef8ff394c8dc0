/** Why a link over a real socket did not come about, as the code by which pages and programs decide. */
import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { LinkEnd } from '../../../src/ocpp/link/transport';
import { WsTransport, type WsTransportOptions } from '../../../src/ocpp/link/ws-transport';
import { until } from '../../support/until';

let server: Server | undefined;

afterEach(() => {
  server?.close();
  server = undefined;
});

async function listening(answer: (wire: Socket, request: string) => void): Promise<string> {
  const own = createServer((wire) => {
    wire.on('error', () => {});
    wire.once('data', (data) => answer(wire, data.toString('latin1')));
  });
  server = own;
  own.listen(0, '127.0.0.1');
  await until(() => own.listening);
  return `ws://127.0.0.1:${(own.address() as AddressInfo).port}`;
}

async function endingAt(url: string, options: WsTransportOptions = {}): Promise<[LinkEnd | undefined, string]> {
  const endings: [LinkEnd | undefined, string][] = [];
  const endpoint = { url, identity: 'CP', security: { profile: 0 as const } };
  new WsTransport(options).connect(endpoint, 'ocpp1.6', {
    open: () => endings.push([undefined, 'open']),
    message: () => {},
    pong: () => {},
    drained: () => {},
    close: (reason, how) => endings.push([how, reason]),
  });
  await until(() => endings.length > 0);
  return endings[0] ?? [undefined, ''];
}

const http = (status: string) => (wire: Socket) => wire.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`);

/** Completes the handshake as a server does that names this subprotocol, or none. */
const upgraded = (protocol?: string) => (wire: Socket, request: string) => {
  const [, key] = /sec-websocket-key: (\S+)/i.exec(request) ?? [];
  const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const named = protocol === undefined ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`;
  const head = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n';
  wire.write(`${head}Sec-WebSocket-Accept: ${accept}\r\n${named}\r\n`);
};

test.each<[string, (wire: Socket, request: string) => void, LinkEnd, RegExp]>([
  ['401', http('401 Unauthorized'), 'unauthorised', /HTTP 401/],
  ['403', http('403 Forbidden'), 'unauthorised', /HTTP 403/],
  ['404', http('404 Not Found'), 'noWebSocket', /HTTP 404/],
  ['500', http('500 Internal Server Error'), 'noWebSocket', /HTTP 500/],
  ['another subprotocol', upgraded('ocpp2.0.1'), 'noOcpp', /subprotocol ocpp1\.6$/],
  ['no subprotocol', upgraded(), 'noOcpp', /subprotocol ocpp1\.6$/],
  ['a subprotocol in other letters', upgraded('OCPP1.6'), 'noOcpp', /subprotocol ocpp1\.6$/],
  ['no HTTP', (wire) => wire.end('hello\r\n\r\n'), 'noWebSocket', /./],
])('a server that answers with %s', async (_what, answer, how, reason) => {
  expect(await endingAt(await listening(answer))).toEqual([how, expect.stringMatching(reason)]);
});

test('a server that never answers has timed out, not been lost', async () => {
  const url = await listening(() => {});
  expect(await endingAt(url, { handshakeTimeoutMs: 50 })).toEqual([
    'timedOut',
    expect.stringMatching(/within 0\.05 s/),
  ]);
});

test('a server that answers keeps its link for longer than an answer may take', async () => {
  let open: Socket | undefined;
  const url = await listening((wire, request) => {
    open = wire;
    upgraded('ocpp1.6')(wire, request);
  });
  const heard: string[] = [];
  const endpoint = { url, identity: 'CP', security: { profile: 0 as const } };
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
  try {
    const link = new WsTransport({ handshakeTimeoutMs: 1_000 }).connect(endpoint, 'ocpp1.6', {
      open: () => heard.push('open'),
      message: () => heard.push('message'),
      pong: () => {},
      drained: () => {},
      close: (reason) => heard.push(reason),
    });
    while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve));
    jest.advanceTimersByTime(10_000);
    // A text of two letters (RFC 6455, 5.2).
    open?.write(Buffer.from([0x81, 2, 0x68, 0x69]));
    while (heard.length === 1) await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toEqual(['open', 'message']);
    link.terminate();
    while (heard.length === 2) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    jest.useRealTimers();
    open?.destroy();
  }
});

test('a port where nobody listens, and a name that nobody has', async () => {
  const url = await listening(() => {});
  server?.close();
  await until(() => server?.listening === false);
  expect((await endingAt(url))[0]).toBe('refused');
  expect((await endingAt('ws://central.invalid'))[0]).toBe('nameUnknown');
});
