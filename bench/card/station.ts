/** A station whose cards come from a reader's thread; everything else is simulated. Told by its parent when a card comes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, Worker } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { ThreadCardReader } from '../../src/drivers/pi/card/thread-card-reader';
import { SimulatedWorld } from '../../src/drivers/sim/world';
import { LevelStore } from '../../src/drivers/store/level-store';
import { plainBoard } from '../../src/hal/board/plain-board';
import { startStation } from '../../src/main';
import { WsTransport } from '../../src/ocpp/link/ws-transport';
import type { Put } from './reader-thread';

async function run(url: string): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'greenup-bench-'));
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
  const clock = new RealClock();
  const board = plainBoard({ connectors: 1 });
  const world = new SimulatedWorld({ board, clock });
  const { port1: cards, port2 } = new MessageChannel();
  const reader = new ThreadCardReader({
    device: 'model',
    worker: () =>
      new Worker(join(__dirname, 'reader-thread.js'), { workerData: { cards: port2 }, transferList: [port2] }),
    report: ({ text }) => void process.stderr.write(`bench: ${text}\n`),
    clock,
  });
  const { parts } = world;
  await startStation({
    board,
    parts: { ...parts, points: parts.points.map((point) => ({ ...point, reader })) },
    clock,
    store: await LevelStore.open(join(directory, 'store')),
    transport: new WsTransport(),
    random: Math.random,
    log: { info: () => {}, warn: (_fields, message) => void process.stderr.write(`bench: ${message}\n`) },
    initialConfiguration: { URL: url, UID: 'BENCH' },
  });
  process.on('message', (put: Put) => cards.postMessage(put));
  process.on('disconnect', () => process.exit(0));
  cards.on('message', (at: bigint) => process.send?.({ at: String(at) }));
}

run(process.argv[2] ?? '').catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
