/** What must be wired and what must not, which names must exist, and what only one part can have. */
import { parseBoard } from '../../../src/hal/board/board-file';
import { messageFor } from './board-text';
import { type Change, changedRig, problemsOf, rig } from './wiring-board';

const mode3 = 'points.0.sockets.0';
const mode2 = 'points.0.sockets.1';
const wiring3 = 'points[0].sockets[0].wiring';
const wiring2 = 'points[0].sockets[1].wiring';
const aLine = { line: 16 };
const aDivider = { address: 0x49, input: 0, pullUp: 1000, supply: 3.3 };

test('the good rig is one, and its text has the lines that these tests count on', () => {
  expect(parseBoard(rig, 'x.yaml').name).toBe('rig');
  expect(problemsOf()).toEqual(['no error']);
});

describe('a rig needs', () => {
  test.each<[string, Change, string]>([
    [
      'hardware',
      ['hardware', undefined],
      'hardware: missing; drivers: pi needs it: it tells the GPIO chips and buses of the rig',
    ],
    [
      'the wiring of each outlet',
      [`${mode3}.wiring`, undefined],
      `${wiring3}: missing; drivers: pi needs it: it tells how the outlet is wired`,
    ],
    ['a pilot in Mode 3', [`${mode3}.wiring.pilot`, undefined], 'pilot: missing; a Mode 3 outlet has a control pilot'],
    [
      'a proximity contact in Mode 3',
      [`${mode3}.wiring.proximity`, undefined],
      'proximity: missing; the plug tells the rating of its cable by it',
    ],
    ['a meter in Mode 3', [`${mode3}.wiring.meter`, undefined], 'meter: missing; energy cannot be billed without one'],
  ])('%s', (_what, change, problem) => {
    const problems = problemsOf(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`${problem.replace(/[.[\]]/g, '\\$&')}$`));
  });

  test('a meter in Mode 2, too', () => {
    expect(problemsOf([`${mode2}.wiring.meter`, undefined])).toEqual([
      `${wiring2}.meter: missing; energy cannot be billed without one`,
    ]);
  });

  test.each<[string, string, string]>([
    ['lock', mode3, wiring3],
    ['residualCurrentMonitor', mode3, wiring3],
    ['thermometer', mode3, wiring3],
    ['plugDetector', mode2, wiring2],
    ['residualCurrentMonitor', mode2, wiring2],
    ['thermometer', mode2, wiring2],
  ])('what %s: true says of %s', (name, socket, wiring) => {
    const part = { lock: 'lock', plugDetector: 'plug', residualCurrentMonitor: 'residual' }[name] ?? name;
    const removal: Change[] =
      socket === mode2 && part === 'thermometer' ? [] : [[`${socket}.wiring.${part}`, undefined]];
    expect(problemsOf([`${socket}.${name}`, true], ...removal)).toEqual([
      `${wiring}.${part}: missing; ${name} is true`,
    ]);
  });

  test.each(['cardReader', 'indicator'])('what %s: true says of the point', (part) => {
    expect(problemsOf([`points.0.${part}`, true], [`points.0.wiring.${part}`, undefined])).toEqual([
      `points[0].wiring.${part}: missing; ${part} is true`,
    ]);
    expect(problemsOf([`points.0.${part}`, true], ['points.0.wiring', undefined])).toEqual([
      `points[0].wiring.${part}: missing; ${part} is true`,
    ]);
  });
});

describe('a rig must not have', () => {
  test.each<[string, unknown, string]>([
    [
      'pilot',
      { pwm: { chip: 'pwmchip0', channel: 1 }, high: { address: 0x49, input: 1 }, low: { address: 0x49, input: 2 } },
      'a Mode 2 outlet has no control pilot',
    ],
    ['proximity', aDivider, 'a Mode 2 outlet has no proximity contact'],
    ['lock', { lock: aLine, unlock: { line: 21 }, feedback: { line: 22 } }, 'a 2P+E outlet has no plug lock'],
  ])('%s in Mode 2', (part, value, reason) => {
    expect(problemsOf([`${mode2}.wiring.${part}`, value])).toEqual([
      `${wiring2}.${part}: must not be there; ${reason}`,
    ]);
  });

  test('a plug contact in Mode 3', () => {
    expect(problemsOf([`${mode3}.wiring.plug`, aLine])).toEqual([
      `${wiring3}.plug: must not be there; a Mode 3 outlet sees the plug by its pilot`,
    ]);
  });

  test('a request relay in Mode 2, whatever the drivers are', () => {
    const emulator: Change = [`${mode2}.wiring.emulator`, { plug: aLine, request: { line: 21 } }];
    const problem = `${wiring2}.emulator.request: must not be there; in Mode 2 a vehicle does not ask for energy by a pilot`;
    expect(problemsOf(emulator)).toEqual([problem]);
    expect(problemsOf(emulator, ['drivers', 'simulated'])).toEqual([problem]);
    expect(problemsOf([`${mode2}.wiring.emulator`, { plug: aLine }])).toEqual(['no error']);
  });

  test('a proximity contact or a lock with a tethered cable', () => {
    const tethered: Change = [`${mode3}.cable`, { tethered: 32 }];
    expect(problemsOf(tethered)).toEqual([
      `${wiring3}.proximity: must not be there; a tethered cable has a rating in the board file`,
      `${wiring3}.lock: must not be there; there is no plug to lock`,
    ]);
    const removed: Change[] = [
      [`${mode3}.wiring.proximity`, undefined],
      [`${mode3}.wiring.lock`, undefined],
    ];
    expect(problemsOf(tethered, ...removed)).toEqual(['no error']);
  });

  test.each<[string, string, string, string]>([
    ['lock', 'lock', mode3, wiring3],
    ['residualCurrentMonitor', 'residual', mode3, wiring3],
    ['thermometer', 'thermometer', mode3, wiring3],
    ['plugDetector', 'plug', mode2, wiring2],
  ])('what %s: false says is not there (%s)', (name, part, socket, wiring) => {
    expect(problemsOf([`${socket}.${name}`, false])).toEqual([
      `${wiring}.${part}: must not be there; ${name} is false`,
    ]);
    expect(problemsOf([`${socket}.${name}`, false], [`${socket}.wiring.${part}`, undefined])).toEqual(['no error']);
  });

  test.each(['cardReader', 'indicator'])('%s where the point says false', (part) => {
    expect(problemsOf([`points.0.${part}`, false])).toEqual([
      `points[0].wiring.${part}: must not be there; ${part} is false`,
    ]);
  });
});

describe('names', () => {
  test('of chips and buses that are not listed are shown with the valid ones', () => {
    expect(problemsOf([`${mode3}.wiring.lock.lock.chip`, 'slwo'])).toEqual([
      `${wiring3}.lock.lock.chip: there is no GPIO chip "slwo"; did you mean slow? valid: header, slow`,
    ]);
    expect(problemsOf([`${mode2}.wiring.meter.bus`, 'rs485'])).toEqual([
      `${wiring2}.meter.bus: there is no serial bus "rs485"; valid: meters`,
    ]);
    expect(problemsOf(['hardware.serial', undefined])).toContain(
      `${wiring2}.meter.bus: there is no serial bus "meters"; valid: none is listed`,
    );
  });

  test('of chips and buses are given once', () => {
    expect(problemsOf(['hardware.gpio.chips.2', { name: 'header', labels: ['other'] }])).toEqual([
      'hardware.gpio.chips[2].name: found "header" a second time',
    ]);
    expect(problemsOf(['hardware.serial.1', { name: 'meters', path: '/dev/ttyUSB0', baudRate: 2400 }])).toEqual([
      'hardware.serial[1].name: found "meters" a second time',
    ]);
  });

  test('of two chips with one label need different devices', () => {
    const problem =
      'hardware.gpio.chips[2].labels: slow has the label mcp23017, too; give each of the two its device, as 1-0020 for address 0x20 of I2C bus 1';
    const second = { name: 'lights', labels: ['mcp23008', 'mcp23017'] };
    expect(problemsOf(['hardware.gpio.chips.2', second])).toEqual([problem]);
    expect(problemsOf(['hardware.gpio.chips.2', { ...second, device: '1-0020' }])).toEqual([problem]);
    expect(problemsOf(['hardware.gpio.chips.2', { ...second, device: '1-0021' }])).toEqual(['no error']);
    expect(problemsOf(['hardware.gpio.chips.2', { name: 'lights', labels: ['mcp23008'] }])).toEqual(['no error']);
  });
});

describe('two parts cannot have the same', () => {
  test.each<[string, Change, string]>([
    [
      'line, even where one names the first chip and the other does not',
      ['hardware.pulse', { line: 17, chip: 'header' }],
      `${wiring3}.contactor.coil: line 17 of chip header is used twice: hardware.pulse has it already`,
    ],
    [
      'analogue input',
      [`${mode3}.wiring.pilot.low.input`, 0],
      `${wiring3}.pilot.low: input 0 at address 0x48 is used twice: ${wiring3}.pilot.high has it already`,
    ],
    [
      'meter',
      [`${mode2}.wiring.meter.unit`, 1],
      `${wiring2}.meter: unit 1 of bus meters is used twice: ${wiring3}.meter has it already`,
    ],
    [
      'serial device',
      ['hardware.serial.1', { name: 'more', path: '/dev/ttyAMA0', baudRate: 2400 }],
      'hardware.serial[1]: /dev/ttyAMA0 is used twice: hardware.serial[0] has it already',
    ],
  ])('%s', (_what, change, problem) => {
    expect(problemsOf(change)).toEqual([problem]);
  });

  test('PWM channel or card reader, across points', () => {
    const pilot = {
      pwm: { chip: 'fe20c000.pwm', channel: 0 },
      high: { address: 0x49, input: 0, gain: 8.9, offset: -14.6 },
      low: { address: 0x49, input: 1, gain: 8.9, offset: -14.6 },
    };
    const left = {
      side: 'left',
      installationCurrent: 16,
      wiring: { cardReader: { device: '/dev/spidev0.0' } },
      sockets: [
        {
          mode: 'mode3',
          phases: 1,
          ratedCurrent: 16,
          cable: { tethered: 16 },
          residualCurrentMonitor: false,
          thermometer: false,
          wiring: {
            contactor: { coil: { line: 22 }, feedback: { line: 25 } },
            pilot,
            meter: { bus: 'meters', unit: 3, map: 'eastron-sdm120' },
          },
        },
      ],
    };
    expect(problemsOf(['points.1', left])).toEqual([
      'points[1].wiring.cardReader: /dev/spidev0.0 is used twice: points[0].wiring.cardReader has it already',
      'points[1].sockets[0].wiring.pilot.pwm: channel 0 of fe20c000.pwm is used twice: points[0].sockets[0].wiring.pilot.pwm has it already',
    ]);
  });

  test('but the same offset on two chips, the same unit on two buses and the same input at two addresses are different things', () => {
    expect(problemsOf(['hardware.pulse', { line: 13 }])).toEqual(['no error']);
    expect(problemsOf([`${mode3}.wiring.pilot.low`, { address: 0x49, input: 0, gain: 8.9, offset: -14.6 }])).toEqual([
      'no error',
    ]);
    const second: Change = ['hardware.serial.1', { name: 'more', path: '/dev/ttyUSB0', baudRate: 2400 }];
    expect(problemsOf(second, [`${mode2}.wiring.meter`, { bus: 'more', unit: 1, map: 'eastron-sdm120' }])).toEqual([
      'no error',
    ]);
  });
});

test('analogue inputs need the I2C bus, which is said once', () => {
  expect(problemsOf(['hardware.i2c', undefined])).toEqual([
    `hardware.i2c: missing; ${wiring3}.pilot.high is on the I2C bus`,
  ]);
});

describe('what was refused already is not complained of again', () => {
  test.each<[string, Change, RegExp]>([
    ['hardware', ['hardware', 5], /^hardware: found 5; must be hardware of a rig with the names gpio, i2c, /],
    ['wiring', [`${mode3}.wiring`, 5], /wiring: found 5; must be wiring of a socket with the names contactor, pilot, /],
    ['a part', [`${mode3}.wiring.meter`, 5], /meter: found 5; must be an energy meter with the names bus, unit, map$/],
    ['a point part', ['points.0.wiring.cardReader', 5], /cardReader: found 5; must be a card reader with the names /],
    ['a socket', [mode2, 5], /sockets\[1\]: found 5; must be a socket with the names mode, /],
    ['the I2C bus', ['hardware.i2c', 5], /^hardware\.i2c: found 5; must be I2C with the names bus$/],
  ])('%s', (_what, change, problem) => {
    const problems = problemsOf(change);
    expect(problems[0]).toMatch(problem);
    expect(problems.filter((line) => !line.includes(': missing; must be '))).toHaveLength(1);
  });
});

test('with simulated drivers nothing has to be wired, but what is wired is compared', () => {
  expect(problemsOf(['drivers', 'simulated'], [`${mode3}.wiring`, undefined], ['hardware', undefined])).toEqual([
    'no error',
  ]);
  expect(problemsOf(['drivers', 'simulated'], ['hardware.supply.line', 24])).toEqual([
    'hardware.supply: line 24 of chip header is used twice: hardware.pulse has it already',
  ]);
});

test('a problem stands where its value is, or where it is missing', () => {
  expect(messageFor(rig.replace('          meter: { bus: meters, unit: 2, map: eastron-sdm120 }\n', ''))).toBe(
    `board/x.yaml:54:11 ${wiring2}.meter: missing; energy cannot be billed without one`,
  );
  expect(messageFor(rig.replace('pulse: { line: 24 }', 'pulse: { line: 18 }'))).toBe(
    'board/x.yaml:22:11 hardware.supply: line 18 of chip header is used twice: hardware.pulse has it already',
  );
  expect(messageFor(changedRig(['hardware', undefined]))).toMatch(/^board\/x\.yaml:1:1 hardware: missing; /);
});

test('all tries of the lock together take less time than the socket machine gives the bolt', () => {
  expect(problemsOf([`${mode3}.wiring.lock.pulse`, 690])).toEqual(['no error']);
  expect(problemsOf([`${mode3}.wiring.lock.pulse`, 700], [`${mode3}.wiring.lock.tries`, 5])).toEqual([
    `${wiring3}.lock.tries: found 5 tries with pulses of 700 ms, which take 8 s with their pauses; they must take less than 8 s`,
  ]);
  expect(problemsOf([`${mode3}.wiring.lock.pulse`, 1500], [`${mode3}.wiring.lock.tries`, 3])).toEqual(['no error']);
});
