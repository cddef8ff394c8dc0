/** Puts every output of a rig at its safe level with plain file writes: before the station starts and after it ended. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GreenupError, messageOf } from '../../../hal/errors';
import type { LineWiring, PilotWiring, PointWiring, RigHardware, SocketWiring } from '../../../hal/wiring';
import { findPwmChip } from '../pwm';
import { GpioChips, gpioError, lineName, patiently, sysfsGpioRoot } from './chips';

type PwmOutput = PilotWiring['pwm'];

/** After an export udev needs some moments; 25 tries of 20 ms. */
const permissionTriesMax = 25;

export interface MakeSafeOptions {
  /** Where the kernel shows GPIO; /sys/class/gpio. */
  root?: string;
  /** Channels to put at duty 0: −12 V on the pilot, state F (IEC 61851-1). */
  pwm?: readonly PwmOutput[];
}

/**
 * Makes the outputs inactive, in the order given, and the PWM channels 0. The kernel keeps levels after the process that
 * set them has died, so a crash leaves a contactor closed until this runs. One failure does not stop the rest; gives one
 * clear line for each problem, none when all is safe. Synchronous; needs no package.
 */
export function makeSafe(
  outputs: readonly LineWiring[],
  hardware: Pick<RigHardware, 'gpioChips' | 'pwmRoot'>,
  options: MakeSafeOptions = {},
): string[] {
  const root = options.root ?? sysfsGpioRoot;
  const chips = new GpioChips(hardware.gpioChips, root);
  // A missing chip is one problem, however many lines it has.
  const problems = new Set<string>();
  const attempt = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      problems.add(messageOf(gpioError(what, error)));
    }
  };
  for (const line of outputs) attempt(lineName(line), () => makeInactive(line, chips, root));
  for (const pwm of options.pwm ?? []) attempt(pwmName(pwm), () => makeZero(pwm, hardware.pwmRoot));
  return [...problems];
}

/** The line stays exported, for the kernel may turn it into an input when it is given back. */
function makeInactive(line: LineWiring, chips: GpioChips, root: string): void {
  const number = chips.numberOf(line);
  const directory = join(root, `gpio${number}`);
  if (!existsSync(directory)) writeFileSync(join(root, 'export'), String(number));
  // Direction and level in one step, and always the level of the pin: `active_low` turns `value` only.
  const level = line.activeLow ? 'high' : 'low';
  const put = (wanted: 'high' | 'low'): void => {
    patiently(permissionTriesMax, () => writeFileSync(join(directory, 'direction'), wanted));
  };
  put(level);
  // As in the backend: an expander's driver hides a failed transfer, and repeats none that it thinks was made.
  const isWrong = (): boolean => readFileSync(join(directory, 'value'), 'utf8').trim() !== (line.activeLow ? '1' : '0');
  if (chips.busOf(line) === undefined || !isWrong()) return;
  put(line.activeLow ? 'low' : 'high');
  put(level);
  if (isWrong()) throw new GreenupError('part.failed', `${lineName(line)}: it does not go ${level}: check its chip`);
}

function pwmName(pwm: PwmOutput): string {
  return `channel ${pwm.channel} of PWM chip ${pwm.chip}`;
}

/** A channel that was never exported was never driven, and one without a period has no duty. */
function makeZero(pwm: PwmOutput, root: string): void {
  const directory = join(findPwmChip(root, pwm.chip, pwmName(pwm)), `pwm${pwm.channel}`);
  if (!existsSync(directory) || Number(readFileSync(join(directory, 'period'), 'utf8')) === 0) return;
  writeFileSync(join(directory, 'duty_cycle'), '0');
}

/** What is used of a board here. */
interface WiredBoard {
  hardware?: RigHardware;
  points: readonly { wiring?: PointWiring; sockets: readonly { wiring?: SocketWiring }[] }[];
}

export interface RigOutputs {
  lines: LineWiring[];
  pwm: PwmOutput[];
}

/** All that a board drives: contactor coils first, then their supply, then the rest. Empty for a simulated board. */
export function outputsOf(board: WiredBoard): RigOutputs {
  const sockets = board.points.flatMap((point) => point.sockets.flatMap((socket) => socket.wiring ?? []));
  const points = board.points.flatMap((point) => point.wiring ?? []);
  const lines = [
    ...sockets.map((socket) => socket.contactor.coil),
    board.hardware?.pulse,
    ...sockets.flatMap(({ lock, residual }) => [lock?.lock, lock?.unlock, residual?.test, residual?.reset]),
    ...points.flatMap(({ indicator, cardReader }) => [
      indicator?.red,
      indicator?.green,
      indicator?.blue,
      cardReader?.reset,
    ]),
    ...sockets.flatMap(({ emulator }) => [emulator?.request, emulator?.plug]),
  ];
  return {
    lines: lines.filter((line) => line !== undefined),
    pwm: sockets.flatMap((socket) => socket.pilot?.pwm ?? []),
  };
}

/** `makeSafe` for all that a board drives; a simulated board has nothing to make safe. */
export function makeBoardSafe(board: WiredBoard): string[] {
  const { lines, pwm } = outputsOf(board);
  return board.hardware ? makeSafe(lines, board.hardware, { pwm }) : [];
}
