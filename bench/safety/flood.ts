/** A central system in a thread of its own that sends CALLs as fast as they are taken. */
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort } from 'node:worker_threads';
import { type WebSocket, WebSocketServer } from 'ws';

/** CALLs that may be unanswered; without a bound the kernel's buffers hold those of a second. */
const unansweredMax = 500;

/** Small ones as a rule; one in a hundred is a list of 200 cards. */
const list = Array.from({ length: 200 }, (_, index) => ({
  idTag: `CARD${index}`,
  idTagInfo: { status: 'Accepted', expiryDate: '2030-01-01T00:00:00Z' },
}));
const small = JSON.stringify([2, 'f', 'ChangeConfiguration', { key: 'HeartbeatInterval', value: '300' }]);
const large = JSON.stringify([
  2,
  'f',
  'SendLocalList',
  { listVersion: 1, updateType: 'Full', localAuthorizationList: list },
]);

function flood(socket: WebSocket): void {
  let sent = 0;
  let answered = 0;
  const fill = (): void => {
    for (; sent - answered < unansweredMax; sent += 1) socket.send(sent % 100 === 0 ? large : small);
  };
  socket.on('message', () => {
    answered += 1;
    if (sent - answered <= unansweredMax / 2) fill();
  });
  socket.on('error', () => {});
  fill();
}

if (!isMainThread) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  server.on('connection', flood);
  server.on('listening', () => parentPort?.postMessage((server.address() as AddressInfo).port));
}
