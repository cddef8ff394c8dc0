/** The boards that stories are told on. */
import type { Board } from '../../src/hal/board';
import { loadBoard } from '../../src/hal/board/board-file';

/** By file: a board is compiled once for all rigs of a test file, none of which can change it. */
const boards = new Map<string, Board>();

function boardOf(file: string): Board {
  const board = boards.get(file) ?? frozen(loadBoard(file));
  boards.set(file, board);
  return board;
}

function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

export function doubleBoard(): Board {
  return boardOf('board/simulated-double.yaml');
}

export function singleBoard(): Board {
  return boardOf('board/simulated-single.yaml');
}

/** The board with every socket changed; for cables that are attached, outlets without plug contact and the like. */
export function boardWith(change: Partial<Board['points'][number]['sockets'][number]>, board = singleBoard()): Board {
  const points = board.points.map((p) => ({ ...p, sockets: p.sockets.slice(0, 1).map((s) => ({ ...s, ...change })) }));
  return { ...board, points };
}
