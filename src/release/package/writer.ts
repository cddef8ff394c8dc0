/** Makes packages of release trees: the same files give the same bytes, wherever and whenever they are packed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GreenupError } from '../../hal/errors';
import { writeWhole } from '../../hal/whole-file';
import { checkManifest, type Manifest, type PackageFile, packageNames, pathProblem, releaseNameOf } from './manifest';

/**
 * The first day that a zip can tell: when its files were made, a release does not say. In the zone of the machine, for a zip
 * has the time without a zone, and so the same digits everywhere.
 */
const fileTime = new Date(1980, 0, 1);
const [plainMode, programMode] = [0o100644, 0o100755];
const compressionLevel = 9;

/** What the files of a release do not say themselves. */
export type ManifestFields = Pick<Manifest, 'version' | 'fits' | 'base' | 'expires' | 'follows'>;

/**
 * The manifest of the release in a folder. Throws `package.invalid` for one that cannot be packed, such as one with links:
 * those of a folder of programs would lead to where the folder lies now.
 */
export async function manifestOf(tree: string, fields: ManifestFields): Promise<Manifest> {
  const { version, fits, base, expires, follows } = fields;
  const files = await filesOf(tree);
  const release = releaseNameOf(version, files);
  return checkManifest({ format: 1, name: 'greenup', version, release, fits, base, expires, follows, files });
}

/** The bytes that are signed. */
export function manifestBytes(manifest: Manifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, undefined, 1)}\n`);
}

/** Writes the package of the release in `tree` to `path`: whole, or not at all. `signature` is the text of `manifest.sig`. */
export async function writePackage(
  path: string,
  tree: string,
  manifest: Uint8Array,
  files: readonly PackageFile[],
  signature?: string,
): Promise<void> {
  const { ZipFile } = require('yazl') as typeof import('yazl');
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error) => output.destroy(error instanceof Error ? error : new Error(String(error))));
  const common = { mtime: fileTime, forceDosTimestamp: true, compressionLevel };
  zip.addBuffer(Buffer.from(manifest), packageNames.manifest, { ...common, mode: plainMode });
  if (signature !== undefined) {
    zip.addBuffer(Buffer.from(signature), packageNames.signature, { ...common, mode: plainMode });
  }
  for (const { path: name, executable } of files) {
    const mode = executable ? programMode : plainMode;
    zip.addFile(join(tree, name), `${packageNames.release}${name}`, { ...common, mode });
  }
  zip.end();
  await writeWhole(path, output);
}

async function filesOf(tree: string): Promise<PackageFile[]> {
  const files: PackageFile[] = [];
  const folders = [''];
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const entry of await readdir(join(tree, folder), { withFileTypes: true })) {
      const path = `${folder}${entry.name}`;
      if (entry.isDirectory()) folders.push(`${path}/`);
      else if (entry.isFile()) files.push(await fileOf(tree, path));
      else throw invalid(`${join(tree, path)}: is a link or a device; a package has plain files only`);
    }
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function fileOf(tree: string, path: string): Promise<PackageFile> {
  const problem = pathProblem(path);
  if (problem !== undefined) throw invalid(`${join(tree, path)}: its path ${problem}`);
  const { size: bytes, mode } = await stat(join(tree, path));
  const hash = createHash('sha256');
  await pipeline(createReadStream(join(tree, path)), hash);
  const executable = (mode & 0o111) !== 0;
  return { path, bytes, sha256: hash.digest('hex'), ...(executable ? { executable: true } : {}) };
}

function invalid(message: string): GreenupError {
  return new GreenupError('package.invalid', message);
}
