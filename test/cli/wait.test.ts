/** What `greenup wait` makes of its words. */
import { conditionOf, durationMs } from '../../src/cli/wait';
import { waitsFor } from '../../src/control/conditions';

test.each<[string, object]>([
  ['registered', { for: 'registered' }],
  ['status 1 Charging', { for: 'status', connector: 1, status: 'Charging' }],
  ['status 0 Available', { for: 'status', connector: 0, status: 'Available' }],
  ['started', { for: 'started' }],
  ['stopped 3', { for: 'stopped', connector: 3 }],
  ['energy 1 0.5', { for: 'energy', connector: 1, energyWh: 0.5 }],
  ['sent StatusNotification 2', { for: 'sent', message: 'StatusNotification', connector: 2 }],
  ['received Reset', { for: 'received', message: 'Reset' }],
])('%s', (line, condition) => {
  expect(conditionOf(line.split(' '))).toEqual(condition);
});

test.each([
  ['rain', 'There is no condition "rain"; valid: connected, disconnected'],
  ['toString', 'There is no condition'],
  ['status 1', 'Must be: status connector status'],
  ['connected 1', 'Must be: connected'],
  ['status one Charging', 'Must be the number of a connector'],
  ['energy 1 much', 'a number of Wh'],
])('%s is refused', (line, why) => {
  expect(() => conditionOf(line.split(' '))).toThrow(why);
});

test('it has a form for everything that can be waited for', () => {
  for (const what of waitsFor) expect(() => conditionOf([what, '1', '2', '3', '4'])).toThrow(`Must be: ${what}`);
});

test.each([
  ['30s', 30_000],
  ['500ms', 500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1.5', 1_500],
  ['0', 0],
])('%s', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

test.each(['', 'soon', '2h', '-1s', '1 s', 's'])('"%s" is no time', (text) => {
  expect(() => durationMs(text)).toThrow('Must be a time');
});
