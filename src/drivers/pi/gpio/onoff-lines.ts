/** GPIO lines over the package onoff: the kernel's sysfs interface, polled. */
import { writeFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { join } from 'node:path';
import { GreenupError } from '../../../hal/errors';
import type { LineWiring, RigHardware } from '../../../hal/wiring';
import { nativePackage } from '../packages';
import { GpioChips, gpioError, lineName, patiently, sysfsGpioRoot } from './chips';
import type { GpioLines, InputLine, OutputLine } from './lines';

/** `high` and `low`: output at that level, direction and level in one step. Levels are physical, whatever `active_low`. */
type Direction = 'in' | 'high' | 'low';

/** What is used of onoff's `Gpio`. */
export interface OnoffGpio {
  readSync(): number;
  writeSync(level: 0 | 1): void;
  setDirection(direction: Direction): void;
  setActiveLow(invert: boolean): void;
  unexport(): void;
}

export type OnoffConstructor = new (number: number, direction: Direction, options: { activeLow: boolean }) => OnoffGpio;

/** udev gives a new line to the group some moments after its export; onoff itself waits too, by 10 000 openings a try. */
const permissionTriesMax = 5;

/**
 * `root`: where chips are looked up; onoff itself knows /sys/class/gpio only. Throws `package.missing` when onoff cannot
 * be loaded. Blocks for some milliseconds a line while lines are made: only for a thread that may wait.
 */
export function onoffLines(
  hardware: Pick<RigHardware, 'gpioChips'>,
  root: string = sysfsGpioRoot,
  Gpio: OnoffConstructor = loadOnoff(),
): GpioLines {
  const chips = new GpioChips(hardware.gpioChips, root);
  const taken = new Set<number>();

  function open(line: LineWiring, direction: Direction): HeldLine {
    const number = chips.numberOf(line);
    if (taken.has(number)) {
      throw new GreenupError('part.failed', `${lineName(line)} has two uses in the board file: give each its own line`);
    }
    const gpio = openLine(Gpio, number, line, direction, root);
    taken.add(number);
    return new HeldLine(line, gpio, chips.busOf(line), () => taken.delete(number));
  }

  return {
    output: (line) => new SysfsOutput(open(line, level(line, false) === 1 ? 'high' : 'low'), line),
    input: (line) => new SysfsInput(open(line, 'in'), line),
    busOf: (line) => chips.busOf(line),
  };
}

/** Throws `part.failed`, and the line is the kernel's again, when it cannot be set up. */
function openLine(
  Gpio: OnoffConstructor,
  number: number,
  line: LineWiring,
  direction: Direction,
  root: string,
): OnoffGpio {
  let gpio: OnoffGpio | undefined;
  try {
    const opened = patiently(permissionTriesMax, () => new Gpio(number, direction, { activeLow: false }));
    gpio = opened;
    // On a line that a crashed process left exported, onoff swallows what goes wrong here; a coil may hang on it.
    patiently(permissionTriesMax, () => opened.setActiveLow(false));
    patiently(permissionTriesMax, () => opened.setDirection(direction));
    return opened;
  } catch (error) {
    if (gpio) gpio.unexport();
    else giveBack(number, root);
    throw gpioError(lineName(line), error);
  }
}

/** onoff exports a line before the rest of its constructor can fail. */
function giveBack(number: number, root: string): void {
  try {
    writeFileSync(join(root, 'unexport'), String(number));
  } catch {
    // It was not exported.
  }
}

/** The level of the pin, 1 or 0: polarity is worked out here, and the kernel's own inversion stays off. */
function level(line: LineWiring, active: boolean): 0 | 1 {
  return active === line.activeLow ? 0 : 1;
}

class HeldLine {
  private released = false;

  constructor(
    private readonly line: LineWiring,
    private readonly gpio: OnoffGpio,
    readonly bus: string | undefined,
    private readonly onRelease: () => void,
  ) {}

  use<T>(work: (gpio: OnoffGpio) => T): T {
    if (this.released) throw new GreenupError('part.failed', `${lineName(this.line)} was let go: it is used no more`);
    try {
      return work(this.gpio);
    } catch (error) {
      throw gpioError(lineName(this.line), error);
    }
  }

  /** `before`: what is done to the line first; it is let go even if that fails. Calling it twice is harmless. */
  release(before: (gpio: OnoffGpio) => void = () => {}): void {
    if (this.released) return;
    try {
      this.use(before);
    } finally {
      this.onRelease();
      this.use((gpio) => {
        this.released = true;
        gpio.unexport();
      });
    }
  }
}

class SysfsOutput implements OutputLine {
  readonly bus: string | undefined;

  constructor(
    private readonly held: HeldLine,
    private readonly line: LineWiring,
  ) {
    this.bus = held.bus;
  }

  write(active: boolean): void {
    this.held.use((gpio) => this.put(gpio, active));
  }

  /** Inactive first: whether the pin becomes an input when it is let go is the matter of the chip's driver. */
  release(): void {
    this.held.release((gpio) => this.put(gpio, false));
  }

  private put(gpio: OnoffGpio, active: boolean): void {
    const wanted = level(this.line, active);
    gpio.writeSync(wanted);
    // The driver of an expander (mcp23s08) hides that a transfer failed, and does not repeat a level it thinks is there.
    if (this.bus === undefined || gpio.readSync() === wanted) return;
    gpio.writeSync(level(this.line, !active));
    gpio.writeSync(wanted);
    if (gpio.readSync() === wanted) return;
    throw new GreenupError(
      'part.failed',
      `${lineName(this.line)}: it stays ${wanted === 1 ? 'low' : 'high'} although it was made ${wanted === 1 ? 'high' : 'low'}: check supply and cable of the chip, and that nothing else drives the line`,
    );
  }
}

class SysfsInput implements InputLine {
  readonly bus: string | undefined;

  constructor(
    private readonly held: HeldLine,
    private readonly line: LineWiring,
  ) {
    this.bus = held.bus;
  }

  read(): boolean {
    return this.held.use((gpio) => gpio.readSync()) === level(this.line, true);
  }

  release(): void {
    this.held.release();
  }
}

function loadOnoff(): OnoffConstructor {
  const onoff = nativePackage<{ Gpio: OnoffConstructor }>('onoff', () => {
    const pathOfOnoff = createRequire(__filename).resolve('onoff');
    return withoutEpoll(createRequire(pathOfOnoff), () => require('onoff'));
  });
  return onoff.Gpio;
}

/** Stands where onoff looks for epoll, and does nothing. */
class InertEpoll {
  static readonly EPOLLPRI = 2;
  add(): void {}
  remove(): void {}
}

/**
 * Loads onoff with an inert stand-in for the addon `epoll`, which onoff requires for edges. The real one delivers its
 * events on the main thread's loop even when a worker asked, and takes the process down when that worker ends; we poll
 * and need no edges. `requireOfOnoff`: resolves as from onoff's own file.
 */
export function withoutEpoll<T>(requireOfOnoff: NodeJS.Require, load: () => T): T {
  const path = requireOfOnoff.resolve('epoll');
  const before = requireOfOnoff.cache[path];
  const standIn = new Module(path);
  standIn.filename = path;
  standIn.loaded = true;
  standIn.exports = { Epoll: InertEpoll };
  requireOfOnoff.cache[path] = standIn;
  try {
    return load();
  } finally {
    if (before) requireOfOnoff.cache[path] = before;
    else delete requireOfOnoff.cache[path];
  }
}
