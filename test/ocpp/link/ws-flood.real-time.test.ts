/** Over real sockets: a server that sends megabytes of requests is made to wait, and gets every answer in order. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { RealClock } from '../../../src/drivers/clock/real-clock';
import { Connection } from '../../../src/ocpp/link/connection';
import { Rpc } from '../../../src/ocpp/link/rpc';
import { WsTransport } from '../../../src/ocpp/link/ws-transport';
import { ocpp16 } from '../../../src/ocpp/messages/protocol';
import { until } from '../../support/until';

const requests = 20_000;
/** A segment of 64 KB holds some 300 of them; without a pause thousands pile up. */
const waitingLimit = 1_000;

test('twenty thousand requests at once', async () => {
  const server = new WebSocketServer({ port: 0, handleProtocols: () => 'ocpp1.6' });
  await new Promise((resolve) => server.once('listening', resolve));
  const answered: string[] = [];
  server.on('connection', (socket) => {
    socket.on('message', (data) => answered.push((JSON.parse(String(data)) as string[])[1] ?? ''));
    const key = ['x'.repeat(50), 'y'.repeat(50), 'z'.repeat(50)];
    for (let n = 0; n < requests; n++) socket.send(JSON.stringify([2, String(n), 'GetConfiguration', { key }]));
  });
  const clock = new RealClock({ unref: true });
  let received = 0;
  let waitingMax = 0;
  let handled = 0;
  const connection: Connection = new Connection({
    clock,
    transport: new WsTransport(),
    random: () => 0,
    subprotocol: 'ocpp1.6',
    endpoint: () => ({
      url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
      identity: 'A',
      security: { profile: 0 },
    }),
    reconnectMs: () => 1_000,
    pingMs: () => 0,
    onOpen: () => {},
    onMessage: (data) => {
      received += 1;
      waitingMax = Math.max(waitingMax, received - handled);
      rpc.receive(data);
    },
    onDrained: () => rpc.drained(),
    onClose: () => rpc.closed(),
  });
  const rpc = new Rpc({
    protocol: ocpp16,
    link: { send: (text) => connection.send(text) },
    flow: connection,
    clock,
    ownViolations: 'throw',
  });
  rpc.onCall(async () => {
    if (handled % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    handled += 1;
    return { result: { unknownKey: [] } };
  });
  connection.start();
  try {
    await until(() => answered.length === requests || waitingMax >= waitingLimit);
    expect(waitingMax).toBeLessThan(waitingLimit);
    expect(answered).toEqual(Array.from({ length: requests }, (_, n) => String(n)));
  } finally {
    connection.stop();
    for (const client of server.clients) client.terminate();
    server.close();
  }
});
