/** A witness beside each contactor: it hears every order to close, before the contacts move. */
import type { StationParts } from '../hal/parts';

/** The same parts, with `onClose` called first whenever a contactor is told to close. */
export function witnessed(parts: StationParts, onClose: (connectorId: number) => void): StationParts {
  let count = 0;
  const points = parts.points.map((point) => ({
    ...point,
    sockets: point.sockets.map((socket) => {
      count += 1;
      const connectorId = count;
      const { contactor } = socket;
      const heard = {
        close: () => {
          onClose(connectorId);
          contactor.close();
        },
        open: () => contactor.open(),
        watch: contactor.watch.bind(contactor),
      };
      return { ...socket, contactor: heard };
    }),
  }));
  return { ...parts, points };
}
