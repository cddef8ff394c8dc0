/** The pages of a simulated station in a browser: on this machine unless told otherwise, over all its restarts in this process. */
import { pageStation } from '../control/pages/page-station';
import { stationWatch } from '../control/station-watch';
import { RealClock } from '../drivers/clock/real-clock';
import { LinuxMachine } from '../drivers/machine/linux-machine';
import { defaultWebPort } from '../terminal/station-file';
import { StationPages } from '../web/station-pages';
import { redirectPortOf, wantsTls } from '../web/tls/wish';
import type { RunOptions } from './run-options';
import type { Simulation } from './simulation';

export interface Pages {
  address: string;
  close(): Promise<void>;
}

const usualHost = '127.0.0.1';
const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/i;

/** `bench`: where the bench is, once it is there. undefined where there are to be none, or where they cannot be had, which is told: the station does without. */
export async function startPages(
  options: RunOptions,
  simulation: Simulation,
  bench: () => string | undefined,
): Promise<Pages | undefined> {
  const { webHost: host = usualHost, webPort = defaultWebPort, webRedirect = 'none', noWeb, state } = options;
  if (noWeb) return undefined;
  const warn = (message: string): void => simulation.warn(message);
  const isEncrypted = wantsTls(options);
  if (!loopback.test(host) && !isEncrypted) {
    warn(`the pages are open to the network at ${host}, by HTTP: whoever listens on the way reads the password`);
  }
  const present = () => (simulation.isRunning ? simulation.running : undefined);
  const pages = new StationPages({
    station: pageStation(present, { bench, machine: new LinuxMachine() }),
    watch: stationWatch(present),
    clock: new RealClock({ unref: true }),
    host,
    port: webPort,
    // That of a second station, as a rule.
    ifTaken: 'another',
    tls: options,
    directory: state,
    redirectPort: redirectPortOf(webRedirect, isEncrypted, warn),
    warn,
  });
  await pages.open();
  const { port } = pages;
  if (port === undefined) return undefined;
  return {
    address: `${isEncrypted ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    close: () => pages.close(),
  };
}
