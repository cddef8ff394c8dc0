/** Believes a sampled value only once it has stood still: contacts bounce, and one sample may be noise. */

export class Debounce<T> {
  private candidate: { value: T; since: number } | undefined;

  /** `settleMs`: how long a new value must be seen, in ms; with 0 two equal samples in a row are enough. */
  constructor(
    private believed: T,
    private readonly settleMs: (value: T) => number = () => 0,
  ) {}

  /** Takes a sample of this instant (in ms) and gives the value that is believed now. */
  take(sample: T, now: number): T {
    if (Object.is(sample, this.believed)) this.candidate = undefined;
    else if (!this.candidate || !Object.is(sample, this.candidate.value))
      this.candidate = { value: sample, since: now };
    else if (now - this.candidate.since >= this.settleMs(sample)) {
      this.believed = sample;
      this.candidate = undefined;
    }
    return this.believed;
  }
}
