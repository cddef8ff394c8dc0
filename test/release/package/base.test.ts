/** The number of what lies outside the slots: of the machine, and of the program. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { baseOfMachine, baseOfProgram } from '../../../src/release/package/base';
import { freshDirectory, removeDirectories } from './support';

afterEach(removeDirectories);

test('a machine has the number in its file, and 0 without one', () => {
  const file = join(freshDirectory(), 'base');
  expect(baseOfMachine(file)).toBe(0);
  for (const text of ['7', '7\n']) {
    writeFileSync(file, text);
    expect(baseOfMachine(file)).toBe(7);
  }
});

test.each([
  '',
  'x',
  '-1',
  '1.5',
  '1 2',
  '12345',
  '1\n\n',
])('%j is no number of a base, and no update is fit for it', (text) => {
  const file = join(freshDirectory(), 'base');
  writeFileSync(file, text);
  expect(() => baseOfMachine(file)).toThrow(expect.objectContaining({ code: 'package.unfit' }));
});

test('the program needs the base that comes with it', () => {
  expect(baseOfProgram()).toBeGreaterThanOrEqual(1);
});
