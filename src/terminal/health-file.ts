/** The file in which the station of a rig leaves the word of its health: as a service, or started by hand. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defaultStateDirectory } from './state-directory';

/** RuntimeDirectory of the service. */
export const serviceDirectory = '/run/greenup';

/** A service has a directory of its own in memory; a station run by hand uses its state directory. */
export function defaultHealthFile(state = defaultStateDirectory): string {
  return join(process.env.RUNTIME_DIRECTORY ?? state, 'health.json');
}

/** Where to look for the word of a station that runs: as a service, else started by hand here. */
export function healthFileThere(): string {
  const ofService = join(serviceDirectory, 'health.json');
  return existsSync(ofService) ? ofService : defaultHealthFile();
}
