/** Tables of text between commas (RFC 4180): what is written is read back, whatever is in it. */
import fc from 'fast-check';
import { csvOf, csvRecords } from '../../src/local/csv';

const rowsOf = (text: string) => csvRecords(text).records.map(({ fields }) => fields);

test('lines end with CR LF, and what needs quotes has them (RFC 4180, 2)', () => {
  expect(
    csvOf([
      ['card', 'label'],
      ['A', 'x,y'],
      ['B', 'say "z"'],
      ['C', 'two\nlines'],
    ]),
  ).toBe('card,label\r\nA,"x,y"\r\nB,"say ""z"""\r\nC,"two\nlines"\r\n');
});

test.each(['=1+1', '+1', '-1', '@x', '\tx', "'=x", "'"])('%j is no formula, and comes back', (value) => {
  const text = csvOf([[value, 'x']]);
  expect(text.replace(/^"/, '')[0]).toBe("'");
  expect(rowsOf(text)).toEqual([[value, 'x']]);
});

test('an apostrophe of somebody’s own stays', () => {
  expect(rowsOf("'t Hof,x")).toEqual([["'t Hof", 'x']]);
});

test('whatever is written comes back', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', "'", '=', '-', ' ', 'é') });
  const row = fc.array(cell, { minLength: 1, maxLength: 4 }).filter((cells) => cells.some((one) => one !== ''));
  // The first line has a comma outside of quotes, as that of our tables.
  const table = fc.array(row, { maxLength: 5 }).map((rows) => [['first', 'line'], ...rows]);
  fc.assert(fc.property(table, (rows) => expect(rowsOf(csvOf(rows))).toEqual(rows)));
});

test.each([
  ['semicolons', 'card;label\nA;x,y'],
  ['tabs', 'card\tlabel\nA\tx,y'],
  ['a mark of byte order', '\uFEFFcard,label\nA,"x,y"'],
  ['lines of old Macs', 'card,label\rA,"x,y"\r'],
  ['empty lines', '\n\ncard,label\r\n\r\nA,"x,y"\r\n,\r\n'],
])('%s are taken', (_what, text) => {
  expect(rowsOf(text)).toEqual([
    ['card', 'label'],
    ['A', 'x,y'],
  ]);
});

test('a record knows its line, also behind one that has several', () => {
  expect(csvRecords('a,b\r\n"two\r\nlines",c\r\n\r\nd').records.map(({ line }) => line)).toEqual([1, 2, 5]);
});

test('a quote that is never closed is told with its line', () => {
  expect(csvRecords('a,b\nc,"d\ne').openQuoteAt).toBe(2);
  expect(csvRecords('a,"b"').openQuoteAt).toBeUndefined();
});
