/** `greenup board`: checks a board file, or prints the schema of board files. */
import { loadMap } from '../drivers/pi/meter/register-map';
import type { Board } from '../hal/board';
import { loadBoard } from '../hal/board-file';
import { boardSchema } from '../hal/board-schema';
import { connectorsOf } from '../hal/connectors';
import { GreenupError, messageOf } from '../hal/errors';
import { exitCodes } from './exit';
import { connectorNames } from './station-status';

/** Prints a short summary, or every problem of the file with its place. */
export function checkBoardFile(path: string, json: boolean): number {
  let board: Board;
  try {
    board = loadBoard(path);
    checkMeters(board, path);
  } catch (error) {
    const problems = messageOf(error).split('\n');
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, problems })}\n`);
    else process.stderr.write(`${problems.join('\n')}\n`);
    return exitCodes.failed;
  }
  process.stdout.write(json ? `${JSON.stringify({ ok: true, board })}\n` : summary(path, board));
  return exitCodes.ok;
}

/** A meter must have a register map, and enough phases. Throws `board.invalid`, a line for each that does not. */
export function checkMeters(board: Board, path: string): void {
  const problems = board.points.flatMap(({ sockets }, point) =>
    sockets.flatMap(({ phases, wiring }, socket) => {
      if (!wiring?.meter) return [];
      const place = `${path} points[${point}].sockets[${socket}].wiring.meter.map:`;
      try {
        const map = loadMap(wiring.meter.map);
        const few = phases > map.phases;
        return few
          ? [`${place} ${map.name} measures one phase, but the socket has ${phases}; choose another meter`]
          : [];
      } catch (error) {
        return messageOf(error)
          .split('\n')
          .map((line) => `${place} ${line}`);
      }
    }),
  );
  if (problems.length > 0) throw new GreenupError('board.invalid', problems.join('\n'));
}

export function printBoardSchema(): number {
  process.stdout.write(boardSchemaText());
  return exitCodes.ok;
}

/** As published in board/board.schema.json. */
export function boardSchemaText(): string {
  return `${JSON.stringify(boardSchema(), null, 2)}\n`;
}

function summary(path: string, board: Board): string {
  const names = connectorNames({ board });
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
