/** The main thread's side of the card reader, over a fake worker. */
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { stopCardThread } from '../../../../src/drivers/pi/card/card-thread';
import { type CardWorker, ThreadCardReader } from '../../../../src/drivers/pi/card/thread-card-reader';
import type { CardEvent } from '../../../../src/hal/parts';

class FakeWorker implements CardWorker {
  readonly posted: unknown[] = [];
  terminated = 0;
  private readonly listeners = new Map<string, (value: never) => void>();

  on(event: string, listener: (value: never) => void): void {
    this.listeners.set(event, listener);
  }

  postMessage(message: unknown): void {
    this.posted.push(message);
  }

  terminate(): Promise<number> {
    this.terminated += 1;
    return Promise.resolve(1);
  }

  emit(event: 'message' | 'error' | 'exit', value: unknown): void {
    this.listeners.get(event)?.(value as never);
  }

  tell(event: CardEvent): void {
    this.emit('message', { kind: 'event', event });
  }
}

describe('over a fake worker', () => {
  let clock: VirtualClock;
  let workers: FakeWorker[];
  let startedAt: number[];
  let startError: Error | undefined;
  let lines: string[];
  let reader: ThreadCardReader;
  let events: CardEvent[];

  beforeEach(() => {
    clock = new VirtualClock();
    workers = [];
    startedAt = [];
    startError = undefined;
    lines = [];
    events = [];
    reader = new ThreadCardReader({
      device: '/dev/spidev0.0',
      worker: () => {
        startedAt.push(clock.now());
        if (startError !== undefined) throw startError;
        const worker = new FakeWorker();
        workers.push(worker);
        return worker;
      },
      report: ({ text }) => lines.push(text),
      clock,
    });
  });

  function last(): FakeWorker {
    const worker = workers.at(-1);
    if (worker === undefined) throw new Error('no worker was started');
    return worker;
  }

  test('events of the thread reach each watcher in order, until it lets go', async () => {
    const others: CardEvent[] = [];
    const cancel = reader.watch((event) => others.push(event));
    reader.watch((event) => events.push(event));
    await clock.advance(0);
    last().tell({ kind: 'reader', present: true });
    last().tell({ kind: 'card', uid: '01020304' });
    cancel();
    last().tell({ kind: 'several' });
    expect(events).toEqual([{ kind: 'reader', present: true }, { kind: 'card', uid: '01020304' }, { kind: 'several' }]);
    expect(others).toHaveLength(2);
  });

  test('a watcher hears the present state soon, not in the call, and once; cards of the past it does not hear', async () => {
    await clock.advance(0);
    last().tell({ kind: 'reader', present: true });
    last().tell({ kind: 'card', uid: '01020304' });
    reader.watch((event) => events.push(event));
    expect(events).toEqual([]);
    await clock.advance(0);
    expect(events).toEqual([{ kind: 'reader', present: true }]);
    reader.watch((event) => events.push(event))();
    await clock.advance(0);
    expect(events).toHaveLength(1);
  });

  test('before the thread said a word there is no present state', async () => {
    reader.watch((event) => events.push(event));
    await clock.advance(10_000);
    expect(events).toEqual([]);
  });

  test('a change between watch and its first report is told once', async () => {
    await clock.advance(0);
    last().tell({ kind: 'reader', present: true });
    reader.watch((event) => events.push(event));
    last().tell({ kind: 'reader', present: false });
    await clock.advance(0);
    expect(events).toEqual([{ kind: 'reader', present: false }]);
  });

  test('trouble goes to the log; what is no message of the thread goes nowhere', async () => {
    reader.watch((event) => events.push(event));
    await clock.advance(0);
    last().emit('message', { kind: 'trouble', trouble: { part: 'cardReader', code: 'failed', text: 'a line' } });
    for (const stray of [undefined, null, 'word', {}, { kind: 'other' }]) last().emit('message', stray);
    expect(lines).toEqual(['a line']);
    expect(events).toEqual([]);
  });

  test('a thread that dies is told as an absent reader, with the reason, and another one is started after 5 s', async () => {
    reader.watch((event) => events.push(event));
    await clock.advance(0);
    last().tell({ kind: 'reader', present: true });
    last().emit('error', new Error('out of memory'));
    last().emit('exit', 1);
    expect(events.at(-1)).toEqual({ kind: 'reader', present: false });
    expect(lines).toEqual([
      'card reader /dev/spidev0.0: its thread ended with code 1: out of memory; a new one is started in 5 s',
    ]);
    await clock.advance(4999);
    expect(workers).toHaveLength(1);
    await clock.advance(1);
    expect(workers).toHaveLength(2);
    last().tell({ kind: 'reader', present: true });
    expect(events.at(-1)).toEqual({ kind: 'reader', present: true });
  });

  test('the dead thread is heard no more', async () => {
    reader.watch((event) => events.push(event));
    await clock.advance(0);
    const dead = last();
    dead.emit('exit', 1);
    dead.tell({ kind: 'card', uid: '01020304' });
    dead.emit('exit', 1);
    expect(events).toEqual([{ kind: 'reader', present: false }]);
    expect(lines).toHaveLength(1);
  });

  test('pauses double up to 60 s; after a thread that lived a minute they begin anew', async () => {
    startError = new Error('no memory');
    reader.watch((event) => events.push(event));
    await clock.advance(200_000);
    expect(startedAt).toEqual([0, 5000, 15_000, 35_000, 75_000, 135_000, 195_000]);
    expect(events).toEqual([{ kind: 'reader', present: false }]);
    expect(lines[0]).toContain('its thread did not start: no memory');
    startError = undefined;
    await clock.advance(55_000 + 59_999);
    last().emit('exit', 1);
    expect(lines.at(-1)).toContain('in 60 s');
    await clock.advance(60_000 + 60_000);
    last().emit('exit', 1);
    expect(lines.at(-1)).toContain('in 5 s');
  });

  test('close asks the thread to end, and is done when it did; nothing is told then', async () => {
    reader.watch((event) => events.push(event));
    await clock.advance(0);
    let closed = false;
    const closing = reader.close().then(() => {
      closed = true;
    });
    expect(last().posted).toEqual([stopCardThread]);
    await clock.advance(500);
    expect(closed).toBe(false);
    last().tell({ kind: 'several' });
    last().emit('exit', 0);
    await Promise.all([closing, reader.close()]);
    expect(events).toEqual([]);
    expect(lines).toEqual([]);
    expect(last().terminated).toBe(0);
    await clock.advance(100_000);
    expect(last().terminated).toBe(0);
    expect(workers).toHaveLength(1);
  });

  test('a watcher that joined just before close hears nothing', async () => {
    await clock.advance(0);
    last().tell({ kind: 'reader', present: true });
    reader.watch((event) => events.push(event));
    const closing = reader.close();
    await clock.advance(1000);
    await closing;
    expect(events).toEqual([]);
  });

  test('a thread that does not end within 1 s is ended by force', async () => {
    await clock.advance(0);
    const closing = reader.close();
    await clock.advance(999);
    expect(last().terminated).toBe(0);
    await clock.advance(1);
    expect(last().terminated).toBe(1);
    await closing;
  });

  test('closed before its first thread, or between two, it starts none', async () => {
    await clock.advance(0);
    last().emit('exit', 1);
    await reader.close();
    await clock.advance(100_000);
    expect(workers).toHaveLength(1);
    expect(clock.pendingTimers).toBe(0);
  });
});
