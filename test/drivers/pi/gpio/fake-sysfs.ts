/** A tree of files that looks like /sys/class/gpio and /sys/class/pwm; nothing in it moves by itself. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeChip {
  base: number;
  label: string;
  lines?: number;
  /** Directory of its device, as `platform/soc/fe200000.gpio`. */
  device?: string;
}

export class FakeSysfs {
  readonly directory = mkdtempSync(join(tmpdir(), 'greenup-sysfs-'));
  readonly gpioRoot = join(this.directory, 'class/gpio');
  readonly pwmRoot = join(this.directory, 'class/pwm');

  /** As the kernel does it: a link in the class to a directory under the device, which has a link back. */
  addChip({ base, label, lines = 54, device = `platform/${label}` }: FakeChip): void {
    const deviceDirectory = join(this.directory, 'devices', device);
    const chip = join(deviceDirectory, 'gpio', `gpiochip${base}`);
    mkdirSync(chip, { recursive: true });
    mkdirSync(this.gpioRoot, { recursive: true });
    writeFileSync(join(chip, 'label'), `${label}\n`);
    writeFileSync(join(chip, 'base'), `${base}\n`);
    writeFileSync(join(chip, 'ngpio'), `${lines}\n`);
    symlinkSync(deviceDirectory, join(chip, 'device'));
    symlinkSync(chip, join(this.gpioRoot, `gpiochip${base}`));
  }

  /** A line that is exported already. */
  addLine(number: number, direction = 'in'): void {
    const line = join(this.gpioRoot, `gpio${number}`);
    mkdirSync(line, { recursive: true });
    writeFileSync(join(line, 'direction'), direction);
  }

  direction(number: number): string | undefined {
    const path = join(this.gpioRoot, `gpio${number}`, 'direction');
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  }

  /** `channels`: duty and period in ns of those that are exported, by number. */
  addPwm(name: string, device: string, channels: Readonly<Record<number, { duty: number; period: number }>>): void {
    const chip = join(this.directory, 'devices', device, 'pwm', name);
    mkdirSync(chip, { recursive: true });
    mkdirSync(this.pwmRoot, { recursive: true });
    symlinkSync(chip, join(this.pwmRoot, name));
    for (const [channel, { duty, period }] of Object.entries(channels)) {
      mkdirSync(join(chip, `pwm${channel}`));
      writeFileSync(join(chip, `pwm${channel}`, 'duty_cycle'), String(duty));
      writeFileSync(join(chip, `pwm${channel}`, 'period'), String(period));
    }
  }

  duty(name: string, channel: number): string {
    return readFileSync(join(this.pwmRoot, name, `pwm${channel}`, 'duty_cycle'), 'utf8');
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** An error as a system call gives it. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something, write`), { code });
}
