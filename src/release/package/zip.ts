/** A zip of plain files, read from its list of contents; whatever else a zip can be is noticed before anything of it is read. */
import { open } from 'node:fs/promises';
import type { Entry, ZipFile } from 'yauzl';
import { GreenupError, messageOf } from '../../hal/errors';
import { packageLimits, pathProblem } from './manifest';

/** The end of a zip without comment (APPNOTE 6.3.10, 4.3.16), and what stands before it in a zip64 (4.3.15). */
const endBytes = 22;
const endSignature = 0x06054b50;
const zip64LocatorBytes = 20;
const zip64LocatorSignature = 0x07064b50;
/** A field that says: the value stands in the zip64 record (4.4.8). */
const zip64Field = 0x0001;
/** Encrypted, patched, strongly encrypted, with hidden values (4.4.4). */
const unreadableFlags = 0x0001 | 0x0020 | 0x0040 | 0x2000;
/** Stored and deflated (4.4.5). */
const methods = [0, 8];
const kindMask = 0o170000;
const kindOfFile = 0o100000;
/** The manifest and its signature, beside the files. */
const entriesMax = packageLimits.filesMax + 2;
/** The list is held in memory: so many files with the longest of paths. */
const listBytesMax = 12 * 1024 * 1024;

/** What a file is instead of a zip that could be a package. */
export class NoZip {
  constructor(readonly why: string) {}
}

export interface OpenZip {
  /** Sizes of its files by their names, in bytes, as its list of contents has them. */
  sizes: ReadonlyMap<string, number>;
  /** The first thing in it that no package has. */
  problem: string | undefined;
  /** What one of `sizes` holds, in portions, and not a byte more than its size. */
  content(name: string): AsyncGenerator<Uint8Array, void>;
}

/**
 * Hands the zip to `work`, and closes it after that. Rejects with `package.invalid` for one whose list of contents is
 * damaged, `store.failed` where the medium fails, and with what `work` rejects with.
 */
export async function withZip<T>(path: string, work: (zip: OpenZip) => Promise<T>): Promise<T | NoZip> {
  const why = await fromMedium(path, () => whyNoZip(path));
  if (why !== undefined) return new NoZip(why);
  const { openPromise } = require('yauzl') as typeof import('yauzl');
  // Names are judged as bytes: what they stand for in some character set is what is not to be asked.
  const zip = await fromMedium(path, () => openPromise(path, { autoClose: false, decodeStrings: false }));
  // Of closing; what is wrong with the contents rejects where it is read.
  zip.on('error', () => {});
  try {
    const { entries, problem } = await fromMedium(path, () => listOf(zip));
    const sizes = new Map([...entries].map(([name, entry]) => [name, entry.uncompressedSize]));
    return await work({ sizes, problem, content: (name) => contentOf(path, zip, entries.get(name), name) });
  } finally {
    zip.close();
  }
}

/** Judged by its end alone: a zip64, or one in parts, leads readers to offsets that are none. */
async function whyNoZip(path: string): Promise<string | undefined> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const tail = Buffer.alloc(zip64LocatorBytes + endBytes);
    const { bytesRead } = await file.read(tail, 0, Math.min(size, tail.length), Math.max(0, size - tail.length));
    const end = tail.subarray(0, bytesRead).subarray(-endBytes);
    if (end.length < endBytes || end.readUInt32LE(0) !== endSignature) return 'it is no zip, or was cut off';
    if (bytesRead === tail.length && tail.readUInt32LE(0) === zip64LocatorSignature) return 'it is a zip64';
    const [disks, entriesHere, entries] = [end.readUInt32LE(4), end.readUInt16LE(8), end.readUInt16LE(10)];
    const [listBytes, listFrom] = [end.readUInt32LE(12), end.readUInt32LE(16)];
    if (disks !== 0 || entriesHere !== entries || listFrom + listBytes !== size - endBytes) {
      return 'it is no zip in one piece';
    }
    if (entries > entriesMax) return `it has ${entries} files, and ${entriesMax} are the most`;
    return listBytes > listBytesMax ? `its list has ${listBytes} bytes, and ${listBytesMax} are the most` : undefined;
  } finally {
    await file.close();
  }
}

async function listOf(zip: ZipFile): Promise<{ entries: Map<string, Entry>; problem: string | undefined }> {
  const entries = new Map<string, Entry>();
  let problem: string | undefined;
  for await (const entry of zip.eachEntry()) {
    const name = entry.fileNameRaw.toString('latin1');
    const found = entries.has(name) ? 'is there twice' : entryProblem(entry, name);
    if (found !== undefined) problem ??= `${JSON.stringify(name.slice(0, 80))} ${found}`;
    else entries.set(name, entry);
  }
  return { entries, problem };
}

function entryProblem(entry: Entry, name: string): string | undefined {
  const problem = pathProblem(name);
  if (problem !== undefined) return problem;
  if ((entry.generalPurposeBitFlag & unreadableFlags) !== 0) return 'is encrypted';
  if (!methods.includes(entry.compressionMethod)) return `is packed by method ${entry.compressionMethod}, not 0 or 8`;
  // The mode of Unix; a folder, a link or a device is told by it alone.
  const kind = (entry.externalFileAttributes >>> 16) & kindMask;
  if (kind !== kindOfFile) return `is no plain file: its kind is ${kind.toString(8)}`;
  if (entry.extraFields.some(({ id }) => id === zip64Field)) return 'has sizes of a zip64';
  if (entry.uncompressedSize > packageLimits.fileBytesMax) return `is larger than ${packageLimits.fileBytesMax} bytes`;
  return undefined;
}

async function* contentOf(
  path: string,
  zip: ZipFile,
  entry: Entry | undefined,
  name: string,
): AsyncGenerator<Uint8Array, void> {
  if (entry === undefined) throw new GreenupError('package.invalid', `${path}: ${name} is missing`);
  const where = `${path}: ${name}`;
  const stream = await fromMedium(where, () => zip.openReadStreamPromise(entry));
  const portions = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const next = await fromMedium(where, () => portions.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await portions.return?.();
  }
}

/** Of the medium is what a system call says; all else that goes wrong while reading is the zip's. */
async function fromMedium<T>(where: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const isOfSystem = typeof error === 'object' && error !== null && 'syscall' in error;
    const code = isOfSystem ? 'store.failed' : 'package.invalid';
    const what = code === 'store.failed' ? 'cannot be read' : 'is damaged';
    throw new GreenupError(code, `${where}: ${what}: ${messageOf(error)}`, { cause: error });
  }
}
