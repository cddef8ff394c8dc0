/** Fetches a file by HTTP or HTTPS: by GET, and after an earlier part by a range of the very same file. */
import type { IncomingMessage } from 'node:http';
import { GreenupError } from '../../hal/errors';
import { ask, refusalOf, statusOf } from './http-exchange';
import type { DownloadJob } from './transfer-job';

const whole = 200;
const part = 206;
const outOfRange = 416;
const redirects = [301, 302, 303, 307, 308];
const refusals = { notThere: [404, 410], missing: 'such file' };
/** A file of which a server thinks that it packs well would come in another form, with another length. */
const asItIs = { 'Accept-Encoding': 'identity' };

/** A tag that stands for the very bytes: one with W/ before it does not (RFC 9110, 8.8.3). */
const strongTag = /^"[\x21\x23-\x7e\x80-\xff]*"$/;
/** IMF-fixdate (RFC 9110, 5.6.7). */
const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
/** A file that changes twice within a second keeps its date (RFC 9110, 8.8.2.2). */
const dateStepMs = 1_000;

export async function downloadByHttp(job: DownloadJob): Promise<void> {
  const { after } = job;
  if (after && (strongTag.test(after.validator) || date.test(after.validator))) {
    if (await downloadRest(job, after)) return;
  }
  const answer = await get(job, {});
  if (statusOf(answer) !== whole) throw refused(job, answer);
  await takeWhole(job, answer);
}

/**
 * False where the server has another file, or no such part. The last byte that is there is asked for as well: a file that is
 * whole already would be a range beyond its end, which also a shorter one is.
 */
async function downloadRest(job: DownloadJob, after: NonNullable<DownloadJob['after']>): Promise<boolean> {
  const first = after.bytes - 1;
  const answer = await get(job, { Range: `bytes=${first}-`, 'If-Range': after.validator });
  switch (statusOf(answer)) {
    case whole:
      await takeWhole(job, answer);
      return true;
    case part: {
      const totalBytes = totalOfRange(answer, first);
      if (totalBytes === undefined || isAnother(answer, after.validator)) break;
      job.begin({ fromByte: after.bytes, totalBytes, validator: after.validator });
      await takeAll(job, answer, 1);
      return true;
    }
    case outOfRange:
      break;
    default:
      throw refused(job, answer);
  }
  answer.destroy();
  return false;
}

function get(job: DownloadJob, headers: Record<string, string>): Promise<IncomingMessage> {
  const { url } = job.address;
  return ask(job, { method: 'GET', url, headers: { ...asItIs, ...headers } }, redirects);
}

async function takeWhole(job: DownloadJob, answer: IncomingMessage): Promise<void> {
  const length = answer.headers['content-length'];
  const validator = validatorOf(answer);
  job.begin({
    fromByte: 0,
    ...(length === undefined ? {} : { totalBytes: Number(length) }),
    ...(validator === undefined ? {} : { validator }),
  });
  await takeAll(job, answer, 0);
}

/** But for so many bytes at the beginning. */
async function takeAll(job: DownloadJob, answer: IncomingMessage, knownBytes: number): Promise<void> {
  const coding = answer.headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity') {
    answer.destroy();
    throw new GreenupError('transfer.unsupported', `${job.address.name}: sends the file as ${coding}, not as it is`);
  }
  let skipBytes = knownBytes;
  for await (const portion of answer as AsyncIterable<Buffer>) {
    const taken = portion.subarray(skipBytes);
    skipBytes -= portion.length - taken.length;
    if (taken.length > 0) await job.take(taken);
  }
}

/** The length of the whole where the range begins as it was asked for; several ranges in one answer were not. */
function totalOfRange({ headers }: IncomingMessage, first: number): number | undefined {
  const [, begin, total] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
  return total === undefined || Number(begin) !== first ? undefined : Number(total);
}

/** A server that knows no If-Range sends a part of whatever is there. */
function isAnother({ headers }: IncomingMessage, validator: string): boolean {
  const { etag, 'last-modified': modified } = headers;
  return strongTag.test(validator)
    ? etag !== undefined && etag !== validator
    : modified !== undefined && modified !== validator;
}

/** By what it may be asked for again in parts: a date only where there is no tag at all, not even a weak one (RFC 9110, 13.1.5). */
function validatorOf({ headers }: IncomingMessage): string | undefined {
  const { etag, 'last-modified': modified, date: sent } = headers;
  if (etag !== undefined) return strongTag.test(etag) ? etag : undefined;
  if (modified === undefined || sent === undefined || !date.test(modified)) return undefined;
  return Date.parse(sent) - Date.parse(modified) >= dateStepMs ? modified : undefined;
}

function refused(job: DownloadJob, answer: IncomingMessage): GreenupError {
  answer.destroy();
  return refusalOf(job, `answers ${statusOf(answer)}`, statusOf(answer), refusals);
}
