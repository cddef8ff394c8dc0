/** A deadline is armed and judged by one expression: `now - since >= wait` may be false at `since + wait`, by rounding. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const roots = ['station', 'ocpp'].map((room) => join(__dirname, '../../src', room));
const files = roots.flatMap((root) =>
  readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, name)),
);

/** What compares a time that has passed with a wait. */
const difference = /\bnow(?:\(\))? - [\w.?()\s]+? ?(?:>=|<=|>|<) .*/g;

test.each(files)('%s', (file) => {
  const found = readFileSync(file, 'utf8').match(difference) ?? [];
  // No deadline is armed for this one: it is looked at when a link is lost.
  expect(found.filter((line) => !line.includes('lastingMs'))).toEqual([]);
});

test('the pattern finds what it is for', () => {
  for (const line of ['if (now - s.since >= waitMs)', 'clock.now() - this.lastBeatAt < ms', 'now - (a.b ?? now) > 3'])
    expect(line.match(difference)).not.toBeNull();
});
