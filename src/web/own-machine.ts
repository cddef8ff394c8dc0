/** Who may use a door that is for this machine only: its own programs, and of web pages only those that the door itself serves. */
import type { IncomingMessage } from 'node:http';
import { pageHeader } from './page-protocol';
import { HttpRefusal } from './refusal';

/** Only this machine's own programs reach it: such a door has no password. */
export const ownHost = '127.0.0.1';
/** Names by which a browser or a tool may call this machine; any other means a page that plays with its DNS name. */
const ownNames = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i;

/** Throws HttpRefusal: web pages of elsewhere may not play with the station, and of this machine only its own. */
export function checkOwnMachine({ headers, method }: IncomingMessage): void {
  if (!ownNames.test(headers.host ?? '')) {
    throw new HttpRefusal(
      403,
      `host ${JSON.stringify(headers.host ?? '')} is not this machine; valid: 127.0.0.1, localhost`,
    );
  }
  const { origin } = headers;
  if (origin !== undefined && !ownNames.test(origin.replace(/^https?:\/\//, ''))) {
    throw new HttpRefusal(403, `pages of ${JSON.stringify(origin)} may not use the station`);
  }
  // A form of another server of this machine could send a command without parameters; this header it cannot.
  if (origin !== undefined && method === 'POST' && headers[pageHeader] !== '1') {
    throw new HttpRefusal(403, `only the station's own page may change something: ${pageHeader}: 1 is missing`);
  }
}
