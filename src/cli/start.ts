/** Starts the long-running commands, with and without commander; what each of them needs is loaded only then. */
import { boardOfRig } from '../hal/board/rig-board';
import type { RunOptions } from '../simulator/run-options';
import { hardenProcess } from '../terminal/hardening';

/** Seeds that are made here have this many values, so that they are easily typed. */
const seedsMax = 1_000_000;

/** `greenup run`: the station itself, or with an embedded central system in charge of it. */
export function runWith(given: RunOptions): Promise<number> {
  hardenProcess();
  // Chosen once: the world stays the same when the power comes back.
  const options = { ...given, seed: given.seed ?? Math.floor(Math.random() * seedsMax) };
  const { csms } = options;
  if (csms !== undefined) {
    refuseSecurity(options);
    if (needsSupervisor(options)) {
      const { supervise } = require('../simulator/supervise') as typeof import('../simulator/supervise');
      return supervise({ ...options, supervised: 'mains' }, true);
    }
    const { runStation } = require('./run-station') as typeof import('./run-station');
    return runStation({ ...options, csms });
  }
  const { runHost } = require('../simulator/host') as typeof import('../simulator/host');
  return runHost(options);
}

/** Of another central system nobody here knows what it wants. */
function refuseSecurity({ security, supervised }: RunOptions): void {
  if (security === undefined || supervised === 'host') return;
  const { ExitError, exitCodes } = require('../terminal/exit') as typeof import('../terminal/exit');
  const remedy = 'leave --csms out, or set the profile by "greenup security"';
  throw new ExitError(exitCodes.usage, `--security: is of the embedded central system alone; ${remedy}`);
}

/** Somebody must be there to switch the power on again: on a rig nobody cuts it, and a service manager starts anew. */
function needsSupervisor({ supervised, board }: RunOptions): boolean {
  return !supervised && !process.env.NOTIFY_SOCKET && boardOfRig(board) === undefined;
}

/** `greenup bench`. */
export function benchWith(initPath: string): Promise<number> {
  hardenProcess();
  const { runJsonLines } =
    require('../simulator/json-lines-process') as typeof import('../simulator/json-lines-process');
  return runJsonLines(initPath);
}
