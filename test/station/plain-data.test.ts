/** Sameness of plain data: every value counts, also those that a comparison of texts would lose. */
import { sameData } from '../../src/station/plain-data';

test.each([
  [1, 1, true],
  [Number.NaN, Number.NaN, true],
  [Number.POSITIVE_INFINITY, null, false],
  [undefined, null, false],
  ['1', 1, false],
  [[1, 2], [1, 2], true],
  [[1, 2], [2, 1], false],
  [[1], [1, 2], false],
  [{ a: { b: [0] } }, { a: { b: [0] } }, true],
  [{ a: { b: [0] } }, { a: { b: [1] } }, false],
  [{ a: undefined }, {}, false],
  [{ a: undefined }, { b: undefined }, false],
  [{}, { a: 1 }, false],
  [{}, null, false],
  [[], {}, false],
  [[1], { 0: 1 }, false],
])('%j and %j: %p', (a, b, same) => {
  expect([sameData(a, b), sameData(b, a)]).toEqual([same, same]);
});
