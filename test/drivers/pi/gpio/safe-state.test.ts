/** The safe state reaches every output that can be reached and names the others. */
import fs from 'node:fs';
import { join } from 'node:path';
import { makeSafe, outputsOf, type RigOutputs } from '../../../../src/drivers/pi/gpio/safe-state';
import { SysfsBackend } from '../../../../src/drivers/pi/gpio/sysfs-backend';
import type { Board } from '../../../../src/hal/board';
import { loadBoard } from '../../../../src/hal/board/board-file';
import { linesOf } from '../../../../src/hal/trouble';
import type { GpioChipWiring, LineWiring, RigHardware, SocketWiring } from '../../../../src/hal/wiring';
import { FakeSysfs, systemError } from './fake-sysfs';

const wire = (line: number, activeLow = false, chip = 'header'): LineWiring => ({ chip, line, activeLow });

let sysfs: FakeSysfs;
beforeEach(() => {
  sysfs = new FakeSysfs();
  sysfs.addChip({ base: 512, label: 'pinctrl-bcm2711', lines: 30 });
});
afterEach(() => {
  jest.restoreAllMocks();
  sysfs.remove();
});

function safe(lines: LineWiring[], pwm: { chip: string; channel: number }[] = []): string[] {
  const gpioChips = [{ name: 'header', labels: ['pinctrl-bcm2711'] }];
  return safeWith(gpioChips, lines, pwm);
}

function safeWith(gpioChips: GpioChipWiring[], lines: LineWiring[], pwm: { chip: string; channel: number }[] = []) {
  const hardware: RigHardware = { gpioBackend: 'onoff', gpioChips, pwmRoot: sysfs.pwmRoot, serial: [] };
  const outputs: RigOutputs = {
    lines: lines.map((line) => ({ owner: { part: 'contactor' }, line })),
    pwm: pwm.map((channel) => ({ owner: { part: 'pilot' }, channel })),
  };
  return linesOf(makeSafe(outputs, hardware, new SysfsBackend(hardware, { gpioRoot: sysfs.gpioRoot })));
}

/** Answers the write to `export` as the kernel would, or with an error. */
function kernel(answer: (number: number) => void): string[] {
  const exported: string[] = [];
  const write = fs.writeFileSync;
  jest.spyOn(fs, 'writeFileSync').mockImplementation((path, data, options) => {
    if (!String(path).endsWith('/export')) {
      write(path, data, options);
      return;
    }
    exported.push(String(data));
    answer(Number(data));
  });
  return exported;
}

describe('the safe state', () => {
  test('each line gets its inactive level in one write of direction, whatever it was before', () => {
    for (const [number, direction] of [
      [516, 'out'],
      [517, 'out'],
      [518, 'in'],
    ] as const)
      sysfs.addLine(number, direction);
    expect(safe([wire(4), wire(5, true), wire(6, true)])).toEqual([]);
    expect([516, 517, 518].map((number) => sysfs.direction(number))).toEqual(['low', 'high', 'high']);
  });

  describe('on an expander', () => {
    const number = 600;
    /** Writes of direction that the expander loses. */
    let lost: number;
    let writes: string[];
    beforeEach(() => {
      sysfs.addChip({ base: 592, label: 'mcp23017', lines: 16, device: 'soc/fe804000.i2c/i2c-1/1-0020' });
      sysfs.addLine(number, 'out');
      const value = join(sysfs.gpioRoot, `gpio${number}`, 'value');
      writes = [];
      const write = fs.writeFileSync;
      write(value, '1\n');
      jest.spyOn(fs, 'writeFileSync').mockImplementation((path, data, options) => {
        write(path, data, options);
        if (!String(path).endsWith(`gpio${number}/direction`)) return;
        writes.push(String(data));
        if (lost > 0) lost -= 1;
        else write(value, data === 'high' ? '1\n' : '0\n');
      });
    });
    const makeLow = () => safeWith([{ name: 'slow', labels: ['mcp23017'] }], [wire(8, false, 'slow')]);

    test('a level that was lost on the bus is made again by way of the other one', () => {
      lost = 1;
      expect(makeLow()).toEqual([]);
      expect(writes).toEqual(['low', 'high', 'low']);
    });

    test('a level that is taken is made once', () => {
      lost = 0;
      expect(makeLow()).toEqual([]);
      expect(writes).toEqual(['low']);
    });

    test('a line that stays as it is is told', () => {
      lost = 9;
      expect(makeLow()).toEqual(['line 8 of GPIO chip slow: it does not go low: check its chip']);
    });
  });

  test('a line that is not exported yet is exported, once', () => {
    const exported = kernel((number) => sysfs.addLine(number));
    expect(safe([wire(4)])).toEqual([]);
    expect(safe([wire(4)])).toEqual([]);
    expect(exported).toEqual(['516']);
    expect(sysfs.direction(516)).toBe('low');
  });

  test('a line that fails does not stop the others, and each problem is one line', () => {
    kernel((number) => {
      if (number === 516) throw systemError('EBUSY');
      sysfs.addLine(number);
    });
    const problems = safe([wire(4), wire(99), wire(5, true), wire(1, false, 'extra'), wire(2, false, 'extra')]);
    expect(problems).toEqual([
      expect.stringMatching(/^line 4 of GPIO chip header: in use/),
      expect.stringMatching(/^line 99 of GPIO chip header: there is no such line/),
      expect.stringMatching(/extra is not among/),
    ]);
    expect(sysfs.direction(517)).toBe('high');
  });

  test('a fresh export waits for the permission that udev gives', () => {
    sysfs.addLine(516, 'out');
    let refusals = 2;
    const write = fs.writeFileSync;
    jest.spyOn(fs, 'writeFileSync').mockImplementation((path, data, options) => {
      refusals -= 1;
      if (refusals >= 0) throw systemError('EACCES');
      write(path, data, options);
    });
    expect(safe([wire(4)])).toEqual([]);
    expect(sysfs.direction(516)).toBe('low');
  });

  test('PWM goes to duty 0, found by name or by device; nothing is exported for it', () => {
    sysfs.addPwm('pwmchip0', 'platform/soc/fe20c000.pwm', { 0: { duty: 530000, period: 1000000 } });
    sysfs.addPwm('pwmchip2', 'platform/other', { 1: { duty: 1000000, period: 1000000 } });
    const exported = kernel(() => {});
    const pwm = [
      { chip: 'fe20c000.pwm', channel: 0 },
      { chip: 'pwmchip2', channel: 1 },
      { chip: 'pwmchip2', channel: 0 },
    ];
    expect(safe([], pwm)).toEqual([]);
    expect([sysfs.duty('pwmchip0', 0), sysfs.duty('pwmchip2', 1)]).toEqual(['0', '0']);
    expect(exported).toEqual([]);
  });

  test('a PWM channel without period, which refuses a duty, is left alone', () => {
    sysfs.addPwm('pwmchip0', 'a', { 0: { duty: 7, period: 0 } });
    expect(safe([], [{ chip: 'pwmchip0', channel: 0 }])).toEqual([]);
    expect(sysfs.duty('pwmchip0', 0)).toBe('7');
  });

  test('a PWM chip that is not there, or not the only one, is a problem that names what is there', () => {
    expect(safe([], [{ chip: 'pwmchip0', channel: 0 }])).toEqual([expect.stringMatching(/present: none/)]);
    sysfs.addPwm('pwmchip0', 'soc/a.pwm', {});
    sysfs.addPwm('pwmchip1', 'soc/b.pwm', {});
    expect(safe([], [{ chip: 'soc/', channel: 0 }])).toEqual([
      expect.stringMatching(/fits several chips.*pwmchip0 \(.*a\.pwm.*pwmchip1 \(/),
    ]);
    expect(safe([], [{ chip: 'pwmchip9', channel: 0 }])).toEqual([expect.stringMatching(/no such chip.*pwmchip1/)]);
  });
});

describe('the outputs of a board', () => {
  const analog = { address: 0x48, input: 0, gain: 1, offset: 0 } as const;
  const mode3: SocketWiring = {
    contactor: { coil: wire(1), feedback: wire(101) },
    pilot: { pwm: { chip: 'pwmchip0', channel: 0 }, high: analog, low: analog },
    lock: { lock: wire(11), unlock: wire(12), feedback: wire(102), pulseMs: 300, tries: 5 },
    residual: { trip: wire(103), test: wire(13), reset: wire(14), tripMs: 500 },
    emulator: { plug: wire(32), request: wire(31) },
  };
  const mode2: SocketWiring = { contactor: { coil: wire(2), feedback: wire(104) }, plug: wire(105) };

  test('are all lines that are driven, coils first, and no inputs', () => {
    const board = {
      hardware: {
        gpioBackend: 'onoff',
        gpioChips: [],
        pwmRoot: '',
        serial: [],
        pulse: wire(3),
        supply: wire(106),
        resetButton: wire(107),
      },
      points: [
        {
          wiring: {
            indicator: { red: wire(21), blue: wire(22) },
            cardReader: { device: '/dev/spidev0.0', reset: wire(23) },
          },
          sockets: [{ wiring: mode3 }, { wiring: mode2 }],
          side: 'right',
        },
      ],
    };
    // No more of a board is looked at.
    const { lines, pwm } = outputsOf(board as unknown as Board);
    expect(lines.map(({ line }) => line.line)).toEqual([1, 2, 3, 11, 12, 13, 14, 21, 22, 23, 31, 32]);
    expect(pwm.map(({ channel }) => channel)).toEqual([{ chip: 'pwmchip0', channel: 0 }]);
    const owners = lines.map(({ owner: { part, connectorId, side } }) => `${part} ${connectorId ?? side ?? ''}`.trim());
    expect([...new Set(owners)]).toEqual([
      'contactor 1',
      'contactor 2',
      'pulse',
      'lock 1',
      'residual 1',
      'indicator right',
      'cardReader right',
      'emulator 1',
    ]);
    expect(pwm[0]?.owner).toEqual({ part: 'pilot', connectorId: 1 });
  });

  test('of a simulated board are none', () => {
    expect(outputsOf(loadBoard('board/simulated-single.yaml'))).toEqual({ lines: [], pwm: [] });
  });
});
