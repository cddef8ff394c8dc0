/** The pages of a station on a rig: at the usual port of every address of the machine, where the guide expects them. */
import type { NetworkChanges } from '../control/network/network-changes';
import { pageStation } from '../control/pages/page-station';
import type { StationWatch } from '../control/station-watch';
import { LinuxMachine } from '../drivers/machine/linux-machine';
import type { Clock } from '../hal/clock';
import type { RunningStation } from '../main';
import { StationPages } from '../web/station-pages';
import { type RedirectWish, redirectPortOf, type TlsWish, wantsTls } from '../web/tls/wish';

/** Which a browser takes for an address without a port, such as the guide's 192.168.1.200 (step 1). */
const httpPort = 80;
const httpsPort = 443;

export interface RigPagesOptions extends TlsWish {
  /** Address at which they are; undefined: every address of the machine. */
  webHost?: string | undefined;
  webPort?: number | undefined;
  /** Port that leads to encrypted pages; absent: the usual one for HTTP, where they are at the usual one for HTTPS. */
  webRedirect?: RedirectWish | undefined;
  noWeb: boolean;
  /** Directory of what outlives the process. */
  state: string;
}

/** A browser that is given an address alone comes by HTTP: it is led on where encrypted pages are at the usual port of theirs. */
export function rigPorts(options: Pick<RigPagesOptions, 'webPort' | 'webRedirect' | keyof TlsWish>): {
  port: number;
  redirect: RedirectWish;
} {
  const isEncrypted = wantsTls(options);
  const { webPort: port = isEncrypted ? httpsPort : httpPort } = options;
  const { webRedirect: redirect = isEncrypted && port === httpsPort ? httpPort : 'none' } = options;
  return { port, redirect };
}

interface RigPagesSurroundings {
  clock: Clock;
  /** undefined while the station restarts. */
  present: () => RunningStation | undefined;
  watch: StationWatch;
  networkChanges: NetworkChanges;
  warn(line: string): void;
  /** Takes what is no warning. */
  say(line: string): void;
}

/** What is not there is told and tried again; what it returns takes them away. */
export async function openRigPages(
  options: RigPagesOptions,
  { clock, present, watch, networkChanges, warn, say }: RigPagesSurroundings,
): Promise<() => Promise<void>> {
  const { webHost: host, noWeb, state: directory } = options;
  if (noWeb) return async () => {};
  const isEncrypted = wantsTls(options);
  const { port, redirect } = rigPorts(options);
  const redirectPort = redirectPortOf(redirect, isEncrypted, warn);
  const station = pageStation(present, { machine: new LinuxMachine(), networkChanges });
  const pages = new StationPages({
    ...{ station, watch, clock, host, port, tls: options, directory, redirectPort, warn },
    ifTaken: 'later',
  });
  await pages.open();
  const how = isEncrypted ? ', by HTTPS' : '';
  if (pages.port !== undefined) say(`pages in a browser at port ${pages.port} of ${host ?? 'every address'}${how}`);
  if (pages.redirectPort !== undefined) say(`port ${pages.redirectPort} leads there`);
  return () => pages.close();
}
