/** Reads the JSON object that a request sends, within a bound. */
import type { IncomingMessage } from 'node:http';
import { messageOf } from '../hal/errors';
import { HttpRefusal } from './refusal';

const bytesUsuallyMax = 64 * 1024;

/** An empty body is an object without members. Throws HttpRefusal. */
export async function readObject(
  request: IncomingMessage,
  bytesMax = bytesUsuallyMax,
): Promise<Record<string, unknown>> {
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  const bytes = await readBytes(request, bytesMax);
  if (bytes.length === 0) return {};
  // A form of a web page cannot send this type without asking first.
  if (type !== 'application/json') throw new HttpRefusal(415, 'send Content-Type: application/json');
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
