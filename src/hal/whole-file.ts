/** Writes a file that is there as a whole under its name, or not at all. */
import { createWriteStream, openSync, rmSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';

export interface WholeFileOptions {
  /** Who may read and write it, from before there is anything in it; absent: as the system has it for new files. */
  mode?: number;
  /** Resolves only when a power cut leaves it. */
  isDurable?: boolean;
}

/** Under this name a file grows until it is whole. */
export const unfinishedSuffix = '.part';

/** Takes the place of what lay there. Rejects with what `content` throws, and with the error of node:fs. */
export async function writeWhole(
  path: string,
  content: Iterable<string> | AsyncIterable<Uint8Array> | NodeJS.ReadableStream,
  { mode, isDurable = false }: WholeFileOptions = {},
): Promise<void> {
  const unfinished = `${path}${unfinishedSuffix}`;
  try {
    // Nobody hears of an error of `content` before the pipeline is there: nothing may be waited for until then.
    await pipeline(content, createWriteStream(unfinished, mode === undefined ? {} : ownFile(unfinished, mode)));
    if (isDurable) await flush(unfinished);
    await rename(unfinished, path);
    if (isDurable) await flush(dirname(path));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** A file that is there would keep the mode it has. */
function ownFile(path: string, mode: number): { fd: number } {
  rmSync(path, { force: true });
  return { fd: openSync(path, 'wx', mode) };
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
