/** The file operations that releases are made of: each one is done or not done when the power is cut. */
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../hal/errors';

export interface FileEntry {
  name: string;
  kind: 'file' | 'directory' | 'link' | 'other';
}

/** What lies at a path. `device` numbers the file system; `modified` is in ms since 1970. */
export interface Nature {
  size: number;
  device: number;
  modified: number;
  executable: boolean;
}

/** Every path is absolute. Promises reject with the error of node:fs, its `code` included. */
export interface ReleaseFiles {
  read(path: string): Promise<string | undefined>;
  entries(path: string): Promise<FileEntry[]>;
  nature(path: string): Promise<Nature | undefined>;
  linkTarget(path: string): Promise<string | undefined>;
  freeBytes(path: string): Promise<number>;
  makeDirectory(path: string): Promise<void>;
  /** Writes a new file and flushes it. */
  write(path: string, text: string): Promise<void>;
  /** Makes a new file of what comes, and flushes it; rejects with EEXIST where something lies there. */
  create(path: string, content: AsyncIterable<Uint8Array>, executable: boolean): Promise<void>;
  makeLink(path: string, target: string): Promise<void>;
  /** A second name for the same file; rejects with EXDEV or EPERM where that cannot be. */
  hardLink(from: string, to: string): Promise<void>;
  /** Copies a file and its mode, and flushes the copy. */
  copy(from: string, to: string): Promise<void>;
  /** Replaces what `to` names in one go. */
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, a link or a whole tree; nothing there is no error. */
  remove(path: string): Promise<void>;
  /** Flushes a file, or the names in a directory. */
  flush(path: string): Promise<void>;
}

/** A release is for every user of the machine, whatever the process that installs it keeps to itself. */
const directoryMode = 0o755;
const fileMode = 0o644;
const programMode = 0o755;

export const realFiles: ReleaseFiles = {
  read: (path) => orNothing(fs.readFile(path, 'utf8')),
  entries: async (path) => {
    const found = await orNothing(fs.readdir(path, { withFileTypes: true }));
    return (found ?? []).map((entry) => ({ name: entry.name, kind: kindOf(entry) }));
  },
  nature: async (path) => {
    const stat = await orNothing(fs.stat(path));
    if (stat === undefined) return undefined;
    const executable = stat.isFile() && (stat.mode & constants.S_IXUSR) !== 0;
    return { size: stat.size, device: stat.dev, modified: stat.mtimeMs, executable };
  },
  linkTarget: (path) => orNothing(fs.readlink(path)),
  freeBytes: async (path) => {
    const { bavail, bsize } = await fs.statfs(path);
    return bavail * bsize;
  },
  makeDirectory: async (path) => {
    const first = await fs.mkdir(path, { recursive: true, mode: directoryMode });
    if (first === undefined) return;
    for (let at = path; at !== dirname(first); at = dirname(at)) await fs.chmod(at, directoryMode);
  },
  write: async (path, text) => {
    const file = await fs.open(path, 'w', fileMode);
    try {
      await file.chmod(fileMode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  create: async (path, content, executable) => {
    const mode = executable ? programMode : fileMode;
    const file = await fs.open(path, 'wx', mode);
    try {
      await file.chmod(mode);
      for await (const portion of content) await file.appendFile(portion);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  makeLink: (path, target) => fs.symlink(target, path),
  hardLink: (from, to) => fs.link(from, to),
  copy: async (from, to) => {
    await fs.copyFile(from, to, constants.COPYFILE_EXCL);
    await realFiles.flush(to);
  },
  rename: async (from, to) => {
    await fs.rename(from, to);
    await realFiles.flush(dirname(to));
  },
  remove: async (path) => {
    await fs.rm(path, { recursive: true, force: true });
    await realFiles.flush(dirname(path));
  },
  flush: async (path) => {
    const file = await fs.open(path, constants.O_RDONLY);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  },
};

async function orNothing<T>(promise: Promise<T>): Promise<T | undefined> {
  try {
    return await promise;
  } catch (error) {
    // EINVAL: a link was asked for, and something else lies there.
    if (['ENOENT', 'ENOTDIR', 'EINVAL', 'EISDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

function kindOf(entry: { isFile(): boolean; isDirectory(): boolean; isSymbolicLink(): boolean }): FileEntry['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'link' : 'other';
}
