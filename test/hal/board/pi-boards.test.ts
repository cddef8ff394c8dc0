/** The boards of real rigs: what they say, that their lines exist, and that docs/rig.md tells the same. */
import { existsSync, readFileSync } from 'node:fs';
import type { Board } from '../../../src/hal/board';
import { loadBoard } from '../../../src/hal/board/board-file';
import type { AnalogWiring, LineWiring } from '../../../src/hal/wiring';

const double = loadBoard('board/pi-bench-double.yaml');
const single = loadBoard('board/pi-retrofit-single.yaml');
const boards: [string, Board][] = [
  ['pi-bench-double', double],
  ['pi-retrofit-single', single],
];

interface Use {
  path: string;
  line: LineWiring;
}

/** Every GPIO line of a board with the place where it is used. */
function linesOf(node: unknown, path = ''): Use[] {
  if (typeof node !== 'object' || node === null) return [];
  const mapping = node as Record<string, unknown>;
  if (typeof mapping.line === 'number') return [{ path, line: mapping as unknown as LineWiring }];
  return Object.entries(mapping).flatMap(([name, value]) => linesOf(value, path === '' ? name : `${path}.${name}`));
}

/** Pin of the 40-pin header for each BCM number that a board may use. */
const headerPins: Readonly<Record<number, number>> = {
  2: 3,
  3: 5,
  4: 7,
  5: 29,
  6: 31,
  7: 26,
  8: 24,
  9: 21,
  10: 19,
  11: 23,
  12: 32,
  13: 33,
  14: 8,
  15: 10,
  16: 36,
  17: 11,
  18: 12,
  19: 35,
  20: 38,
  21: 40,
  22: 15,
  23: 16,
  24: 18,
  25: 22,
  26: 37,
  27: 13,
};

test.each(boards)('board/%s.yaml has a part for everything, with the editor line', (name, board) => {
  expect(board).toMatchObject({ name, drivers: 'pi', vendor: 'Legrand', model: '059004' });
  expect(readFileSync(`board/${name}.yaml`, 'utf8')).toMatch(
    /^# yaml-language-server: \$schema=\.\/board\.schema\.json\n/,
  );
  for (const point of board.points) {
    expect(point).toMatchObject({ cardReader: true, indicator: true });
    expect(point.sockets).toMatchObject([
      { mode: 'mode3', lock: true, residualCurrentMonitor: true, thermometer: true },
      { mode: 'mode2', plugDetector: true, residualCurrentMonitor: true, thermometer: false },
    ]);
  }
  expect(board.hardware).toMatchObject({ pulse: {}, supply: {}, resetButton: {}, watchdog: { timeoutS: 15 } });
});

/** Lines of the header that buses and PWM have, by board. */
const taken: Readonly<Record<string, readonly number[]>> = {
  'pi-bench-double': [0, 1, 2, 3, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  'pi-retrofit-single': [0, 1, 2, 3, 8, 9, 10, 11, 12],
};

test.each(boards)('lines of board/%s.yaml exist and belong to no bus', (name, board) => {
  const uses = linesOf(board);
  expect(uses.length).toBeGreaterThanOrEqual(19);
  for (const { path, line } of uses) {
    const what = `${path}: ${line.chip} ${line.line}`;
    if (line.chip === 'header') {
      expect([what, taken[name]?.includes(line.line)]).toEqual([what, false]);
      expect(headerPins).toHaveProperty(String(line.line));
    } else {
      expect([what, line.line < 16]).toEqual([what, true]);
      // GPA7 and GPB7 of an MCP23017 are outputs only.
      const isInput = /feedback|\.plug$|trip/.test(path) && !path.includes('emulator');
      if (line.line % 8 === 7) expect([what, isInput]).toEqual([what, false]);
    }
  }
});

test.each(boards)('safety lines of board/%s.yaml are on the header, and coils pull down at start', (_name, board) => {
  for (const { path, line } of linesOf(board)) {
    if (/contactor|trip|pulse|supply|resetButton/.test(path)) expect([path, line.chip]).toEqual([path, 'header']);
    if (path.endsWith('.coil')) {
      expect([path, line.line >= 9, line.activeLow]).toEqual([path, true, false]);
    }
  }
});

test.each(boards)('meters of board/%s.yaml have maps', (_name, board) => {
  for (const { wiring } of board.points.flatMap(({ sockets }) => sockets)) {
    expect(existsSync(`board/meters/${wiring?.meter?.map}.yaml`)).toBe(true);
  }
});

describe('calibration', () => {
  const ohms = { series: 1_000_000, up: 226_000, down: 287_000 };
  const supplyV = 3.3;
  const siemens = 1 / ohms.series + 1 / ohms.up + 1 / ohms.down;
  const inputV = (pilotV: number): number => (pilotV / ohms.series + supplyV / ohms.up) / siemens;
  const meant = (volts: number, { gain, offset }: AnalogWiring): number => volts * gain + offset;

  test.each(boards)('of the pilots of board/%s.yaml follows from the circuit', (_name, board) => {
    const pilots = board.points.flatMap(({ sockets }) => sockets[0]?.wiring?.pilot ?? []);
    expect(pilots).toHaveLength(board.points.length);
    for (const { high, low } of pilots) {
      for (const pilotV of [-12, 0, 3, 6, 9, 12]) {
        expect(meant(inputV(pilotV), high)).toBeCloseTo(pilotV, 2);
        expect(meant(inputV(pilotV), low)).toBeCloseTo(pilotV, 2);
      }
    }
    // Inside of what the converter takes at 3.3 V.
    expect([inputV(-12) > 0.2, inputV(12) < 3.1]).toEqual([true, true]);
  });

  test.each([
    [100, 0.3],
    [220, 0.595],
    [680, 1.336],
    [1500, 1.98],
  ])('of proximity: the comment is right about %d Ω', (resistor, volts) => {
    const { pullUpOhms = 0 } = double.points[0]?.sockets[0]?.wiring?.proximity ?? {};
    expect((supplyV * resistor) / (resistor + pullUpOhms)).toBeCloseTo(volts, 3);
    expect(readFileSync('board/pi-bench-double.yaml', 'utf8')).toContain(`${resistor} Ω`);
  });

  test('of temperature: the comment is right about 60 °C', () => {
    const { ohmsAt25 = 0, beta = 0, pullUpOhms = 0 } = double.points[0]?.sockets[0]?.wiring?.thermometer ?? {};
    const resistor = ohmsAt25 * Math.exp(beta * (1 / (60 + 273.15) - 1 / 298.15));
    expect((supplyV * resistor) / (resistor + pullUpOhms)).toBeCloseTo(0.66, 2);
    expect(readFileSync('board/pi-bench-double.yaml', 'utf8')).toContain('0.66 V at 60 °C');
  });
});

describe('docs/rig.md', () => {
  const page = readFileSync('docs/rig.md', 'utf8');
  const expander = (line: number): string => `GP${line < 8 ? 'A' : 'B'}${line % 8}`;

  test('has every line of pi-bench-double in its wiring table, with pin and polarity', () => {
    for (const { path, line } of linesOf(double)) {
      const place =
        line.chip === 'header'
          ? `header | BCM ${line.line} | ${headerPins[line.line]}`
          : `${line.chip} | ${line.line} | ${expander(line.line)}`;
      const row = page.split('\n').find((one) => one.includes(`| ${place} |`));
      expect([path, row]).toEqual([path, expect.stringContaining(line.activeLow ? '| low |' : '| high |')]);
    }
  });

  test('names every device of the board', () => {
    for (const text of ['/dev/spidev0.0', '/dev/spidev0.1', '/dev/ttyAMA0', '0x48', '0x49', '0x20', '0x21']) {
      expect(page).toContain(text);
    }
  });
});
