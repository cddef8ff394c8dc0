/** What a chip can do with a line: which lines there are, what buses have them, and what a lost expander must mean. */
import { type Change, problemsOf } from './wiring-board';

const mode3 = 'points.0.sockets.0';
const mode2 = 'points.0.sockets.1';
const wiring3 = 'points[0].sockets[0].wiring';
const wiring2 = 'points[0].sockets[1].wiring';

describe('an expander that is lost reads low', () => {
  const slow = (line: number, activeLow: boolean) => ({ chip: 'slow', line, activeLow });
  test.each<[string, Change, string]>([
    [
      'a bolt',
      [`${mode3}.wiring.lock.feedback`, slow(4, true)],
      `${wiring3}.lock.feedback.activeLow: found true; must be false`,
    ],
    ['a plug', [`${mode2}.wiring.plug`, slow(6, true)], `${wiring2}.plug.activeLow: found true; must be false`],
    [
      'a contactor',
      [`${mode3}.wiring.contactor.feedback`, slow(5, false)],
      'feedback.activeLow: found false; must be true',
    ],
    ['a trip', [`${mode2}.wiring.residual.trip`, slow(5, false)], 'trip.activeLow: found false; must be true'],
    ['the supply', ['hardware.supply', slow(5, true)], 'hardware.supply.activeLow: found true; must be false'],
    [
      'the button',
      ['hardware.resetButton', slow(5, true)],
      'hardware.resetButton.activeLow: found true; must be false',
    ],
  ])('which must be the safe state of %s', (_what, change, problem) => {
    const problems = problemsOf(change);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).toMatch(/an expander \(mcp23017\) that is lost reads low, and that must mean \w+/);
  });

  test('on the processor, or the right way round, it is nobody’s matter', () => {
    expect(problemsOf([`${mode3}.wiring.lock.feedback`, { line: 13, activeLow: true }])).toEqual(['no error']);
    expect(problemsOf([`${mode3}.wiring.contactor.feedback`, slow(5, true)])).toEqual(['no error']);
  });
});

describe('a line that its chip has not, or needs for something else', () => {
  const pulse = (line: number, chip?: string): Change => [
    'hardware.pulse',
    chip === undefined ? { line } : { chip, line },
  ];
  test.each<[string, Change[], string[]]>([
    [
      'above the header',
      [pulse(28)],
      ['hardware.pulse.line: found 28; the header of a Raspberry Pi has the lines 0 to 27'],
    ],
    ['I2C', [pulse(3)], ['hardware.pulse.line: found 3, which belongs to I2C bus 1; choose another line']],
    ['SPI data', [pulse(11)], ['hardware.pulse.line: found 11, which belongs to /dev/spidev0.0; choose another line']],
    ['SPI select', [pulse(8)], ['hardware.pulse.line: found 8, which belongs to /dev/spidev0.0; choose another line']],
    ['the other select, which is free', [pulse(7)], ['no error']],
    ['serial line', [pulse(14)], ['hardware.pulse.line: found 14, which belongs to /dev/ttyAMA0; choose another line']],
    ['serial line on USB', [pulse(14), ['hardware.serial.0.path', '/dev/ttyUSB0']], ['no error']],
    [
      'second SPI bus',
      [pulse(16), ['points.0.wiring.cardReader.device', '/dev/spidev1.2']],
      [
        'hardware.pulse.line: found 16, which belongs to /dev/spidev1.2; choose another line',
        'points[0].sockets[0].wiring.residual.trip.line: found 19, which belongs to /dev/spidev1.2; choose another line',
        'points[0].sockets[1].wiring.residual.trip.line: found 20, which belongs to /dev/spidev1.2; choose another line',
      ],
    ],
    [
      'beyond an expander',
      [['points.0.wiring.indicator', { red: { chip: 'slow', line: 16 } }]],
      ['points[0].wiring.indicator.red.line: found 16; an expander mcp23017 has the lines 0 to 15'],
    ],
    [
      'an output that shall be an input',
      [[`${mode2}.wiring.plug`, { chip: 'slow', line: 15 }]],
      ['points[0].sockets[1].wiring.plug.line: found 15, which is an output only on mcp23017; choose another line'],
    ],
    [
      'a coil behind a bus',
      [[`${mode2}.wiring.contactor.coil`, { chip: 'slow', line: 3 }]],
      [
        'points[0].sockets[1].wiring.contactor.coil: is on an expander (mcp23017); it must be on a line of the processor: when the bus is stuck nothing could take it back',
      ],
    ],
  ])('%s', (_what, changes, problems) => {
    expect(problemsOf(...changes)).toEqual(problems);
  });

  test('the chip of another machine is nobody’s matter', () => {
    expect(problemsOf(pulse(99), ['hardware.gpio.chips.0.labels', ['cp2112_gpio']])).toEqual(['no error']);
  });
});
