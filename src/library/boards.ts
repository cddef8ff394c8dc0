/** Board files for whoever uses the library: read from a file or from a text, and those that come with it. */
import type { Board } from '../hal/board';
import { readBoard, readBoardText } from '../hal/board/board-file';
import { programFile } from '../hal/program-files';

/** A board and what is allowed in its file and should be thought of, a line each. */
export interface BoardReading {
  /** What the file says. */
  board: Board;
  /** Lines for whoever writes the file, each with its place. */
  warnings: string[];
}

/**
 * Reads a board file (YAML). Throws `board.invalid` where it does not describe a station, or cannot be read: one line for each
 * problem, with its place and what is valid, as `board/x.yaml:14:9 points[0].sockets[1].ratedCurrent: found "abc"; must be …`.
 */
export function loadBoard(path: string): BoardReading {
  const { board, warnings } = readBoard(path);
  return { board, warnings };
}

/** The same from the text of a board file; `fileName` is for the messages, and where a catalogue beside it is looked for. */
export function parseBoard(text: string, fileName = 'board.yaml'): BoardReading {
  const { board, warnings } = readBoardText(text, fileName);
  return { board, warnings };
}

/** Names of the board files that come with the package. */
export type ShippedBoard = 'simulated-double' | 'simulated-single' | 'simulated-single-t2s';

/** The path of a board file that comes with the package, for `loadBoard`, or to be copied as a beginning. */
export function shippedBoard(name: ShippedBoard): string {
  return programFile(`board/${name}.yaml`);
}
