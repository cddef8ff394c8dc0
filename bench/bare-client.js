/** The floor that the station is measured against: a bare `ws` client that sends one BootNotification and echoes CALLs. */
const { WebSocket } = require('ws');

const [, , url] = process.argv;
// Started among the benchmarks, it has nobody to talk to.
if (url === undefined) process.exit(0);

const socket = new WebSocket(`${url}/BARE`, ['ocpp1.6'], { perMessageDeflate: false });
socket.on('open', () => {
  socket.send('[2,"1","BootNotification",{"chargePointVendor":"bare","chargePointModel":"bare"}]');
});
socket.on('message', (data) => {
  const frame = JSON.parse(data.toString());
  if (frame[0] === 2) socket.send(JSON.stringify([3, frame[1], {}]));
});
