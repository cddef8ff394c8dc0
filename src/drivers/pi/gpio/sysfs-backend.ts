/** GPIO through the kernel's files under /sys/class/gpio: by onoff while a program runs, by plain writes without one. */
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GreenupError } from '../../../hal/errors';
import type { LineWiring, RigHardware } from '../../../hal/wiring';
import { holderOfFiles } from '../processes';
import { GpioChips, lineName, patiently, sysfsGpioRoot } from './chips';
import type { GpioBackend, GpioLines, LineHolder } from './lines';
import { onoffLines } from './onoff-lines';

/** After an export udev needs some moments; 25 tries of 20 ms. */
const permissionTriesMax = 25;

/** Where to look; tests hand in other places. */
export interface SysfsPlaces {
  gpioRoot?: string;
  processRoot?: string;
}

export class SysfsBackend implements GpioBackend {
  private readonly chips: GpioChips;
  private readonly root: string;

  constructor(
    private readonly hardware: Pick<RigHardware, 'gpioChips'>,
    private readonly places: SysfsPlaces = {},
  ) {
    this.root = places.gpioRoot ?? sysfsGpioRoot;
    this.chips = new GpioChips(hardware.gpioChips, this.root);
  }

  open(): GpioLines {
    return onoffLines(this.hardware, this.root);
  }

  /** The line stays exported, for the kernel may turn it into an input when it is given back. */
  makeInactive(line: LineWiring): void {
    const number = this.chips.numberOf(line);
    const directory = join(this.root, `gpio${number}`);
    if (!existsSync(directory)) writeFileSync(join(this.root, 'export'), String(number));
    // Direction and level in one step, and always the level of the pin: `active_low` turns `value` only.
    const level = line.activeLow ? 'high' : 'low';
    const put = (wanted: 'high' | 'low'): void => {
      patiently(permissionTriesMax, () => writeFileSync(join(directory, 'direction'), wanted));
    };
    put(level);
    // As with onoff: an expander's driver hides a failed transfer, and repeats none that it thinks was made.
    const isWrong = (): boolean =>
      readFileSync(join(directory, 'value'), 'utf8').trim() !== (line.activeLow ? '1' : '0');
    if (this.chips.busOf(line) === undefined || !isWrong()) return;
    put(line.activeLow ? 'low' : 'high');
    put(level);
    if (isWrong()) throw new GreenupError('part.failed', `${lineName(line)}: it does not go ${level}: check its chip`);
  }

  /** A program that works a line keeps the file of its value open. Exported alone it may be left over. */
  holderOf(lines: readonly LineWiring[]): LineHolder | undefined {
    const byPath = new Map(lines.flatMap((line) => this.valueFile(line).map((path) => [path, line] as const)));
    const holder = holderOfFiles([...byPath.keys()], this.places.processRoot);
    const line = holder && byPath.get(holder.path);
    return line && { line, pid: holder.pid, command: holder.command };
  }

  /** Empty for a line that this kernel does not have or has not exported. */
  private valueFile(line: LineWiring): string[] {
    try {
      return [realpathSync(join(this.root, `gpio${this.chips.numberOf(line)}`, 'value'))];
    } catch {
      return [];
    }
  }
}
