/** A rig's wiring as drivers get it: units in the names, and what the file leaves out by default. */
import type { Board } from '../../../src/hal/board';
import { parseBoard } from '../../../src/hal/board/board-file';
import { type Change, changedRig, problemsOf, rig } from './wiring-board';

const mode3 = 'points.0.sockets.0';
const mode2 = 'points.0.sockets.1';
const header = (line: number, activeLow = false) => ({ chip: 'header', line, activeLow });
const slow = (line: number, activeLow = false) => ({ chip: 'slow', line, activeLow });

function read(...changes: readonly Change[]): Board {
  return parseBoard(changedRig(...changes), 'x.yaml');
}

const plainSocket = { mode: 'mode3', phases: 3, ratedCurrent: 32 };

test('hardware', () => {
  expect(parseBoard(rig, 'x.yaml').hardware).toEqual({
    gpioBackend: 'onoff',
    gpioChips: [
      { name: 'header', labels: ['pinctrl-rp1', 'pinctrl-bcm2711'] },
      { name: 'slow', labels: ['mcp23017'], device: '1-0020' },
    ],
    i2cBus: 1,
    pwmRoot: '/sys/class/pwm',
    serial: [{ name: 'meters', path: '/dev/ttyAMA0', baudRate: 9600, parity: 'none', stopBits: 1 }],
    watchdog: { device: '/dev/watchdog', timeoutS: 10 },
    pulse: header(24),
    supply: header(18, true),
    resetButton: header(4, true),
    network: 'eth0',
  });
});

test('hardware that has little is little', () => {
  const little = { gpio: { chips: [{ name: 'header', labels: ['pinctrl-rp1'] }] } };
  const { hardware } = read(
    ['drivers', 'simulated'],
    ['points.0.wiring', undefined],
    ['points.0.sockets', [plainSocket]],
    ['hardware', little],
  );
  expect(hardware).toEqual({
    gpioBackend: 'onoff',
    gpioChips: [{ name: 'header', labels: ['pinctrl-rp1'] }],
    pwmRoot: '/sys/class/pwm',
    serial: [],
  });
});

test('hardware may say everything itself', () => {
  const hardware = read(
    ['hardware.gpio.backend', 'onoff'],
    ['hardware.pwm', { root: '/tmp/pwm' }],
    ['hardware.serial.0.parity', 'even'],
    ['hardware.serial.0.stopBits', 2],
    ['hardware.pulse', { line: 15, activeLow: true }],
    ['hardware.serial.0.path', '/dev/ttyUSB0'],
  ).hardware;
  expect(hardware).toMatchObject({
    gpioBackend: 'onoff',
    pwmRoot: '/tmp/pwm',
    serial: [{ parity: 'even', stopBits: 2 }],
    pulse: header(15, true),
  });
});

test('a point', () => {
  const [point] = parseBoard(rig, 'x.yaml').points;
  expect(point?.wiring).toEqual({
    cardReader: { device: '/dev/spidev0.0', reset: slow(7, true) },
    indicator: { red: slow(13), blue: slow(14) },
  });
  expect(point).toMatchObject({ cardReader: true, indicator: true });
  const [other] = read(
    ['points.0.wiring.cardReader.reset', undefined],
    ['points.0.wiring.indicator', { green: { line: 13 } }],
  ).points;
  expect(other?.wiring).toEqual({ cardReader: { device: '/dev/spidev0.0' }, indicator: { green: header(13) } });
});

test('a Mode 3 outlet', () => {
  expect(parseBoard(rig, 'x.yaml').points[0]?.sockets[0]?.wiring).toEqual({
    contactor: { coil: header(17), feedback: header(5) },
    pilot: {
      pwm: { chip: 'fe20c000.pwm', channel: 0 },
      high: { address: 0x48, input: 0, gain: 8.9, offset: -14.6 },
      low: { address: 0x48, input: 1, gain: 8.8, offset: -14.5 },
    },
    proximity: { address: 0x48, input: 2, gain: 1, offset: 0, pullUpOhms: 1000, supplyV: 3.3 },
    lock: { lock: slow(8), unlock: slow(9), feedback: slow(4), pulseMs: 500, tries: 5 },
    residual: { trip: header(19), test: slow(0), tripMs: 1_000 },
    meter: { bus: 'meters', unit: 1, map: 'eastron-sdm630' },
    thermometer: {
      address: 0x48,
      input: 3,
      gain: 1,
      offset: 0,
      pullUpOhms: 10_000,
      supplyV: 3.3,
      ohmsAt25: 10_000,
      beta: 3950,
    },
    emulator: { plug: slow(10), request: slow(11) },
  });
});

test('a Mode 3 outlet may say more', () => {
  const wiring = read(
    [`${mode3}.wiring.lock.pulse`, 300],
    [`${mode3}.wiring.lock.tries`, 3],
    [`${mode3}.wiring.proximity.gain`, 1.1],
    [`${mode3}.wiring.proximity.offset`, -0.1],
    [`${mode3}.wiring.emulator.request`, undefined],
    [`${mode3}.wiring.contactor.coil.activeLow`, true],
  ).points[0]?.sockets[0]?.wiring;
  expect(wiring).toMatchObject({
    lock: { pulseMs: 300, tries: 3 },
    proximity: { gain: 1.1, offset: -0.1 },
    contactor: { coil: header(17, true) },
  });
  expect(wiring?.emulator).toEqual({ plug: slow(10) });
});

test('a Mode 2 outlet', () => {
  expect(parseBoard(rig, 'x.yaml').points[0]?.sockets[1]?.wiring).toEqual({
    contactor: { coil: header(27), feedback: header(6) },
    plug: slow(6),
    residual: { trip: header(20), test: slow(1), reset: slow(2), tripMs: 700 },
    meter: { bus: 'meters', unit: 2, map: 'eastron-sdm120' },
  });
});

describe('what an outlet of a rig has', () => {
  test('is what is wired, and what is not is said to be absent', () => {
    expect(parseBoard(rig, 'x.yaml').points[0]?.sockets).toMatchObject([
      { lock: true, plugDetector: false, residualCurrentMonitor: true, thermometer: true },
      { lock: false, plugDetector: true, residualCurrentMonitor: true, thermometer: false },
    ]);
    const removed = ['lock', 'residual', 'thermometer'].map((part): Change => [`${mode3}.wiring.${part}`, undefined]);
    const absent: Change[] = [
      [`${mode3}.lock`, false],
      [`${mode3}.residualCurrentMonitor`, false],
      [`${mode3}.thermometer`, false],
      [`${mode2}.plugDetector`, false],
      [`${mode2}.residualCurrentMonitor`, false],
    ];
    const { points } = read(
      ...removed,
      ...absent,
      [`${mode2}.wiring.plug`, undefined],
      [`${mode2}.wiring.residual`, undefined],
      ['points.0.wiring', undefined],
    );
    expect(points[0]).toMatchObject({ cardReader: false, indicator: false });
    expect(points[0]?.sockets).toMatchObject([
      { lock: false, residualCurrentMonitor: false, thermometer: false },
      { plugDetector: false, residualCurrentMonitor: false },
    ]);
    expect(points[0]?.wiring).toBeUndefined();
  });

  test('does not depend on the wiring in a simulated world', () => {
    const { points } = read(
      ['drivers', 'simulated'],
      [`${mode3}.wiring.lock`, undefined],
      [`${mode2}.wiring.plug`, undefined],
      ['points.0.wiring', undefined],
    );
    expect(points[0]).toMatchObject({ cardReader: true, indicator: true });
    expect(points[0]?.sockets).toMatchObject([{ lock: true }, { plugDetector: true, thermometer: true }]);
  });
});

test('wiring without hardware is left out', () => {
  const board = read(['drivers', 'simulated'], ['hardware', undefined]);
  expect(board.hardware).toBeUndefined();
  expect(board.points[0]?.wiring).toBeUndefined();
  expect(board.points[0]?.sockets[0]?.wiring).toBeUndefined();
});

describe('a value is refused with what may stand there', () => {
  const plan = 'points[0].sockets[0].wiring';
  test.each<[Change, string]>([
    [
      [`${mode3}.wiring.contactor.coil.line`, 512],
      `${plan}.contactor.coil.line: found 512; must be a GPIO line (a whole number) from 0 to 511`,
    ],
    [
      [`${mode3}.wiring.contactor.coil.line`, 3.5],
      `${plan}.contactor.coil.line: found 3.5; must be a GPIO line (a whole number) from 0 to 511`,
    ],
    [
      [`${mode3}.wiring.contactor.coil`, 17],
      `${plan}.contactor.coil: found 17; must be a GPIO line with the names line, chip, activeLow`,
    ],
    [
      [`${mode3}.wiring.contactor.coil`, { line: 17, activelow: true }],
      `${plan}.contactor.coil.activelow: unknown name; did you mean activeLow? Valid names: line, chip, activeLow`,
    ],
    [
      [`${mode3}.wiring.pilot.low.address`, 0x4c],
      `${plan}.pilot.low.address: found 76; must be one of the I2C addresses 0x48, 0x49, 0x4a, 0x4b`,
    ],
    [[`${mode3}.wiring.pilot.low.input`, 4], `${plan}.pilot.low.input: found 4; must be one of the inputs 0, 1, 2, 3`],
    [
      [`${mode3}.wiring.pilot.pwm.channel`, 16],
      `${plan}.pilot.pwm.channel: found 16; must be a channel (a whole number) from 0 to 15`,
    ],
    [
      [`${mode3}.wiring.proximity.pullUp`, 0],
      `${plan}.proximity.pullUp: found 0; must be a number of ohms from 10 to 1000000`,
    ],
    [
      [`${mode3}.wiring.proximity.supply`, 0.5],
      `${plan}.proximity.supply: found 0.5; must be a number of volts from 1 to 12`,
    ],
    [
      [`${mode3}.wiring.lock.pulse`, 0.5],
      `${plan}.lock.pulse: found 0.5; must be a number of milliseconds from 50 to 1500`,
    ],
    [
      [`${mode3}.wiring.lock.tries`, 6],
      `${plan}.lock.tries: found 6; must be a number of tries (a whole number) from 1 to 5`,
    ],
    [
      [`${mode3}.wiring.meter.unit`, 0],
      `${plan}.meter.unit: found 0; must be a Modbus unit (a whole number) from 1 to 247`,
    ],
    [
      [`${mode3}.wiring.thermometer.beta`, 395],
      `${plan}.thermometer.beta: found 395; must be a number of kelvins from 1000 to 10000`,
    ],
    [
      ['hardware.serial.0.baudRate', 9601],
      'hardware.serial[0].baudRate: found 9601; must be one of 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200',
    ],
    [
      ['hardware.serial.0.parity', 'evn'],
      'hardware.serial[0].parity: found "evn"; must be none or even or odd; did you mean even?',
    ],
    [
      ['hardware.serial.0.path', 'ttyAMA0'],
      'hardware.serial[0].path: found "ttyAMA0"; must be the path of a device, as /dev/…, of 6 to 200 characters',
    ],
    [
      ['hardware.watchdog.timeout', 16],
      'hardware.watchdog.timeout: found 16; must be a number of seconds (a whole number) from 2 to 15',
    ],
    [['hardware.i2c.bus', -1], 'hardware.i2c.bus: found -1; must be a bus number (a whole number) from 0 to 255'],
    [['hardware.gpio.backend', 'gpiod'], 'hardware.gpio.backend: found "gpiod"; must be onoff'],
    [
      ['hardware.gpio.chips.0.labels', []],
      'hardware.gpio.chips[0].labels: found a list of 0; must be a list of 1 to 10 labels',
    ],
    [
      ['hardware.gpio.chips.0.labels', 'x'],
      'hardware.gpio.chips[0].labels: found "x"; must be a list of 1 to 10 labels',
    ],
  ])('%j', (change, problem) => {
    expect(problemsOf(change)).toEqual([problem]);
  });
});
