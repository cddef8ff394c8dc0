/** The plain board has one or two equal outlets and a checked identity. */

import { plainBoard } from '../../../src/hal/board/plain-board';
import { GreenupError } from '../../../src/hal/errors';

test('two connectors are two points, right then left, each with a three-phase 63 A outlet and a reader', () => {
  const board = plainBoard({ connectors: 2 });
  expect(board.points.map(({ side }) => side)).toEqual(['right', 'left']);
  for (const point of board.points) {
    expect(point).toMatchObject({ installationCurrentA: 63, cardReader: true });
    expect(point.sockets).toEqual([
      {
        mode: 'mode3',
        phases: 3,
        ratedCurrentA: 63,
        lock: true,
        plugDetector: false,
        residualCurrentMonitor: true,
        thermometer: true,
        ventilation: false,
      },
    ]);
  }
});

test('a fixed cable is tethered at 63 A and has no lock; the other outlet keeps its own', () => {
  const [right, left] = plainBoard({ connectors: 2, fixedCable: [false, true] }).points;
  expect(right?.sockets[0]?.lock).toBe(true);
  expect(right?.sockets[0]).not.toHaveProperty('tetheredCableA');
  expect(left?.sockets[0]).toMatchObject({ lock: false, tetheredCableA: 63 });
});

test('one connector is one point; the identity is that of the guide unless it is given', () => {
  expect(plainBoard({ connectors: 1 }).points).toHaveLength(1);
  expect(plainBoard({ connectors: 1 })).toMatchObject({
    vendor: 'Legrand',
    model: '059004',
    serialNumber: '260988',
  });
  // That of the release that runs is told then.
  expect(plainBoard({ connectors: 1 })).not.toHaveProperty('firmwareVersion');
  const identity = { vendor: ' ACME  ', model: 'M', serial: '1'.repeat(25), firmware: '2'.repeat(50) };
  expect(plainBoard({ connectors: 1, identity })).toMatchObject({
    vendor: 'ACME',
    model: 'M',
    serialNumber: '1'.repeat(25),
    firmwareVersion: '2'.repeat(50),
  });
});

test.each([
  [
    { vendor: 'x'.repeat(21) },
    /^vendor: found "x{21}" \(21 characters\); must be 1 to 20 characters of printable ASCII$/,
  ],
  [{ model: 'x'.repeat(21) }, /^model: .*must be 1 to 20 /],
  [{ serial: 'x'.repeat(26) }, /^serial: .*must be 1 to 25 /],
  [{ firmware: 'x'.repeat(51) }, /^firmware: .*must be 1 to 50 /],
  [{ model: '   ' }, /^model: found "" \(0 characters\)/],
  [{ vendor: 'Électricité' }, /^vendor: .*printable ASCII$/],
])('the identity %j is refused', (identity, message) => {
  const attempt = () => plainBoard({ connectors: 1, identity });
  expect(attempt).toThrow(GreenupError);
  expect(attempt).toThrow(message);
});

test('other numbers of connectors are refused', () => {
  expect(() => plainBoard({ connectors: 3 as 2 })).toThrow('connectors: found 3; must be 1 or 2');
});
