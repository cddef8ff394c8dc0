/** The safety thread as a real thread: the main thread stands still, falls silent, or loses the thread. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { loopPeriodMs } from '../../src/drivers/pi/loop';
import type { MeterReading } from '../../src/hal/parts';
import { SafetyLink } from '../../src/safety/safety-link';
import type { SocketReport, SocketWish } from '../../src/station/socket/types';
import { patienceMs, until } from '../support/until';
import { oneSocket as config } from './one-socket';
import { cells, cellsOf, sharedMemory } from './shared-world';

const idle: MeterReading = { energyWh: 0, powerW: 0, currentA: [0], voltageV: [230] };
const wish: SocketWish = { kind: 'permit', offerA: 16 };
const typescript = join(__dirname, '../drivers/store/run-typescript.js');

const workers: Worker[] = [];
const links: SafetyLink[] = [];

afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.stop()));
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

function workerOf(file: string, workerData: object): Worker {
  const code = `require(${JSON.stringify(typescript)}); require(${JSON.stringify(join(__dirname, file))});`;
  const worker = new Worker(code, { eval: true, workerData });
  workers.push(worker);
  return worker;
}

/** A station that charges: main thread here, safety thread for real. */
async function charging() {
  const origin = process.hrtime.bigint();
  const clock = new RealClock({ origin });
  const memory = sharedMemory();
  const shared = cellsOf(memory);
  Atomics.store(shared, cells.pilotMillivolts, 12_000);
  Atomics.store(shared, cells.dutyPermille, 1_000);
  const troubles: string[] = [];
  const thread = workerOf('thread-entry.ts', { memory, origin, config });
  let onDeath: (reason: string) => void = () => {};
  const death = new Promise<string>((resolve) => {
    onDeath = resolve;
  });
  const link = new SafetyLink({
    thread,
    meters: [{ read: async () => idle }],
    points: 1,
    clock,
    onTrouble: ({ text }) => troubles.push(text),
    onDeath,
  });
  links.push(link);
  await link.ready;
  const reports: SocketReport[] = [];
  link.sockets[0]?.watch((report) => reports.push(report));
  link.sockets[0]?.command(wish);
  Atomics.store(shared, cells.pilotMillivolts, 9_000);
  await until(() => reports.at(-1)?.evConnected === true);
  Atomics.store(shared, cells.pilotMillivolts, 6_000);
  await until(() => Atomics.load(shared, cells.coil) === 1);
  return { clock, origin, memory, shared, link, thread, reports, troubles, death };
}

/** Nothing of this thread runs until the other threads have brought it about: no timer, and no message is heard. */
function blockUntil(condition: () => boolean): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (const end = performance.now() + patienceMs; !condition(); ) {
    if (performance.now() > end) throw new Error(`it did not come about in ${patienceMs / 1_000} s`);
    Atomics.wait(sleeper, 0, 0, 5);
  }
}

test('the main thread stands still while the vehicle leaves: the contactor opens in time', async () => {
  const { clock, origin, memory, shared, link } = await charging();
  const unplugger = workerOf('unplugger.ts', { memory, origin, atMs: clock.now() + 500 });
  const ended = new Promise((resolve) => unplugger.on('exit', resolve));
  // The thread that draws the plug must have started before nothing of this one runs.
  await new Promise((resolve) => unplugger.on('online', resolve));
  blockUntil(() => Atomics.load(shared, cells.openedAt) > 0);
  const tookMs = Atomics.load(shared, cells.openedAt) - Atomics.load(shared, cells.unpluggedAt);
  const turns = Atomics.load(shared, cells.openedTurn) - Atomics.load(shared, cells.unpluggedTurn);
  expect(Atomics.load(shared, cells.unpluggedAt)).toBeGreaterThan(0);
  expect(Atomics.load(shared, cells.coil)).toBe(0);
  expect(tookMs).toBeGreaterThanOrEqual(0);
  // IEC 61851-1, sequence 2.2: 100 ms with the contactor's own time, which a busy machine stretches: bench/safety.js has the ms.
  expect(turns * loopPeriodMs).toBeLessThanOrEqual(100);
  await ended;
  await link.stop();
});

test('the station falls silent: the permission is withdrawn, and comes back with the station; its orderly end opens all', async () => {
  const { shared, link, thread, troubles } = await charging();
  troubles.length = 0;
  // PWM stops, which asks the vehicle to stop; here it goes on, and the contactor opens after 6 s.
  blockUntil(() => Atomics.load(shared, cells.dutyPermille) === 1_000);
  blockUntil(() => Atomics.load(shared, cells.coil) === 0);
  const toldMs = Atomics.load(shared, cells.openedAt) - Atomics.load(shared, cells.pwmStoppedAt);
  expect(toldMs).toBeGreaterThanOrEqual(5_990);
  expect(Atomics.load(shared, cells.dutyPermille)).toBe(1_000);
  const closings = Atomics.load(shared, cells.closings);
  await until(() => troubles.length === 2);
  expect(troubles[0]).toMatch(/withdrawn the permission/);
  expect(troubles[1]).toMatch(/heard again/);
  // The wish that was given before holds again.
  await until(() => Atomics.load(shared, cells.closings) === closings + 1);
  const exited = new Promise((resolve) => thread.on('exit', resolve));
  await link.stop();
  expect(Atomics.load(shared, cells.coil)).toBe(0);
  await exited;
});

test('the thread dies: its outputs are safe before anybody is told, and nothing feeds or disarms the watchdog', async () => {
  const { shared, thread, death } = await charging();
  const exited = new Promise((resolve) => thread.on('exit', resolve));
  expect(Atomics.load(shared, cells.feedings)).toBeGreaterThan(0);
  Atomics.store(shared, cells.crash, 1);
  // The main thread stands still, and cannot have done it.
  blockUntil(() => Atomics.load(shared, cells.coil) === 0 && Atomics.load(shared, cells.dutyPermille) === 0);
  expect(Atomics.load(shared, cells.coil)).toBe(0);
  expect(Atomics.load(shared, cells.dutyPermille)).toBe(0);
  const fed = Atomics.load(shared, cells.feedings);
  expect(await death).toMatch(/safety thread died: the driver broke/);
  await exited;
  expect(Atomics.load(shared, cells.feedings)).toBe(fed);
  expect(Atomics.load(shared, cells.disarmings)).toBe(0);
});

test('its orderly end disarms the watchdog, with the outputs safe', async () => {
  const { shared, link } = await charging();
  expect(await link.stop()).toBe(true);
  expect(Atomics.load(shared, cells.coil)).toBe(0);
  expect(Atomics.load(shared, cells.dutyPermille)).toBe(0);
  expect(Atomics.load(shared, cells.disarmings)).toBe(1);
});
