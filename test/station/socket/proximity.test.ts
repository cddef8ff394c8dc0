/** The plug's resistor to the rating of its cable, against IEC 62196-1, Annex B. */
import * as fc from 'fast-check';
import type { ProximityReading } from '../../../src/hal/parts';
import { type CablePresence, cableOf, sameCable } from '../../../src/station/socket/proximity';

const ohms = (value: number): ProximityReading => ({ kind: 'ohms', ohms: value });

test.each([
  [1500, 13],
  [680, 20],
  [220, 32],
  [100, 63],
])('%d Ω is a cable of %d A, also 10 %% beside the nominal value', (nominal, ratingA) => {
  for (const factor of [0.9, 1, 1.1]) expect(cableOf(ohms(nominal * factor))).toEqual({ kind: 'cable', ratingA });
});

test.each([
  [75, 63],
  [149.9, 63],
  [150, 32],
  [329.9, 32],
  [330, 20],
  [999.9, 20],
  [1000, 13],
  [2200, 13],
])('%d Ω at the edge of its window is %d A', (value, ratingA) => {
  expect(cableOf(ohms(value))).toEqual({ kind: 'cable', ratingA });
});

test('no plug above 4.5 kΩ', () => {
  for (const value of [4501, 1e6, Number.POSITIVE_INFINITY]) expect(cableOf(ohms(value))).toEqual({ kind: 'none' });
});

test('a rating is never guessed: short, odd and impossible resistances are invalid', () => {
  for (const value of [0, 50, 74.9, 2201, 3000, 4500, -220, Number.NaN, Number.NEGATIVE_INFINITY]) {
    expect(cableOf(ohms(value))).toEqual({ kind: 'invalid' });
  }
  expect(cableOf({ kind: 'invalid', reason: 'no answer from the converter' })).toEqual({ kind: 'invalid' });
});

test('a lower resistance never gives a lower rating within the windows', () => {
  const window = fc.double({ min: 75, max: 2200, noNaN: true });
  fc.assert(
    fc.property(window, window, (a, b) => {
      const [low, high] = [cableOf(ohms(Math.min(a, b))), cableOf(ohms(Math.max(a, b)))];
      if (low.kind !== 'cable' || high.kind !== 'cable') throw new Error('a hole between the windows');
      expect(low.ratingA).toBeGreaterThanOrEqual(high.ratingA);
    }),
  );
});

test('cables are the same when their ratings are', () => {
  const all: CablePresence[] = [
    { kind: 'none' },
    { kind: 'invalid' },
    ...([13, 20, 32, 63] as const).map((ratingA) => ({ kind: 'cable' as const, ratingA })),
  ];
  all.forEach((a, i) => {
    all.forEach((b, j) => {
      expect(sameCable(a, structuredClone(b))).toBe(i === j);
    });
  });
});
