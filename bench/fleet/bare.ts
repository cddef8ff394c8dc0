/** The floor under a fleet: bare `ws` clients that send a Heartbeat a minute. */
import { WebSocket } from 'ws';
import { job, measure, wait } from './measured';

const periodMs = 60_000;

async function connect(url: string, number: number): Promise<void> {
  const socket = new WebSocket(`${url}/BARE${number}`, ['ocpp1.6'], { perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  let sent = 0;
  socket.on('message', (data) => void JSON.parse(String(data)));
  setInterval(() => {
    sent += 1;
    socket.send(JSON.stringify([2, `${number}-${sent}`, 'Heartbeat', {}]));
  }, periodMs);
}

async function main(): Promise<void> {
  const own = job();
  for (let number = 0; number < own.stations; number += 1) await connect(own.url, number);
  await wait(2_000);
  await measure(own);
}

void main();
