/** The process of `greenup run` without --csms: it hosts a central system and keeps the station as a child. */
import { CentralSystem } from '../csms/central-system';
import { boardOfRig } from '../hal/board/rig-board';
import { tellError } from '../terminal/exit';
import { prepareStateDirectory } from '../terminal/state-directory';
import type { RunOptions } from './run-options';
import { supervise } from './supervise';

export async function runHost(options: RunOptions): Promise<number> {
  const exposed = prepareStateDirectory(options.state);
  if (exposed !== undefined) tellError(exposed);
  const central = new CentralSystem();
  const { url } = await central.start();
  try {
    const hasMains = boardOfRig(options.board) === undefined;
    return await supervise({ ...options, csms: url, supervised: 'host' }, hasMains);
  } finally {
    await central.stop();
  }
}
