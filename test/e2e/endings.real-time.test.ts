/** The station comes back after every kind of ending, over real sockets: one case an ending. */
import { createHash } from 'node:crypto';
import { Connection } from '../../src/ocpp/link/connection';
import type { Transport } from '../../src/ocpp/link/transport';
import { WsTransport, type WsTransportOptions } from '../../src/ocpp/link/ws-transport';
import { until } from '../support/until';
import { freePort, HostileServer, type Peer, type Refusal } from './hostile-server';
import { PacedClock } from './paced-clock';

/** In the time of the paced clock. */
const reconnectMs = 40;
const pingMs = 40;

/** Times that `ws` counts in real time; those of the program unless a case waits for their end. */
type Limits = Pick<WsTransportOptions, 'handshakeTimeoutMs' | 'closeTimeoutMs'>;

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A connection that keeps a diary; `urls`: where each attempt goes, the last one for all that follow. */
class Subject {
  readonly connection: Connection;
  readonly diary: string[] = [];
  /** How each link ended, opened or not. */
  readonly endings: string[] = [];
  readonly messages: (string | Uint8Array)[] = [];

  constructor(urls: string[], options: { pingMs?: number; limits?: Limits } = {}) {
    const real = new WsTransport(options.limits);
    const clock = new PacedClock(1);
    cleanUps.push(() => clock.stop());
    const transport: Transport = {
      connect: (endpoint, subprotocol, events) =>
        real.connect(endpoint, subprotocol, {
          ...events,
          close: (reason) => {
            this.endings.push(reason);
            events.close(reason);
          },
        }),
    };
    this.connection = new Connection({
      clock,
      transport,
      random: () => 0.05,
      subprotocol: 'ocpp1.6',
      endpoint: () => ({
        url: (urls.length > 1 ? urls.shift() : urls[0]) ?? '',
        identity: 'GREENUP 1',
        security: { profile: 0 },
      }),
      reconnectMs: () => reconnectMs,
      pingMs: () => options.pingMs ?? 0,
      onOpen: () => this.diary.push('open'),
      onMessage: (data) => this.messages.push(data),
      onClose: () => this.diary.push('close'),
    });
    cleanUps.push(() => this.connection.stop());
    this.connection.start();
  }
}

async function server(options: { answersPings?: boolean } = {}): Promise<{ central: HostileServer; url: string }> {
  const central = new HostileServer(options);
  const url = await central.listen();
  cleanUps.push(() => central.close());
  return { central, url };
}

/** The `count`th connection of the server works in both directions. */
async function expectWorking(subject: Subject, central: HostileServer, count: number): Promise<Peer> {
  const told = () => `${central.peers.length} connections, ended: ${subject.endings.join('; ')}`;
  await until(() => central.peers.length === count && subject.connection.status === 'Connected', told);
  const peer = central.peers[count - 1];
  if (!peer) throw new Error('no peer');
  subject.connection.send(`up ${count}`);
  peer.socket.send(`down ${count}`);
  await until(() => peer.received.includes(`up ${count}`));
  await until(() => subject.messages.includes(`down ${count}`));
  return peer;
}

describe('a connection that was open', () => {
  const closeFrame = (code: number) => ({ name: `Close frame ${code}`, end: (p: Peer) => p.socket.close(code, 'why') });
  interface Ending {
    name: string;
    end: (peer: Peer) => void;
    told: RegExp;
    pingMs?: number;
    answersPings?: boolean;
    limits?: Limits;
  }
  const endings: Ending[] = [
    ...[1000, 1001, 1002, 1008, 1011, 1012, 4000].map((code) => ({
      ...closeFrame(code),
      told: new RegExp(`^closed with code ${code} why$`),
    })),
    { name: 'Close frame without a code', end: (p) => p.socket.close(), told: /code 1005/ },
    {
      name: 'Close frame, after which the server holds on to the connection',
      end: (p) => {
        p.wire.write(Buffer.from([0x88, 2, 0x03, 0xe8]));
        p.wire.removeAllListeners('data').pause();
      },
      told: /code 1000/,
      limits: { closeTimeoutMs: 150 },
    },
    { name: 'the server vanishes (1006)', end: (p) => p.socket.terminate(), told: /code 1006/ },
    { name: 'TCP end without a Close frame', end: (p) => p.wire.end(), told: /code 1006/ },
    { name: 'TCP reset', end: (p) => p.wire.resetAndDestroy(), told: /ECONNRESET|code 1006/ },
    {
      name: 'bytes that are no frame',
      end: (p) => p.wire.write(Buffer.alloc(32, 0xff)),
      told: /Invalid WebSocket frame/,
    },
    { name: 'text that is not UTF-8', end: (p) => p.wire.write(Buffer.from([0x81, 1, 0xff])), told: /UTF-8/ },
    { name: 'a message of 17 MiB', end: (p) => p.socket.send('x'.repeat(17 << 20)), told: /Max payload size exceeded/ },
    {
      name: 'a half-open link: nothing is read and no ping answered',
      end: (p) => p.wire.pause(),
      told: /code 1006/,
      pingMs,
    },
    {
      name: 'a server that reads but answers no ping',
      end: () => {},
      told: /code 1006/,
      pingMs,
      answersPings: false,
    },
  ];

  test.each(endings)('$name', async ({ end, told, pingMs = 0, answersPings = true, limits = {} }) => {
    const { central, url } = await server({ answersPings });
    const subject = new Subject([url], { pingMs, limits });
    end(await expectWorking(subject, central, 1));
    await expectWorking(subject, central, 2);
    expect(subject.diary.slice(0, 3)).toEqual(['open', 'close', 'open']);
    expect(subject.endings[0]).toMatch(told);
  });

  test('survives ten endings one after the other', async () => {
    const { central, url } = await server();
    const subject = new Subject([url]);
    for (let count = 1; count <= 10; count++) {
      const peer = await expectWorking(subject, central, count);
      if (count % 2 === 0) peer.socket.terminate();
      else peer.socket.close(1012);
    }
    await expectWorking(subject, central, 11);
    expect(subject.diary.filter((entry) => entry === 'open')).toHaveLength(11);
    expect(subject.diary.filter((entry) => entry === 'close')).toHaveLength(10);
  });

  test('stays as long as the server answers pings', async () => {
    const { central, url } = await server();
    const subject = new Subject([url], { pingMs });
    const peer = await expectWorking(subject, central, 1);
    await until(() => peer.pings >= 5);
    expect(subject.diary).toEqual(['open']);
    expect(central.attempts).toBe(1);
  });

  test('delivers nothing that arrives after stop', async () => {
    const { central, url } = await server();
    const subject = new Subject([url]);
    const peer = await expectWorking(subject, central, 1);
    const closed = new Promise((resolve) => peer.socket.once('close', resolve));
    subject.connection.stop();
    // Leaves before the server has seen the Close frame, and so arrives before its own.
    peer.socket.send('too late');
    expect(await closed).toBe(1000);
    await until(() => subject.connection.status === 'Disconnected');
    expect(subject.messages).toEqual(['down 1']);
  });

  test('is not opened again after stop', async () => {
    const { central, url } = await server();
    const subject = new Subject([url]);
    const peer = await expectWorking(subject, central, 1);
    const closed = new Promise((resolve) => peer.socket.once('close', resolve));
    subject.connection.stop();
    expect(await closed).toBe(1000);
    await until(() => subject.connection.status === 'Disconnected');
    // Any other station that connects in the time of several attempts shows that this one makes none.
    const other = new Subject([url], { pingMs });
    const second = await expectWorking(other, central, 2);
    await until(() => second.pings >= 5);
    expect(central.attempts).toBe(2);
  });
});

describe('a handshake that fails', () => {
  const answer = (head: string): Refusal => {
    return (wire) => wire.end(`HTTP/1.1 ${head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
  };
  /** Completes the handshake as a server does that names another subprotocol, or none. */
  const upgraded = (protocol: string | undefined): Refusal => {
    return (wire, request) => {
      const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const lines = [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${createHash('sha1').update(key).digest('base64')}`,
        ...(protocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${protocol}`]),
      ];
      wire.write(`${lines.join('\r\n')}\r\n\r\n`);
    };
  };

  const refusals: { name: string; refuse: Refusal; told: RegExp; limits?: Limits }[] = [
    { name: 'HTTP 401', refuse: answer('401 Unauthorized'), told: /401/ },
    { name: 'HTTP 404', refuse: answer('404 Not Found'), told: /404/ },
    { name: 'HTTP 429', refuse: answer('429 Too Many Requests'), told: /429/ },
    { name: 'HTTP 503', refuse: answer('503 Service Unavailable'), told: /503/ },
    { name: 'HTTP 200', refuse: answer('200 OK'), told: /200/ },
    { name: 'a redirection', refuse: answer('302 Found\r\nLocation: http://127.0.0.1/'), told: /302/ },
    { name: 'another subprotocol', refuse: upgraded('ocpp2.0.1'), told: /subprotocol/ },
    { name: 'no subprotocol', refuse: upgraded(undefined), told: /subprotocol/ },
    { name: 'an answer that is no HTTP', refuse: (wire) => wire.end('hello\r\n\r\n'), told: /./ },
    { name: 'a connection that is dropped', refuse: (wire) => wire.destroy(), told: /hang up|ECONNRESET/ },
    // Long enough for the third attempt, which is answered.
    { name: 'no answer at all', refuse: () => {}, told: /timed out/, limits: { handshakeTimeoutMs: 1_000 } },
  ];

  test.each(refusals)('$name', async ({ refuse, told, limits = {} }) => {
    const { central, url } = await server();
    central.refusals.push(refuse, refuse);
    const subject = new Subject([url], { limits });
    await expectWorking(subject, central, 1);
    expect(subject.diary).toEqual(['open']);
    expect(central.attempts).toBe(3);
    expect(subject.endings).toEqual([expect.stringMatching(told), expect.stringMatching(told)]);
    expect(subject.connection.lastError).toBeUndefined();
  });
});

describe('no server', () => {
  test('connection refused: the server is not up yet', async () => {
    const port = await freePort();
    const subject = new Subject([`ws://127.0.0.1:${port}/ocpp`]);
    await until(() => subject.endings.length >= 2);
    expect(subject.endings[0]).toContain('ECONNREFUSED');
    expect(subject.connection.lastError).toContain('ECONNREFUSED');
    const central = new HostileServer();
    cleanUps.push(() => central.close());
    await central.listen(port);
    await expectWorking(subject, central, 1);
  });

  test.each([
    ['TLS asked of a server without it', (url: string) => url.replace('ws:', 'wss:')],
    ['an address that cannot be read', () => 'no address at all'],
    ['a scheme that is none of ours', (url: string) => url.replace('ws:', 'gopher:')],
  ])('%s', async (_name, wrong) => {
    const { central, url } = await server();
    const subject = new Subject([wrong(url), wrong(url), url]);
    await expectWorking(subject, central, 1);
    expect(subject.endings).toHaveLength(2);
    expect(subject.diary).toEqual(['open']);
  });
});
