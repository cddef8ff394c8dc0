/** The central system of a fleet: it accepts everything, and asks for a Heartbeat a minute. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({
  port: 0,
  host: '127.0.0.1',
  perMessageDeflate: false,
  handleProtocols: () => 'ocpp1.6',
});
let transactionId = 0;

function answerTo(action: string): object {
  const idTagInfo = { status: 'Accepted' };
  const currentTime = new Date().toISOString();
  switch (action) {
    case 'BootNotification':
      return { status: 'Accepted', currentTime, interval: 60 };
    case 'Heartbeat':
      return { currentTime };
    case 'Authorize':
      return { idTagInfo };
    case 'StartTransaction':
      transactionId += 1;
      return { transactionId, idTagInfo };
    default:
      return {};
  }
}

server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const [kind, id, action] = JSON.parse(String(data)) as [number, string, string];
    if (kind === 2) socket.send(JSON.stringify([3, id, answerTo(action)]));
  });
});
server.on('listening', () =>
  console.log(JSON.stringify({ url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` })),
);
