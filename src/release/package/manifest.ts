/** What a package says of itself: the release in it, what it fits, and every file with its size and digest. */
import { createHash } from 'node:crypto';
import type { Static } from '@sinclair/typebox';
import { Errors } from '@sinclair/typebox/errors';
import { GreenupError, messageOf } from '../../hal/errors';
import { shape } from '../../hal/shapes';
import { isReleaseName } from '../facts';
import { isVersion } from './version';

/** A release of today has some 2,000 files and 130 MB, of which the larger part is Node.js. */
export const packageLimits = {
  filesMax: 20_000,
  fileBytesMax: 256 * 1024 * 1024,
  releaseBytesMax: 512 * 1024 * 1024,
  /** It is read before anybody is known to have signed it: so many files, and no more than fits into memory at any time. */
  manifestBytesMax: 4 * 1024 * 1024,
  signatureBytesMax: 1024,
  pathLengthMaxChars: 512,
  nameLengthMaxChars: 255,
} as const;

/** Names in the zip; the files of the release lie below a folder of their own, so that none can have a name of ours. */
export const packageNames = { manifest: 'manifest.json', signature: 'manifest.sig', release: 'release/' } as const;

const fileShape = shape.Object({
  /** Within the release, with slashes. */
  path: shape.String({ minLength: 1, maxLength: packageLimits.pathLengthMaxChars }),
  bytes: shape.Integer({ minimum: 0, maximum: packageLimits.fileBytesMax }),
  /** In hexadecimal digits. */
  sha256: shape.String({ pattern: '^[0-9a-f]{64}$' }),
  executable: shape.Optional(shape.Literal(true)),
});

/** Fields that are not known here are let through: what a station must not pass over raises `format`. */
const manifestShape = shape.Object({
  format: shape.Literal(1),
  name: shape.Literal('greenup'),
  version: shape.String(),
  /** Name of its slot: the version, and ten digits of what the files are. */
  release: shape.String(),
  fits: shape.Object({
    /** In Debian's words. */
    architectures: shape.Array(shape.Union([shape.Literal('arm64'), shape.Literal('amd64')]), { minItems: 1 }),
    /** As `model` of the board file, which is what the central system is told; the program itself is for any. */
    models: shape.Union([shape.Literal('any'), shape.Array(shape.String({ minLength: 1 }), { minItems: 1 })]),
  }),
  /** What the release needs of the files outside the slots (`base.ts`). */
  base: shape.Integer({ minimum: 0, maximum: 9999 }),
  /** The last day, of UTC, on which it may be installed: YYYY-MM-DD. */
  expires: shape.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' }),
  /** The lowest version that it may be installed over. */
  follows: shape.String(),
  files: shape.Array(fileShape, { minItems: 1, maxItems: packageLimits.filesMax }),
});

export type Manifest = Static<typeof manifestShape>;
export type PackageFile = Static<typeof fileShape>;
export type PackageArchitecture = Manifest['fits']['architectures'][number];

/** Throws `package.invalid` with what is wrong, where, and what would be right. */
export function parseManifest(bytes: Uint8Array): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalid(`is no JSON: ${messageOf(error)}`);
  }
  return checkManifest(value);
}

/** The same for what was read already, or is about to be written. */
export function checkManifest(value: unknown): Manifest {
  const [wrong] = Errors(manifestShape, value);
  if (wrong !== undefined) {
    throw invalid(`${wrong.path || '/'}: ${wrong.message.toLowerCase()}; found ${shownShort(wrong.value)}`);
  }
  const manifest = value as Manifest;
  for (const name of ['version', 'follows'] as const) {
    if (isVersion(manifest[name])) continue;
    throw invalid(`/${name}: must be as 1.2.0 or 1.2.0-rc.1; found ${JSON.stringify(manifest[name])}`);
  }
  if (!Number.isFinite(endOfDayMs(manifest.expires))) {
    throw invalid(`/expires: must be a day, YYYY-MM-DD; found ${manifest.expires}`);
  }
  checkFiles(manifest.files);
  const release = releaseNameOf(manifest.version, manifest.files);
  if (manifest.release !== release || !isReleaseName(release)) {
    throw invalid(`/release: must be ${release} for these files; found ${JSON.stringify(manifest.release)}`);
  }
  return manifest;
}

function checkFiles(files: readonly PackageFile[]): void {
  const paths = new Set<string>();
  for (const { path } of files) {
    const problem = pathProblem(path);
    if (problem !== undefined) throw invalid(`/files: path ${JSON.stringify(path.slice(0, 80))} ${problem}`);
    if (paths.has(path)) throw invalid(`/files: path ${path} is there twice`);
    paths.add(path);
  }
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (paths.has(path.slice(0, end))) throw invalid(`/files: ${path.slice(0, end)} is a file and a folder`);
    }
  }
  const bytes = releaseBytes(files);
  if (bytes > packageLimits.releaseBytesMax) {
    throw invalid(`/files: are ${bytes} bytes together, and ${packageLimits.releaseBytesMax} are the most`);
  }
}

/** Why a path could lead elsewhere than to a file of its name below the release; undefined for one that cannot. */
export function pathProblem(path: string): string | undefined {
  if (path.length > packageLimits.pathLengthMaxChars) return 'is too long';
  if (!/^[\x20-\x7e]+$/.test(path)) return 'holds something else than printable ASCII';
  if (path.includes('\\')) return 'holds a backslash';
  if (path.startsWith('/')) return 'is absolute';
  for (const name of path.split('/')) {
    if (name === '' || name === '.' || name === '..') return `holds ${JSON.stringify(name)} as a name`;
    if (name.length > packageLimits.nameLengthMaxChars) return 'holds a name that is too long';
  }
  return undefined;
}

export function releaseBytes(files: readonly PackageFile[]): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Two releases of one version differ here, and one has the same name wherever it is built. */
export function releaseNameOf(version: string, files: readonly PackageFile[]): string {
  const hash = createHash('sha256');
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, bytes, sha256, executable } of sorted) {
    hash.update(`${path}\0${executable ? 'x' : '-'}\0${bytes}\0${sha256}\n`);
  }
  return `${version}-${hash.digest('hex').slice(0, 10)}`;
}

/** The first instant after a day, in ms of Unix time; NaN for a day that is none, such as 2027-02-30. */
export function endOfDayMs(day: string): number {
  const begin = Date.parse(`${day}T00:00:00Z`);
  const isDay = Number.isFinite(begin) && new Date(begin).toISOString().startsWith(day);
  return isDay ? begin + 24 * 60 * 60 * 1000 : Number.NaN;
}

/** Not as JSON: what is set into each other ten thousand times is a value, too. */
function shownShort(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 80));
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function invalid(problem: string): GreenupError {
  return new GreenupError('package.invalid', `${packageNames.manifest}: ${problem}`);
}
