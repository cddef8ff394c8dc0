/** The nearest valid word is offered, and none when nothing is near. */
import fc from 'fast-check';
import { nearest } from '../../src/hal/suggest';

const names = ['mode', 'phases', 'ratedCurrent', 'cable', 'lock', 'plugDetector'];

test.each([
  ['phase', 'phases'],
  ['pahses', 'phases'],
  ['ratedcurrent', 'ratedCurrent'],
  ['rateCurent', 'ratedCurrent'],
  ['plugdetektor', 'plugDetector'],
  ['lok', 'lock'],
  ['voltage', undefined],
  ['', undefined],
  ['x', undefined],
])('%j is taken for %j', (word, meant) => {
  expect(nearest(word, names)).toBe(meant);
});

test('of equally near choices the first wins, and no choices give none', () => {
  expect(nearest('bat', ['cat', 'hat'])).toBe('cat');
  expect(nearest('bat', [])).toBeUndefined();
});

test('the length of a word costs nothing', () => {
  expect(nearest('a'.repeat(5_000_000), names)).toBeUndefined();
});

test('a choice with two neighbouring letters swapped is found again', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.nat(), (name, at) => {
      const left = at % (name.length - 1);
      const swapped = name.slice(0, left) + name[left + 1] + name[left] + name.slice(left + 2);
      expect(nearest(swapped, [name])).toBe(name);
    }),
  );
});
