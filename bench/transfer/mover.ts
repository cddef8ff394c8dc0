/**
 * A process in which a main thread answers messages, a second thread has a beat as the safety loop has, and a file goes one way;
 * tells what that cost, in one line.
 */
import { createReadStream, readFileSync } from 'node:fs';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import WebSocket from 'ws';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { NetworkTransfer } from '../../src/drivers/transfer/network-transfer';

interface Job {
  way: 'sent' | 'fetched';
  url: string;
  user: string;
  password: string;
  cert: string;
  bytes: number;
  /** What is sent. */
  path: string;
  /** Whoever asks as a central system does. */
  central: string;
}

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const quietMs = 1_500;
const mb = 1 << 20;

/** A beat of 10 ms as that of the safety loop, and how late it comes. */
const beat = new Worker(
  `const { parentPort } = require('node:worker_threads');
   let last = performance.now(), late = [];
   setInterval(() => { const now = performance.now(); late.push(now - last - 10); last = now; }, 10);
   parentPort.on('message', () => { parentPort.postMessage(late.sort((a, b) => a - b)); late = []; });`,
  { eval: true },
);

async function beatLatenessMs(): Promise<number> {
  beat.postMessage('');
  const late = await new Promise<number[]>((resolve) => beat.once('message', resolve));
  return late[Math.floor(late.length * 0.99)] ?? 0;
}

let isSecondHalf = false;

function move(): Promise<void> {
  const transfer = new NetworkTransfer({
    clock: new RealClock(),
    hosts: { keyOf: () => undefined, meet: () => {} },
    authorities: job.cert,
    tell: () => {},
  });
  const onProgress = (doneBytes: number): void => {
    isSecondHalf = doneBytes > job.bytes / 2;
  };
  const request = { url: job.url, credentials: { user: job.user, password: job.password }, onProgress };
  if (job.way === 'fetched') return transfer.download({ ...request, bytesMax: job.bytes }, async () => {});
  const file = { bytes: job.bytes, from: (start: number) => createReadStream(job.path, { start }) };
  return transfer.upload({ ...request, fileName: 'sent' }, file);
}

const rssMb = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1_024;

async function main(): Promise<void> {
  const socket = new WebSocket(job.central, { perMessageDeflate: false });
  socket.on('message', (data) => socket.send(data));
  await new Promise((resolve) => socket.once('open', resolve));
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  socket.send('quiet');
  await new Promise((resolve) => setTimeout(resolve, quietMs));
  const quiet = { loopMs: delay.percentile(99) / 1e6, beatMs: await beatLatenessMs() };
  const idleMb = rssMb();
  const peaks = [idleMb, idleMb];
  const look = (): void => {
    const half = isSecondHalf ? 1 : 0;
    peaks[half] = Math.max(peaks[half] ?? 0, rssMb());
  };
  const watch = setInterval(look, 10);
  delay.reset();
  socket.send('moving');
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await move();
  const seconds = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(watch);
  look();
  const [firstMb = 0, secondMb = 0] = peaks;
  socket.send('done');
  const busy = { loopMs: delay.percentile(99) / 1e6, beatMs: await beatLatenessMs() };
  const mbPerSecond = job.bytes / mb / seconds;
  console.log(
    JSON.stringify({
      mbPerSecond,
      cpuSeconds: (user + system) / 1e6,
      moreMb: Math.max(...peaks) - idleMb,
      growsMb: secondMb - firstMb,
      quiet,
      busy,
    }),
  );
  process.exit(0);
}

void main();
