/** The process of `greenup run` without --csms: it hosts a central system and keeps the station as a child. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CentralSecurity, CentralSystem } from '../csms/central-system';
import { boardOfRig } from '../hal/board/rig-board';
import { programFile } from '../hal/program-files';
import { ExitError, exitCodes, tellError } from '../terminal/exit';
import { prepareStateDirectory } from '../terminal/state-directory';
import { centralFolder, defaultIdentity, type RunOptions } from './run-options';
import { eventPrinter, supervise } from './supervise';

export async function runHost(options: RunOptions): Promise<number> {
  const exposed = prepareStateDirectory(options.state);
  if (exposed !== undefined) tellError(exposed);
  const hasMains = boardOfRig(options.board) === undefined;
  const security = securityOf(options, hasMains);
  const central = new CentralSystem(security ? { security } : {});
  const { url } = await central.start();
  try {
    const child = { ...options, csms: url, supervised: 'host' as const, security: security?.profile };
    return await supervise(child, hasMains);
  } finally {
    await central.stop();
  }
}

/** Undefined: nobody asked for any, now or in an earlier run with this state. */
function securityOf(options: RunOptions, isSimulated: boolean): CentralSecurity | undefined {
  const { state, id = defaultIdentity, security } = options;
  if (!isSimulated) {
    if (security === undefined) return undefined;
    const remedy = 'leave it out, and see "greenup security"';
    throw new ExitError(
      exitCodes.usage,
      `--security: only a simulated station is given what it needs for it; ${remedy}`,
    );
  }
  if (security === undefined && !existsSync(join(state, centralFolder))) return undefined;
  // Loaded only where it is wanted.
  const { keptProfile, openCentralState } = require('./central-state') as typeof import('./central-state');
  const former = keptProfile(state);
  const profile = security ?? former ?? 0;
  if (former !== undefined && former !== profile) {
    const message = `security profile ${profile} from now on, as --security says; the last run with ${state} had ${former}`;
    eventPrinter(options.json)({ event: 'warning', message });
  }
  const serialNumber = (): string => {
    const { loadBoard } = require('../hal/board/board-file') as typeof import('../hal/board/board-file');
    return loadBoard(options.board ?? programFile('board/simulated-double.yaml')).serialNumber;
  };
  return openCentralState({ state, profile, identity: id, serialNumber, now: Date.now });
}
