/** The card reader over a real thread: events, a crash, an orderly end, and an end by force. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RealClock } from '../../../../src/drivers/clock/real-clock';
import { ThreadCardReader } from '../../../../src/drivers/pi/card/thread-card-reader';
import type { Clock } from '../../../../src/hal/clock';
import type { CardEvent } from '../../../../src/hal/parts';
import { patienceMs, until } from '../../../support/until';
import type { TestWord } from './chip-thread';

const loader = join(__dirname, '../../store/run-typescript.js');
const script = join(__dirname, 'chip-thread.ts');

let worker: Worker | undefined;
let reader: ThreadCardReader;
let events: CardEvent[];
let lines: string[];

/** `forceAfterMs`: how long a thread has in real time to end by itself; the reader asks for 1 s. */
function start(forceAfterMs: number): void {
  events = [];
  lines = [];
  const real = new RealClock();
  const clock: Clock = {
    now: () => real.now(),
    at: (due, run) => {
      const waitMs = due - real.now();
      // A new thread at once: the pauses are tried over a fake worker.
      if (waitMs > 4_000) return real.at(0, run);
      return waitMs > 500 ? real.at(real.now() + forceAfterMs, run) : real.at(due, run);
    },
    systemTime: () => undefined,
  };
  reader = new ThreadCardReader({
    device: '/dev/spidev0.0',
    worker: () => {
      const source = `require(${JSON.stringify(loader)}); require(${JSON.stringify(script)});`;
      worker = new Worker(source, { eval: true, workerData: { device: '/dev/spidev0.0' }, stderr: true });
      return worker;
    },
    report: ({ text }) => lines.push(text),
    clock,
  });
  reader.watch((event) => events.push(event));
}

afterEach(() => reader.close());

/** The next event is this one; it is then out of the way. */
async function tells(event: CardEvent): Promise<void> {
  await until(
    () => events.length > 0,
    () => `no ${JSON.stringify(event)}; trouble: ${lines.join('; ')}`,
  );
  expect(events.shift()).toEqual(event);
}

function exitCode(): Promise<number> {
  return new Promise((resolve) => worker?.once('exit', resolve));
}

function say(word: TestWord): void {
  worker?.postMessage(word);
}

test('a card put on in the thread is told here; a crash is survived; close ends the thread', async () => {
  start(patienceMs);
  await tells({ kind: 'reader', present: true });
  say({ put: [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6] });
  await tells({ kind: 'card', uid: '04A1B2C3D4E5F6' });
  say({ crash: 'broken on purpose' });
  await tells({ kind: 'reader', present: false });
  expect(lines).toEqual([expect.stringMatching(/its thread ended with code 1: .*broken on purpose; a new one/)]);
  await tells({ kind: 'reader', present: true });
  say({ put: [0xde, 0xad, 0xbe, 0xef] });
  await tells({ kind: 'card', uid: 'DEADBEEF' });
  const exited = exitCode();
  await reader.close();
  expect(await exited).toBe(0);
});

test('a thread that hangs is ended by force', async () => {
  start(1_000);
  await tells({ kind: 'reader', present: true });
  const exited = exitCode();
  say({ hang: true });
  await reader.close();
  expect(await exited).toBe(1);
});
