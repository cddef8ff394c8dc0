/** Stored values are read through checked collections; what cannot be read is set aside, with its reason, and stays. */

import { shape } from '../../src/hal/shapes';
import type { JsonValue } from '../../src/hal/store';
import { collection, quarantineEntry, StoredValues, setAsideOf } from '../../src/hal/stored';

const cars = collection('car/', shape.Object({ seats: shape.Integer(), name: shape.Optional(shape.String()) }));
const count = collection('count', shape.Number());

test('what fits is read by name, with fields of a newer release let through', () => {
  const stored = new StoredValues(
    new Map<string, JsonValue>([
      ['car/a', { seats: 4 }],
      ['car/b', { seats: 2, name: 'x', colour: 'red' }],
      ['count', 7],
    ]),
  );
  expect([...cars.read(stored)]).toEqual([
    ['a', { seats: 4 }],
    ['b', { seats: 2, name: 'x', colour: 'red' }],
  ]);
  expect(count.readOne(stored)).toBe(7);
  expect(stored.news).toEqual([]);
  expect(stored.batch()).toEqual({ put: [], del: [] });
});

test.each([
  ['a wrong type', { seats: 'four' }, 'seats: Expected integer'],
  ['a renamed field', { chairs: 4 }, 'seats: Expected required property'],
  ['null', null, 'value: Expected object'],
  ['a list', [4], 'value: Expected object'],
  ['a fraction', { seats: 1.5 }, 'seats: Expected integer'],
])('%s is set aside with its reason, and nothing else is', (_what, value, reason) => {
  const stored = new StoredValues(
    new Map<string, JsonValue>([
      ['car/bad', value as JsonValue],
      ['car/good', { seats: 4 }],
    ]),
    { found: 2, own: 1 },
  );
  expect([...cars.read(stored).keys()]).toEqual(['good']);
  const aside = { key: 'car/bad', reason, format: 2, reader: 1, value };
  expect(stored.news).toEqual([aside]);
  expect(stored.batch()).toEqual({ put: [['quarantine/car/bad', aside]], del: ['car/bad'] });
  expect(stored.get('car/bad')).toBeUndefined();
  expect(stored.has('car/bad')).toBe(true);
});

test('a single value that cannot be read is none, and set aside', () => {
  const stored = new StoredValues(new Map([['count', 'many']]));
  expect(count.readOne(stored)).toBeUndefined();
  expect(stored.news).toEqual([expect.objectContaining({ key: 'count', value: 'many' })]);
});

test('what an earlier start has set aside is known and told no more', () => {
  const earlier = { key: 'car/old', reason: 'seats: Expected integer', format: 1, reader: 1, value: { seats: null } };
  const stored = new StoredValues(new Map([quarantineEntry(earlier), ['quarantine/car/odd', 'no entry']]));
  expect(stored.quarantined).toEqual([earlier]);
  expect(stored.news).toEqual([]);
  expect(setAsideOf('no entry')).toBeUndefined();
});
