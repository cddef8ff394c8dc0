/** Sends a file by HTTP or HTTPS: by PUT under its name, or as a form where the server takes no PUT. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { GreenupError } from '../../hal/errors';
import type { UploadJob } from './upload-job';

/** Places to which a server sends on, one after the other. */
const redirectsMax = 5;
/** PUT is not for them (RFC 9110, 15.5.6 and 15.6.2); a server that has no place for it often says that there is nothing. */
const noPut = [404, 405, 501];
const redirects = [301, 302, 307, 308];
const notThere = [404, 409, 410];
const notPermitted = [401, 403, 407];
const noRoom = [413, 507];
const contentType = 'application/zip';

interface Attempt {
  method: 'PUT' | 'POST';
  url: URL;
  headers: Record<string, string | number>;
  body(): Readable;
}

export async function uploadByHttp(job: UploadJob): Promise<void> {
  const put = await send(job, {
    method: 'PUT',
    url: placeOf(job),
    headers: { 'Content-Type': contentType, 'Content-Length': job.bytes },
    body: () => job.from(0),
  });
  if (isTaken(put)) return;
  if (!noPut.includes(put)) throw refusalOf(job, `answers ${put}`, put);
  const posted = await send(job, formOf(job));
  if (!isTaken(posted)) throw refusalOf(job, `answers ${put} to PUT and ${posted} to POST`, posted);
}

function isTaken(status: number): boolean {
  // See Other: it was taken, and something is told of it elsewhere (RFC 9110, 15.4.4).
  return (status >= 200 && status < 300) || status === 303;
}

/** A location is a folder (OCPP 1.6, 6.25), unless it ends in the name of a file or is signed as it is, by its query. */
function placeOf({ address: { url, folders }, request: { fileName } }: UploadJob): URL {
  const place = new URL(url);
  const isFile = /\.[A-Za-z0-9]{1,8}$/.test(folders.at(-1) ?? '') && !url.pathname.endsWith('/');
  if (!isFile && url.search === '')
    place.pathname = `${url.pathname.replace(/\/$/, '')}/${encodeURIComponent(fileName)}`;
  return place;
}

/** One part, named as forms for files mostly name it (RFC 7578). */
function formOf(job: UploadJob): Attempt {
  const boundary = `greenup-${randomBytes(12).toString('hex')}`;
  const { fileName } = job.request;
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename="${fileName}"`,
    `Content-Type: ${contentType}`,
    '',
    '',
  ].join('\r\n');
  const tail = `\r\n--${boundary}--\r\n`;
  return {
    method: 'POST',
    url: job.address.url,
    headers: {
      'Content-Type': `multipart/form-data; boundary=${boundary}`,
      'Content-Length': Buffer.byteLength(head) + job.bytes + Buffer.byteLength(tail),
    },
    body: () =>
      Readable.from(
        (async function* () {
          yield Buffer.from(head);
          yield* job.from(0);
          yield Buffer.from(tail);
        })(),
        { objectMode: false },
      ),
  };
}

/** The status at the end of all redirects. */
async function send(job: UploadJob, attempt: Attempt): Promise<number> {
  let { url } = attempt;
  for (let redirected = 0; ; redirected += 1) {
    const { status, location } = await exchange(job, { ...attempt, url });
    job.heard();
    if (!redirects.includes(status) || location === undefined) return status;
    if (redirected === redirectsMax) throw refusalOf(job, `sends on more than ${redirectsMax} times`);
    url = nextOf(job, url, location);
  }
}

/** Never from a server that has proved itself to one that does not. */
function nextOf(job: UploadJob, from: URL, location: string): URL {
  let next: URL | undefined;
  try {
    next = new URL(location, from);
  } catch {
    throw refusalOf(job, 'sends on to what is no address');
  }
  const isBetter = next.protocol === 'https:' || next.protocol === from.protocol;
  if (isBetter) return next;
  throw new GreenupError(
    'transfer.untrusted',
    `${job.address.name}: sends on from ${from.protocol}// to ${next.protocol}//`,
  );
}

function exchange(
  job: UploadJob,
  { method, url, headers, body }: Attempt,
): Promise<{ status: number; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    const { request } = (
      url.protocol === 'https:' ? require('node:https') : require('node:http')
    ) as typeof import('node:https');
    const trust = url.protocol === 'https:' ? { ca: job.authorities(), minVersion: 'TLSv1.2' as const } : {};
    const asked = request(
      url,
      { method, headers: { ...headers, ...login(job, url) }, agent: false, ...trust },
      (response: IncomingMessage) => {
        // What it says beside its status is not read.
        response.destroy();
        resolve({ status: response.statusCode ?? 0, location: response.headers.location });
      },
    );
    asked.on('error', reject);
    job.ended.addEventListener('abort', () => asked.destroy());
    // An error of the request is told above, unless the answer came first.
    pipeline(body(), asked, () => {});
  });
}

/** To the very server for which they were given, and to no other to which that one sends on. */
function login({ address, request: { credentials } }: UploadJob, url: URL): Record<string, string> {
  if (credentials === undefined || url.origin !== address.url.origin) return {};
  const { user, password } = credentials;
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

function refusalOf({ address: { name } }: UploadJob, words: string, status = 0): GreenupError {
  if (notPermitted.includes(status))
    return new GreenupError('transfer.refused', `${name}: ${words}: no such user or password, or no permission`);
  if (notThere.includes(status))
    return new GreenupError('transfer.notFound', `${name}: ${words}: there is no such folder`);
  if (noRoom.includes(status)) return new GreenupError('transfer.refused', `${name}: ${words}: no room for the file`);
  // It may take it later.
  if (status >= 500) return new GreenupError('transfer.broken', `${name}: ${words}`);
  return new GreenupError('transfer.refused', `${name}: ${words}`);
}
