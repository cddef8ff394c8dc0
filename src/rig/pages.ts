/** The pages of a station on a rig: at port 80 of every address of the machine, where the guide expects them. */
import { pageStation } from '../control/pages/page-station';
import { LinuxMachine } from '../drivers/machine/linux-machine';
import type { Clock } from '../hal/clock';
import type { RunningStation } from '../main';
import { StationPages } from '../web/station-pages';

/** Of HTTP, which a browser takes for an address without a port, such as the guide's 192.168.1.200 (step 1). */
const usualPort = 80;

export interface RigPagesOptions {
  /** Address at which they are; undefined: every address of the machine. */
  webHost?: string | undefined;
  webPort?: number | undefined;
  noWeb: boolean;
}

/** undefined while the station restarts. */
type Present = () => RunningStation | undefined;

/** What is not there is told and tried again; what it returns takes them away. */
export async function openRigPages(
  { webHost, webPort = usualPort, noWeb }: RigPagesOptions,
  { clock, present, warn, say }: { clock: Clock; present: Present; warn(line: string): void; say(line: string): void },
): Promise<() => Promise<void>> {
  if (noWeb) return async () => {};
  const station = pageStation(present, new LinuxMachine());
  const pages = new StationPages({ station, clock, host: webHost, port: webPort, ifTaken: 'later', warn });
  await pages.open();
  if (pages.port !== undefined) say(`pages in a browser at port ${pages.port} of ${webHost ?? 'every address'}`);
  return () => pages.close();
}
