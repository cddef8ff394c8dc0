/** Which boards are those of rigs, found without loading more than a plain start needs. */
import type { Board } from '../board';

/** Only a board file that was named can be that of a rig; the plain start stays as it is. */
export function boardOfRig(path: string | undefined): Board | undefined {
  if (path === undefined) return undefined;
  const { loadBoard } = require('./board-file') as typeof import('./board-file');
  const board = loadBoard(path);
  return board.drivers === 'pi' ? board : undefined;
}
