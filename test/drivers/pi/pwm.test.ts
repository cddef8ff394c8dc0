/** The pilot signal on a fake tree of PWM files that refuses what the kernel refuses, and counts what was written. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { findPwmChip, SysfsPwm } from '../../../src/drivers/pi/pwm';
import type { Trouble } from '../../../src/hal/trouble';

const nodeFs = jest.requireActual<typeof fs>('node:fs');
const files = { write: nodeFs.writeSync, open: nodeFs.openSync };

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: refused`), { code });
}

/** Two chips; channel 0 of the first appears at the export, as the kernel makes it: period 0, off. */
class FakeTree {
  readonly root = fs.mkdtempSync(join(tmpdir(), 'greenup-pwm-'));
  readonly chip = join(this.root, 'devices/platform/soc/fe20c000.pwm/pwm/pwmchip0');
  readonly class = join(this.root, 'class');
  readonly channel = join(this.chip, 'pwm0');
  /** What was written, as `duty_cycle=266000`. */
  readonly written: string[] = [];
  /** File name to error code of its next writes. */
  readonly refuses = new Map<string, string>();
  /** Openings that are still denied. */
  denied = 0;
  deniedFile = 'duty_cycle';
  private readonly paths = new Map<number, string>();

  constructor() {
    const second = join(this.root, 'devices/platform/soc/1000120000.pcie/pwm/pwmchip2');
    fs.mkdirSync(this.class);
    for (const chip of [this.chip, second]) {
      fs.mkdirSync(chip, { recursive: true });
      fs.writeFileSync(join(chip, 'npwm'), '2\n');
      fs.writeFileSync(join(chip, 'export'), '');
      fs.symlinkSync(chip, join(this.class, chip.slice(-8)));
    }
    jest.spyOn(nodeFs, 'openSync').mockImplementation((path, flags, mode) => this.open(String(path), flags, mode));
    jest
      .spyOn(nodeFs, 'writeSync')
      .mockImplementation(((file: number, text: string, position: number) =>
        this.write(file, text, position)) as typeof fs.writeSync);
  }

  export(values: Partial<Record<string, string>> = {}): void {
    fs.mkdirSync(this.channel);
    const fresh = { period: '0', duty_cycle: '0', enable: '0', polarity: 'normal', ...values };
    for (const [name, value] of Object.entries(fresh)) fs.writeFileSync(join(this.channel, name), `${value}\n`);
  }

  value(name: string): string {
    return fs.readFileSync(join(this.channel, name), 'utf8').split('\n', 1)[0] ?? '';
  }

  openFiles(): number {
    return fs
      .readdirSync('/proc/self/fd')
      .map((file) => this.target(file))
      .filter((path) => path.startsWith(this.root)).length;
  }

  private target(file: string): string {
    try {
      return fs.readlinkSync(`/proc/self/fd/${file}`);
    } catch {
      return '';
    }
  }

  private open(path: string, flags: fs.OpenMode, mode?: fs.Mode | null): number {
    if (path.startsWith(this.class) && path.endsWith(this.deniedFile) && this.denied > 0) {
      this.denied -= 1;
      throw errno('EACCES');
    }
    const file = files.open(path, flags, mode);
    this.paths.set(file, path);
    return file;
  }

  private write(file: number, text: string, position: number): number {
    const path = this.paths.get(file) ?? '';
    if (!path.startsWith(this.class)) return files.write(file, text, position);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const value = text.trim();
    const refused = this.refuses.get(name) ?? this.kernelRefuses(name, value);
    if (refused !== undefined) throw errno(refused);
    this.written.push(`${name}=${value}`);
    if (name === 'export') this.export();
    return files.write(file, text, position);
  }

  /** pwm_apply_state refuses period 0 and a duty above the period; polarity changes only while off. */
  private kernelRefuses(name: string, value: string): string | undefined {
    if (name === 'export') return fs.existsSync(this.channel) ? 'EBUSY' : undefined;
    const period = name === 'period' ? Number(value) : Number(this.value('period'));
    const duty = name === 'duty_cycle' ? Number(value) : Number(this.value('duty_cycle'));
    if (name === 'polarity') return this.value('enable') === '1' ? 'EBUSY' : undefined;
    return period === 0 || duty > period ? 'EINVAL' : undefined;
  }
}

let tree: FakeTree;
let troubles: string[];

beforeEach(() => {
  tree = new FakeTree();
  troubles = [];
});

afterEach(() => {
  jest.restoreAllMocks();
  fs.rmSync(tree.root, { recursive: true });
});

function pwm(options: { chip?: string; channel?: number; root?: string; wait?: (ms: number) => void } = {}) {
  const report = ({ text }: Trouble): void => {
    troubles.push(text);
  };
  return new SysfsPwm({ root: tree.class, chip: 'pwmchip0', channel: 0, report, ...options });
}

test('a fresh channel is exported, set to 1 kHz with duty 0, and enabled last', () => {
  const output = pwm();
  expect(tree.written).toEqual(['export=0', 'period=1000000', 'duty_cycle=0', 'enable=1']);
  expect(output.broken).toBe(false);
  output.stop();
  expect(tree.openFiles()).toBe(0);
});

test('a channel that a crashed program left running is brought to duty 0 before all else', () => {
  tree.export({ period: '500000', duty_cycle: '400000', enable: '1' });
  pwm().stop();
  expect(tree.written).toEqual(['duty_cycle=0', 'period=1000000']);
});

test('a longer period than ours, a used channel of the same period, and inverse polarity are put right', () => {
  tree.export({ period: '20000000', duty_cycle: '1500000', enable: '1', polarity: 'inversed' });
  pwm().stop();
  expect(tree.written).toEqual(['duty_cycle=0', 'enable=0', 'polarity=normal', 'period=1000000', 'enable=1']);
  tree.written.length = 0;
  pwm().stop();
  expect(tree.written).toEqual(['duty_cycle=0']);
});

test('a channel without a polarity file is used as it is', () => {
  tree.export();
  fs.rmSync(join(tree.channel, 'polarity'));
  pwm().stop();
  expect(tree.written).toEqual(['period=1000000', 'duty_cycle=0', 'enable=1']);
});

test('only changes are written, on a file that stays open; stop leaves duty 0 and the output on', () => {
  const output = pwm();
  tree.written.length = 0;
  const opens = jest.mocked(nodeFs.openSync).mock.calls.length;
  for (const duty of [100, 100, 26.67, 26.69, 10, 0, 0]) output.drive(duty);
  expect(tree.written).toEqual(['duty_cycle=1000000', 'duty_cycle=266000', 'duty_cycle=100000', 'duty_cycle=0']);
  expect(jest.mocked(nodeFs.openSync).mock.calls.length).toBe(opens);
  output.drive(50);
  output.stop();
  expect([tree.value('duty_cycle'), tree.value('enable')]).toEqual(['0', '1']);
  output.drive(50);
  expect(tree.value('duty_cycle')).toBe('0');
  expect(tree.openFiles()).toBe(0);
});

test('any duty is written in whole steps of 1 µs, never above what was asked and less than a step below', () => {
  const output = pwm();
  fc.assert(
    fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (percent) => {
      output.drive(percent);
      const ns = Number(tree.value('duty_cycle'));
      expect(ns % 1000).toBe(0);
      expect(ns).toBeLessThanOrEqual(percent * 10_000 + 1e-2);
      expect(ns).toBeGreaterThan(percent * 10_000 - 1000);
    }),
  );
  for (let tenths = 0; tenths <= 1000; tenths += 1) {
    output.drive(tenths / 10);
    expect(tree.value('duty_cycle')).toBe(String(tenths * 1000));
  }
  output.stop();
});

test.each([
  [-5, '0'],
  [Number.NaN, '0'],
  [150, '1000000'],
  [Number.POSITIVE_INFINITY, '1000000'],
])('duty %p is held within the period', (percent, ns) => {
  const output = pwm();
  output.drive(40);
  output.drive(percent);
  expect(tree.value('duty_cycle')).toBe(ns);
  output.stop();
});

test('a chip is found by part of its device path', () => {
  pwm({ chip: 'fe20c000.pwm' }).stop();
  expect(tree.written[0]).toBe('export=0');
});

test('the chip on the header is found by this name, whatever the model', () => {
  pwm({ chip: 'header' }).stop();
  expect(tree.written[0]).toBe('export=0');
  for (const [model, device] of ['1f00098000.pwm', '3f20c000.pwm', '2020c000.pwm'].entries()) {
    const root = join(tree.root, `model-${model}`);
    const chip = join(root, 'devices', device, 'pwm/pwmchip4');
    // Such as the fan's on a Raspberry Pi 5.
    const other = join(root, 'devices/1f0009c000.pwm/pwm/pwmchip0');
    for (const one of [chip, other]) {
      fs.mkdirSync(one, { recursive: true });
      fs.mkdirSync(join(root, 'class'), { recursive: true });
      fs.symlinkSync(one, join(root, 'class', one.slice(-8)));
    }
    expect(findPwmChip(join(root, 'class'), 'header', 'x')).toBe(join(root, 'class', 'pwmchip4'));
  }
});

test('no such chip, or several that fit: the message names them', () => {
  expect(() => pwm({ chip: 'pwmchip7' })).toThrow(
    expect.objectContaining({
      code: 'part.missing',
      message: expect.stringMatching(
        /^pilot PWM pwmchip7 channel 0: no such chip under .*; present: pwmchip0 \(.*fe20c000.*\), pwmchip2 \(.*\); name one .*dtoverlay=pwm-2chan/,
      ),
    }),
  );
  expect(() => pwm({ chip: 'platform' })).toThrow(/"platform" fits several chips: pwmchip0 .*pwmchip2/);
  expect(() => pwm({ root: join(tree.root, 'none') })).toThrow(/present: none; .*dtoverlay=pwm-2chan/);
  expect(() => pwm({ channel: 2 })).toThrow(/no such channel; the chip has channels 0 to 1/);
});

test('a channel that the kernel keeps for itself, files without permission, a period that is refused', () => {
  tree.refuses.set('export', 'EBUSY');
  expect(() => pwm()).toThrow(/export: the kernel or another program uses this channel/);
  tree.refuses.set('export', 'EACCES');
  expect(() => pwm({ wait: () => {} })).toThrow(/no permission: add the user to group gpio .*udev rule/);
  tree.refuses.clear();
  tree.refuses.set('period', 'EINVAL');
  expect(() => pwm()).toThrow(/period: the kernel refuses the value: can this chip make 1 kHz\?/);
  expect(tree.openFiles()).toBe(0);
});

test.each([
  'duty_cycle',
  'enable',
])('it waits while udev has not yet opened %s to the group, but not for ever', (name) => {
  tree.deniedFile = name;
  tree.denied = 5;
  const waits: number[] = [];
  const output = pwm({ wait: (ms) => waits.push(ms) });
  expect(waits).toEqual([20, 20, 20, 20, 20]);
  expect(output.broken).toBe(false);
  output.stop();
  tree.denied = Number.POSITIVE_INFINITY;
  if (name === 'enable') fs.writeFileSync(join(tree.channel, 'enable'), '0\n');
  waits.length = 0;
  expect(() => pwm({ wait: (ms) => waits.push(ms) })).toThrow(/no permission: add the user to group gpio/);
  expect(waits.length).toBe(100);
  expect(tree.openFiles()).toBe(0);
});

test('a write that fails is told once and never thrown; a later one that works heals it', () => {
  const output = pwm();
  output.drive(50);
  tree.refuses.set('duty_cycle', 'ENODEV');
  output.drive(20);
  output.drive(20);
  output.drive(10);
  expect(output.broken).toBe(true);
  expect(troubles).toEqual([
    expect.stringMatching(
      /^pilot PWM, .*duty_cycle: it went away: was the PWM driver unloaded\? \(ENODEV\); the pilot/,
    ),
  ]);
  tree.refuses.clear();
  output.drive(10);
  expect(output.broken).toBe(false);
  expect(tree.value('duty_cycle')).toBe('100000');
  expect(troubles.slice(1)).toEqual(['pilot PWM pwmchip0 channel 0: works again']);
  output.stop();
});

test('a command never waits for permissions', () => {
  const waits: number[] = [];
  const output = pwm({ wait: (ms) => waits.push(ms) });
  tree.refuses.set('duty_cycle', 'ENODEV');
  output.drive(50);
  tree.refuses.clear();
  tree.denied = 1;
  output.drive(50);
  expect([output.broken, waits.length]).toEqual([true, 0]);
  output.stop();
  expect(tree.openFiles()).toBe(0);
});
