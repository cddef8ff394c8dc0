/** Whether the meters that a board file names have register maps, with enough phases. */
import type { Board } from '../../../hal/board';
import { GreenupError, messageOf } from '../../../hal/errors';
import { loadMap } from './register-map';

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
