/** The station's side of the safety thread, with a thread made by hand. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { EnergyMeter, MeterReading } from '../../src/hal/parts';
import { gapMaxMs, lateSecondsMax } from '../../src/safety/lateness';
import type { FromSafety, ToSafety } from '../../src/safety/messages';
import { SafetyLink, type SafetyThread } from '../../src/safety/safety-link';
import { noWish, type SocketReport } from '../../src/station/socket/types';

const reading: MeterReading = { energyWh: 7, powerW: 0, currentA: [0], voltageV: [230] };
const report = { plugged: true, contactor: 'open', faults: [] } as unknown as SocketReport;
const wish = noWish;

class HandMadeThread implements SafetyThread {
  readonly received: ToSafety[] = [];
  terminated = false;
  private readonly listeners: Record<string, ((value: never) => void)[]> = {};

  postMessage(message: ToSafety): void {
    this.received.push(message);
  }

  on(event: string, listener: (value: never) => void): void {
    this.listeners[event] = [...(this.listeners[event] ?? []), listener];
  }

  async terminate(): Promise<void> {
    this.terminated = true;
    this.emit('exit', 1);
  }

  emit(event: string, value: unknown): void {
    for (const listener of this.listeners[event] ?? []) listener(value as never);
  }

  say(message: FromSafety): void {
    this.emit('message', message);
  }

  words(): string[] {
    return this.received.map(({ kind }) => kind);
  }
}

function bench(meters: EnergyMeter[] = [{ read: async () => reading }]) {
  const clock = new VirtualClock();
  const thread = new HandMadeThread();
  const troubles: string[] = [];
  const deaths: string[] = [];
  const switched: unknown[] = [];
  const link = new SafetyLink({
    thread,
    meters,
    points: 1,
    clock,
    onTrouble: ({ text }) => troubles.push(text),
    onSwitched: (connectorId, times) => switched.push([connectorId, times]),
    onDeath: (reason) => deaths.push(reason),
  });
  return { clock, thread, troubles, deaths, switched, link };
}

test('it lets the thread hear from it twice a second', async () => {
  const { clock, thread } = bench();
  await clock.advance(2_000);
  expect(thread.words().filter((kind) => kind === 'heartbeat')).toHaveLength(5);
});

test('it passes on how fast a contactor followed', () => {
  const { thread, switched } = bench();
  const times = { contactor: 'open', pilotToCoilMs: 4, coilToContactMs: 20 } as const;
  thread.say({ kind: 'switched', connectorId: 1, times });
  expect(switched).toEqual([[1, times]]);
});

test('sockets pass wishes on, and tell reports: the last one also to who comes later', async () => {
  const { clock, thread, link } = bench();
  const heard: SocketReport[] = [];
  link.sockets[0]?.command(wish);
  link.sockets[0]?.clearFaults();
  expect(thread.received).toContainEqual({ kind: 'wish', connectorId: 1, wish });
  expect(thread.received).toContainEqual({ kind: 'clearFaults', connectorId: 1 });
  thread.say({ kind: 'report', connectorId: 1, report });
  const cancel = link.sockets[0]?.watch((value) => heard.push(value));
  expect(heard).toEqual([]); // never from inside the call
  await clock.advance(1);
  expect(heard).toEqual([report]);
  cancel?.();
  thread.say({ kind: 'report', connectorId: 1, report });
  expect(heard).toHaveLength(1);
});

test('it reads the meter that the thread asks for; a meter that fails or is not there gives no reading', async () => {
  const failing: EnergyMeter = { read: () => Promise.reject(new Error('silent')) };
  const { thread, clock } = bench([{ read: async () => reading }, failing]);
  thread.say({ kind: 'readMeter', connectorId: 1, request: 11 });
  thread.say({ kind: 'readMeter', connectorId: 2, request: 12 });
  thread.say({ kind: 'readMeter', connectorId: 3, request: 13 });
  await clock.advance(1);
  const answers = thread.received.filter((message) => message.kind === 'meter');
  expect(answers).toContainEqual({ kind: 'meter', request: 11, reading });
  expect(answers).toContainEqual({ kind: 'meter', request: 12, reading: undefined });
  expect(answers).toContainEqual({ kind: 'meter', request: 13, reading: undefined });
});

test('supply, button and trouble reach the station; indicators reach the thread', async () => {
  const { clock, thread, link, troubles } = bench();
  const supplies: string[] = [];
  const told: string[] = [];
  link.supply.watch((value) => supplies.push(value));
  link.resetButton.watch((event) => told.push(event));
  thread.say({ kind: 'supply', value: 'lost' });
  thread.say({ kind: 'resetButton', event: 'held' });
  thread.say({ kind: 'resetButton', event: 'heldLong' });
  thread.say({ kind: 'trouble', trouble: { part: 'analogInputs', code: 'failed', text: 'ADC lost' } });
  await clock.advance(1);
  expect([supplies.at(-1), told, troubles]).toEqual(['lost', ['held', 'heldLong'], ['ADC lost']]);
  link.indicators[0]?.show('fault');
  expect(thread.received.at(-1)).toEqual({ kind: 'show', pointIndex: 0, pattern: 'fault' });
});

test('health tells when the loop was heard of', async () => {
  const { clock, thread, link } = bench();
  expect(link.health()).toMatchObject({ ready: false, beatAt: undefined });
  thread.say({ kind: 'ready' });
  await link.ready;
  await clock.advance(250);
  thread.say({ kind: 'beat', turns: 200, longestGapMs: 6, busyShare: 0.1, busErrors: 0 });
  expect(link.health()).toEqual({
    ready: true,
    beatAt: 250,
    turns: 200,
    longestGapMs: 6,
    busyShare: 0.1,
    busErrors: 0,
    lateSeconds: 0,
    worstGapMs: 0,
    isLate: false,
  });
});

test('a loop that comes late again and again is told once, and once when it comes in time again', async () => {
  const { clock, thread, link, troubles } = bench();
  const second = async (longestGapMs: number): Promise<void> => {
    await clock.advance(1_000);
    thread.say({ kind: 'beat', turns: 150, longestGapMs, busyShare: 0.1, busErrors: 0 });
  };
  for (let count = 0; count < lateSecondsMax; count += 1) await second(gapMaxMs + 1);
  expect(link.health()).toMatchObject({ lateSeconds: lateSecondsMax, worstGapMs: gapMaxMs + 1, isLate: false });
  await second(90);
  expect(link.health()).toMatchObject({ lateSeconds: lateSecondsMax + 1, worstGapMs: 90, isLate: true });
  await second(90);
  expect(troubles).toEqual([
    expect.stringMatching(
      /^the safety loop came late in 7 of the last 60 s, at worst by 90 ms \(33 ms can be borne\): /,
    ),
  ]);
  for (let count = 0; count < 60; count += 1) await second(gapMaxMs);
  expect(link.health()).toMatchObject({ lateSeconds: 0, worstGapMs: 0, isLate: false });
  expect(troubles.slice(1)).toEqual(['the safety loop comes in time again']);
});

test('a hiccup now and then is no late loop', async () => {
  const { clock, thread, link, troubles } = bench();
  for (let count = 0; count < 600; count += 1) {
    await clock.advance(1_000);
    const longestGapMs = count % 10 === 0 ? 120 : 6;
    thread.say({ kind: 'beat', turns: 200, longestGapMs, busyShare: 0.1, busErrors: 0 });
    expect(link.health().isLate).toBe(false);
  }
  expect(troubles).toEqual([]);
});

test('a bus that fails often is told once a minute, and one that fails now and then is not', async () => {
  const { clock, thread, troubles } = bench();
  const beat = (busErrors: number) =>
    thread.say({ kind: 'beat', turns: 200, longestGapMs: 6, busyShare: 0.1, busErrors });
  for (let second = 1; second <= 180; second += 1) {
    await clock.advance(1_000);
    // 29 in the first minute, 30 in the second, none in the third.
    beat(second <= 60 ? Math.floor((second * 29) / 60) : 59);
  }
  expect(troubles).toEqual([expect.stringMatching(/^I2C bus: 30 tries failed in the last minute/)]);
});

test.each([
  ['an error', 'error', new Error('no memory'), /no memory/],
  ['an end', 'exit', 3, /code 3/],
])('%s of the thread is its death, told once, and nothing is sent to it any more', async (_what, event, value, words) => {
  const { clock, thread, link, deaths } = bench();
  thread.emit(event, value);
  thread.emit('exit', 1);
  expect(deaths).toHaveLength(1);
  expect(deaths[0]).toMatch(words);
  const before = thread.received.length;
  link.sockets[0]?.command(wish);
  await clock.advance(2_000);
  expect(thread.received).toHaveLength(before);
});

test('an orderly end waits for the thread, and is no death', async () => {
  const { clock, thread, link, deaths } = bench();
  const ended = link.stop();
  await clock.advance(100);
  expect(thread.words().at(-1)).toBe('stop');
  expect(thread.terminated).toBe(false);
  thread.say({ kind: 'stopped' });
  await clock.advance(1);
  expect(await ended).toBe(true);
  expect([thread.terminated, deaths]).toEqual([true, []]);
  expect(await link.stop()).toBe(true); // a second time is harmless
});

test('a thread that does not end in 2 s is ended by force', async () => {
  const { clock, thread, link } = bench();
  const ended = link.stop();
  await clock.advance(1_900);
  expect(thread.terminated).toBe(false);
  await clock.advance(200);
  expect(await ended).toBe(false);
  expect(thread.terminated).toBe(true);
});

test('a thread that cannot even be ended by force does not hold the end up', async () => {
  const { clock, thread, link } = bench();
  jest.spyOn(thread, 'terminate').mockReturnValue(new Promise(() => {}));
  const ended = link.stop();
  await clock.advance(4_100);
  expect(await ended).toBe(false);
  const killed = bench();
  jest.spyOn(killed.thread, 'terminate').mockReturnValue(new Promise(() => {}));
  const kill = killed.link.kill();
  await killed.clock.advance(2_100);
  expect(await kill).toBe(false);
});

test('a loop that stands still is the death of the thread, though the thread lives', async () => {
  const { clock, thread, link, deaths } = bench();
  thread.say({ kind: 'ready' });
  await clock.advance(10_000);
  expect(deaths).toEqual([]); // not heard of yet: its first turn may still open devices
  thread.say({ kind: 'beat', turns: 200, longestGapMs: 6, busyShare: 0.1, busErrors: 0 });
  await clock.advance(3_000);
  expect(deaths).toEqual([]);
  await clock.advance(1_500);
  expect(deaths).toEqual(['the safety thread died: its loop has stood still for 4 s']);
  expect(await link.stop()).toBe(false);
});

test('a loop that never begins is the death of the thread, too', async () => {
  const { clock, thread, deaths } = bench();
  thread.say({ kind: 'ready' });
  await clock.advance(17_000);
  expect(deaths).toEqual(['the safety thread died: its loop has stood still for 16 s']);
});

test('a thread that breaks while its orderly end is awaited has not ended in order', async () => {
  const { thread, link } = bench();
  const stopped = link.stop();
  thread.emit('error', new Error('the driver broke'));
  expect(await stopped).toBe(false);
});

test('a station that has stopped is not heard, though the event loop turns', async () => {
  const { clock, thread, link } = bench();
  let runs = true;
  link.hearWhile(() => runs);
  await clock.advance(1_000);
  runs = false;
  const before = thread.words().length;
  await clock.advance(5_000);
  expect(thread.words()).toHaveLength(before);
});

test('back from a silence, the wishes that came of what the thread told go before the word that it was read', () => {
  const { thread, link } = bench();
  link.sockets[0]?.watch(() => link.sockets[0]?.command(wish));
  thread.received.length = 0;
  thread.say({ kind: 'report', connectorId: 1, report });
  thread.say({ kind: 'silence', silent: false, episode: 3 });
  expect(thread.received).toEqual([
    { kind: 'wish', connectorId: 1, wish },
    { kind: 'caughtUp', episode: 3 },
  ]);
});

test('a main thread that stood still itself looks twice', async () => {
  const { clock, thread, deaths } = bench();
  const beat = { kind: 'beat', turns: 200, longestGapMs: 6, busyShare: 0.1, busErrors: 0 } as const;
  thread.say(beat);
  await clock.advance(3_250);
  // The one look that finds it silent is followed by the beat that had waited.
  await clock.advance(500);
  thread.say(beat);
  await clock.advance(3_000);
  expect(deaths).toEqual([]);
});

test('a reading that the station wants is asked for in the thread', () => {
  const { link, thread } = bench();
  link.sockets[0]?.readMeter();
  expect(thread.received).toContainEqual({ kind: 'needReading', connectorId: 1 });
});
