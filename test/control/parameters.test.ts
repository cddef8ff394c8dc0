/** Parameters out of JSON: what is accepted, and how a mistake is told. */
import {
  jsonObject,
  listOf,
  oneOf,
  optional,
  readParameters,
  text,
  unknownNames,
  unknownWord,
  wholeNumber,
  yesOrNo,
} from '../../src/control/parameters';

const parameters = {
  count: wholeNumber(1, 4),
  name: optional(text(1, 5)),
  kind: optional(oneOf(['a', 'b'])),
  flags: optional(listOf(yesOrNo, 'flags', 2)),
  more: optional(jsonObject),
};

test('valid values come through, those left out are absent', () => {
  expect(readParameters(parameters, { count: 4, flags: [true, false] }, 'x')).toEqual({
    count: 4,
    flags: [true, false],
  });
  expect(readParameters(parameters, { count: 1, name: null, more: {} }, 'x')).toEqual({ count: 1, more: {} });
});

test.each([
  [{}, 'x: count is missing; must be a whole number from 1 to 4'],
  [{ count: 5 }, 'x: count: found 5; must be'],
  [{ count: 1.5 }, 'found 1.5'],
  [{ count: '1' }, 'found "1"'],
  [{ count: 1, name: '' }, 'a text of 1 to 5 characters'],
  [{ count: 1, name: 'abcdef' }, 'found "abcdef"'],
  [{ count: 1, kind: 'c' }, 'must be a, b'],
  [{ count: 1, flags: [true, true, true] }, 'a list of flags'],
  [{ count: 1, flags: [1] }, 'each true or false'],
  [{ count: 1, more: [] }, 'an object'],
])('%j is refused', (given, message) => {
  expect(() => readParameters(parameters, given, 'x')).toThrow(message);
});

test('long values are cut in messages', () => {
  const given = { count: 'x'.repeat(1_000) };
  expect(() => readParameters(parameters, given, 'x')).toThrow(/^x: count: found "x{59}…; must be/);
});

test('unknown names and words are told with the one that was likely meant', () => {
  expect(unknownNames(parameters, { count: 1, cuont: 2 }, 'x')).toEqual([
    'x: there is no name "cuont"; did you mean count? Valid: count, name, kind, flags, more',
  ]);
  expect(unknownWord('fault', 'zzz', ['a', 'b'])).toBe('there is no fault "zzz"; valid: a, b');
  expect(unknownWord('fault', 'over', ['overVoltage', 'overCurrent'])).not.toContain('did you mean');
  expect(unknownWord('fault', 'overv', ['overVoltage', 'overCurrent'])).toContain('did you mean overVoltage?');
  expect(unknownWord('name', 'x', [])).toContain('valid: none');
});
