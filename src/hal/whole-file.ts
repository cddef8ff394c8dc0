/** Writes a file that is there as a whole under its name, or not at all. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** Takes the place of what lay there. Rejects with what `content` throws, and with the error of node:fs. */
export async function writeWhole(
  path: string,
  content: Iterable<string> | AsyncIterable<Uint8Array> | NodeJS.ReadableStream,
): Promise<void> {
  const unfinished = `${path}.part`;
  try {
    await pipeline(content, createWriteStream(unfinished));
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
