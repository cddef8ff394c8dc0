/** The boards that stories are told on. */
import type { Board } from '../hal/board';
import { loadBoard } from '../hal/board/board-file';
import { programFile } from '../hal/program-files';

/** A board is compiled once for all stories, none of which can change it. */
const boards = new Map<string, Board>();

function boardOf(name: string): Board {
  const board = boards.get(name) ?? frozen(loadBoard(programFile(`board/${name}.yaml`)));
  boards.set(name, board);
  return board;
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

/** A simulated station with two points, each with a Type 2 and a domestic outlet: connectors 1 to 4. It cannot be changed. */
export function doubleBoard(): Board {
  return boardOf('simulated-double');
}

/** One point with the same two outlets. It cannot be changed. */
export function singleBoard(): Board {
  return boardOf('simulated-single');
}

/** A board whose points have one socket each, changed so; for cables that are attached, outlets without plug contact and the like. */
export function boardWith(change: Partial<Board['points'][number]['sockets'][number]>, board = singleBoard()): Board {
  const points = board.points.map((p) => ({ ...p, sockets: p.sockets.slice(0, 1).map((s) => ({ ...s, ...change })) }));
  return { ...board, points };
}
