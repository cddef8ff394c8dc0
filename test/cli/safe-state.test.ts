/** `greenup safe-state`: hands all outputs of the board to the kernel, tells each problem, and answers by its exit code. */
import { putSafe } from '../../src/cli/safe-state';
import * as safeState from '../../src/drivers/pi/gpio/safe-state';

let out: string;
let error: string;
let problems: string[];
const makeSafe = jest.spyOn(safeState, 'makeSafe');

beforeEach(() => {
  out = '';
  error = '';
  problems = [];
  makeSafe.mockReset();
  makeSafe.mockImplementation(() => problems.map((text) => ({ part: 'contactor', code: 'notSafe', text })));
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    error += text;
    return true;
  });
});

afterEach(() => jest.mocked(process.stdout.write).mockRestore());
afterEach(() => jest.mocked(process.stderr.write).mockRestore());

test('every coil first, then the rest, and every pilot; code 0 when all is safe', () => {
  expect(putSafe('board/pi-bench-double.yaml')).toBe(0);
  const [outputs, hardware] = makeSafe.mock.calls[0] ?? [];
  const lines = outputs?.lines.map(({ line }) => line);
  expect(lines?.slice(0, 4)).toEqual(
    [17, 27, 22, 23].map((line) => expect.objectContaining({ chip: 'header', line, activeLow: false })),
  );
  expect(lines).toEqual(
    expect.arrayContaining([
      { chip: 'header', line: 24, activeLow: false },
      { chip: 'slow', line: 8, activeLow: false },
      { chip: 'lights', line: 13, activeLow: true },
    ]),
  );
  expect(hardware?.gpioChips.map(({ name }) => name)).toEqual(['header', 'slow', 'lights']);
  expect(outputs?.pwm.map(({ channel }) => channel)).toEqual([0, 1].map((channel) => ({ chip: 'header', channel })));
  expect(out).toBe(`${lines?.length} lines and 2 pilots are safe\n`);
  expect(error).toBe('');
});

test('each problem is a line on stderr, and the code is 1', () => {
  problems = ['line 17 of GPIO chip header: in use', 'channel 0 of PWM chip fe20c000.pwm: there is no such chip'];
  expect(putSafe('board/pi-bench-double.yaml')).toBe(1);
  expect(error).toBe(problems.map((problem) => `greenup: ${problem}\n`).join(''));
  expect(out).toBe('');
});

test('a simulated board has nothing to make safe', () => {
  expect(putSafe('board/simulated-double.yaml')).toBe(0);
  expect(out).toBe('board/simulated-double.yaml: a simulated board has no outputs\n');
  expect(makeSafe).not.toHaveBeenCalled();
});

test('a board file that is not there is an error that names it', () => {
  expect(() => putSafe('board/nothing.yaml')).toThrow(/board\/nothing\.yaml/);
  expect(makeSafe).not.toHaveBeenCalled();
});
