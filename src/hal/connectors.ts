/** Numbers the sockets of a board as OCPP connectors. */
import type { Board, BoardSocket, Side } from './board';

export interface BoardConnector {
  /** OCPP connectorId, from 1 and without gaps; 0 is the station as a whole. */
  connectorId: number;
  /** Place of the charging point in `board.points`, from 0. */
  pointIndex: number;
  /** Place of the socket in the point's `sockets`, from 0. */
  socketIndex: number;
  side: Side;
  socket: BoardSocket;
}

/**
 * Every socket of the board with its connector number: the right point first, within a point in the board's order
 * (guide, "Identification of Legrand charging station connectors": right T2S 1, right 2P+E 2, left T2S 3, left 2P+E 4).
 */
export function connectorsOf(board: Board): BoardConnector[] {
  const numbered = numberedSockets(board.points, (socket, connectorId) => ({ connectorId, socket }));
  return numbered.flatMap(({ side, sockets }, pointIndex) =>
    sockets.map((own, socketIndex) => ({ ...own, pointIndex, socketIndex, side })),
  );
}

/** Points in the board's order with something else for each socket, made of the socket and its connector number. */
export function numberedSockets<S, P extends { sockets: readonly S[] }, T>(
  points: readonly (P & { sockets: readonly S[] })[],
  change: (socket: S, connectorId: number) => T,
): (Omit<P, 'sockets'> & { sockets: T[] })[] {
  let connectorId = 0;
  return points.map((point) => ({
    ...point,
    sockets: point.sockets.map((socket) => {
      connectorId += 1;
      return change(socket, connectorId);
    }),
  }));
}

/** "right T2S" for each connector, in order. */
export function connectorNames(board: Board): string[] {
  return connectorsOf(board).map(connectorName);
}

/** "right T2S". */
export function connectorName({ side, socket }: Pick<BoardConnector, 'side' | 'socket'>): string {
  return `${side} ${socket.mode === 'mode3' ? 'T2S' : '2P+E'}`;
}
