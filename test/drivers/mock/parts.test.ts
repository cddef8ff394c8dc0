/** The scripted parts keep the rules of the HAL: they tell soon, not from inside a call, and forget who let go. */

import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import {
  MockCardReader,
  MockContactor,
  MockIndicator,
  MockLock,
  MockLog,
  MockMeter,
  MockPilot,
  MockSupply,
  MockThermometer,
  MockWatchdog,
  mockMode2Parts,
  mockMode3Parts,
} from '../../../src/drivers/mock/parts';
import type { Mode2Parts, Mode3Parts } from '../../../src/hal/parts';

function bench() {
  const clock = new VirtualClock({ startMs: 100 });
  return { clock, log: new MockLog(clock) };
}

test('a watcher hears the present value by a timer, then each emission at once, and nothing after it let go', async () => {
  const { clock, log } = bench();
  const contactor = new MockContactor(log, 'open');
  const heard: string[] = [];
  const cancel = contactor.watch((value) => heard.push(value));
  expect(heard).toEqual([]);
  await clock.advance(0);
  expect(heard).toEqual(['open']);
  contactor.emit('closed');
  expect(heard).toEqual(['open', 'closed']);
  expect(contactor.watchers).toBe(1);
  cancel();
  cancel();
  contactor.emit('open');
  expect(heard).toEqual(['open', 'closed']);
  expect(contactor.watchers).toBe(0);
});

test('a part without a value is silent; one that was silent tells a late watcher what it last emitted', async () => {
  const { clock, log } = bench();
  const supply = new MockSupply(log);
  const heard: string[] = [];
  supply.watch((value) => heard.push(value));
  await clock.advance(10);
  expect(heard).toEqual([]);
  supply.emit('lost');
  supply.watch((value) => heard.push(`late ${value}`));
  await clock.advance(0);
  expect(heard).toEqual(['lost', 'late lost']);
  supply.watch((value) => heard.push(`last ${value}`));
  supply.emit('present');
  await clock.advance(0);
  expect(heard.slice(2)).toEqual(['present', 'late present', 'last present']);
});

test('a watcher that lets go before its first value hears nothing; one let go by another is left out', async () => {
  const { clock, log } = bench();
  const reader = new MockCardReader(log, { kind: 'reader', present: true });
  const heard: string[] = [];
  reader.watch(() => heard.push('first'))();
  const cancels = [reader.watch(() => cancels[1]?.()), reader.watch(() => heard.push('second'))];
  reader.emit({ kind: 'card', uid: '04A1B2C3' });
  await clock.advance(0);
  expect(heard).toEqual([]);
});

test('an undefined value is told like any other', async () => {
  const { clock, log } = bench();
  const thermometer = new MockThermometer(log);
  const heard: (number | undefined)[] = [];
  thermometer.emit(undefined);
  thermometer.watch((value) => heard.push(value));
  await clock.advance(0);
  thermometer.emit(25);
  expect(heard).toEqual([undefined, 25]);
});

test('the log keeps the commands of all parts in order, with the time', async () => {
  const { clock, log } = bench();
  new MockLock(log).lock();
  await clock.advance(50);
  new MockPilot(log).drive({ kind: 'pwm', dutyPercent: 50 });
  new MockContactor(log).close();
  new MockContactor(log).open();
  new MockIndicator(log).show('charging');
  new MockWatchdog(log).feed();
  new MockWatchdog(log).disarm();
  expect(log.words()).toEqual([
    'lock.lock',
    'pilot.drive',
    'contactor.close',
    'contactor.open',
    'indicator.show',
    'watchdog.feed',
    'watchdog.disarm',
  ]);
  expect(log.words('contactor')).toEqual(['contactor.close', 'contactor.open']);
  expect(log.last('lock')).toEqual({ part: 'lock', command: 'lock', at: 100 });
  expect(log.last('pilot')).toEqual({
    part: 'pilot',
    command: 'drive',
    output: { kind: 'pwm', dutyPercent: 50 },
    at: 150,
  });
  expect(log.last('residual')).toBeUndefined();
  log.clear();
  expect(log.entries).toEqual([]);
});

test('a meter answers with what is set at the moment of the answer, or fails with part.failed', async () => {
  const { clock, log } = bench();
  const meter = new MockMeter(log);
  const first = meter.read();
  meter.reading = { energyWh: 7, powerW: 0, currentA: [1], voltageV: [230] };
  await clock.advance(20);
  await expect(first).resolves.toMatchObject({ energyWh: 7 });
  meter.reading = undefined;
  const second = expect(meter.read()).rejects.toMatchObject({ code: 'part.failed' });
  await clock.advance(20);
  await second;
  expect(log.words()).toEqual(['meter.read', 'meter.read']);
});

test('a whole outlet of mocks fits the interfaces of the HAL', () => {
  const { log } = bench();
  const mode3: Mode3Parts = mockMode3Parts(log);
  const mode2: Mode2Parts = mockMode2Parts(log);
  mode3.residual?.selfTest();
  mode2.residual?.reset();
  expect(log.words()).toEqual(['residual.selfTest', 'residual.reset']);
});
