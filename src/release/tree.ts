/** Puts the files of a release tree into a slot: as second names where the file system allows, otherwise as copies. */
import { join } from 'node:path';
import { GreenupError, systemCode } from '../hal/errors';
import type { FileEntry, ReleaseFiles } from './files';

/** Kept free whatever is installed, for the store and the log. */
export const spareBytesMin = 64 * 1024 * 1024;

const entriesMax = 50_000;

interface TreeEntry extends FileEntry {
  /** Relative to the tree, with slashes. */
  path: string;
}

/** Every entry of a tree, a directory before what lies in it. */
async function treeEntries(files: ReleaseFiles, tree: string): Promise<TreeEntry[]> {
  const found: TreeEntry[] = [];
  const directories = [''];
  for (let directory = directories.shift(); directory !== undefined; directory = directories.shift()) {
    for (const entry of await files.entries(join(tree, directory))) {
      const path = directory === '' ? entry.name : `${directory}/${entry.name}`;
      found.push({ ...entry, path });
      if (entry.kind === 'directory') directories.push(path);
    }
    if (found.length > entriesMax) {
      throw new GreenupError('command.invalid', `${tree}: more than ${entriesMax} files: this is no release`);
    }
  }
  return found;
}

/**
 * Makes `slot` a copy of `tree`, flushed. `slot` must not exist. Throws `command.invalid` if the tree holds something
 * else than files, directories and links, `store.failed` if the medium has no room for it.
 */
export async function fillSlot(files: ReleaseFiles, tree: string, slot: string, room: string): Promise<void> {
  const entries = await treeEntries(files, tree);
  const linked = await checkRoom(files, tree, entries, room);
  await files.makeDirectory(slot);
  for (const { path, kind } of entries) {
    const from = join(tree, path);
    const to = join(slot, path);
    switch (kind) {
      case 'directory':
        await files.makeDirectory(to);
        break;
      case 'file':
        await putFile(files, from, to, linked);
        break;
      case 'link':
        await files.makeLink(to, (await files.linkTarget(from)) ?? '');
        break;
      case 'other':
        throw new GreenupError('command.invalid', `${from}: a release holds only files, directories and links`);
    }
  }
  for (const { path, kind } of entries) if (kind === 'directory') await files.flush(join(slot, path));
  await files.flush(slot);
}

async function putFile(files: ReleaseFiles, from: string, to: string, linked: boolean): Promise<void> {
  if (!linked) return files.copy(from, to);
  try {
    await files.hardLink(from, to);
    await files.flush(to);
  } catch (error) {
    // Not every file system has links, and the kernel protects files of others.
    if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes(systemCode(error) ?? '')) throw error;
    await files.copy(from, to);
  }
}

/** True if tree and slots lie on one file system, where a second name takes no room. */
async function checkRoom(
  files: ReleaseFiles,
  tree: string,
  entries: readonly TreeEntry[],
  room: string,
): Promise<boolean> {
  const linked = (await files.nature(tree))?.device === (await files.nature(room))?.device;
  let bytes = spareBytesMin;
  if (!linked) {
    for (const { path, kind } of entries) {
      if (kind === 'file') bytes += (await files.nature(join(tree, path)))?.size ?? 0;
    }
  }
  const free = await files.freeBytes(room);
  if (free >= bytes) return linked;
  const [need, have] = [bytes, free].map((value) => `${Math.ceil(value / 1_000_000)} MB`);
  throw new GreenupError('store.failed', `${room}: installing needs ${need} of free space and there are ${have}`);
}
