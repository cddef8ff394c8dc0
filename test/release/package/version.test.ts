/** The order of versions: what semver.org says by example, and what any order must keep. */
import fc from 'fast-check';
import { compareVersions, isVersion } from '../../../src/release/package/version';
import { runs } from '../../support/soak';

/** semver.org 2.0.0, 11, in its own order, with some more between. */
const ascending = [
  '0.0.0',
  '0.9.10',
  '0.10.0',
  '1.0.0-0',
  '1.0.0-9',
  '1.0.0-10',
  '1.0.0-99999999999999999998',
  '1.0.0-99999999999999999999',
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '2.0.0',
  '2.1.0',
  '2.1.1',
];

test('each comes before all that follow', () => {
  for (const [index, lower] of ascending.entries()) {
    expect(compareVersions(lower, lower)).toBe(0);
    for (const higher of ascending.slice(index + 1)) {
      expect([lower, higher, compareVersions(lower, higher) < 0]).toEqual([lower, higher, true]);
      expect([higher, lower, compareVersions(higher, lower) > 0]).toEqual([higher, lower, true]);
    }
  }
});

test('what follows a plus does not count', () => {
  expect(compareVersions('1.0.0+a', '1.0.0+b')).toBe(0);
  expect(compareVersions('1.0.0-rc.1+9', '1.0.0-rc.1')).toBe(0);
});

test.each([
  '',
  '1',
  '1.2',
  '1.2.3.4',
  '01.2.3',
  '1.2.3-',
  '1.2.3-01',
  '1.2.3-a..b',
  '1.2.3+',
  'v1.2.3',
  ' 1.2.3',
  '1.2.3\n',
  '1.2.1e3',
  '9999999999.0.0',
  `1.0.0-${'a'.repeat(60)}`,
  'unbuilt',
])('%j is no version', (text) => {
  expect(isVersion(text)).toBe(false);
  expect(() => compareVersions('1.0.0', text)).toThrow(JSON.stringify(text));
});

const word = fc.oneof(fc.nat(30).map(String), fc.constantFrom('a', 'b', 'A', '-', 'a1', '1a'));
const anyVersion = fc
  .tuple(fc.nat(2), fc.nat(2), fc.nat(2), fc.array(word, { maxLength: 3 }), fc.boolean())
  .map(([major, minor, patch, pre, isBuild]) => {
    const text = [`${major}.${minor}.${patch}`, ...(pre.length > 0 ? [pre.join('.')] : [])].join('-');
    return isBuild ? `${text}+build` : text;
  });

test('it is an order: any three agree with each other', () => {
  fc.assert(
    fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
      expect(isVersion(a)).toBe(true);
      expect(Math.sign(compareVersions(a, b))).toBe(0 - Math.sign(compareVersions(b, a)));
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0)
        expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
      const plain = (text: string) => text.replace('+build', '');
      expect(compareVersions(a, b) === 0).toBe(plain(a) === plain(b));
    }),
    { numRuns: runs(300) },
  );
});
