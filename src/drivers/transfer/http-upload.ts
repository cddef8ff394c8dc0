/** Sends a file by HTTP or HTTPS: by PUT under its name, or as a form where the server takes no PUT. */
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Attempt, ask, refusalOf, statusOf } from './http-exchange';
import type { UploadJob } from './transfer-job';

/** PUT is not for them (RFC 9110, 15.5.6 and 15.6.2); a server that has no place for it often says that there is nothing. */
const noPut = [404, 405, 501];
const redirects = [301, 302, 307, 308];
const refusals = { notThere: [404, 409, 410], missing: 'such folder' };
const contentType = 'application/zip';

export async function uploadByHttp(job: UploadJob): Promise<void> {
  const put = await send(job, {
    method: 'PUT',
    url: placeOf(job),
    headers: { 'Content-Type': contentType, 'Content-Length': job.bytes },
    body: () => job.from(0),
  });
  if (isTaken(put)) return;
  if (!noPut.includes(put)) throw refusalOf(job, `answers ${put}`, put, refusals);
  const posted = await send(job, formOf(job));
  if (!isTaken(posted)) throw refusalOf(job, `answers ${put} to PUT and ${posted} to POST`, posted, refusals);
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

/** The status at the end of all redirects. What a server says beside it is not read. */
async function send(job: UploadJob, attempt: Attempt): Promise<number> {
  const answer = await ask(job, attempt, redirects);
  answer.destroy();
  return statusOf(answer);
}
