/**
 * The board that a running station works, beside its health: a board file that was changed meanwhile names other lines
 * than those that must be made safe after a crash.
 */
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Board } from '../hal/board';
import { defaultHealthFile, healthFileThere } from '../terminal/health-file';

/** In memory for a service, so that a restart of the machine, which lets go of every line, forgets it. */
function fileBeside(healthFile: string): string {
  return join(dirname(healthFile), 'board-in-use.json');
}

/** Throws when it cannot be written. */
export function rememberBoard(board: Board, state: string): void {
  const path = fileBeside(defaultHealthFile(state));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify(board));
  // Whoever may work the lines may have to make them safe.
  chmodSync(path, 0o644);
}

/** The station has ended in order, with its outputs safe. */
export function forgetBoard(state: string): void {
  rmSync(fileBeside(defaultHealthFile(state)), { force: true });
}

/** That of a station which runs, or which died: as a service, else started by hand here; undefined without one. */
export function boardInUse(): Board | undefined {
  try {
    const board: unknown = JSON.parse(readFileSync(fileBeside(healthFileThere()), 'utf8'));
    const isBoard = typeof board === 'object' && board !== null && Object.hasOwn(board, 'points');
    return isBoard ? (board as Board) : undefined;
  } catch {
    return undefined;
  }
}
