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

/** Read once: all doors serve the same bytes. */
let filesOfBuild: StaticFiles | undefined;

/** Throws `config.invalid` where the program was not built. */
export function builtFiles(): StaticFiles {
  filesOfBuild ??= filesAt(programFile('dist/pages.json'));
  return filesOfBuild;
}

export function filesAt(path: string): StaticFiles {
  const files = JSON.parse(readFileSync(path, 'utf8')) as BuiltFile[];
  return new Map(
    files.map(({ path, type, etag, bytes, brotli }) => [
      path,
      { type, etag, bytes: plain(bytes), brotli: plain(brotli) },
    ]),
  );
}

/** Where the build puts the first page of each door. */
const firstPages = { pages: '/', bench: '/bench.html', rig: '/rig.html' } as const;

/** Each door has a first page of its own, and none has that of another. */
export function filesFor(door: keyof typeof firstPages, files: StaticFiles): StaticFiles {
  const first = files.get(firstPages[door]);
  const ofDoors: readonly string[] = Object.values(firstPages);
  const rest = [...files].filter(([path]) => !ofDoors.includes(path));
  return new Map([...(first ? [['/', first] as const] : []), ...rest]);
}

function plain(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64, 'base64'));
}
