/** "Message receivers must be able to handle fractional seconds and time zone offsets" (OCPP 1.6, 3.15). */
import fc from 'fast-check';
import { isDateTime, parseDateTime } from '../../../src/ocpp/messages';

const noon = Date.UTC(2025, 3, 30, 12);

test.each([
  ['2025-04-30T12:00:00Z', noon],
  ['2025-04-30t12:00:00z', noon],
  ['2025-04-30 12:00:00Z', noon],
  ['2025-04-30T12:00:00.5Z', noon + 500],
  ['2025-04-30T12:00:00,25Z', noon + 250],
  ['2025-04-30T12:00:00.123456789Z', noon + 123],
  ['2025-04-30T14:00:00.000+02:00', noon],
  ['2025-04-30T14:00:00+0200', noon],
  ['2025-04-30T14:00:00+02', noon],
  ['2025-04-30T06:30:00-05:30', noon],
  ['2025-05-01T02:00:00+14:00', noon],
  ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
  ['0001-01-01T00:00:00Z', -62135596800000],
  ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
  ['2017-01-01T00:59:60+01:00', Date.UTC(2017, 0, 1)],
])('%s is read', (text, ms) => {
  expect(parseDateTime(text)).toBe(ms);
});

test.each([
  '2025-04-30T12:00:00', // no offset
  '2025-04-30',
  '2025-04-31T12:00:00Z',
  '2025-02-29T12:00:00Z',
  '2025-13-01T12:00:00Z',
  '2025-00-01T12:00:00Z',
  '2025-04-30T24:00:00Z',
  '2025-04-30T12:60:00Z',
  '2025-04-30T12:00:60Z', // no leap second at noon
  '2025-04-30T12:00:00.Z',
  '2025-04-30T12:00:00+24:00',
  '2025-04-30T12:00Z',
  '25-04-30T12:00:00Z',
  '2025-04-30T12:00:00Z ',
  'now',
  '',
])('%j is refused', (text) => {
  expect(isDateTime(text)).toBe(false);
});

test('what Date writes is read back to the millisecond', () => {
  fc.assert(
    fc.property(
      fc.date({ noInvalidDate: true, min: new Date(-62135596800000), max: new Date('9999-12-31T23:59:59.999Z') }),
      (date) => {
        expect(parseDateTime(date.toISOString())).toBe(date.getTime());
      },
    ),
  );
});
