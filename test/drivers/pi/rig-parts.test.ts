/** A whole double rig made out of its board file, on scripted lines, modelled converters and a tree of PWM files. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import * as onoff from '../../../src/drivers/pi/gpio/onoff-lines';
import { SafetyLoop } from '../../../src/drivers/pi/loop';
import { type RigParts, type RigPartsOptions, rigParts, type SampledRigParts } from '../../../src/drivers/pi/rig-parts';
import type { Board } from '../../../src/hal/board';
import { loadBoard } from '../../../src/hal/board/board-file';
import { GreenupError } from '../../../src/hal/errors';
import type { Mode3Parts, UnmeteredParts } from '../../../src/hal/parts';
import type { Trouble } from '../../../src/hal/trouble';
import { JoinedBus } from './bus/joined-bus';
import { type Chips, chips } from './chips';
import { heard } from './fake-gpio';
import { Ads1115Model, FakeI2cBus } from './i2c/ads1115-model';

/** Volts at the inputs of one outlet, as the board file's calibration has them: +12 V, −12 V, no plug, 25 °C. */
const atRest = [2.986, 0.292, 3.3, 1.65];

const nodeFs = jest.requireActual<typeof import('node:fs')>('node:fs');
let directory: string;
let clock: VirtualClock;
let loop: SafetyLoop;
let gpio: Chips;
let converters: { right: Ads1115Model; left: Ads1115Model };
let bus: FakeI2cBus;
let troubles: string[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-rig-'));
  clock = new VirtualClock({ startMs: 1_000 });
  loop = new SafetyLoop(clock);
  gpio = chips(() => clock.now());
  converters = { right: new Ads1115Model(clock), left: new Ads1115Model(clock) };
  for (const chip of Object.values(converters)) for (const [input, volts] of atRest.entries()) chip.set(input, volts);
  bus = new FakeI2cBus(
    new Map([
      [0x48, converters.right],
      [0x49, converters.left],
    ]),
  );
  troubles = [];
  makePwm();
  writeFileSync(join(directory, 'watchdog'), '');
  // Inputs at rest: mains is there.
  gpio.chip('header').set(18, true);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** A chip with two exported channels, each as a fan might have left it. */
function makePwm(): void {
  const chip = join(directory, 'devices/platform/soc/fe20c000.pwm/pwm/pwmchip0');
  mkdirSync(join(directory, 'class'));
  for (const channel of [0, 1]) {
    mkdirSync(join(chip, `pwm${channel}`), { recursive: true });
    const files = { period: 40_000, duty_cycle: 20_000, enable: 0, polarity: 'normal' };
    for (const [name, value] of Object.entries(files)) writeFileSync(join(chip, `pwm${channel}`, name), `${value}\n`);
  }
  writeFileSync(join(chip, 'npwm'), '2\n');
  symlinkSync(chip, join(directory, 'class/pwmchip0'));
}

function duty(channel: number): number {
  const file = join(directory, `class/pwmchip0/pwm${channel}/duty_cycle`);
  return Number(readFileSync(file, 'utf8').split('\n', 1)[0]);
}

/** The real board file, but for the places of PWM and watchdog. */
function board(pwmRoot = join(directory, 'class'), device = join(directory, 'watchdog')): Board {
  const loaded = loadBoard('board/pi-bench-double.yaml');
  if (!loaded.hardware) throw new Error('the board has no hardware');
  return { ...loaded, hardware: { ...loaded.hardware, pwmRoot, watchdog: { device, timeoutS: 1_000 } } };
}

async function built(options: Partial<RigPartsOptions> = {}): Promise<SampledRigParts> {
  const report = ({ text }: Trouble): void => void troubles.push(text);
  const parts = rigParts({ board: board(), loop, clock, report, gpio, i2c: bus, ...options });
  loop.start();
  await clock.advance(1_000);
  return parts;
}

function socket(parts: RigParts, point: number, place: number): UnmeteredParts {
  const found = parts.points[point]?.sockets[place];
  if (!found) throw new Error(`there is no socket ${place} at point ${point}`);
  return found;
}

function type2(parts: RigParts, point: number): Omit<Mode3Parts, 'meter'> {
  const found = socket(parts, point, 0);
  if (found.mode !== 'mode3') throw new Error('this is no Type 2 outlet');
  return found;
}

async function told<T>(part: { watch(listener: (value: T) => void): () => void } | undefined): Promise<T | undefined> {
  if (!part) throw new Error('the part is missing');
  const values = heard(part);
  await clock.advance(300);
  return values.at(-1);
}

const header = () => gpio.chip('header');
const slow = () => gpio.chip('slow');
const lights = () => gpio.chip('lights');

/** Bus and expanders in a thread of their own, as in a station. */
function threaded() {
  const report = ({ text }: Trouble): void => void troubles.push(text);
  const joined = new JoinedBus({ clock, loop, i2c: bus, gpio, report });
  const busOf = ({ chip }: { chip: string }) => (chip === 'header' ? undefined : 'i2c-1');
  return { joined, options: { gpio: { ...gpio, busOf }, openBus: () => joined.link } };
}

test.each([
  ['its bus in the loop', () => ({})],
  ['its bus in a thread of its own', () => threaded().options],
])('the whole double board, %s, is made without a word of trouble, and each part reads what the rig shows', async (_how, options) => {
  const parts = await built(options());
  expect(troubles).toEqual([]);
  expect(parts.points.map(({ sockets }) => sockets.map(({ mode }) => mode))).toEqual([
    ['mode3', 'mode2'],
    ['mode3', 'mode2'],
  ]);
  for (const point of [0, 1]) {
    const { pilot, proximity, lock, residual, thermometer, contactor } = type2(parts, point);
    const reading = await told(pilot);
    expect(reading).toMatchObject({ kind: 'volts', high: expect.closeTo(12, 1) });
    expect(await told(proximity)).toEqual({ kind: 'ohms', ohms: Number.POSITIVE_INFINITY });
    expect(await told(lock)).toBe('unlocked');
    expect(await told(residual)).toEqual({ tripped: false, test: 'none' });
    expect(await told(thermometer)).toBeCloseTo(25, 0);
    expect(await told(contactor)).toBe('open');
    const domestic = socket(parts, point, 1);
    expect(domestic.mode === 'mode2' && (await told(domestic.plug))).toBe(false);
    expect(await told(domestic.contactor)).toBe('open');
    expect(domestic.residual).toBeDefined();
    expect(domestic.thermometer).toBeUndefined();
  }
  expect(await told(parts.supply)).toBe('present');
});

test('an expander in a thread of its own: the bolt is driven, seen and let go, and with a stuck bus the header works on', async () => {
  const { joined, options } = threaded();
  const parts = await built(options);
  const { lock, contactor } = type2(parts, 0);
  const places = heard(lock ?? contactor);
  slow().onWrite = ({ line, active }) => {
    if (active && (line === 8 || line === 9)) slow().set(4, line === 8);
  };
  lock?.lock();
  await clock.advance(3_000);
  expect(places.at(-1)).toBe('locked');
  expect([slow().active(8), slow().active(9)]).toEqual([false, false]);
  joined.stick();
  await clock.advance(2_000);
  expect(places.at(-1)).toBe('unknown');
  contactor.close();
  expect(header().active(17)).toBe(true);
  contactor.open();
  expect(header().active(17)).toBe(false);
  joined.letGo();
  await clock.advance(1_000);
  expect(places.at(-1)).toBe('locked');
  lock?.unlock();
  await clock.advance(3_000);
  expect(places.at(-1)).toBe('unlocked');
  parts.release();
  expect([slow().use(4), slow().use(8), lights().use(0)]).toEqual(['free', 'free', 'free']);
});

test('each contactor, plug, indicator and button is on the line that the board names', async () => {
  const parts = await built();
  const coils = [17, 27, 22, 23];
  const feedbacks = [5, 6, 16, 26];
  for (const [index, coil] of coils.entries()) {
    const { contactor } = socket(parts, index >> 1, index & 1);
    contactor.close();
    expect(coils.map((line) => header().active(line))).toEqual(coils.map((line) => line === coil));
    header().set(feedbacks[index] ?? 0, true);
    expect(await told(contactor)).toBe('closed');
    contactor.open();
  }
  slow().set(12, true);
  const left = socket(parts, 1, 1);
  expect(left.mode === 'mode2' && (await told(left.plug))).toBe(true);
  parts.points[1]?.indicator?.show('unavailable');
  expect([0, 3].map((line) => lights().active(line))).toEqual([false, true]);
  const button = parts.resetButton && heard(parts.resetButton);
  header().set(4, true);
  await clock.advance(2_500);
  expect(button).toEqual(['held']);
});

test('the pilots start at +12 V, 1 kHz; each duty goes to the channel of its side', async () => {
  const parts = await built();
  expect([duty(0), duty(1)]).toEqual([1_000_000, 1_000_000]);
  type2(parts, 1).pilot.drive({ kind: 'pwm', dutyPercent: 26.6 });
  expect([duty(0), duty(1)]).toEqual([1_000_000, 266_000]);
});

test('a generator that fails later is told with its connector', async () => {
  const parts = await built();
  rmSync(join(directory, 'class'), { recursive: true });
  jest.spyOn(nodeFs, 'writeSync').mockImplementationOnce(() => {
    throw Object.assign(new Error('EIO: refused'), { code: 'EIO' });
  });
  type2(parts, 1).pilot.drive({ kind: 'pwm', dutyPercent: 10 });
  expect(troubles).toEqual([expect.stringMatching(/^connector 3: pilot PWM, .*EIO/)]);
});

test('the line of the coil pulse changes at each turn of the loop', async () => {
  await built();
  header().writes.length = 0;
  await clock.advance(100);
  expect(header().writes.filter(({ line }) => line === 24)).toHaveLength(20);
});

test('the watchdog is the device of the board, and can be left alone', async () => {
  const { watchdog } = await built();
  watchdog?.feed();
  expect(readFileSync(join(directory, 'watchdog'), 'utf8')).toBe('\0');
  watchdog?.disarm();
  const other = chips(() => clock.now());
  expect((await built({ watchdog: false, gpio: other })).watchdog).toBeUndefined();
});

/** Chip, line, and the one line that is told. */
const lost: [string, string, number, RegExp][] = [
  ['contactor coil', 'header', 17, /^connector 1: contactor coil: line 17: in use$/],
  ['contactor feedback', 'header', 26, /^connector 4: contactor feedback: line 26: in use$/],
  ['residual trip', 'header', 21, /^connector 3: residual current monitor trip line: line 21: in use$/],
  ['lock', 'slow', 9, /^connector 1: lock motor line to unlock: line 9: in use$/],
  ['plug contact', 'slow', 6, /^connector 2: plug detector contact: line 6: in use$/],
  ['indicator', 'lights', 4, /^left indicator green: line 4: in use$/],
  ['supply', 'header', 18, /^supply monitor line: line 18: in use$/],
  ['button', 'header', 4, /^button line: line 4: in use$/],
  ['pulse', 'header', 24, /^coil pulse line: line 24: in use$/],
];

test.each(lost)('without its line the %s is one clear line, and the others work', async (_name, chip, line, words) => {
  gpio.chip(chip).fail(line, 'in use');
  const parts = await built();
  expect(troubles).toEqual([expect.stringMatching(words)]);
  const coils = [17, 27, 22, 23];
  for (const [index, coil] of coils.entries()) {
    const { contactor } = socket(parts, index >> 1, index & 1);
    contactor.close();
    const broken = chip === 'header' && ((index === 0 && line === 17) || (index === 3 && line === 26));
    expect(header().active(coil)).toBe(!broken);
    contactor.open();
  }
  expect(await told(type2(parts, 0).pilot)).toMatchObject({ kind: 'volts' });
  expect(await told(type2(parts, 1).thermometer)).toBeCloseTo(25, 0);
  // What is left of the part holds no other line.
  parts.release();
  expect([17, 5, 26, 19, 21].map((one) => header().use(one))).toEqual(Array(5).fill('free'));
  expect([0, 8, 9, 4, 6].map((one) => slow().use(one))).toEqual(Array(5).fill('free'));
});

test('what stands in for a part that is missing says so, so that nothing is energised', async () => {
  header().fail(17, 'in use');
  header().fail(19, 'in use');
  slow().fail(8, 'in use');
  slow().fail(6, 'in use');
  header().fail(18, 'in use');
  header().fail(4, 'in use');
  lights().fail(0, 'in use');
  const parts = await built();
  expect(troubles).toHaveLength(7);
  expect(parts.isMissing(1, 'contactor')).toBe(true);
  expect(parts.isMissing(1, 'proximity')).toBe(false);
  const right = type2(parts, 0);
  expect(await told(right.contactor)).toBe('unknown');
  expect(await told(right.residual)).toEqual({ tripped: false, test: 'failed' });
  expect(await told(right.lock)).toBe('unknown');
  const domestic = socket(parts, 0, 1);
  expect(domestic.mode === 'mode2' && (await told(domestic.plug))).toBe(false);
  // Nobody else watches the mains.
  expect(parts.supply && (await told(parts.supply))).toBe('lost');
  expect(parts.resetButton).toBeUndefined();
  expect(parts.points.map(({ indicator }) => indicator !== undefined)).toEqual([false, true]);
});

test('without PWM each pilot is one line and invalid; all else works', async () => {
  const parts = await built({ board: board(join(directory, 'nothing')) });
  expect(troubles).toEqual([
    expect.stringMatching(/^connector 1: pilot PWM header channel 0: /),
    expect.stringMatching(/^connector 3: pilot PWM header channel 1: /),
  ]);
  expect(await told(type2(parts, 1).pilot)).toEqual({
    kind: 'invalid',
    reason: 'connector 3: the pilot could not be set up',
  });
  expect(await told(type2(parts, 1).proximity)).toEqual({ kind: 'ohms', ohms: Number.POSITIVE_INFINITY });
  type2(parts, 0).contactor.close();
  expect(header().active(17)).toBe(true);
});

test('without one converter its side has no readings, and that is one line; the other side measures on', async () => {
  converters.left.powered = false;
  const parts = await built();
  expect(troubles).toEqual([expect.stringMatching(/^analogue inputs: I2C bus 1, address 0x49: no device answers; /)]);
  expect(await told(type2(parts, 0).pilot)).toMatchObject({ kind: 'volts' });
  expect(await told(type2(parts, 1).pilot)).toMatchObject({ kind: 'invalid' });
  expect(await told(type2(parts, 1).proximity)).toMatchObject({ kind: 'invalid' });
  expect(await told(type2(parts, 1).thermometer)).toBeUndefined();
  converters.left.powered = true;
  expect(await told(type2(parts, 1).pilot)).toMatchObject({ kind: 'volts' });
  expect(troubles.slice(1)).toEqual(['analogue inputs: the ADS1115 at 0x49 answers again']);
});

test('a bus that is not there is one line a converter, and looked for again', async () => {
  let present = false;
  const late = {
    errors: 0,
    close: () => {},
    write: (address: number, bytes: Uint8Array) => (present ? bus.write(address, bytes) : absent()),
    read: (address: number, count: number) => (present ? bus.read(address, count) : absent()),
  };
  const absent = (): never => {
    throw new GreenupError('part.missing', 'I2C bus 1: there is no /dev/i2c-1');
  };
  const parts = await built({ i2c: late });
  expect(troubles).toEqual(Array(2).fill(expect.stringMatching(/^analogue inputs: I2C bus 1: there is no /)));
  present = true;
  await clock.advance(200);
  expect(await told(type2(parts, 0).pilot)).toMatchObject({ kind: 'volts' });
});

test('a pilot that is not measured any more is told with its connector', async () => {
  await built();
  loop.stop();
  await clock.advance(200);
  expect(troubles.sort()).toEqual([
    'connector 1: pilot: no measurement for 50 ms',
    'connector 3: pilot: no measurement for 50 ms',
  ]);
});

test('without the watchdog device all else works', async () => {
  const device = join(directory, 'watchdog9');
  const parts = await built({ board: board(undefined, device) });
  expect(troubles).toEqual([expect.stringMatching(/^watchdog .*watchdog9: there is no such device/)]);
  expect(existsSync(device)).toBe(false);
  expect(parts.watchdog).toBeUndefined();
  expect(await told(parts.supply)).toBe('present');
});

test('without the GPIO package that is told once, and what needs no line still reads', async () => {
  jest.spyOn(onoff, 'onoffLines').mockImplementation(() => {
    throw new GreenupError('package.missing', 'package onoff (GPIO lines) cannot be loaded');
  });
  const parts = rigParts({ board: board(), loop, clock, i2c: bus, report: ({ text }) => troubles.push(text) });
  loop.start();
  await clock.advance(500);
  expect(troubles).toEqual(['package onoff (GPIO lines) cannot be loaded']);
  expect(parts.isMissing(1, 'contactor')).toBe(true);
  expect(parts.isMissing(1, 'pilot')).toBe(false);
  expect(await told(type2(parts, 0).pilot)).toMatchObject({ kind: 'volts' });
  expect(await told(type2(parts, 0).contactor)).toBe('unknown');
  expect(await told(type2(parts, 0).lock)).toBe('unknown');
});

test('release leaves every output inactive and let go, the pilots at −12 V, and nobody samples any more', async () => {
  const parts = await built();
  for (const point of [0, 1]) {
    for (const place of [0, 1]) socket(parts, point, place).contactor.close();
    type2(parts, point).pilot.drive({ kind: 'pwm', dutyPercent: 50 });
    type2(parts, point).lock?.lock();
    socket(parts, point, 1).residual?.selfTest();
    parts.points[point]?.indicator?.show('charging');
  }
  await clock.advance(52);
  const outputs = [
    ...[17, 27, 22, 23, 24].map((line) => [header(), line] as const),
    ...[8, 9, 10, 11, 0, 1, 2, 3].map((line) => [slow(), line] as const),
    ...[0, 1, 2, 3, 4, 5].map((line) => [lights(), line] as const),
  ];
  expect(outputs.filter(([chip, line]) => chip.active(line)).length).toBeGreaterThan(9);
  expect([duty(0), duty(1)]).toEqual([500_000, 500_000]);
  const order: string[] = [];
  for (const name of ['header', 'slow', 'lights']) {
    gpio.chip(name).onWrite = ({ line, active }) => order.push(`${name} ${line} ${active ? 'on' : 'off'}`);
  }
  parts.release();
  // Nothing that may hang on a stuck bus comes before a coil.
  expect(order.slice(0, 4)).toEqual(['header 17 off', 'header 27 off', 'header 22 off', 'header 23 off']);
  expect(outputs.filter(([chip, line]) => chip.active(line) || chip.use(line) !== 'free')).toEqual([]);
  expect([duty(0), duty(1)]).toEqual([0, 0]);
  expect(bus.closed).toBe(true);
  const { transfers } = bus;
  await clock.advance(2_000);
  expect(bus.transfers).toBe(transfers);
  expect(outputs.filter(([chip, line]) => chip.active(line))).toEqual([]);
  expect(troubles).toEqual([]);
});

test('a simulated board is refused', () => {
  const simulated = loadBoard('board/simulated-double.yaml');
  expect(() => rigParts({ board: simulated, loop, clock, report: () => {} })).toThrow(/has no hardware/);
});
