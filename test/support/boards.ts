/** The boards that stories are told on. */
import type { Board } from '../../src/hal/board';
import { loadBoard } from '../../src/hal/board/board-file';

export function doubleBoard(): Board {
  return loadBoard('board/simulated-double.yaml');
}

export function singleBoard(): Board {
  return loadBoard('board/simulated-single.yaml');
}

/** The board with every socket changed; for cables that are attached, outlets without plug contact and the like. */
export function boardWith(change: Partial<Board['points'][number]['sockets'][number]>, board = singleBoard()): Board {
  const points = board.points.map((p) => ({ ...p, sockets: p.sockets.slice(0, 1).map((s) => ({ ...s, ...change })) }));
  return { ...board, points };
}
