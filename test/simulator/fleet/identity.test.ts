/** Names and passwords of a fleet's stations: by their global index, and refused before anything starts. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identitiesOf, passwordsOf } from '../../../src/simulator/fleet/identity';

test.each([
  ['CP{000001}', 10_000, [1, 9_999, 10_000], ['CP000001', 'CP009999', 'CP010000']],
  ['CP{1}', 100, [1, 10, 100], ['CP1', 'CP10', 'CP100']],
  ['FR*{050}*A', 60, [1, 60], ['FR*050*A', 'FR*109*A']],
  ['{08}', 5, [1, 5], ['08', '12']],
  ['CP{9}', 2, [2], ['CP10']],
  ['ALONE', 1, [1], ['ALONE']],
  ['$&{1}', 2, [2], ['$&2']],
])('%s of %s stations', (pattern, stations, indices, names) => {
  const identityOf = identitiesOf(pattern, stations);
  expect(indices.map(identityOf)).toEqual(names);
});

test.each([
  ['CP', 2, /--id CP: valid is .*CP\{000001\}/],
  ['CP{1}-{2}', 2, /valid is .* one number/],
  ['CP{x}', 2, /valid is/],
  [`${'C'.repeat(600)}{1}`, 1, /--id/],
])('%s of %s stations is refused', (pattern, stations, message) => {
  expect(() => identitiesOf(pattern, stations)).toThrow(message);
});

describe('passwords', () => {
  function file(text: string): string {
    const path = join(mkdtempSync(join(tmpdir(), 'passwords-')), 'passwords');
    writeFileSync(path, text);
    return path;
  }

  test('one line is that of all, lines are those of stations by their global index', () => {
    const one = passwordsOf(file('0123456789abcdef\n'), 3);
    expect([1, 3].map(one)).toEqual(['0123456789abcdef', '0123456789abcdef']);
    const each = passwordsOf(file('one-0123456789ab\r\ntwo-0123456789ab\r\nmore-0123456789a'), 2);
    expect([1, 2].map(each)).toEqual(['one-0123456789ab', 'two-0123456789ab']);
  });

  test.each([
    ['too few', 'one-0123456789ab\ntwo-0123456789ab\n', /has 2 lines for 3 stations; valid are one for all/],
    ['one that is too short', 'a-0123456789abcdef\nshort\nb-0123456789abcdef', /line 2: the password /],
    ['none', '', /line 1: the password /],
  ])('%s: refused, and never repeated', (_, text, message) => {
    const attempt = () => passwordsOf(file(text), 3);
    expect(attempt).toThrow(message);
    expect(attempt).not.toThrow(/short"|0123/);
  });

  test('a file that is not there is named', () => {
    expect(() => passwordsOf('/nowhere/passwords', 3)).toThrow(/--password-file: cannot be read: .*\/nowhere/);
  });
});
