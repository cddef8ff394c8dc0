/** The files of the pages: a fixed table in memory, made by the build; no request ever leads to a path on the disk. */
import { readFileSync } from 'node:fs';
import { programFile } from '../hal/program-files';

export interface StaticFile {
  type: string;
  etag: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** The same for whoever takes brotli. */
  brotli: Uint8Array<ArrayBuffer>;
}

/** By the path of the request. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

/** As the build writes it (tools/pages.js): bytes in base64. */
interface BuiltFile {
  path: string;
  type: string;
  etag: string;
  bytes: string;
  brotli: string;
}

/** Throws `config.invalid` where the program was not built. */
export function builtFiles(path = programFile('dist/pages.json')): StaticFiles {
  const files = JSON.parse(readFileSync(path, 'utf8')) as BuiltFile[];
  return new Map(
    files.map(({ path, type, etag, bytes, brotli }) => [
      path,
      { type, etag, bytes: plain(bytes), brotli: plain(brotli) },
    ]),
  );
}

function plain(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
