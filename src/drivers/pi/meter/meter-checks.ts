/** Whether the meters that a board file names have register maps, with enough phases. */
import type { BoardCheck } from '../../../hal/board/board-file';
import { messageOf } from '../../../hal/errors';
import { loadMap, type RegisterMap } from './register-map';

/** Adds a problem where a meter has no register map, or one that measures too few phases. */
export const checkMeters: BoardCheck = ({ points = [] }, problems) => {
  points.forEach(({ sockets = [] }, point) => {
    sockets.forEach(({ phases, wiring }, socket) => {
      const name = wiring?.meter?.map;
      if (name === undefined) return;
      const path = `points[${point}].sockets[${socket}].wiring.meter.map`;
      let map: RegisterMap;
      try {
        map = loadMap(name);
      } catch (error) {
        for (const line of messageOf(error).split('\n')) problems.add(path, line);
        return;
      }
      if (phases === undefined || phases <= map.phases) return;
      problems.add(path, `${name} measures one phase, but the socket has ${phases}; choose another meter`);
    });
  });
};
