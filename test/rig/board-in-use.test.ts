/** What a station that died had worked is made safe, whatever has become of the board file since. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { putSafe } from '../../src/cli/safe-state';
import * as safeState from '../../src/drivers/pi/gpio/safe-state';
import { loadBoard } from '../../src/hal/board/board-file';
import type { LineWiring } from '../../src/hal/wiring';
import { boardInUse, forgetBoard, rememberBoard } from '../../src/rig/board-in-use';

const retrofit = 'board/pi-retrofit-single.yaml';
let directory: string;
let error: string;
const made: LineWiring[][] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-in-use-'));
  jest.replaceProperty(process, 'env', { ...process.env, RUNTIME_DIRECTORY: directory });
  error = '';
  made.length = 0;
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    error += text;
    return true;
  });
  jest.spyOn(safeState, 'makeBoardSafe').mockImplementation((board) => {
    made.push(safeState.outputsOf(board).lines.map(({ line }) => line));
    return [];
  });
  jest.spyOn(safeState, 'makeSafe').mockImplementation(({ lines }) => {
    made.push(lines.map(({ line }) => line));
    return [];
  });
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

test('what it worked comes first, then the board file', () => {
  rememberBoard(loadBoard(retrofit), directory);
  const changed = join(directory, 'changed.yaml');
  writeFileSync(changed, readFileSync(retrofit, 'utf8').replace('coil: { line: 17 }', 'coil: { line: 0 }'));
  expect(putSafe(changed)).toBe(0);
  expect(made.map((lines) => lines[0]?.line)).toEqual([17, 0]);
});

test('a board file that is none any more is told of, and does not keep the lines from being safe', () => {
  rememberBoard(loadBoard(retrofit), directory);
  const broken = join(directory, 'broken.yaml');
  writeFileSync(broken, 'name: [');
  expect(putSafe(broken)).toBe(1);
  expect(made.map((lines) => lines[0]?.line)).toEqual([17]);
  expect(error).toMatch(/^greenup: .*broken\.yaml/);
});

test('without a station that died the board file alone counts, and what is wrong with it is thrown', () => {
  expect(putSafe(retrofit)).toBe(0);
  expect(made).toHaveLength(1);
  expect(() => putSafe(join(directory, 'none.yaml'))).toThrow(/none\.yaml/);
});

test('an orderly end forgets it; what is no board is none', () => {
  rememberBoard(loadBoard(retrofit), directory);
  expect(boardInUse()?.name).toBe('pi-retrofit-single');
  forgetBoard(directory);
  expect(existsSync(join(directory, 'board-in-use.json'))).toBe(false);
  expect(boardInUse()).toBeUndefined();
  for (const text of ['', 'null', '{"name":"x"}']) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'board-in-use.json'), text);
    expect(boardInUse()).toBeUndefined();
  }
});
