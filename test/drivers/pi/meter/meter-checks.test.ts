/** The meters of a board file must have register maps that measure enough phases, and what is wrong is told with its place. */
import { readFileSync } from 'node:fs';
import { checkMeters } from '../../../../src/drivers/pi/meter/meter-checks';
import { readBoardText } from '../../../../src/hal/board/board-file';

const text = readFileSync('board/pi-bench-double.yaml', 'utf8');
const line = text.slice(0, text.indexOf('map: eastron-sdm630')).split('\n').length;

/** The first meter gets another map. */
const withMap = (map: string): string => text.replace('map: eastron-sdm630', `map: ${map}`);

const messageOf = (board: string): string => {
  try {
    readBoardText(board, 'x.yaml', { checks: [checkMeters] });
    return 'no error';
  } catch (error) {
    return (error as Error).message;
  }
};

test('the boards of the project have meters that fit', () => {
  for (const name of ['pi-bench-double', 'pi-retrofit-single', 'simulated-double']) {
    expect(messageOf(readFileSync(`board/${name}.yaml`, 'utf8'))).toBe('no error');
  }
});

test('an unknown map is told with its place and the valid names', () => {
  expect(messageOf(withMap('eastron-sdm360'))).toMatch(
    new RegExp(
      `^x\\.yaml:${line}:47 points\\[0\\]\\.sockets\\[0\\]\\.wiring\\.meter\\.map: no register map "eastron-sdm360" .*did you mean eastron-sdm630\\? Valid names: abb-b23, `,
    ),
  );
});

test('a meter of one phase does not do for three', () => {
  expect(messageOf(withMap('eastron-sdm120'))).toBe(
    `x.yaml:${line}:47 points[0].sockets[0].wiring.meter.map: eastron-sdm120 measures one phase, but the socket has 3; choose another meter`,
  );
});
