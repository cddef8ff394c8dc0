/** Which other program has a file open, as /proc tells it: of other users only to root. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface FileHolder {
  path: string;
  pid: number;
  /** As the program was started, with its arguments. */
  command: string;
}

/** The first program but this one that has one of these files open. `processRoot`: /proc. */
export function holderOfFiles(paths: readonly string[], processRoot = '/proc'): FileHolder | undefined {
  if (paths.length === 0) return undefined;
  const pids = entries(processRoot).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  for (const pid of pids) {
    const files = join(processRoot, pid, 'fd');
    for (const file of entries(files)) {
      const path = targetOf(join(files, file));
      if (paths.includes(path)) return { path, pid: Number(pid), command: commandOf(pid, processRoot) };
    }
  }
  return undefined;
}

function commandOf(pid: string, processRoot: string): string {
  try {
    return readFileSync(join(processRoot, pid, 'cmdline'), 'utf8')
      .split('\0')
      .join(' ')
      .trim();
  } catch {
    return 'ended meanwhile';
  }
}

/** Empty for what is not there, or is another user's. */
function entries(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return '';
  }
}
