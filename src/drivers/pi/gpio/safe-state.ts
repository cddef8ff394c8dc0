/** Puts every output of a rig at its safe level without any part: before the station starts and after it ended. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Board } from '../../../hal/board';
import { connectorsOf } from '../../../hal/connectors';
import type { Trouble } from '../../../hal/trouble';
import type { LineWiring, PilotWiring, RigHardware } from '../../../hal/wiring';
import { findPwmChip } from '../pwm';
import { gpioBackendOf } from './backends';
import { gpioError, lineName } from './chips';
import type { GpioBackend } from './lines';

type PwmOutput = PilotWiring['pwm'];
type OutputOwner = Pick<Trouble, 'part' | 'connectorId' | 'side'>;

/** What a rig drives, and whose it is. */
export interface RigOutputs {
  lines: { owner: OutputOwner; line: LineWiring }[];
  /** Channels to put at duty 0: −12 V on the pilot, state F (IEC 61851-1). */
  pwm: { owner: OutputOwner; channel: PwmOutput }[];
}

/**
 * Makes the outputs inactive, in the order given, and the PWM channels 0. Levels stay after the process that set them has
 * died, so a crash leaves a contactor closed until this runs. One failure does not stop the rest; gives a trouble
 * (`notSafe`) for each output that could not be reached, none when all is safe. Synchronous; needs no package.
 */
export function makeSafe(
  { lines, pwm }: RigOutputs,
  hardware: RigHardware,
  backend: GpioBackend = gpioBackendOf(hardware),
): Trouble[] {
  const troubles: Trouble[] = [];
  const attempt = (owner: OutputOwner, what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      troubles.push({ ...owner, code: 'notSafe', text: gpioError(what, error).message });
    }
  };
  for (const { owner, line } of lines) attempt(owner, lineName(line), () => backend.makeInactive(line));
  for (const { owner, channel } of pwm) attempt(owner, pwmName(channel), () => makeZero(channel, hardware.pwmRoot));
  return troubles;
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

/** All that a board drives: contactor coils first, then their supply, then the rest. Empty for a simulated board. */
export function outputsOf(board: Board): RigOutputs {
  const lines: RigOutputs['lines'] = [];
  const add = (owner: OutputOwner, ...wired: (LineWiring | undefined)[]): void => {
    for (const line of wired) if (line) lines.push({ owner, line });
  };
  const sockets = connectorsOf(board).flatMap(({ connectorId, socket: { wiring } }) =>
    wiring ? [{ connectorId, ...wiring }] : [],
  );
  for (const { connectorId, contactor } of sockets) add({ part: 'contactor', connectorId }, contactor.coil);
  add({ part: 'pulse' }, board.hardware?.pulse);
  for (const { connectorId, lock, residual } of sockets) {
    add({ part: 'lock', connectorId }, lock?.lock, lock?.unlock);
    add({ part: 'residual', connectorId }, residual?.test, residual?.reset);
  }
  for (const { side, wiring } of board.points) {
    add({ part: 'indicator', side }, wiring?.indicator?.red, wiring?.indicator?.green, wiring?.indicator?.blue);
    add({ part: 'cardReader', side }, wiring?.cardReader?.reset);
  }
  for (const { connectorId, emulator } of sockets) {
    add({ part: 'emulator', connectorId }, emulator?.request, emulator?.plug);
  }
  const pwm = sockets.flatMap(({ connectorId, pilot }) =>
    pilot ? [{ owner: { part: 'pilot', connectorId } as const, channel: pilot.pwm }] : [],
  );
  return { lines, pwm };
}

/** `makeSafe` for all that a board drives; a simulated board has nothing to make safe. */
export function makeBoardSafe(board: Board, backend?: GpioBackend): Trouble[] {
  return board.hardware ? makeSafe(outputsOf(board), board.hardware, backend) : [];
}
