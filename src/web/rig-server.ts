/** The door of an armed rig: one page that works its parts by hand, for this machine only, and only while somebody has armed it. */
import type { ArmedRig } from '../control/pages/armed-rig';
import type { Clock } from '../hal/clock';
import { appOf, type Door } from './app';
import { type ConnectionBounds, type ListeningServer, listen, listenerOf, usualBounds } from './listen';
import { Live, liveName } from './live';
import { checkOwnMachine, ownHost } from './own-machine';
import { pageHeaders } from './page-headers';
import { pageHeader } from './page-protocol';
import { HttpRefusal } from './refusal';
import { rigTable } from './rig-routes';
import type { StaticFiles } from './static-files';

export interface RigServerOptions {
  rig: ArmedRig;
  files: StaticFiles;
  /** 0: any that is free. */
  port: number;
  /** Of the machine. */
  clock: Clock;
}

/** A few people look on; a page that looks on is told something each `beatEveryMs`. */
const bounds: ConnectionBounds = { ...usualBounds, connectionsMax: 32, connectionsOfOneMax: 32, silenceMaxMs: 60_000 };

const rigDoor: Door = {
  offers: ['rig'],
  headers: pageHeaders,
  valid: 'GET /, GET /parts, GET /pilots, POST /acts, POST /here, GET /openapi.json',
  admit: (request) => {
    checkOwnMachine(request);
    // Whoever works a contactor has meant it, also a program.
    if (request.method === 'POST' && request.headers[pageHeader] !== '1') {
      throw new HttpRefusal(403, `what works the parts of a rig must say so: ${pageHeader}: 1 is missing`);
    }
    return { access: ['rig'], address: request.socket.remoteAddress ?? '' };
  },
};

/** Rejects with `config.invalid` if the port cannot be had. */
export async function startRigServer({ rig, files, port, clock }: RigServerOptions): Promise<ListeningServer> {
  // The pages are sent away, and come back.
  const onError = (): void => {};
  const live = new Live({ clock, view: () => rig.view(), name: liveName(), onError });
  const listening = await listen(
    listenerOf(() => appOf(rigTable(rig, files, live), rigDoor)),
    { host: ownHost, port },
    { name: 'web', advice: 'choose another with --web-port (0: any that is free)', bounds },
  );
  return {
    port: listening.port,
    close: async () => {
      live.close();
      await listening.close();
    },
  };
}
