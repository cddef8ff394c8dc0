import { checkMeters } from '../../../../src/drivers/pi/meter/meter-checks';
import type { Board } from '../../../../src/hal/board';
import { loadBoard } from '../../../../src/hal/board/board-file';

function withMap(map: string): Board {
  const board = loadBoard('board/pi-bench-double.yaml');
  const meter = board.points[0]?.sockets[0]?.wiring?.meter;
  if (!meter) throw new Error('the board has no meter there');
  meter.map = map;
  return board;
}

const messageOf = (board: Board): string => {
  try {
    checkMeters(board, 'x.yaml');
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
};

test('the boards of the project have meters that fit', () => {
  expect(messageOf(loadBoard('board/pi-bench-double.yaml'))).toBe('no error');
  expect(messageOf(loadBoard('board/pi-retrofit-single.yaml'))).toBe('no error');
  expect(messageOf(loadBoard('board/simulated-double.yaml'))).toBe('no error');
});

test('an unknown map is told with its place and the valid names', () => {
  expect(messageOf(withMap('eastron-sdm360'))).toMatch(
    /^x\.yaml points\[0\]\.sockets\[0\]\.wiring\.meter\.map: no register map "eastron-sdm360" .*did you mean eastron-sdm630\?/,
  );
});

test('a meter of one phase does not do for three', () => {
  expect(messageOf(withMap('eastron-sdm120'))).toBe(
    'x.yaml points[0].sockets[0].wiring.meter.map: eastron-sdm120 measures one phase, but the socket has 3; choose another meter',
  );
});
