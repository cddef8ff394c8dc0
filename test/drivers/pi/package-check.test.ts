/** Packages that a board needs are named when they cannot be loaded; those that it does not need are not asked for. */
import { brokenPackages, type packageLoads } from '../../../src/drivers/pi/package-check';
import { loadBoard } from '../../../src/hal/board-file';

function loads(fails: readonly string[], asked: string[] = []): typeof packageLoads {
  const load = (name: string) => () => {
    asked.push(name);
    if (fails.includes(name)) throw new Error(`package for ${name} cannot be loaded`);
    return {} as never;
  };
  return {
    gpio: load('gpio'),
    i2c: load('i2c'),
    spi: load('spi'),
    cards: load('cards'),
    serial: load('serial'),
  };
}

const rig = () => loadBoard('board/pi-bench-double.yaml');

test('a whole rig needs them all, GPIO first', () => {
  const asked: string[] = [];
  expect(brokenPackages(rig(), loads([], asked))).toEqual([]);
  expect(asked).toEqual(['gpio', 'i2c', 'spi', 'cards', 'serial']);
});

test('each that fails is a line', () => {
  expect(brokenPackages(rig(), loads(['i2c', 'serial']))).toEqual([
    'package for i2c cannot be loaded',
    'package for serial cannot be loaded',
  ]);
});

test('what the board has no part for is not asked for', () => {
  const asked: string[] = [];
  const board = rig();
  const points = board.points.map((point) => ({
    ...point,
    wiring: {},
    sockets: point.sockets.map((socket) => {
      const { meter: _meter, ...wiring } = socket.wiring ?? {};
      return { ...socket, wiring: wiring as NonNullable<typeof socket.wiring> };
    }),
  }));
  brokenPackages({ ...board, points }, loads([], asked));
  expect(asked).toEqual(['gpio', 'i2c']);
  asked.length = 0;
  expect(brokenPackages(loadBoard('board/simulated-double.yaml'), loads(['gpio'], asked))).toEqual([]);
  expect(asked).toEqual([]);
});
