/** What a look at a rig's parts needs of the machine, and how it finds that somebody else works the rig already. */
import { networkInterfaces } from 'node:os';
import { RealClock } from '../drivers/clock/real-clock';
import { packagedLibrary } from '../drivers/pi/card/card-thread';
import type { Mfrc522LibraryClass } from '../drivers/pi/card/mfrc522';
import { openSpi, type SpiBus } from '../drivers/pi/card/spi';
import { gpioBackendOf } from '../drivers/pi/gpio/backends';
import type { GpioBackend, GpioLines } from '../drivers/pi/gpio/lines';
import { makeBoardSafe, outputsOf } from '../drivers/pi/gpio/safe-state';
import type { I2cBus } from '../drivers/pi/i2c/bus';
import { ReopeningBus } from '../drivers/pi/i2c/reopening-bus';
import { openSerialLine, type SerialLine } from '../drivers/pi/meter/serial-line';
import { type PwmOptions, SysfsPwm } from '../drivers/pi/pwm';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { connectorsOf } from '../hal/connectors';
import { GreenupError, systemCode } from '../hal/errors';
import type { Trouble } from '../hal/trouble';
import type { LineWiring, RigHardware, SerialBusWiring } from '../hal/wiring';
import { type Health, readHealth } from './health';

/** A word of a station older than this, in ms, is that of one which has ended. */
const healthAgeMaxMs = 10_000;

/** The machine as the parts of a rig see it; tests hand in another. */
export interface RigMachine {
  clock: Clock;
  /** Throws `package.missing` when the package cannot be loaded. */
  gpio(): GpioLines;
  i2c: I2cBus;
  pwm(options: PwmOptions): Pick<SysfsPwm, 'drive' | 'stop' | 'broken'>;
  serialLine(bus: SerialBusWiring): Promise<SerialLine>;
  spi(device: string): SpiBus;
  cardLibrary(): Mfrc522LibraryClass;
  interfaces: typeof networkInterfaces;
  /** Puts every output at its safe level, without any part; a trouble for each that could not be reached. */
  makeSafe(): Trouble[];
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
export function realMachine(board: Board, backend = gpioBackendOf(rigHardwareOf(board))): RigMachine {
  const hardware = rigHardwareOf(board);
  let gpio: GpioLines | undefined;
  return {
    clock: new RealClock(),
    gpio: () => {
      gpio ??= backend.open();
      return gpio;
    },
    i2c: new ReopeningBus(hardware.i2cBus),
    pwm: (options) => new SysfsPwm(options),
    serialLine: (bus) => openSerialLine(bus),
    spi: (device) => openSpi(device),
    cardLibrary: packagedLibrary,
    interfaces: networkInterfaces,
    makeSafe: () => makeBoardSafe(board, backend),
  };
}

/** Where to look for others; tests hand in other places. */
export interface OthersOptions {
  healthFile: string;
  /** Default: that of the board. */
  backend?: GpioBackend;
  /** Whether the process lives. */
  lives?: (pid: number) => boolean;
}

/** Who else works this rig, and what to do, in one line; undefined when nobody does. */
export function otherUserOf(board: Board, options: OthersOptions): string | undefined {
  const { healthFile, lives = livesHere, backend = gpioBackendOf(rigHardwareOf(board)) } = options;
  const word = freshWord(healthFile);
  if (word && word.pid !== process.pid && lives(word.pid)) {
    return `a station runs (process ${word.pid}, board ${word.board}): stop it first: ${stopAdvice(word.pid)}`;
  }
  const holder = backend.holderOf(linesOf(board));
  if (holder === undefined) return undefined;
  const { pid, line, command } = holder;
  return `process ${pid} (${command}) holds line ${line.line} of GPIO chip ${line.chip}: stop it first: ${stopAdvice(pid)}`;
}

function stopAdvice(pid: number): string {
  return `sudo systemctl stop greenup, or kill ${pid} where it was started by hand`;
}

function freshWord(healthFile: string): Health | undefined {
  try {
    const health = readHealth(healthFile);
    return Math.abs(Date.now() - Date.parse(health.at)) <= healthAgeMaxMs ? health : undefined;
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
    return systemCode(error) === 'EPERM';
  }
}

/** All that a board drives, and the contacts that tell whether its outlets are live. */
function linesOf(board: Board): LineWiring[] {
  const contacts = connectorsOf(board).flatMap(({ socket: { wiring } }) => wiring?.contactor.feedback ?? []);
  return [...outputsOf(board).lines.map(({ line }) => line), ...contacts];
}
