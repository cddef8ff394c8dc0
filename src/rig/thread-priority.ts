/** Puts the calling thread before the others of its process where the system allows it: cores may be few and busy. */
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/** Whether the priority was raised. Linux counts a thread as something of its own here; elsewhere nothing is done. */
export function raiseOwnPriority(
  ownThread: () => string = () => readlinkSync('/proc/thread-self'),
  set: (thread: number, priority: number) => void = setPriority,
): boolean {
  try {
    set(Number(basename(ownThread())), constants.priority.PRIORITY_HIGHEST);
    return true;
  } catch {
    return false; // Without the right (LimitNICE of the service) it runs as the rest does.
  }
}
