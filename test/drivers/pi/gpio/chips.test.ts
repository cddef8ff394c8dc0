/** Lines are found by the label of their chip, whatever the kernel numbers them, and errors say what to do. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { GpioChips, gpioError, patiently } from '../../../../src/drivers/pi/gpio/chips';
import { GreenupError } from '../../../../src/hal/errors';
import type { GpioChipWiring, LineWiring } from '../../../../src/hal/wiring';
import { FakeSysfs, systemError } from './fake-sysfs';

const header: GpioChipWiring = { name: 'header', labels: ['pinctrl-bcm2711', 'pinctrl-bcm2835', 'pinctrl-rp1'] };
const line = (number: number, chip = 'header'): LineWiring => ({ chip, line: number, activeLow: false });

let sysfs: FakeSysfs;
beforeEach(() => {
  sysfs = new FakeSysfs();
});
afterEach(() => sysfs.remove());

function numberOf(wanted: LineWiring, ...wirings: GpioChipWiring[]): number {
  return new GpioChips(wirings.length > 0 ? wirings : [header], sysfs.gpioRoot).numberOf(wanted);
}

describe('the number of a GPIO line', () => {
  test.each([
    [0, 'pinctrl-bcm2835'],
    [512, 'pinctrl-bcm2711'],
    [571, 'pinctrl-rp1'],
  ])('is the base %i of chip %s plus its offset', (base, label) => {
    sysfs.addChip({ base: 100, label: 'raspberrypi-exp-gpio', lines: 8 });
    sysfs.addChip({ base, label });
    expect(numberOf(line(17))).toBe(base + 17);
  });

  test('the first label of the board file that the kernel has wins', () => {
    sysfs.addChip({ base: 0, label: 'pinctrl-rp1' });
    sysfs.addChip({ base: 600, label: 'pinctrl-bcm2835' });
    expect(numberOf(line(1))).toBe(601);
  });

  test('a part of the device path chooses between chips of the same label', () => {
    sysfs.addChip({ base: 0, label: 'cp2112_gpio', device: 'uhid/0003:10C4:EA90.0001' });
    sysfs.addChip({ base: 504, label: 'cp2112_gpio', device: 'uhid/0003:10C4:EA90.0002' });
    const wiring = { name: 'bench', labels: ['cp2112_gpio'] };
    expect(numberOf(line(3, 'bench'), { ...wiring, device: 'EA90.0002' })).toBe(507);
    expect(() => numberOf(line(3, 'bench'), wiring)).toThrow(
      /bench: 2 chips have label cp2112_gpio; .*"device".*gpiochip0, .*EA90\.0001.*gpiochip504, .*EA90\.0002/,
    );
    expect(() => numberOf(line(3, 'bench'), { ...wiring, device: 'nowhere' })).toThrow(
      /label cp2112_gpio and device nowhere; it has .*EA90\.0001/,
    );
  });

  test('an unknown label names those that are there', () => {
    sysfs.addChip({ base: 512, label: 'gpio-mockup' });
    expect(() => numberOf(line(1))).toThrow(
      /no chip with label pinctrl-bcm2711 or pinctrl-bcm2835 or pinctrl-rp1; it has gpio-mockup \(gpiochip512/,
    );
  });

  test('an unknown chip name names those of the board file', () => {
    sysfs.addChip({ base: 512, label: 'pinctrl-rp1' });
    expect(() => numberOf(line(1, 'extra'), header)).toThrow(/extra is not among the board file's gpioChips: header/);
  });

  test('an offset outside of the chip names the valid ones', () => {
    sysfs.addChip({ base: 512, label: 'pinctrl-rp1', lines: 54 });
    expect(numberOf(line(53))).toBe(565);
    expect(() => numberOf(line(54))).toThrow(/line 54 of GPIO chip header: .*lines 0 to 53/);
    expect(() => numberOf(line(-1))).toThrow(/lines 0 to 53/);
  });

  test('a kernel without the interface, without chips, or with the new entries only is said so', () => {
    expect(() => numberOf(line(1))).toThrow(/is not there: .*CONFIG_GPIO_SYSFS=y/);
    mkdirSync(sysfs.gpioRoot, { recursive: true });
    expect(() => numberOf(line(1))).toThrow(/shows no GPIO chip/);
    mkdirSync(join(sysfs.gpioRoot, 'chip0'));
    expect(() => numberOf(line(1))).toThrow(/CONFIG_GPIO_SYSFS_LEGACY=y/);
  });

  test('new entries beside the numbered ones, and chips that cannot be read, are passed over', () => {
    mkdirSync(join(sysfs.gpioRoot, 'chip0'), { recursive: true });
    mkdirSync(join(sysfs.gpioRoot, 'gpiochip7'));
    sysfs.addChip({ base: 512, label: 'pinctrl-rp1' });
    expect(numberOf(line(1))).toBe(513);
  });
});

describe('errors of the kernel', () => {
  test.each([
    ['EACCES', /line: no permission: .*group gpio.*udev/],
    ['EBUSY', /line: in use by a kernel driver/],
    ['EINVAL', /line: the kernel knows no such line/],
    ['EXDEV', /line: EXDEV: something/],
  ])('%s is one line that says what to do', (code, message) => {
    const error = gpioError('line', systemError(code));
    expect(error.code).toBe('part.failed');
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
  });

  test('an error of ours stays as it is', () => {
    const own = new GreenupError('part.missing', 'no such chip');
    expect(gpioError('line', own)).toBe(own);
  });
});

describe('waiting for permission', () => {
  test('goes on while permission is refused, not for other errors, and not for ever', () => {
    const codes = ['EACCES', 'EACCES'];
    const work = (): string => {
      const code = codes.shift();
      if (code !== undefined) throw systemError(code);
      return 'done';
    };
    expect(patiently(3, work)).toBe('done');
    codes.push('EACCES', 'EACCES');
    expect(() => patiently(2, work)).toThrow(/EACCES/);
    codes.push('EBUSY', 'EBUSY');
    expect(() => patiently(3, work)).toThrow(/EBUSY/);
    expect(codes).toEqual(['EBUSY']);
  });
});
