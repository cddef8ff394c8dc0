/** How late the event loop of the main thread comes: measured only while somebody asks for it now and then. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** Whoever has not asked for so long does not ask any more, in ms. */
const forgetAfterMs = 600_000;
/** The loop is looked at so often, in ms; what is measured has this in it. */
const lookEveryMs = 20;
const nsPerS = 1e9;

export interface LoopDelays {
  meanS: number;
  p99S: number;
  maxS: number;
}

export class LoopDelay {
  private histogram: IntervalHistogram | undefined;
  private forgetting: NodeJS.Timeout | undefined;

  /** Since it was read last; undefined at the first time, with which measuring begins. */
  read(): LoopDelays | undefined {
    this.forgetting ??= setTimeout(() => this.stop(), forgetAfterMs).unref();
    this.forgetting.refresh();
    const { histogram } = this;
    if (!histogram) {
      this.histogram = monitorEventLoopDelay({ resolution: lookEveryMs });
      this.histogram.enable();
      return undefined;
    }
    // A loop that was not looked at yet has no mean.
    const delays =
      histogram.count > 0
        ? { meanS: late(histogram.mean), p99S: late(histogram.percentile(99)), maxS: late(histogram.max) }
        : undefined;
    histogram.reset();
    return delays;
  }

  get isMeasuring(): boolean {
    return this.histogram !== undefined;
  }

  stop(): void {
    clearTimeout(this.forgetting);
    this.forgetting = undefined;
    this.histogram?.disable();
    this.histogram = undefined;
  }
}

function late(ns: number): number {
  return Math.max(0, ns / nsPerS - lookEveryMs / 1_000);
}
