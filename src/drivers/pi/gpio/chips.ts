/** Finds the kernel's number of a GPIO line by the label of its chip, for the numbers differ between kernels. */
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { GreenupError, messageOf, systemCode } from '../../../hal/errors';
import type { GpioChipWiring, LineWiring } from '../../../hal/wiring';

export const sysfsGpioRoot = '/sys/class/gpio';

/** What to do about an error of the kernel, by its code. */
const remedies: Readonly<Record<string, string>> = {
  EACCES:
    "no permission: put the user into group gpio (usermod -aG gpio <user>) and install the station's udev rules, which give this group /sys/class/gpio",
  EPERM: 'not permitted: the kernel keeps this line for itself (see /sys/kernel/debug/gpio); wire another line',
  EBUSY:
    'in use by a kernel driver or another program (see gpioinfo or /sys/kernel/debug/gpio): stop that, take its overlay out of config.txt, or wire another line',
  EINVAL: 'the kernel knows no such line or it cannot work in this direction: check chip and line in the board file',
  EIO: 'the kernel or the chip refused: check that the line is free for this direction, and the cable to the chip',
  ENODEV: 'its chip has gone: check the cable to the chip',
  ENOENT: 'its files have gone: another program gave the line back; look for a second station or a script',
  ENXIO: 'its chip does not answer: check supply and address of the chip, and the cable to it',
  EREMOTEIO: 'its chip does not answer: check supply and address of the chip, and the cable to it',
  EROFS: 'it is read-only here: take ProtectKernelTunables and ProtectSystem=strict out of the service',
  ETIMEDOUT: 'its chip does not answer: check the cable to the chip',
};

/** As `line 17 of GPIO chip header`. */
export function lineName(line: LineWiring): string {
  return `line ${line.line} of GPIO chip ${line.chip}`;
}

/** One clear line: what failed, and what to do where the kernel's code tells it. */
export function gpioError(what: string, error: unknown): GreenupError {
  if (error instanceof GreenupError) return error;
  const code = systemCode(error);
  const remedy = code === undefined ? undefined : remedies[code];
  const reason = remedy === undefined ? messageOf(error) : `${remedy} (${code})`;
  return new GreenupError('part.failed', `${what}: ${reason}`, { cause: error });
}

const permissionWaitMs = 20;

/**
 * Does `work` again, up to `triesMax` times in all, while permission is refused: after an export udev needs some moments
 * to hand the files of the line over. Blocks the thread for 20 ms between tries.
 */
export function patiently<T>(triesMax: number, work: () => T): T {
  for (let triesLeft = triesMax; ; triesLeft -= 1) {
    try {
      return work();
    } catch (error) {
      if (triesLeft <= 1 || systemCode(error) !== 'EACCES') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, permissionWaitMs);
    }
  }
}

interface KernelChip {
  /** As `gpiochip512`. */
  entry: string;
  label: string;
  base: number;
  lines: number;
  /** Where the entry and its device really are. */
  paths: readonly string[];
}

/** The chips of a board file as this kernel numbers them; looked up at the first use and kept. */
export class GpioChips {
  private readonly found = new Map<string, KernelChip>();

  constructor(
    private readonly wirings: readonly GpioChipWiring[],
    private readonly root: string = sysfsGpioRoot,
  ) {}

  /** The number under which the kernel exports the line. Throws `part.missing` where there is no such chip or line. */
  numberOf(line: LineWiring): number {
    const chip = this.chip(line.chip);
    if (line.line >= 0 && line.line < chip.lines) return chip.base + line.line;
    throw new GreenupError(
      'part.missing',
      `${lineName(line)}: there is no such line; ${chip.entry} (${chip.label}) has lines 0 to ${chip.lines - 1}`,
    );
  }

  /** The I2C bus that the chip of a line hangs on, as `i2c-1`; undefined for any other chip. Throws as `numberOf`. */
  busOf(line: LineWiring): string | undefined {
    for (const path of this.chip(line.chip).paths) {
      const [, bus] = /\/(i2c-\d+)\//.exec(path) ?? [];
      if (bus !== undefined) return bus;
    }
    return undefined;
  }

  private chip(name: string): KernelChip {
    const known = this.found.get(name);
    if (known) return known;
    const wiring = this.wirings.find((candidate) => candidate.name === name);
    if (!wiring) {
      const valid = this.wirings.map((candidate) => candidate.name).join(', ') || 'none';
      throw new GreenupError('part.missing', `GPIO chip ${name} is not among the board file's gpioChips: ${valid}`);
    }
    const chip = choose(wiring, kernelChips(this.root));
    this.found.set(name, chip);
    return chip;
  }
}

function choose(wiring: GpioChipWiring, chips: readonly KernelChip[]): KernelChip {
  const { device } = wiring;
  for (const label of wiring.labels) {
    const labelled = chips.filter((chip) => chip.label === label);
    const fitting = labelled.filter((chip) => device === undefined || chip.paths.some((path) => path.includes(device)));
    const [first, second] = fitting;
    if (first && !second) return first;
    if (first) {
      throw new GreenupError(
        'part.missing',
        `GPIO chip ${wiring.name}: ${fitting.length} chips have label ${label}; choose one by "device", a part of its path: ${fitting.map(described).join(', ')}`,
      );
    }
  }
  const wanted = `label ${wiring.labels.join(' or ')}${device === undefined ? '' : ` and device ${device}`}`;
  throw new GreenupError(
    'part.missing',
    `GPIO chip ${wiring.name}: this kernel has no chip with ${wanted}; it has ${chips.map(described).join(', ')}`,
  );
}

function described(chip: KernelChip): string {
  return `${chip.label} (${chip.entry}, ${chip.paths.at(-1)})`;
}

function kernelChips(root: string): KernelChip[] {
  const entries = entriesOf(root);
  // Kernels from 6.17 on also show each chip as chipN, with another way to export; those entries are not for us.
  const chips = entries.filter((entry) => /^gpiochip\d+$/.test(entry)).flatMap((entry) => kernelChip(root, entry));
  if (chips.length > 0) return chips;
  const newOnly = entries.some((entry) => /^chip\d+$/.test(entry));
  throw new GreenupError(
    'part.missing',
    newOnly
      ? `${root} has only chipN entries: this kernel was built without the numbered sysfs GPIO interface; boot one with CONFIG_GPIO_SYSFS_LEGACY=y`
      : `${root} shows no GPIO chip: check that the driver of the chip is loaded (dmesg, lsmod)`,
  );
}

function entriesOf(root: string): string[] {
  try {
    return readdirSync(root);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw gpioError(root, error);
    throw new GreenupError(
      'part.missing',
      `${root} is not there: this kernel lacks the sysfs GPIO interface; boot one with CONFIG_GPIO_SYSFS=y, as in Raspberry Pi OS`,
      { cause: error },
    );
  }
}

/** Empty for a chip that cannot be read, as one that is unplugged at this moment. */
function kernelChip(root: string, entry: string): KernelChip[] {
  const path = join(root, entry);
  try {
    const chip = {
      entry,
      label: text(join(path, 'label')),
      base: Number.parseInt(text(join(path, 'base')), 10),
      lines: Number.parseInt(text(join(path, 'ngpio')), 10),
      paths: [path, join(path, 'device')].flatMap(resolved),
    };
    return Number.isInteger(chip.base) && Number.isInteger(chip.lines) ? [chip] : [];
  } catch {
    return [];
  }
}

function text(path: string): string {
  return readFileSync(path, 'utf8').trim();
}

/** Empty where there is no such entry: not each chip has a device. */
function resolved(path: string): string[] {
  try {
    return [realpathSync(path)];
  } catch {
    return [];
  }
}
