/** Cards as a table: what a table would change, and what is wrong with it, line by line. */
import { localCardsMax } from '../../src/local/bounds';
import { planOf, tableOf } from '../../src/local/cards-table';
import type { LocalCard } from '../../src/local/local-card';

const anna: LocalCard = { token: '04A1B2C3', label: 'Anna', lastDay: '2026-12-31' };
const ben: LocalCard = { token: '-7', label: '=HYPERLINK("x")' };
const present = [anna, ben];

test('a table that was written changes nothing when it is read', () => {
  expect(planOf(present, tableOf(present), true)).toEqual({
    ...{ added: [], changed: [], removed: [], same: 2, wrong: [] },
    next: present,
  });
  expect(tableOf([])).toBe('card,label,last day\r\n');
});

test('what is new, what is another, what stays; others go only when they shall', () => {
  const table = 'card,label,last day\n04a1b2c3,Anna,2027-01-31\nCC,Carl\n';
  const [changed, added] = [
    { token: '04a1b2c3', label: 'Anna', lastDay: '2027-01-31' },
    { token: 'CC', label: 'Carl' },
  ];
  expect(planOf(present, table, false)).toEqual({
    ...{ added: [added], changed: [changed], removed: [], same: 0, wrong: [] },
    next: [changed, ben, added],
  });
  expect(planOf(present, table, true)).toMatchObject({ removed: [ben], next: [changed, added] });
});

test('a table without a line of names begins with a card', () => {
  expect(planOf([], 'AA\nBB;Ben', false).added).toEqual([
    { token: 'AA', label: '' },
    { token: 'BB;Ben', label: '' },
  ]);
  expect(planOf([], 'AA;Anna\nBB;Ben', false).added).toEqual([
    { token: 'AA', label: 'Anna' },
    { token: 'BB', label: 'Ben' },
  ]);
});

test('every line that is wrong is told', () => {
  const lines = [
    'card,label,last day',
    'AA,ok',
    'A A,space',
    ',no card',
    'x'.repeat(21),
    `BB,${'l'.repeat(51)}`,
    'CC,,2026-02-30',
    'DD,,soon',
    'aa,twice',
    'EE,,2026-12-31,more',
    'é',
  ];
  expect(planOf([], lines.join('\r\n'), false).wrong).toEqual([
    { line: 3, fault: 'cardInvalid', found: 'A A' },
    { line: 4, fault: 'cardInvalid', found: '' },
    { line: 5, fault: 'cardInvalid', found: 'x'.repeat(21) },
    { line: 6, fault: 'labelLong', found: 'BB' },
    { line: 7, fault: 'dayInvalid', found: 'CC' },
    { line: 8, fault: 'dayInvalid', found: 'DD' },
    { line: 9, fault: 'cardTwice', found: 'aa' },
    { line: 10, fault: 'fieldsMany', found: 'EE' },
    { line: 11, fault: 'cardInvalid', found: 'é' },
  ]);
  expect(planOf([], 'AA,"open\nBB', false).wrong).toEqual([{ line: 1, fault: 'quoteOpen', found: '' }]);
});

test('no more cards than the station keeps, those that stay included', () => {
  const full = Array.from({ length: localCardsMax }, (_, index) => ({ token: `C${index}`, label: '' }));
  expect(planOf(full, 'NEW', false).wrong).toEqual([{ line: 1, fault: 'cardsMany', found: '' }]);
  expect(planOf(full, 'NEW', true).wrong).toEqual([]);
  expect(planOf(full, 'c1,renamed', false).wrong).toEqual([]);
});
