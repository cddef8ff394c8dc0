/** What a look at a rig's parts needs of the machine, and how it finds that somebody else works the rig already. */
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { RealClock } from '../drivers/clock/real-clock';
import { packagedLibrary } from '../drivers/pi/card/card-thread';
import type { Mfrc522LibraryClass } from '../drivers/pi/card/mfrc522';
import { openSpi, type SpiBus } from '../drivers/pi/card/spi';
import { openGpio } from '../drivers/pi/gpio/backends';
import { GpioChips, sysfsGpioRoot } from '../drivers/pi/gpio/chips';
import type { GpioBackend } from '../drivers/pi/gpio/lines';
import { makeBoardSafe, outputsOf } from '../drivers/pi/gpio/safe-state';
import type { I2cBus } from '../drivers/pi/i2c/bus';
import { ReopeningBus } from '../drivers/pi/i2c/reopening-bus';
import { openSerialLine, type SerialLine } from '../drivers/pi/meter/serial-line';
import { type PwmOptions, SysfsPwm } from '../drivers/pi/pwm';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { GreenupError } from '../hal/errors';
import type { LineWiring, RigHardware, SerialBusWiring } from '../hal/wiring';
import { type Health, readHealth } from './health';

/** A word of a station older than this, in ms, is that of one which has ended. */
const health_age_max_ms = 10_000;

/** The machine as the parts of a rig see it; tests hand in another. */
export interface RigMachine {
  clock: Clock;
  /** Throws `part.missing` when the package cannot be loaded. */
  gpio(): GpioBackend;
  i2c: I2cBus;
  pwm(options: PwmOptions): Pick<SysfsPwm, 'drive' | 'stop' | 'broken'>;
  serialLine(bus: SerialBusWiring): Promise<SerialLine>;
  spi(device: string): SpiBus;
  cardLibrary(): Mfrc522LibraryClass;
  interfaces: typeof networkInterfaces;
  /** Puts every output at its safe level, without any part; a line for each problem. */
  makeSafe(): string[];
}

/** The hardware of a board; throws `board.invalid` for a simulated one. */
export function rigHardwareOf(board: Board): RigHardware {
  if (board.drivers === 'pi' && board.hardware) return board.hardware;
  throw new GreenupError(
    'board.invalid',
    `board ${board.name} is simulated: only a board with drivers: pi has parts to try`,
  );
}

/** This machine. Opens nothing yet. */
export function realMachine(board: Board): RigMachine {
  const hardware = rigHardwareOf(board);
  let gpio: GpioBackend | undefined;
  return {
    clock: new RealClock(),
    gpio: () => {
      gpio ??= openGpio(hardware);
      return gpio;
    },
    i2c: new ReopeningBus(hardware.i2cBus),
    pwm: (options) => new SysfsPwm(options),
    serialLine: (bus) => openSerialLine(bus),
    spi: (device) => openSpi(device),
    cardLibrary: packagedLibrary,
    interfaces: networkInterfaces,
    makeSafe: () => makeBoardSafe(board),
  };
}

/** Where to look for others; tests hand in other places. */
export interface OthersOptions {
  healthFile: string;
  gpioRoot?: string;
  processRoot?: string;
  /** Whether the process lives. */
  lives?: (pid: number) => boolean;
}

/** Who else works this rig, and what to do, in one line; undefined when nobody does. */
export function otherUserOf(board: Board, options: OthersOptions): string | undefined {
  const { healthFile, lives = livesHere } = options;
  const word = freshWord(healthFile);
  if (word && word.pid !== process.pid && lives(word.pid)) {
    return `a station runs (process ${word.pid}, board ${word.board}): stop it first: ${stopAdvice(word.pid)}`;
  }
  const holder = lineHolder(board, options);
  if (holder === undefined) return undefined;
  const { pid, line } = holder;
  return `process ${pid} (${commandOf(pid, options)}) holds line ${line.line} of GPIO chip ${line.chip}: stop it first: ${stopAdvice(pid)}`;
}

function stopAdvice(pid: number): string {
  return `sudo systemctl stop greenup, or kill ${pid} where it was started by hand`;
}

function freshWord(healthFile: string): Health | undefined {
  try {
    const health = readHealth(healthFile);
    return Math.abs(Date.now() - Date.parse(health.at)) <= health_age_max_ms ? health : undefined;
  } catch {
    return undefined; // No station has left a word.
  }
}

function livesHere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not permitted: it lives, as another user's.
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}

/** A program that works a line over sysfs keeps the file of its value open. Exported alone it may be left over. */
function lineHolder(board: Board, options: OthersOptions): { pid: number; line: LineWiring } | undefined {
  const byPath = new Map<string, LineWiring>();
  for (const line of linesOf(board)) for (const path of valueFile(board, line, options)) byPath.set(path, line);
  if (byPath.size === 0) return undefined;
  const { processRoot = '/proc' } = options;
  const pids = entries(processRoot).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  for (const pid of pids) {
    const files = join(processRoot, pid, 'fd');
    for (const file of entries(files)) {
      const line = byPath.get(targetOf(join(files, file)));
      if (line) return { pid: Number(pid), line };
    }
  }
  return undefined;
}

function linesOf(board: Board): LineWiring[] {
  const sockets = board.points.flatMap((point) => point.sockets.flatMap(({ wiring }) => wiring ?? []));
  return [...outputsOf(board).lines, ...sockets.map(({ contactor }) => contactor.feedback)];
}

/** Empty for a line that this kernel does not have or has not exported. */
function valueFile(board: Board, line: LineWiring, { gpioRoot = sysfsGpioRoot }: OthersOptions): string[] {
  try {
    const chips = new GpioChips(board.hardware?.gpioChips ?? [], gpioRoot);
    return [realpathSync(join(gpioRoot, `gpio${chips.numberOf(line)}`, 'value'))];
  } catch {
    return [];
  }
}

function commandOf(pid: number, { processRoot = '/proc' }: OthersOptions): string {
  try {
    return readFileSync(join(processRoot, String(pid), 'cmdline'), 'utf8')
      .split('\0')
      .join(' ')
      .trim();
  } catch {
    return 'ended meanwhile';
  }
}

/** Empty for what is not there, or is another user's. */
function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
