/** The pages of a simulated station in a browser: started when it has connected, over all its restarts in this process. */
import { type PageStation, pageStation } from '../control/pages/page-station';
import { RealClock } from '../drivers/clock/real-clock';
import { GreenupError, messageOf, systemCode } from '../hal/errors';
import type { ListeningServer } from '../web/listen';
import type { RunOptions } from './run-options';
import type { Simulation } from './simulation';

export interface Pages {
  address: string;
  close(): Promise<void>;
}

const loopback = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/i;

/** `bench`: where the bench is, once it is there. undefined where there are to be none, or where they cannot be had, which is told: the station does without. */
export async function startPages(
  { webHost: host, webPort, noWeb }: RunOptions,
  simulation: Simulation,
  warn: (message: string) => void,
  bench: () => string | undefined,
): Promise<Pages | undefined> {
  if (noWeb) return undefined;
  if (!loopback.test(host)) {
    warn(`the pages are open to the network at ${host}, by HTTP: whoever listens on the way reads the password`);
  }
  try {
    const { port, close } = await listen(
      host,
      webPort,
      pageStation(() => (simulation.isRunning ? simulation.running : undefined), bench),
      warn,
    );
    return { address: `http://${host.includes(':') ? `[${host}]` : host}:${port}`, close };
  } catch (error) {
    warn(`there are no pages: ${messageOf(error)}`);
    return undefined;
  }
}

/** A port that is taken is no reason to do without: that of a second station, as a rule. */
async function listen(
  host: string,
  wanted: number,
  station: PageStation,
  warn: (message: string) => void,
): Promise<ListeningServer> {
  const { startPageServer } = require('../web/page-server') as typeof import('../web/page-server');
  const { builtFiles } = require('../web/static-files') as typeof import('../web/static-files');
  const { PasswordHasher } = require('../web/password') as typeof import('../web/password');
  const options = {
    station,
    files: builtFiles(),
    clock: new RealClock({ unref: true }),
    hasher: new PasswordHasher(),
    host,
    onError: (error: unknown) => warn(`a page of the station failed: ${messageOf(error)}`),
  };
  try {
    return await startPageServer({ ...options, port: wanted });
  } catch (error) {
    const isTaken = error instanceof GreenupError && systemCode(error.cause) === 'EADDRINUSE';
    if (!isTaken) throw error;
    return startPageServer({ ...options, port: 0 });
  }
}
