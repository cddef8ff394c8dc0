/** `greenup board check`: a board file is right, or everything that is wrong with it. */
import { checkMeters } from '../drivers/pi/meter/meter-checks';
import type { Board } from '../hal/board';
import { type BoardFileReading, readBoard } from '../hal/board/board-file';
import { connectorNames, connectorsOf } from '../hal/connectors';
import { messageOf } from '../hal/errors';
import { exitCodes, tellError } from '../terminal/exit';

/** Prints a short summary and what should be thought of, or every problem of the file with its place. */
export function checkBoardFile(path: string, json: boolean): number {
  let reading: BoardFileReading;
  try {
    reading = readBoard(path, checkMeters);
  } catch (error) {
    const problems = messageOf(error).split('\n');
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, problems })}\n`);
    else tellError(problems.join('\n'));
    return exitCodes.failed;
  }
  const { board, warnings } = reading;
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok: true, board, warnings })}\n`);
    return exitCodes.ok;
  }
  process.stdout.write(summary(path, board));
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  return exitCodes.ok;
}

function summary(path: string, board: Board): string {
  const names = connectorNames(board);
  const connectors = connectorsOf(board).map(({ connectorId, socket }, index) => {
    const cable = socket.tetheredCableA === undefined ? '' : `, tethered cable ${socket.tetheredCableA} A`;
    const lock = socket.lock ? ', lock' : '';
    const phases = socket.phases === 1 ? '1 phase' : '3 phases';
    return `  ${connectorId}  ${names[index] ?? ''}: ${phases}, ${socket.ratedCurrentA} A${cable}${lock}\n`;
  });
  const points = board.points.length === 1 ? '1 charging point' : `${board.points.length} charging points`;
  const { vendor, model, serialNumber } = board;
  const head = `${path}: OK: ${board.name}, ${vendor} ${model} (serial number ${serialNumber}), ${points}\n`;
  return `${head}${connectors.join('')}`;
}
