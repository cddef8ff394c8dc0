/** Histograms: exact in their counts and extremes, near in their quantiles, and the same however they were put together. */
import fc from 'fast-check';
import {
  bucketSpanMs,
  Histogram,
  maxMs,
  meanMs,
  mergedTimes,
  noTimes,
  quantileMs,
} from '../../../../src/simulator/fleet/report/histogram';

const of = (times: readonly number[]) => {
  const histogram = new Histogram();
  for (const ms of times) histogram.add(ms);
  return histogram.data();
};
const anyTimes = fc.array(fc.oneof(fc.double({ min: 0, max: 1e7, noNaN: true }), fc.nat(2_000)), { maxLength: 60 });

test('merging in any order and in any groups gives what one histogram would have counted', () => {
  fc.assert(
    fc.property(anyTimes, anyTimes, anyTimes, (a, b, c) => {
      const whole = of([...a, ...b, ...c]);
      expect(mergedTimes(mergedTimes(of(a), of(b)), of(c))).toEqual(whole);
      expect(mergedTimes(of(c), mergedTimes(of(b), of(a)))).toEqual(whole);
      expect(mergedTimes(whole, noTimes)).toEqual(whole);
      expect(mergedTimes(noTimes, whole)).toEqual(whole);
    }),
  );
});

test('a quantile is never below the time that it stands for, and at most 3 % and a tenth of a ms above', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 80 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (times, part) => {
        const sorted = times.map((ms) => Math.round(ms * 10) / 10).sort((a, b) => a - b);
        const true_ = sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1] ?? 0;
        const found = quantileMs(of(times), part) ?? Number.NaN;
        expect(found).toBeGreaterThanOrEqual(true_);
        expect(found).toBeLessThanOrEqual(true_ * 1.032 + 0.1);
      },
    ),
  );
});

test('buckets follow one another without gaps', () => {
  for (let bucket = 0; bucket < 800; bucket++) {
    const [own, next] = [bucketSpanMs(bucket), bucketSpanMs(bucket + 1)];
    expect(next.fromMs).toBeCloseTo(own.toMs + 0.1, 5);
    for (const ms of [own.fromMs, own.toMs]) expect(of([ms]).buckets).toEqual([[bucket, 1]]);
  }
});

test('mean and extremes are exact, what is too long is counted, and nothing has no time', () => {
  const data = of([1, 2, 3.5, 100]);
  expect([meanMs(data), data.min / 10, maxMs(data), data.count]).toEqual([26.625, 1, 100, 4]);
  expect(quantileMs(data, 1)).toBe(100);
  expect(of([1e12, -5]).count).toBe(2);
  expect([quantileMs(noTimes, 0.5), meanMs(noTimes), maxMs(noTimes)]).toEqual([undefined, undefined, undefined]);
});
