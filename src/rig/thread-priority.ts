/** Puts the calling thread before or behind the others of its process where the system allows it: cores may be few and busy. */
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

type OwnThread = () => string;
type SetPriority = (thread: number, priority: number) => void;

/** Whether the priority was raised. Linux counts a thread as something of its own here; elsewhere nothing is done. */
export function raiseOwnPriority(ownThread?: OwnThread, set?: SetPriority): boolean {
  return giveOwnPriority(constants.priority.PRIORITY_HIGHEST, ownThread, set);
}

/** The same the other way: whoever may wait takes no core from who may not. */
export function lowerOwnPriority(ownThread?: OwnThread, set?: SetPriority): boolean {
  return giveOwnPriority(constants.priority.PRIORITY_LOW, ownThread, set);
}

function giveOwnPriority(
  priority: number,
  ownThread: OwnThread = () => readlinkSync('/proc/thread-self'),
  set: SetPriority = setPriority,
): boolean {
  try {
    set(Number(basename(ownThread())), priority);
    return true;
  } catch {
    return false; // Without the right (LimitNICE of the service) it runs as the rest does.
  }
}
