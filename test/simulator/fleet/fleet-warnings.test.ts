/** Thousands of stations that say the same are heard three times, counted, and forgotten no kind of warning. */
import { FleetWarnings } from '../../../src/simulator/fleet/fleet-warnings';

function warnings(holds = false) {
  const told: string[] = [];
  return { told, own: new FleetWarnings((message) => told.push(message), holds) };
}

test('of one kind three are told, whatever numbers stand in them; the others are counted', () => {
  const { own, told } = warnings();
  for (let index = 1; index <= 50; index += 1) own.ofStation(`CP${index}`, `message ${index} given up`);
  own.ofStation('CP7', 'another');
  expect(told).toEqual([
    'CP1: message 1 given up',
    'CP2: message 2 given up',
    'CP3: message 3 given up',
    'CP7: another',
  ]);
  own.release();
  expect(told.slice(4)).toEqual(['47 more: message # given up']);
});

test('a line about the fleet is told once', () => {
  const { own, told } = warnings();
  own.of('the certificate runs out in 3 days');
  own.of('the certificate runs out in 3 days');
  own.of('the certificate runs out in 2 days');
  expect(told).toEqual(['the certificate runs out in 3 days', 'the certificate runs out in 2 days']);
});

test('while there is a table on the screen nothing is told, and nothing lost', () => {
  const { own, told } = warnings(true);
  for (let index = 1; index <= 5; index += 1) own.ofStation(`CP${index}`, 'the disk is full');
  own.of('odd');
  expect(told).toEqual([]);
  own.release();
  expect(told).toEqual([
    'CP1: the disk is full',
    'CP2: the disk is full',
    'CP3: the disk is full',
    'odd',
    '2 more: the disk is full',
  ]);
  own.of('late');
  expect(told.at(-1)).toBe('late');
});

test('of very many kinds the last are only counted', () => {
  const { own, told } = warnings();
  const kind = (index: number): string => 'x'.repeat(index + 1);
  for (let index = 0; index < 250; index += 1) own.of(kind(index));
  expect(told).toHaveLength(200);
  own.release();
  expect(told.at(-1)).toBe('50 more of other kinds');
});
