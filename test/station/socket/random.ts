/** Random values for tests of the socket machines: mostly what is usual, sometimes what cannot be. */
import * as fc from 'fast-check';
import type { SocketWish } from '../../../src/station/socket/types';

export const anyNumber = fc.oneof(
  fc.constantFrom(0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e12),
  fc.double({ min: -20, max: 20, noNaN: true }),
);
export const anyPlateau = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(12, 9, 6, 3, 0, -12) },
  { weight: 1, arbitrary: anyNumber },
);
export const anyOhms = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(Number.POSITIVE_INFINITY, 1500, 680, 220, 100, 50, 3_000) },
  { weight: 1, arbitrary: anyNumber },
);
export const anyAmps = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(6, 8, 10, 16, 32, 63) },
  { weight: 1, arbitrary: fc.constantFrom(0, 5.9, 7, 52, 100) },
  { weight: 1, arbitrary: anyNumber },
);
export const anyWish: fc.Arbitrary<SocketWish> = fc.oneof(
  { weight: 3, arbitrary: anyAmps.map((offerA) => ({ kind: 'permit', offerA }) as const) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('deny' as const),
      plug: fc.constantFrom('held' as const, 'free' as const),
      opening: fc.constantFrom('askFirst' as const, 'now' as const),
    }),
  },
);

export const anyWait = fc.oneof(
  fc.integer({ min: 0, max: 60 }),
  fc.integer({ min: 60, max: 1_000 }),
  fc.integer({ min: 1_000, max: 8_000 }),
);
