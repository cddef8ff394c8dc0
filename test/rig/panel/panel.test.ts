/** The live view of a rig under virtual time: readings, keys, the guard of a contactor, the page, and real drivers below. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { confirmWithinMs } from '../../../src/control/pages/armed-rig';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MockLog, type MockPilot, mockMode3Parts } from '../../../src/drivers/mock/parts';
import { contactorClosedMaxMs } from '../../../src/rig/panel/guard';
import { benchHardware } from '../../../src/rig/panel/hardware';
import { pressKey } from '../../../src/rig/panel/keys';
import { rigLine, rigPage } from '../../../src/rig/panel/screen';
import { meterRoundMs, RigBench } from '../../../src/rig/panel/work';
import type { Paint } from '../../../src/terminal/colour';
import { fakeRig, missing, rigBoard } from '../rig-machine';
import { bench, closed, stateC } from './mock-bench';

const plain: Paint = (_colour, text) => text;

test('shows what the parts tell', async () => {
  const { clock, type2, domestic, supply, button, made } = await bench();
  type2.pilot.emit({ kind: 'volts', high: 9.02, low: -11.98 });
  type2.proximity.emit({ kind: 'ohms', ohms: 220 });
  type2.thermometer.emit(24.53);
  type2.lock.emit('locked');
  type2.residual.emit({ tripped: false, test: 'passed' });
  domestic.plug.emit(true);
  domestic.thermometer.emit(undefined);
  domestic.meter.reading = undefined;
  supply.emit('lost');
  button.emit('held');
  made.seen('right', { kind: 'reader', present: true });
  made.seen('right', { kind: 'card', uid: '04A1B2C3' });
  made.measured({ turns: 200, longestGapMs: 6.2, busyShare: 0.034 }, 7);
  await clock.advance(meterRoundMs + 100);
  expect(rigPage(made.model(), { columns: 120, rows: 40 }, plain)).toEqual([
    'rig   ARMED: contactors can be closed',
    'loop 200 turns/s, longest gap 6 ms, busy 3 %   I2C errors 7   supply lost',
    'last card: 04A1B2C3 at the right reader, 2 s ago   button held 2 s ago   right reader present',
    '',
    '> 1 right T2S   pilot +9.02 V / −11.98 V (drives steady)   PP 220 Ω (cable of 32 A)   temperature 24.5 °C',
    '    contactor open   lock locked   RCM fine, test passed',
    '    meter 230.0 V, 0.00 A, 0 W, 0.000 kWh',
    '  2 right 2P+E  plug in   temperature silent',
    '    contactor open   RCM fine, not tested',
    '    meter: mock meter: silent because the test set no reading',
    '',
    'Nothing was done yet.',
    '1-9 connector   + more duty   - less duty   s steady +12 V   f unavailable −12 V   l lock   u unlock   t RCM test',
    'r RCM reset   i next indicator pattern   c close contactor   o open contactor   q quit',
  ]);
  expect(rigLine(made.model())).toMatch(/^1: pilot \+9\.02 V .*; 2: plug in, .*; loop 200 turns\/s, .*; last card/);
});

test('keys work the parts of the selected connector', async () => {
  const { log, press, message } = await bench();
  press('+', '+', '-', '-', 's', 'f', 'l', 'u', 't', 'r', 'i', 'i', 'o');
  const drives = log.entries.flatMap((entry) => (entry.part === 'pilot' ? [entry.output] : []));
  expect(drives).toEqual([
    { kind: 'pwm', dutyPercent: 10 },
    { kind: 'pwm', dutyPercent: 15 },
    { kind: 'pwm', dutyPercent: 10 },
    { kind: 'pwm', dutyPercent: 10 },
    { kind: 'steady' },
    { kind: 'unavailable' },
  ]);
  expect(log.words().filter((word) => !word.startsWith('pilot') && !word.startsWith('meter'))).toEqual([
    'lock.lock',
    'lock.unlock',
    'residual.selfTest',
    'residual.reset',
    'indicator.show',
    'indicator.show',
    'contactor.open',
  ]);
  expect(log.last('indicator')?.pattern).toBe('reserved');
  press('2', 'l');
  expect(message()).toBe('connector 2: it has no lock');
  press('5');
  expect(message()).toBe('there is no connector 5: choose 1 to 2');
  press('x');
  expect(message()).toBe('no such key: x');
});

test('duty stays at or below 96 %', async () => {
  const { log, press } = await bench();
  press(...Array.from({ length: 30 }, () => '+'));
  expect(log.last('pilot')?.output).toEqual({ kind: 'pwm', dutyPercent: 96 });
});

test('q and Ctrl-C quit', async () => {
  const { made } = await bench();
  expect(pressKey(made, 'q')).toBe('quit');
  expect(pressKey(made, '\u0003')).toBe('quit');
  expect(pressKey(made, 'Q')).toBe('done');
});

test('without --arm no contactor closes, and the view says why', async () => {
  const { log, press, message } = await bench({ armed: false });
  press('c', 'c', 'c');
  expect(log.words('contactor')).toEqual([]);
  expect(message()).toBe('connector 1: not closed: contactors are refused: start with --arm to close one');
});

describe('armed, a contactor closes', () => {
  test('at the second key within 3 s', async () => {
    const { clock, log, press, message, made } = await bench();
    press('c');
    expect(log.words('contactor')).toEqual([]);
    expect(message()).toMatch(/^press c again within 3 s to CLOSE the contactor of connector 1 right T2S/);
    await clock.advance(confirmWithinMs);
    press('c');
    expect(log.words('contactor')).toEqual(['contactor.close']);
    expect(rigPage(made.model(), { columns: 100, rows: 40 }, plain)).toContain(
      '    contactor open (CLOSED by hand, opens in 60 s)   lock …   RCM fine, not tested',
    );
  });

  test.each([
    ['too late', async (rig: Awaited<ReturnType<typeof bench>>) => rig.clock.advance(confirmWithinMs + 1)],
    ['after another key', async (rig: Awaited<ReturnType<typeof bench>>) => rig.press('x')],
    ['after another connector', async (rig: Awaited<ReturnType<typeof bench>>) => rig.press('2')],
  ])('not %s', async (_when, meanwhile) => {
    const rig = await bench();
    rig.press('c');
    await meanwhile(rig);
    rig.press('c');
    expect(rig.log.words('contactor')).toEqual([]);
    expect(rig.message()).toMatch(/^press c again/);
  });

  type Rig = Awaited<ReturnType<typeof bench>>;
  test.each<[string, (rig: Rig) => void, RegExp]>([
    ['a tripped monitor', ({ type2 }) => type2.residual.emit({ tripped: true, test: 'none' }), /has tripped/],
    ['a test under way', ({ type2 }) => type2.residual.emit({ tripped: false, test: 'running' }), /under test/],
    ['an invalid pilot', ({ type2 }) => type2.pilot.emit({ kind: 'invalid', reason: 'silence' }), /invalid: silence/],
    ['a pilot at −12 V', ({ type2 }) => type2.pilot.emit({ kind: 'volts', high: -12, low: -12 }), /at -12\.00 V/],
    ['a pilot at 0 V', ({ type2 }) => type2.pilot.emit({ kind: 'volts', high: 0, low: 0 }), /at 0\.00 V/],
    ['unknown feedback', ({ type2 }) => type2.contactor.emit('unknown'), /its feedback says unknown/],
    ['closed feedback', ({ type2 }) => type2.contactor.emit('closed'), /its feedback says closed/],
  ])('not with %s', async (_what, spoil, why) => {
    const rig = await bench();
    spoil(rig);
    rig.press('c', 'c');
    expect(rig.log.words('contactor')).toEqual([]);
    expect(rig.message()).toMatch(why);
  });

  test('not before its parts were read', async () => {
    const clock = new VirtualClock();
    const log = new MockLog(clock);
    const parts = mockMode3Parts(log);
    const made = new RigBench({
      board: 'rig',
      connectors: [{ connectorId: 1, name: 'right T2S', side: 'right', parts }],
      clock,
      armed: true,
    });
    const refusal = (): string => {
      for (const key of ['c', 'c']) pressKey(made, key);
      return made.model().message;
    };
    expect(refusal()).toMatch(/its pilot was not read yet/);
    parts.pilot.emit(stateC);
    expect(refusal()).toMatch(/residual current monitor was not read yet/);
    parts.residual.emit({ tripped: false, test: 'none' });
    expect(refusal()).toMatch(/its feedback says nothing yet/);
    expect(log.words('contactor')).toEqual([]);
  });

  test('one at a time', async () => {
    const { log, press, message } = await closed();
    press('2', 'c', 'c');
    expect(log.words('contactor')).toEqual(['contactor.close']);
    expect(message()).toBe('connector 2: not closed: that of connector 1 is closed: open it first (o)');
  });
});

describe('a closed contactor opens', () => {
  type Rig = Awaited<ReturnType<typeof bench>>;
  test.each<[string, (rig: Rig) => void, RegExp]>([
    ['when the monitor trips', ({ type2 }) => type2.residual.emit({ tripped: true, test: 'none' }), /has tripped/],
    ['when the pilot is invalid', ({ type2 }) => type2.pilot.emit({ kind: 'invalid', reason: 'silence' }), /silence/],
    ['when the pilot is shorted', ({ type2 }) => type2.pilot.emit({ kind: 'volts', high: 0.1, low: 0 }), /0\.10 V/],
    ['when it opened by itself', ({ type2 }) => type2.contactor.emit('open'), /its feedback says open/],
    ['at o', ({ press }) => press('o'), /commanded open/],
    ['at the end', ({ made }) => made.stop(), /the view ends/],
  ])('%s', async (_when, happen, why) => {
    const rig = await closed();
    expect(rig.log.last('contactor')?.command).toBe('close');
    happen(rig);
    expect(rig.log.last('contactor')?.command).toBe('open');
    expect(rig.message()).toMatch(why);
    expect(rig.made.model().connectors[0]).not.toHaveProperty('closedForS');
  });

  test('after 60 s, and not before', async () => {
    const { clock, log, message } = await closed();
    await clock.advance(contactorClosedMaxMs - 51);
    expect(log.words('contactor')).toEqual(['contactor.close']);
    await clock.advance(1);
    expect(log.words('contactor')).toEqual(['contactor.close', 'contactor.open']);
    expect(message()).toBe('connector 1: contactor opened: it was closed for 60 s');
  });

  test('when its feedback does not follow', async () => {
    const { clock, log, press, message } = await bench();
    press('c', 'c');
    await clock.advance(499);
    expect(log.last('contactor')?.command).toBe('close');
    await clock.advance(1);
    expect(log.last('contactor')?.command).toBe('open');
    expect(message()).toMatch(/its feedback did not say closed within 500 ms/);
  });

  test('a pilot within the states of a vehicle lets it be, and a word of another connector too', async () => {
    const { log, type2, domestic } = await closed();
    for (const high of [12, 9, 6, 3]) (type2.pilot as MockPilot).emit({ kind: 'volts', high, low: -12 });
    domestic.residual.emit({ tripped: true, test: 'none' });
    expect(log.last('contactor')?.command).toBe('close');
  });

  test('and a welded one is told', async () => {
    const { clock, press, message } = await closed();
    press('o');
    await clock.advance(500);
    expect(message()).toMatch(/the feedback says closed after the contactor was opened: it may be WELDED/);
  });
});

test('with a closed contactor neither lock nor self test is worked', async () => {
  const { log, press, message } = await closed();
  press('u', 't');
  expect(log.words('lock')).toEqual([]);
  expect(log.words('residual')).toEqual([]);
  expect(message()).toBe('connector 1: refused while its contactor is closed: open it first (o)');
});

test('the end opens every contactor, leaves −12 V, and listens no more', async () => {
  const { clock, log, type2, made } = await bench();
  made.stop();
  await clock.advance(0);
  expect(log.words('contactor')).toEqual(['contactor.open', 'contactor.open']);
  expect(log.last('pilot')?.output).toEqual({ kind: 'unavailable' });
  expect(type2.pilot.watchers).toBe(0);
  await clock.advance(meterRoundMs * 3);
  expect(clock.pendingTimers).toBe(0);
});

test('the page fits the terminal, and says how much trouble it does not show', async () => {
  const { made } = await bench();
  const take = (connectorId: number, text: string) =>
    made.take({ part: 'lock', connectorId, code: 'failed', text: `connector ${connectorId}: ${text}` });
  for (let count = 0; count < 40; count += 1) take(1, `line ${count} of trouble; do something`);
  take(2, 'not selected');
  const page = rigPage(made.model(), { columns: 40, rows: 24 }, plain);
  expect(page).toHaveLength(24);
  expect(Math.max(...page.map((line) => [...line].length))).toBeLessThanOrEqual(40);
  expect(page).toContainEqual(expect.stringMatching(/^\d+ more lines of trouble$/));
  expect(page.join('\n')).not.toContain('not selected');
});

describe('on drivers', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'rig-view-'));
    const channel = join(root, 'pwmchip0', 'pwm0');
    mkdirSync(channel, { recursive: true });
    for (const [name, value] of Object.entries({
      period: '1000000',
      duty_cycle: '0',
      enable: '1',
      polarity: 'normal',
    })) {
      writeFileSync(join(channel, name), `${value}\n`);
    }
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const duty = (): number => Number.parseInt(readFileSync(join(root, 'pwmchip0', 'pwm0', 'duty_cycle'), 'utf8'), 10);
  const board = () => rigBoard(['hardware.pwm', { root }], ['points.0.sockets.0.wiring.pilot.pwm.chip', 'pwmchip0']);

  function start(armed: boolean, rig = fakeRig()) {
    const troubles: string[] = [];
    rig.machine.pwm({ root, chip: 'pwmchip0', channel: 0, report: () => {} }).drive(100);
    const hardware = benchHardware({
      board: board(),
      machine: rig.machine,
      armed,
      report: ({ text }) => troubles.push(text),
    });
    return { rig, troubles, hardware, header: rig.gpio.chip('header') };
  }

  test('readings arrive, a contactor clicks and everything is let go', async () => {
    const { rig, troubles, hardware, header } = start(true);
    await rig.clock.advance(3_000);
    expect(troubles).toEqual([]);
    expect(rigPage(hardware.bench.model(), { columns: 100, rows: 40 }, plain).slice(0, 7)).toEqual([
      'rig   ARMED: contactors can be closed',
      expect.stringMatching(/^loop 200 turns\/s, longest gap \d+ ms, busy 0 % {3}I2C errors 0 {3}supply present$/),
      'last card: none   button not held   right reader present',
      '',
      '> 1 right T2S   pilot +12.00 V (drives steady)   PP no plug   temperature 25.0 °C',
      '    contactor open   lock unlocked   RCM fine, not tested',
      '    meter 1.0 1.0 1.0 V, 1.00 1.00 1.00 A, 1 W, 1.000 kWh, 1.00 Hz',
    ]);
    for (const key of ['c', 'c']) pressKey(hardware.bench, key);
    await rig.clock.advance(1_000);
    expect(hardware.bench.model().connectors[0]).toMatchObject({ feedback: 'closed', closedForS: 59 });
    expect(duty()).toBe(1_000_000);
    expect(hardware.release()).toEqual([]);
    expect([header.active(17), header.use(17), header.use(24), duty()]).toEqual([false, 'free', 'free', 0]);
    expect(rig.safe.count).toBe(1);
    await rig.clock.advance(5_000);
    expect(rig.clock.pendingTimers).toBe(0);
  });

  test('what drifts less than the parts tell is seen all the same, as calibration wants it', async () => {
    const { rig, hardware } = start(false);
    const first = (): string | undefined => rigPage(hardware.bench.model(), { columns: 100, rows: 40 }, plain)[4];
    rig.plug(220);
    await rig.clock.advance(1_000);
    expect(first()).toBe(
      '> 1 right T2S   pilot +12.00 V (drives steady)   PP 220 Ω (cable of 32 A)   temperature 25.0 °C',
    );
    rig.plug(224);
    rig.ads.set(0, (11.9 + 14.85) / 9);
    rig.ads.set(3, 1.642);
    await rig.clock.advance(1_100);
    expect(first()).toBe(
      '> 1 right T2S   pilot +11.90 V (drives steady)   PP 224 Ω (cable of 32 A)   temperature 25.2 °C',
    );
    pressKey(hardware.bench, 'f');
    rig.ads.set(0, (5 + 14.85) / 9);
    rig.ads.set(1, (-11.95 + 14.85) / 9);
    await rig.clock.advance(1_100);
    expect(first()).toMatch(/^> 1 right T2S {3}pilot −11\.95 V \(drives unavailable\)/);
    hardware.release();
  });

  test('a converter that falls silent opens the contactor', async () => {
    const { rig, hardware, header } = start(true);
    await rig.clock.advance(3_000);
    for (const key of ['c', 'c']) pressKey(hardware.bench, key);
    await rig.clock.advance(1_000);
    expect(header.active(17)).toBe(true);
    rig.ads.powered = false;
    await rig.clock.advance(100);
    expect(header.active(17)).toBe(false);
    hardware.release();
  });

  test('without --arm the coils have no pulse', async () => {
    const { rig, hardware, header } = start(false);
    await rig.clock.advance(1_000);
    expect(header.writes.filter(({ line }) => line === 24)).toEqual([]);
    expect(header.use(24)).toBe('free');
    hardware.release();
    const armed = start(true);
    await armed.rig.clock.advance(100);
    expect(armed.header.writes.filter(({ line }) => line === 24).length).toBeGreaterThan(10);
    armed.hardware.release();
  });

  test('parts that cannot be set up are shown as missing, with a line of trouble each', async () => {
    const rig = fakeRig();
    for (const line of [5, 19]) rig.gpio.chip('header').fail(line, 'held by another');
    rig.gpio.chip('slow').fail(8, 'held by another');
    rig.gpio.chip('slow').fail(6, 'held by another');
    rmSync(join(root, 'pwmchip0'), { recursive: true });
    rig.machine.cardLibrary = () => missing('mfrc522-rpi');
    const { hardware, troubles } = start(true, rig);
    await rig.clock.advance(1_000);
    const page = rigPage(hardware.bench.model(), { columns: 100, rows: 60 }, plain);
    expect(page).toContain('> 1 right T2S   pilot MISSING   PP no plug   temperature 25.0 °C');
    expect(page).toContain('    contactor MISSING   lock MISSING   RCM MISSING');
    expect(page).toContain('  2 right 2P+E  plug MISSING');
    expect(page).toContain('    contactor open   RCM fine, not tested');
    expect(troubles).toHaveLength(6);
    for (const key of ['c', 'c']) pressKey(hardware.bench, key);
    expect(hardware.bench.model().message).toBe('connector 1: not closed: it could not be set up');
    hardware.release();
  });
});
