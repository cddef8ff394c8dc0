/** Long and foreign messages over a real socket: what is read, and with which code the link ends. */
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { messageCharactersMax } from '../../../src/ocpp/link/frame';
import type { TransportLink } from '../../../src/ocpp/link/transport';
import { WsTransport } from '../../../src/ocpp/link/ws-transport';
import { until } from '../../support/until';

const mib = 1 << 20;
let server: WebSocketServer;
let peer: WebSocket;
let link: TransportLink;
let lengths: number[];
let ends: string[];
let codes: number[];

beforeEach(async () => {
  // An end of the link before may still be told.
  const [ownEnds, ownCodes]: [string[], number[]] = [[], []];
  [lengths, ends, codes] = [[], ownEnds, ownCodes];
  server = new WebSocketServer({ port: 0, handleProtocols: () => 'ocpp1.6' });
  server.on('connection', (socket) => {
    peer = socket;
    socket.on('close', (code) => ownCodes.push(code));
    socket.on('error', () => {});
  });
  await until(() => server.address() !== null);
  const { port } = server.address() as AddressInfo;
  let isOpen = false;
  const endpoint = { url: `ws://127.0.0.1:${port}`, identity: 'CP', security: { profile: 0 as const } };
  link = new WsTransport().connect(endpoint, 'ocpp1.6', {
    open: () => {
      isOpen = true;
    },
    message: (data) => lengths.push(data.length),
    pong: () => {},
    drained: () => {},
    close: (reason) => ownEnds.push(reason),
  });
  await until(() => isOpen);
});

afterEach(async () => {
  link.terminate();
  await new Promise((resolve) => server.close(resolve));
});

test('a message much longer than is worked on is read, so that it can be refused', async () => {
  peer.send('x'.repeat(4 * messageCharactersMax));
  peer.send('y');
  await until(() => lengths.length === 2);
  expect(lengths).toEqual([4 * messageCharactersMax, 1]);
  expect(ends).toEqual([]);
});

test('beyond 16 MiB the link ends with 1009 (RFC 6455, 7.4.1)', async () => {
  peer.send('x'.repeat(16 * mib));
  await until(() => lengths.length === 1);
  peer.send('x'.repeat(16 * mib + 1));
  await until(() => ends.length === 1 && codes.length === 1);
  expect(codes).toEqual([1009]);
  expect(lengths).toEqual([16 * mib]);
});

test('the code with which a link is closed reaches the other side', async () => {
  link.close(1003);
  await until(() => codes.length === 1 && ends.length === 1);
  expect(codes).toEqual([1003]);
});
