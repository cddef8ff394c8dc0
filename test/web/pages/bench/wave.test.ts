/** The line of a pilot's wave, the bars of its states, and the marks of an axis. */
import type { PilotState, PilotStep } from '../../../../src/control/pages/bench';
import { barsOf, stateName, ticksOf, waveCorners } from '../../../../src/web/pages/bench/wave';

const begin = Date.UTC(2026, 4, 4, 8);
let number = 0;

function step(atS: number, state: PilotState, dutyPercent: number | null = null, connectorId = 1): PilotStep {
  number += 1;
  return {
    number,
    at: new Date(begin + atS * 1_000).toISOString(),
    connectorId,
    state,
    highV: 9,
    lowV: -12,
    dutyPercent,
  };
}

const span = (fromS: number, toS: number) => ({ fromMs: begin + fromS * 1_000, toMs: begin + toS * 1_000 });
const inSeconds = (bars: ReturnType<typeof barsOf>) =>
  bars.map(({ state, fromMs, toMs }) => [state, (fromMs - begin) / 1_000, (toMs - begin) / 1_000]);

test('without PWM the line is flat, with it each period is high for the duty cycle', () => {
  expect(waveCorners({ state: 'A', highV: 12, lowV: 12, dutyPercent: null })).toEqual([
    [0, 12],
    [3, 12],
  ]);
  const corners = waveCorners({ state: 'C', highV: 6, lowV: -12, dutyPercent: 25 });
  expect(corners.slice(0, 5)).toEqual([
    [0, -12],
    [0, 6],
    [0.25, 6],
    [0.25, -12],
    [1, -12],
  ]);
  expect(corners.at(-1)).toEqual([3, -12]);
});

test.each([
  ['A', null, 'A1'],
  ['B', 20, 'B2'],
  ['E', 20, 'E'],
  ['F', null, 'F'],
  ['invalid', null, '?'],
] as const)('%s with PWM %s is called %s', (state, dutyPercent, name) => {
  expect(stateName({ state, highV: 0, lowV: 0, dutyPercent })).toBe(name);
});

test('a bar lasts until another state, whatever the duty cycle and the other outlets do', () => {
  const steps = [step(0, 'A'), step(10, 'B'), step(11, 'B', 50), step(12, 'A', null, 3), step(20, 'C', 50)];
  expect(inSeconds(barsOf(steps, 1, span(-60, 30)))).toEqual([
    ['A', 0, 10],
    ['B', 10, 20],
    ['C', 20, 30],
  ]);
  expect(inSeconds(barsOf(steps, 1, span(5, 15)))).toEqual([
    ['A', 5, 10],
    ['B', 10, 15],
  ]);
  expect(inSeconds(barsOf(steps, 3, span(15, 30)))).toEqual([['A', 15, 30]]);
  expect(inSeconds(barsOf(steps, 1, span(0, 30), begin + 25_000)).slice(-2)).toEqual([
    ['C', 20, 25],
    ['noPower', 25, 30],
  ]);
  expect(barsOf([], 1, span(0, 30))).toEqual([]);
});

test('an axis has whole instants, and not more than there is room for', () => {
  const seconds = (fromS: number, toS: number, ticksMax: number) =>
    ticksOf(span(fromS, toS), ticksMax).map((ms) => (ms - begin) / 1_000);
  expect(seconds(3, 63, 6)).toEqual([10, 20, 30, 40, 50, 60]);
  expect(seconds(0, 900, 4)).toEqual([0, 300, 600, 900]);
  expect(seconds(0, 60, 2)).toEqual([0, 30, 60]);
});
