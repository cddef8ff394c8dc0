/** What a process of a station does for itself, so that nobody else on its machine comes to its files and its memory. */
import { chmodSync, statSync, writeFileSync } from 'node:fs';

const othersMask = 0o077;
const ownDirectoryMode = 0o700;
/** A directory with it, such as /tmp, is everybody's by its purpose. */
const stickyBit = 0o1000;

/**
 * From now on, in all threads: what is written is nobody else's to read, unless it is opened by name; a dump of the process has
 * none of its memory (core(5), coredump_filter); and SIGUSR1 starts no debugger, as it does by default in Node.js. To be
 * called by the main thread, before there is a secret.
 */
export function hardenProcess(): void {
  process.umask(othersMask);
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {
    // Another system than Linux, or a kernel without dumps.
  }
  process.on('SIGUSR1', () => {});
}

/**
 * Takes a directory from a former release, or made by hand, from all but its owner; with it all that lies in it. Returns what
 * is to be told; undefined if nobody else could look into it.
 */
export function closeToOthers(directory: string): string | undefined {
  const { mode, uid } = statSync(directory);
  if ((mode & othersMask) === 0) return undefined;
  const open = `the state directory ${directory} is open to other users of this machine`;
  if ((mode & stickyBit) !== 0) return `${open}, as one that all share: choose a directory of its own`;
  try {
    chmodSync(directory, ownDirectoryMode);
    return `the state directory ${directory} was open to other users of this machine, and is closed to them now`;
  } catch {
    return `${open}, and cannot be closed to them by this one: it belongs to user ${uid}`;
  }
}
