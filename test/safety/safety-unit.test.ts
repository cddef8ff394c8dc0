/** The safety side under virtual time: wishes, silence of the station, meters, watchdog, and what it tells. */

import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import {
  MockContactor,
  MockIndicator,
  MockLock,
  MockLog,
  MockPilot,
  MockProximity,
  MockWatchdog,
} from '../../src/drivers/mock/parts';
import { loopPeriodMs, SafetyLoop } from '../../src/drivers/pi/loop';
import type { MeterReading } from '../../src/hal/parts';
import { type FromSafety, heartbeatTimeoutMs, meterAnswerMs } from '../../src/safety/messages';
import { type SafetyParts, SafetyUnit } from '../../src/safety/safety-unit';
import type { SocketWish } from '../../src/station/socket/types';
import { passUntil } from '../support/pass-until';
import { oneSocket } from './one-socket';

const idle: MeterReading = { energyWh: 100, powerW: 0, currentA: [0], voltageV: [230] };
const wish: SocketWish = { kind: 'permit', offerA: 16 };

function bench(more: Partial<SafetyParts> = {}) {
  const clock = new VirtualClock();
  const log = new MockLog(clock);
  const contactor = new MockContactor(log, 'open');
  const pilot = new MockPilot(log, { kind: 'volts', high: 12, low: 12 });
  const indicator = new MockIndicator(log);
  const watchdog = new MockWatchdog(log);
  const told: FromSafety[] = [];
  let heldUpMs = 0;
  const loop = new SafetyLoop({
    now: () => clock.now(),
    at: (dueMs, run) => clock.at(dueMs + heldUpMs, run),
    systemTime: () => undefined,
  });
  const unit = new SafetyUnit({
    config: oneSocket,
    parts: { points: [{ sockets: [{ mode: 'mode3', contactor, pilot }], indicator }], watchdog, ...more },
    clock,
    beat: loop,
    send: (message) => {
      told.push(message);
      if (message.kind === 'readMeter' && answersMeter) {
        unit.receive({ kind: 'meter', request: message.request, reading: idle });
      }
    },
  });
  let answersMeter = true;
  loop.start();
  unit.start();
  const of = <K extends FromSafety['kind']>(kind: K) =>
    told.filter((message): message is Extract<FromSafety, { kind: K }> => message.kind === kind);
  return {
    clock,
    log,
    contactor,
    pilot,
    unit,
    told,
    of,
    loop,
    silenceMeter: () => {
      answersMeter = false;
    },
    /** The next turn but one comes so much later than it should. */
    async holdUp(ms: number) {
      heldUpMs = ms;
      await clock.advance(loopPeriodMs);
      heldUpMs = 0;
      await this.live(ms + loopPeriodMs);
    },
    /** Time passes, with heartbeats. */
    async live(ms: number) {
      for (let gone = 0; gone < ms; gone += 100) {
        unit.receive({ kind: 'heartbeat' });
        await clock.advance(Math.min(100, ms - gone));
      }
    },
  };
}

async function charging() {
  const b = bench();
  b.unit.receive({ kind: 'wish', connectorId: 1, wish });
  b.pilot.emit({ kind: 'volts', high: 9, low: 9 });
  await passUntil('PWM', () => b.log.last('pilot')?.output.kind === 'pwm', b.live, { withinMs: 6_000 });
  b.pilot.emit({ kind: 'volts', high: 9, low: -12 });
  await b.live(500);
  b.pilot.emit({ kind: 'volts', high: 6, low: -12 });
  await b.live(400);
  expect(b.log.last('contactor')?.command).toBe('close');
  b.contactor.emit('closed');
  await b.live(200);
  return b;
}

test('it says that it is ready, and reports each socket', async () => {
  const b = bench();
  await b.live(100);
  expect(b.of('ready')).toHaveLength(1);
  expect(b.of('report')[0]).toMatchObject({ connectorId: 1, report: { contactor: 'open' } });
});

test('a wish with permission closes the contactor of a vehicle that asks', async () => {
  const b = await charging();
  expect(b.of('report').at(-1)?.report).toMatchObject({ contactor: 'closed', offeredA: 16 });
});

test('it tells how fast the contactor followed', async () => {
  const b = await charging();
  const [closed] = b.of('switched');
  expect(closed).toMatchObject({ connectorId: 1, times: { contactor: 'closed' } });
  b.pilot.emit({ kind: 'volts', high: 12, low: 12 });
  await b.live(100);
  b.contactor.emit('open');
  await b.live(10);
  const opened = b.of('switched')[1]?.times;
  expect(opened).toMatchObject({ contactor: 'open', coilToContactMs: expect.any(Number) });
  expect(opened?.pilotToCoilMs).toBeLessThanOrEqual(50);
});

test('a loop that stood still: what was closed opens before anything else is looked at, and it is told once a minute', async () => {
  const b = await charging();
  b.log.clear();
  await b.holdUp(140);
  expect(b.log.words('contactor')).toEqual([]);
  await b.holdUp(1_000);
  expect(b.log.words('contactor')).toEqual(['contactor.open']);
  const told = () => b.of('trouble').map(({ trouble }) => trouble.text);
  expect(told()).toEqual(['the safety loop stood still for 1005 ms: contactors that were closed have been opened']);
  await b.holdUp(300);
  await b.holdUp(300);
  expect(told()).toHaveLength(1);
  await b.live(60_000);
  await b.holdUp(300);
  expect(told()).toHaveLength(2);
});

test('a silent station loses the permission after 2 s, not before', async () => {
  const b = await charging();
  b.log.clear();
  await b.clock.advance(heartbeatTimeoutMs - 100);
  expect(b.log.words('pilot')).toEqual([]);
  await b.clock.advance(200);
  // The vehicle is asked to stop first: PWM ends.
  expect(b.log.last('pilot')?.output).toEqual({ kind: 'steady' });
  expect(b.of('silence')).toEqual([{ kind: 'silence', silent: true, episode: 1 }]);
  await b.clock.advance(7_000);
  expect(b.log.last('contactor')?.command).toBe('open');
  // Told once, however long it lasts.
  expect(b.of('silence')).toHaveLength(1);
});

test('a wish that arrives during the silence gives no permission; a station that has caught up brings it back', async () => {
  const b = await charging();
  await passUntil(
    'opening',
    () => b.log.last('contactor')?.command === 'open',
    (ms) => b.clock.advance(ms),
  );
  b.contactor.emit('open');
  b.pilot.emit({ kind: 'volts', high: 9, low: 9 });
  await b.clock.advance(1_000);
  b.log.clear();
  b.unit.receive({ kind: 'wish', connectorId: 1, wish: { ...wish, offerA: 10 } });
  await b.clock.advance(10_000);
  expect(b.log.words('contactor')).toEqual([]);
  await b.live(6_000);
  expect(b.of('silence').at(-1)).toEqual({ kind: 'silence', silent: false, episode: 1 });
  // It is heard again, and may still not know that another vehicle stands there now.
  expect(b.log.words('contactor')).toEqual([]);
  b.unit.receive({ kind: 'caughtUp', episode: 1 });
  await b.live(6_000);
  const offers = b.log.entries.filter((e) => e.part === 'pilot' && e.output.kind === 'pwm');
  // 10 A: the wish that came in the silence.
  expect(offers[0]).toMatchObject({ output: { dutyPercent: 10 / 0.6 } });
});

test('what a station had caught up with before it fell silent again gives nothing back', async () => {
  const b = await charging();
  let isOpen = false;
  const silence = async (): Promise<void> => {
    const isSilent = () => b.of('silence').at(-1)?.silent === true;
    await passUntil('silence', isSilent, async (ms) => {
      await b.clock.advance(ms);
      if (!isOpen && b.log.last('contactor')?.command === 'open') {
        isOpen = true;
        b.contactor.emit('open');
      }
    });
    b.unit.receive({ kind: 'heartbeat' });
  };
  await silence();
  await silence();
  expect(b.of('silence').map(({ silent, episode }) => [silent, episode])).toEqual([
    [true, 1],
    [false, 1],
    [true, 2],
    [false, 2],
  ]);
  expect(isOpen).toBe(true);
  b.pilot.emit({ kind: 'volts', high: 9, low: 9 });
  b.log.clear();
  const offers = () => b.log.entries.filter((e) => e.part === 'pilot' && e.output.kind === 'pwm');
  b.unit.receive({ kind: 'caughtUp', episode: 1 });
  await b.live(10_000);
  expect(offers()).toEqual([]);
  b.unit.receive({ kind: 'caughtUp', episode: 2 });
  await b.live(10_000);
  expect(offers()).toHaveLength(1);
});

test('an end that cannot wait is heard in a silence, too: it opens at once', async () => {
  const b = await charging();
  await passUntil(
    'silence',
    () => b.of('silence').length > 0,
    (ms) => b.clock.advance(ms),
  );
  expect(b.log.last('contactor')?.command).toBe('close');
  b.unit.receive({ kind: 'wish', connectorId: 1, wish: { kind: 'deny', plug: 'held', opening: 'now' } });
  expect(b.log.last('contactor')?.command).toBe('open');
});

test('a meter is read by the station; one that is not answered counts as silent, and the next is asked for', async () => {
  const b = bench();
  await b.live(300);
  expect(b.of('report').at(-1)?.report.meter?.reading).toEqual(idle);
  b.silenceMeter();
  await b.live(3 * (meterAnswerMs + 6_000));
  expect(b.of('readMeter').length).toBeGreaterThan(2);
  expect(b.of('report').at(-1)?.report.faults).toContain('meterSilent');
});

test('an answer to a meter request that is over is of no account', async () => {
  const b = bench();
  await b.live(300);
  const before = b.of('report').length;
  b.unit.receive({ kind: 'meter', request: 1, reading: { ...idle, energyWh: 5 } });
  b.unit.receive({ kind: 'meter', request: 99, reading: { ...idle, energyWh: 7 } });
  await b.live(200);
  expect(b.of('report')).toHaveLength(before);
});

test('the watchdog is fed once a second by the loop, and not at all when the loop stands still', async () => {
  const b = bench();
  await b.live(5_000);
  expect(b.log.words('watchdog').length).toBeGreaterThanOrEqual(5);
  expect(b.log.words('watchdog').length).toBeLessThanOrEqual(6);
  b.loop.stop();
  b.log.clear();
  await b.live(5_000);
  expect(b.log.words('watchdog')).toEqual([]);
});

test('once a second it says that the loop runs', async () => {
  const b = bench();
  await b.live(3_050);
  expect(b.of('beat')).toHaveLength(3);
  expect(b.of('beat')[1]).toMatchObject({ turns: 200, longestGapMs: 5 });
});

test('a bus whose thread comes late makes the loop late, for the pilot is measured there', async () => {
  const b = bench({ takeBusGapMs: () => 41 });
  await b.live(1_050);
  expect(b.of('beat')[0]).toMatchObject({ longestGapMs: 41 });
});

test('the indicator shows what the station wants', async () => {
  const b = bench();
  b.unit.receive({ kind: 'show', pointIndex: 0, pattern: 'charging' });
  b.unit.receive({ kind: 'show', pointIndex: 7, pattern: 'fault' });
  expect(b.log.entries.filter((e) => e.part === 'indicator')).toMatchObject([{ pattern: 'charging' }]);
});

test('in a silence the plug stays held, also when its contactor has opened', async () => {
  const clock = new VirtualClock();
  const log = new MockLog(clock);
  const contactor = new MockContactor(log, 'open');
  const pilot = new MockPilot(log, { kind: 'volts', high: 12, low: 12 });
  const proximity = new MockProximity(log, { kind: 'ohms', ohms: Number.POSITIVE_INFINITY });
  const lock = new MockLock(log, 'unlocked');
  const [connector] = oneSocket.connectors;
  if (!connector) throw new Error('the configuration has no connector');
  const { tetheredA: _none, ...socket } = connector.socket;
  const loop = new SafetyLoop(clock);
  const unit: SafetyUnit = new SafetyUnit({
    config: { ...oneSocket, connectors: [{ ...connector, socket: { ...socket, lock: true } }] },
    parts: { points: [{ sockets: [{ mode: 'mode3', contactor, pilot, proximity, lock }] }] },
    clock,
    beat: loop,
    send: (message) => {
      if (message.kind === 'readMeter') unit.receive({ kind: 'meter', request: message.request, reading: idle });
    },
  });
  const live = async (ms: number): Promise<void> => {
    for (let gone = 0; gone < ms; gone += 100) {
      unit.receive({ kind: 'heartbeat' });
      await clock.advance(100);
    }
  };
  loop.start();
  unit.start();
  await live(100);
  unit.receive({ kind: 'wish', connectorId: 1, wish });
  proximity.emit({ kind: 'ohms', ohms: 220 });
  pilot.emit({ kind: 'volts', high: 9, low: 9 });
  await passUntil('locking', () => log.last('lock')?.command === 'lock', live, { stepMs: 100 });
  lock.emit('locked');
  await passUntil('PWM', () => log.last('pilot')?.output.kind === 'pwm', live, { stepMs: 100 });
  pilot.emit({ kind: 'volts', high: 6, low: -12 });
  await passUntil('closing', () => log.last('contactor')?.command === 'close', live, { stepMs: 100 });
  contactor.emit('closed');
  await live(200);
  await passUntil(
    'opening',
    () => log.last('contactor')?.command === 'open',
    (ms) => clock.advance(ms),
  );
  contactor.emit('open');
  await clock.advance(60_000);
  // Whoever plugged it in is still the only one who may take it.
  expect(log.words('lock')).toEqual(['lock.lock']);
});

test('an orderly end opens the contactor, waits for it, and disarms the watchdog', async () => {
  const b = await charging();
  let ended = false;
  const ending = b.unit.end().then(() => {
    ended = true;
  });
  await b.clock.advance(50);
  expect(b.log.last('contactor')?.command).toBe('open');
  expect([ended, b.log.last('watchdog')?.command]).toEqual([false, 'feed']);
  b.contactor.emit('open');
  await b.clock.advance(1);
  await ending;
  expect(b.log.last('watchdog')?.command).toBe('disarm');
});

test('a contactor that is still closed at the end leaves the watchdog armed, and is told', async () => {
  const b = await charging();
  const ending = b.unit.end();
  await b.clock.advance(600);
  await ending;
  expect(b.log.last('watchdog')?.command).toBe('feed');
  expect(b.of('trouble').map(({ trouble }) => trouble.text)).toEqual([
    'contactor of connector 1: still closed at the end of the program; the watchdog stays armed',
  ]);
});

test('a contactor whose contacts cannot be read does not keep the watchdog armed', async () => {
  const b = bench();
  b.contactor.emit('unknown');
  const ending = b.unit.end();
  await b.clock.advance(600);
  await ending;
  expect(b.log.last('watchdog')?.command).toBe('disarm');
});

test('faults are cleared where told', async () => {
  const b = await charging();
  b.contactor.emit('closed');
  b.unit.receive({ kind: 'wish', connectorId: 1, wish: { kind: 'deny', plug: 'free', opening: 'now' } });
  await b.live(1_500);
  expect(b.of('report').at(-1)?.report.faults).toContain('contactorWelded');
  b.contactor.emit('open');
  await b.live(100);
  b.unit.receive({ kind: 'clearFaults', connectorId: 1 });
  await b.live(100);
  expect(b.of('report').at(-1)?.report.faults).not.toContain('contactorWelded');
});

test('at rest the meter is read when the station wants a reading', async () => {
  const b = bench();
  b.contactor.emit('open');
  await b.clock.advance(60_000);
  const before = b.of('readMeter').length;
  await b.clock.advance(60_000);
  expect(b.of('readMeter')).toHaveLength(before);
  b.unit.receive({ kind: 'needReading', connectorId: 1 });
  expect(b.of('readMeter')).toHaveLength(before + 1);
});
