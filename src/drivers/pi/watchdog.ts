/** The hardware watchdog of Linux: /dev/watchdog, which resets the machine when nobody writes to it in time. */
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GreenupError, messageOf, systemCode } from '../../hal/errors';
import type { Watchdog } from '../../hal/parts';
import type { ReportTrouble } from '../../hal/trouble';

export interface WatchdogOptions {
  device: string;
  /** What the board file wants, in s. */
  timeoutS: number;
  report: ReportTrouble;
  /** Where the kernel shows watchdogs; /sys/class/watchdog. */
  root?: string;
}

/** The "magic close": without it the countdown goes on after the end of the program, as it should after a crash. */
const magicClose = 'V';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such device: load the driver of the watchdog (on a Raspberry Pi: dtparam=watchdog=on)',
  EACCES: 'this user may not open it: add the user to group watchdog, with the udev rule of board/pi',
  EPERM: 'this process may not open it: give the service DeviceAllow=/dev/watchdog rw, as in board/pi/greenup.service',
  EBUSY:
    'another program has it, and only one may feed it: mostly systemd, as Raspberry Pi OS sets it. Put RuntimeWatchdogSec=off under [Manager] into /etc/systemd/system.conf.d/90-greenup.conf and restart (make flash does), or take the watchdog out of the board file',
};

export class DeviceWatchdog implements Watchdog {
  private descriptor: number | undefined;
  private failed = false;

  /** Starts the countdown. Throws `part.missing` or `part.failed` with what to do when the device cannot be had. */
  constructor(private readonly options: WatchdogOptions) {
    const { device } = options;
    try {
      this.descriptor = openSync(device, constants.O_WRONLY);
    } catch (error) {
      const code = systemCode(error);
      const reason = reasons[code ?? ''] ?? messageOf(error);
      throw new GreenupError(code === 'ENOENT' ? 'part.missing' : 'part.failed', `watchdog ${device}: ${reason}`, {
        cause: error,
      });
    }
    this.compareTimeout();
  }

  feed(): void {
    this.write('\0');
  }

  disarm(): void {
    const descriptor = this.descriptor;
    if (descriptor === undefined) return;
    this.write(magicClose);
    this.descriptor = undefined;
    closeSync(descriptor);
  }

  private write(text: string): void {
    if (this.descriptor === undefined) return;
    try {
      writeSync(this.descriptor, text);
      this.failed = false;
    } catch (error) {
      if (this.failed) return;
      this.failed = true;
      this.options.report({
        part: 'watchdog',
        code: 'failed',
        text: `watchdog ${this.options.device} cannot be fed, so the machine will restart soon unless that passes: ${messageOf(error)}`,
      });
    }
  }

  /** The time is set by the driver's module option; a longer one than the board wants is worth a word. */
  private compareTimeout(): void {
    const { device, timeoutS, report, root = '/sys/class/watchdog' } = this.options;
    const name = basename(device) === 'watchdog' ? 'watchdog0' : basename(device);
    let seconds: number;
    try {
      seconds = Number(readFileSync(join(root, name, 'timeout'), 'utf8'));
    } catch {
      return; // Kernels without CONFIG_WATCHDOG_SYSFS do not tell.
    }
    if (seconds > timeoutS) {
      report({
        part: 'watchdog',
        code: 'noticed',
        text: `watchdog ${device} waits ${seconds} s, the board file wants ${timeoutS} s: set the option heartbeat (or timeout) of its kernel module`,
      });
    }
  }
}
