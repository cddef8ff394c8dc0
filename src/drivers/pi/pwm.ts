/** The 1 kHz pilot signal from a hardware PWM channel, worked through the kernel's files under /sys/class/pwm. */
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { GreenupError, messageOf, systemCode } from '../../hal/errors';
import { type ReportTrouble, troubleOf } from '../../hal/trouble';

/** 1 kHz (IEC 61851-1, Table A.2: 1 kHz ± 0.5 %), in ns. */
export const pwmPeriodNs = 1_000_000;
/** Duty cycles are whole steps of 1 µs, in ns: 0.1 % of the period, 0.06 A. */
export const pwmStepNs = 1_000;
/** After the export udev hands the files to group gpio; a start waits this long for it, in ms. */
export const pwmPermissionWaitMs = 2_000;
const waitStepMs = 20;

export interface PwmOptions {
  /** Where the kernel shows PWM chips; /sys/class/pwm. */
  root: string;
  /** `header`, `pwmchip0`, or part of the path of its device. */
  chip: string;
  channel: number;
  /** Called once when the output fails, and once when it works again. */
  report: ReportTrouble;
  /** Blocks for some ms; default: stops the thread. */
  wait?: (ms: number) => void;
}

interface OpenChannel {
  path: string;
  /** The file stays open, so that a change costs one write and no look-up. */
  dutyFile: number;
}

/** Full duty is +12 V on the pilot, none −12 V. After construction the duty is 0: not available. */
export class SysfsPwm {
  private channel: OpenChannel | undefined;
  /** Duty that is on the wire, in ns; undefined when that is unknown. */
  private dutyNs: number | undefined;
  private failed = false;
  private stopped = false;

  /**
   * Throws `part.missing` when chip or channel are absent, `part.failed` when they may not be used. Blocks for up to
   * 2 s while udev sets permissions.
   */
  constructor(private readonly options: PwmOptions) {
    this.open(pwmPermissionWaitMs);
  }

  /** The last command failed: what is on the wire is unknown. A later `drive` tries again. */
  get broken(): boolean {
    return this.failed;
  }

  /** Duty in percent of the period, 0 to 100, rounded down to 0.1 % so that no more is offered than asked. */
  drive(dutyPercent: number): void {
    const wantedNs = dutyNsOf(dutyPercent);
    if (this.stopped || (wantedNs === this.dutyNs && !this.failed)) return;
    try {
      // Never waits here: a command comes from the safety loop.
      const { path, dutyFile } = this.channel ?? this.open(0);
      this.dutyNs = undefined;
      write(dutyFile, wantedNs, join(path, 'duty_cycle'));
      this.dutyNs = wantedNs;
      if (this.failed) this.options.report({ part: 'pilot', code: 'recovered', text: `${this.name}: works again` });
      this.failed = false;
    } catch (error) {
      this.close();
      if (!this.failed) {
        const text = `${messageOf(error)}; the pilot signal is not what it should be`;
        this.options.report({ ...troubleOf('pilot', error, 'failed'), text });
      }
      this.failed = true;
    }
  }

  /**
   * Leaves −12 V on the wire: duty 0, and still enabled, since the level of a disabled output is not defined. Nothing
   * is driven afterwards.
   */
  stop(): void {
    this.drive(0);
    this.stopped = true;
    this.close();
  }

  private get name(): string {
    return `pilot PWM ${this.options.chip} channel ${this.options.channel}`;
  }

  private open(waitMs: number): OpenChannel {
    const chip = findPwmChip(this.options.root, this.options.chip, this.name);
    const wait = this.options.wait ?? stopThread;
    for (let waitedMs = 0; ; waitedMs += waitStepMs) {
      try {
        this.channel = this.openNow(chip);
        this.dutyNs = 0;
        return this.channel;
      } catch (error) {
        // udev sets permissions file by file, some time after the export.
        const denied = error instanceof GreenupError && systemCode(error.cause) === 'EACCES';
        if (!denied || waitedMs >= waitMs) throw error;
      }
      wait(waitStepMs);
    }
  }

  private openNow(chip: string): OpenChannel {
    const path = join(chip, `pwm${this.options.channel}`);
    if (!existsSync(path)) this.export(chip, path);
    const dutyFile = openToWrite(join(path, 'duty_cycle'));
    try {
      this.prepare(path, dutyFile);
    } catch (error) {
      closeSync(dutyFile);
      throw error;
    }
    return { path, dutyFile };
  }

  private export(chip: string, path: string): void {
    const count = Number(readText(join(chip, 'npwm')) ?? Number.NaN);
    if (this.options.channel >= count) {
      const valid = count === 1 ? 'only channel 0' : `channels 0 to ${count - 1}`;
      throw new GreenupError('part.missing', `${this.name}: there is no such channel; the chip has ${valid}`);
    }
    writeOnce(join(chip, 'export'), this.options.channel);
    if (existsSync(path)) return;
    throw new GreenupError('part.failed', `${this.name}: the kernel did not make ${path} after the export`);
  }

  /** A fresh channel has period 0 and refuses every duty; a used one refuses a period below its duty. */
  private prepare(path: string, dutyFile: number): void {
    const file = (name: string): string => join(path, name);
    const periodNs = Number(readText(file('period')));
    if (periodNs > 0) write(dutyFile, 0, file('duty_cycle'));
    if (readText(file('polarity')) === 'inversed') {
      // The kernel changes polarity only while the output is off.
      writeOnce(file('enable'), 0);
      writeOnce(file('polarity'), 'normal');
    }
    if (periodNs !== pwmPeriodNs) writeOnce(file('period'), pwmPeriodNs);
    if (!(periodNs > 0)) write(dutyFile, 0, file('duty_cycle'));
    if (readText(file('enable')) !== '1') writeOnce(file('enable'), 1);
  }

  private close(): void {
    const { channel } = this;
    this.channel = undefined;
    this.dutyNs = undefined;
    try {
      if (channel !== undefined) closeSync(channel.dutyFile);
    } catch {
      // The channel went away with its driver; there is nothing left to close.
    }
  }
}

/** Nanoseconds of a duty in percent; what is no number is no offer. */
function dutyNsOf(dutyPercent: number): number {
  const stepsMax = pwmPeriodNs / pwmStepNs;
  // The small addition undoes the rounding of binary fractions, as in 28.3 % × 10.
  const steps = Math.floor((dutyPercent / 100) * stepsMax + 1e-6);
  return (steps > 0 ? Math.min(steps, stepsMax) : 0) * pwmStepNs;
}

/** Devices of the PWM on the 40-pin header: Raspberry Pi 5, 4, 3 and 2, 1. A Pi has one of them. */
const headerDevices = ['1f00098000.pwm', 'fe20c000.pwm', '3f20c000.pwm', '2020c000.pwm'];

/**
 * Directory of the chip of that name, or of the only one whose device path contains `wanted`; `header` is the one on the
 * header of a Raspberry Pi, whatever its model. `name` is for messages.
 */
export function findPwmChip(root: string, wanted: string, name: string): string {
  const chips = chipsIn(root);
  const found = chips.find((chip) => chip.name === wanted);
  if (found !== undefined) return found.path;
  const devices = wanted === 'header' ? headerDevices : [wanted];
  const matches = chips.filter(({ device }) => devices.some((part) => device.includes(part)));
  const [first] = matches;
  if (first !== undefined && matches.length === 1) return first.path;
  if (matches.length > 1) {
    const several = matches.map((chip) => `${chip.name} (${chip.device})`).join(', ');
    throw new GreenupError('part.failed', `${name}: "${wanted}" fits several chips: ${several}; name one of them`);
  }
  const present = chips.map((chip) => `${chip.name} (${chip.device})`).join(', ') || 'none';
  throw new GreenupError(
    'part.missing',
    `${name}: no such chip under ${root}; present: ${present}; name one of these, or enable PWM (Raspberry Pi: dtoverlay=pwm-2chan in config.txt) and restart`,
  );
}

function chipsIn(root: string): { name: string; path: string; device: string }[] {
  try {
    const names = readdirSync(root).filter((name) => name.startsWith('pwmchip'));
    return names.sort().map((name) => ({ name, path: join(root, name), device: realpathSync(join(root, name)) }));
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw fileFailed(root, error);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').split('\n', 1)[0]?.trim();
  } catch (error) {
    // Not every chip has every file: polarity is there only where the driver can change it.
    if (systemCode(error) === 'ENOENT') return undefined;
    throw fileFailed(path, error);
  }
}

function openToWrite(path: string): number {
  try {
    return openSync(path, constants.O_WRONLY);
  } catch (error) {
    throw fileFailed(path, error);
  }
}

function writeOnce(path: string, value: number | string): void {
  const file = openToWrite(path);
  try {
    write(file, value, path);
  } finally {
    closeSync(file);
  }
}

/** At the start of the file, with a line feed: so a plain file, too, has the value as its first line. */
function write(file: number, value: number | string, path: string): void {
  try {
    writeSync(file, `${value}\n`, 0);
  } catch (error) {
    throw fileFailed(path, error);
  }
}

/** What an error code means for a file of a PWM chip, and what to do. */
const fileAdvice: Readonly<Record<string, string>> = {
  EACCES: 'no permission: add the user to group gpio and install the udev rule for subsystem pwm',
  EPERM: 'no permission: add the user to group gpio and install the udev rule for subsystem pwm',
  EROFS: 'it is read-only here: do not set ProtectKernelTunables in the systemd unit',
  EBUSY: 'the kernel or another program uses this channel (fan, sound, backlight): free it or choose another',
  ENOENT: 'it is not there: was the PWM driver unloaded?',
  ENODEV: 'it went away: was the PWM driver unloaded?',
  EINVAL: 'the kernel refuses the value: can this chip make 1 kHz?',
};

function fileFailed(path: string, error: unknown): GreenupError {
  const code = systemCode(error);
  const advice = fileAdvice[code ?? ''];
  const what = advice === undefined ? messageOf(error) : `${advice} (${code})`;
  return new GreenupError('part.failed', `pilot PWM, ${path}: ${what}`, { cause: error });
}

function stopThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
