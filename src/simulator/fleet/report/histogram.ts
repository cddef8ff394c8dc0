/** Counts times in fixed buckets, so that the counts of many machines add up to exactly what one machine would have counted. */

/** A time is counted in tenths of a ms; each power of two of it has so many buckets, which differ by 3 % or less. */
const bucketsPerOctave = 32;
const octaveBits = 5;
const unitsPerMs = 10;
/** Longer times count as this one, which is 29 hours. */
const unitsMax = 2 ** 30 - 1;

/** Without empty buckets: number of a bucket, and its count. Sums and extremes are in tenths of a ms. */
export interface HistogramData {
  count: number;
  sum: number;
  min: number;
  max: number;
  buckets: [bucket: number, count: number][];
}

export const noTimes: HistogramData = { count: 0, sum: 0, min: 0, max: 0, buckets: [] };

export class Histogram {
  private readonly counts: Map<number, number>;
  private total: number;
  private sum: number;
  private least: number;
  private most: number;

  /** Goes on with what was counted before. */
  constructor({ count, sum, min, max, buckets }: HistogramData = noTimes) {
    this.counts = new Map(buckets);
    this.total = count;
    this.sum = sum;
    this.least = count === 0 ? unitsMax : min;
    this.most = max;
  }

  get count(): number {
    return this.total;
  }

  add(ms: number): void {
    const units = Math.min(unitsMax, Math.max(0, Math.round(ms * unitsPerMs)));
    const bucket = bucketOf(units);
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + 1);
    this.total += 1;
    this.sum += units;
    this.least = Math.min(this.least, units);
    this.most = Math.max(this.most, units);
  }

  data(): HistogramData {
    const buckets = [...this.counts].sort(([a], [b]) => a - b);
    return { count: this.total, sum: this.sum, min: this.total === 0 ? 0 : this.least, max: this.most, buckets };
  }
}

export function mergedTimes(a: HistogramData, b: HistogramData): HistogramData {
  const counts = new Map(a.buckets);
  for (const [bucket, count] of b.buckets) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
  return {
    count: a.count + b.count,
    sum: a.sum + b.sum,
    min: a.count === 0 ? b.min : b.count === 0 ? a.min : Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    buckets: [...counts].sort(([one], [other]) => one - other),
  };
}

/** The time within which this part of all came, in ms, rounded up to the end of a bucket; undefined: nothing was counted. */
export function quantileMs({ count, max, buckets }: HistogramData, part: number): number | undefined {
  if (count === 0) return undefined;
  const wanted = Math.max(1, Math.ceil(part * count));
  let seen = 0;
  for (const [bucket, own] of buckets) {
    seen += own;
    if (seen >= wanted) return Math.min(endOf(bucket), max) / unitsPerMs;
  }
  return max / unitsPerMs;
}

export function meanMs({ count, sum }: HistogramData): number | undefined {
  return count === 0 ? undefined : sum / count / unitsPerMs;
}

export function maxMs({ count, max }: HistogramData): number | undefined {
  return count === 0 ? undefined : max / unitsPerMs;
}

/** Where a bucket begins and ends, in ms. */
export function bucketSpanMs(bucket: number): { fromMs: number; toMs: number } {
  return { fromMs: beginOf(bucket) / unitsPerMs, toMs: endOf(bucket) / unitsPerMs };
}

/** Whole numbers only: logarithms may differ in their last digit between machines. */
function bucketOf(units: number): number {
  if (units < 2 * bucketsPerOctave) return units;
  const shift = 31 - Math.clz32(units) - octaveBits;
  return shift * bucketsPerOctave + (units >>> shift);
}

function beginOf(bucket: number): number {
  if (bucket < 2 * bucketsPerOctave) return bucket;
  const shift = Math.floor(bucket / bucketsPerOctave) - 1;
  return (bucket - shift * bucketsPerOctave) * 2 ** shift;
}

/** The greatest value that it counts. */
function endOf(bucket: number): number {
  return beginOf(bucket + 1) - 1;
}
