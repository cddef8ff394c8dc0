/** Connector numbers are those of the guide's table "Identification of Legrand charging station connectors". */
import { loadBoard } from '../../src/hal/board/board-file';
import { plainBoard } from '../../src/hal/board/plain-board';
import { connectorsOf } from '../../src/hal/connectors';

function numbered(path: string) {
  return connectorsOf(loadBoard(path)).map(
    ({ connectorId, pointIndex, socketIndex, side, socket }) =>
      `${connectorId} ${side} ${socket.mode} points[${pointIndex}].sockets[${socketIndex}]`,
  );
}

test('a station for one vehicle: T2S 1, 2P+E 2', () => {
  expect(numbered('board/simulated-single.yaml')).toEqual([
    '1 right mode3 points[0].sockets[0]',
    '2 right mode2 points[0].sockets[1]',
  ]);
  expect(numbered('board/simulated-single-t2s.yaml')).toEqual(['1 right mode3 points[0].sockets[0]']);
});

test('a station for two vehicles: right T2S 1, right 2P+E 2, left T2S 3, left 2P+E 4', () => {
  expect(numbered('board/simulated-double.yaml')).toEqual([
    '1 right mode3 points[0].sockets[0]',
    '2 right mode2 points[0].sockets[1]',
    '3 left mode3 points[1].sockets[0]',
    '4 left mode2 points[1].sockets[1]',
  ]);
});

test('the socket is the board own object', () => {
  const board = plainBoard({ connectors: 2 });
  expect(connectorsOf(board)[1]?.socket).toBe(board.points[1]?.sockets[0]);
});
