/** The lines about releases for log and health. */
import type { SlotVersions } from '../../src/hal/ports';
import { releaseWarnings } from '../../src/release/release-warnings';

const well: SlotVersions = { good: 'two', next: 'two', trial: undefined, failed: [], installed: ['two', 'one'] };

test('where all is well nothing is said', () => {
  expect(releaseWarnings(well)).toEqual([]);
});

test('a failed release is told as long as it is installed', () => {
  const failed = [{ version: 'one', reason: 'was started 3 times and never confirmed' }];
  expect(releaseWarnings({ ...well, failed })).toEqual([
    'release one was given up: it was started 3 times and never confirmed',
  ]);
  expect(releaseWarnings({ ...well, failed, installed: ['two'] })).toEqual([]);
});

test('a good release that is unwell is told with what runs in its place', () => {
  const unwell = { version: 'two', reason: 'ended 5 times in a row' };
  const help = 'install a release again (make flash)';
  expect(releaseWarnings({ ...well, unwell, next: 'one' })).toEqual([
    `release two ended 5 times in a row: one runs in its place; ${help}`,
  ]);
  expect(releaseWarnings({ ...well, unwell })).toEqual([
    `release two ended 5 times in a row: nothing else held itself up; ${help}`,
  ]);
});
