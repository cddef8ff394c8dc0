/** One request by HTTP or HTTPS with what follows from it: redirects within bounds, a login for one server, and its refusals. */
import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import { GreenupError } from '../../hal/errors';
import type { TransferJob } from './transfer-job';

/** Places to which a server sends on, one after the other. */
const redirectsMax = 5;
const notPermitted = [401, 403, 407];
const noRoom = [413, 507];
/** Request Timeout and Too Many Requests: it may go well later (RFC 9110, 15.5.9; RFC 6585, 4). */
const notNow = [408, 429];

export interface Attempt {
  method: 'GET' | 'PUT' | 'POST';
  url: URL;
  headers: Record<string, string | number>;
  /** Made anew for each place to which a server sends on. */
  body?(): Readable;
}

/** The answer at the end of all redirects, which are answers with one of these statuses; whoever gets it reads or destroys it. */
export async function ask(job: TransferJob, attempt: Attempt, redirects: readonly number[]): Promise<IncomingMessage> {
  let { url } = attempt;
  for (let redirected = 0; ; redirected += 1) {
    const answer = await exchange(job, { ...attempt, url });
    job.heard();
    const { location } = answer.headers;
    if (!redirects.includes(statusOf(answer)) || location === undefined) return answer;
    answer.destroy();
    if (redirected === redirectsMax) {
      throw new GreenupError('transfer.refused', `${job.address.name}: sends on more than ${redirectsMax} times`);
    }
    url = nextOf(job, url, location);
  }
}

export function statusOf({ statusCode = 0 }: IncomingMessage): number {
  return statusCode;
}

/** `notThere`: the statuses that say that there is no place as `missing` names it. */
export function refusalOf(
  { address: { name } }: TransferJob,
  words: string,
  status: number,
  { notThere, missing }: { notThere: readonly number[]; missing: string },
): GreenupError {
  if (notPermitted.includes(status))
    return new GreenupError('transfer.refused', `${name}: ${words}: no such user or password, or no permission`);
  if (notThere.includes(status))
    return new GreenupError('transfer.notFound', `${name}: ${words}: there is no ${missing}`);
  if (noRoom.includes(status)) return new GreenupError('transfer.refused', `${name}: ${words}: no room for the file`);
  // It may go well later.
  if (status >= 500 || notNow.includes(status)) return new GreenupError('transfer.broken', `${name}: ${words}`);
  return new GreenupError('transfer.refused', `${name}: ${words}`);
}

/** Never from a server that has proved itself to one that does not. */
function nextOf({ address: { name } }: TransferJob, from: URL, location: string): URL {
  let next: URL;
  try {
    next = new URL(location, from);
  } catch {
    throw new GreenupError('transfer.refused', `${name}: sends on to what is no address`);
  }
  // What a server says of a login is none that was given.
  next.username = '';
  next.password = '';
  const isBetter = next.protocol === 'https:' || next.protocol === from.protocol;
  if (isBetter) return next;
  throw new GreenupError('transfer.untrusted', `${name}: sends on from ${from.protocol}// to ${next.protocol}//`);
}

function exchange(job: TransferJob, { method, url, headers, body }: Attempt): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { request } = (
      url.protocol === 'https:' ? require('node:https') : require('node:http')
    ) as typeof import('node:https');
    const trust = url.protocol === 'https:' ? job.trust() : {};
    const asked = request(
      url,
      { method, headers: { ...headers, ...login(job, url) }, agent: false, ...trust },
      resolve,
    );
    asked.on('error', reject);
    job.ended.addEventListener('abort', () => asked.destroy());
    // An error of the request is told above, unless the answer came first.
    if (body) pipeline(body(), asked, () => {});
    else asked.end();
  });
}

/** To the very server for which they were given, and to no other to which that one sends on. */
function login({ address, credentials }: TransferJob, url: URL): Record<string, string> {
  if (credentials === undefined || url.origin !== address.url.origin) return {};
  const { user, password } = credentials;
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}
