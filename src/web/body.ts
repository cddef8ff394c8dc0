/** Reads what a request sends, within a bound: a JSON object, or bytes as they come. */
import type { IncomingMessage } from 'node:http';
import { messageOf } from '../hal/errors';
import { giveTime } from './body-time';
import { HttpRefusal } from './refusal';
import type { StreamedBody } from './routes';

const bytesUsuallyMax = 64 * 1024;
/** A file over a poor radio link takes minutes. */
const streamLastsMaxMs = 3_600_000;
/** Who sends nothing of a file for so long is cut off, in ms. */
const streamSilenceMaxMs = 60_000;

/** An empty body is an object without members. Throws HttpRefusal. */
export async function readObject(
  request: IncomingMessage,
  bytesMax = bytesUsuallyMax,
): Promise<Record<string, unknown>> {
  const bytes = await readBytes(request, bytesMax);
  if (bytes.length === 0) return {};
  // A form of a web page cannot send this type without asking first.
  if (typeOf(request) !== 'application/json') throw new HttpRefusal(415, 'send Content-Type: application/json');
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new HttpRefusal(400, `the request is not JSON: ${messageOf(error)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new HttpRefusal(400, 'the request must be a JSON object { … }');
  }
  return value as Record<string, unknown>;
}

/** Nothing of it is read yet. Throws HttpRefusal, and so does what is read when the rest does not come. */
export function streamOf(request: IncomingMessage, bytesMax: number): StreamedBody {
  // A form of a web page cannot send this type without asking first.
  if (typeOf(request) !== 'application/octet-stream') {
    throw new HttpRefusal(415, 'send Content-Type: application/octet-stream');
  }
  const { 'content-length': length } = request.headers;
  if (length === undefined) throw new HttpRefusal(411, 'send Content-Length');
  const bytes = Number(length);
  if (bytes === 0) throw new HttpRefusal(400, 'the file is empty');
  if (bytes > bytesMax) throw new HttpRefusal(413, `a file has at most ${bytesMax} bytes`, { Connection: 'close' });
  return { bytes, content: portionsOf(request) };
}

async function* portionsOf(request: IncomingMessage): AsyncGenerator<Uint8Array> {
  giveTime(request, streamLastsMaxMs);
  const isSilent = (): void => void request.socket.destroy();
  let silence = setTimeout(isSilent, streamSilenceMaxMs);
  try {
    // Whoever takes no more has an answer to give: the connection stays for it.
    for await (const portion of request.iterator({ destroyOnReturn: false })) {
      clearTimeout(silence);
      yield portion as Uint8Array;
      silence = setTimeout(isSilent, streamSilenceMaxMs);
    }
  } catch {
    throw new HttpRefusal(400, 'the request was cut');
  } finally {
    clearTimeout(silence);
  }
}

function typeOf({ headers }: IncomingMessage): string | undefined {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
}

function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
        return;
      }
      // The rest is not read: the connection cannot be used again.
      request.pause();
      reject(new HttpRefusal(413, `a request has at most ${bytesMax} bytes`, { Connection: 'close' }));
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new HttpRefusal(400, 'the request was cut')));
  });
}
