/** The door beside encrypted pages: whoever types an address without https is led there, and nothing else is to be had. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type ConnectionBounds, type ListeningServer, listen, usualBounds } from './listen';
import { calledBy, ownNames } from './own-names';
import { pageHeaders } from './page-headers';

export interface HttpsRedirectOptions {
  /** As that of the pages. */
  host: string | undefined;
  port: number;
  /** Of the pages. */
  httpsPort: number;
}

const usualHttpsPort = 443;
/** A browser asks once and goes on at the other door. */
const bounds: ConnectionBounds = {
  ...usualBounds,
  connectionsMax: 20,
  connectionsOfOneMax: 5,
  headMaxMs: 5_000,
  bodyMaxMs: 5_000,
  silenceMaxMs: 5_000,
};
/** Kept by nobody: the pages may be without encryption again some day. */
const headers = { ...pageHeaders, 'Cache-Control': 'no-store', Connection: 'close' };

/** Rejects with `config.invalid` if the port cannot be had. */
export function startHttpsRedirect({ host, port, httpsPort }: HttpsRedirectOptions): Promise<ListeningServer> {
  return listen(
    redirectTo(httpsPort, ownNames(host)),
    { host, port },
    {
      name: 'redirect',
      advice: 'choose another with --web-redirect, or none with --web-redirect none',
      bounds,
      takesBodies: false,
    },
  );
}

/** Nothing that is sent is read: a password that came this way has been heard already. */
function redirectTo(httpsPort: number, names: readonly string[]): RequestListener {
  const suffix = httpsPort === usualHttpsPort ? '' : `:${httpsPort}`;
  return (request, response) => {
    const name = calledBy(request.headers.host ?? '', names);
    if (name === undefined) refuse(response, 403, 'this is not how the station is called');
    else if (!isPath(request)) refuse(response, 400, 'ask for a path');
    else response.writeHead(308, { ...headers, Location: `https://${name}${suffix}${request.url}` }).end();
  };
}

/** Neither the whole address of somewhere nor an asterisk (RFC 9112, 3.2). */
function isPath({ url = '' }: IncomingMessage): boolean {
  return /^\/[!-~]*$/.test(url);
}

function refuse(response: ServerResponse, code: number, words: string): void {
  response.writeHead(code, { ...headers, 'Content-Type': 'text/plain' }).end(`${words}\n`);
}
