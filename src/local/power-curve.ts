/** How a charge drew its power: a series that is thinned as it grows, and what makes one of each charge that runs. */
import type { Cancel, Clock } from '../hal/clock';
import { curvePointsMax } from './bounds';

/** The first point is of the start, each further one `stepS` later. */
export interface PowerCurve {
  stepS: number;
  /** Whole watts. */
  watts: readonly number[];
}

/** The power is looked at so often at first, in ms: 240 points are 20 minutes. */
const firstStepMs = 5_000;

/** A power curve of a charge that runs; its bound is that of the points, whatever the charge takes. */
export class GrowingCurve {
  private stepMs = firstStepMs;
  private watts: number[] = [];

  get curve(): PowerCurve {
    return { stepS: this.stepMs / 1_000, watts: this.watts };
  }

  /** To be called each `curve.stepS`, which is twice as long when there are too many points. */
  add(watts: number): void {
    this.watts = [...this.watts, Math.round(watts)];
    if (this.watts.length < curvePointsMax) return;
    const { watts: all } = this;
    this.watts = all.flatMap((own, index) =>
      index % 2 === 0 ? [Math.round((own + (all[index + 1] ?? own)) / 2)] : [],
    );
    this.stepMs *= 2;
  }
}

export class PowerRecorder {
  private readonly running = new Map<string, { growing: GrowingCurve; cancel: Cancel }>();

  constructor(
    private readonly clock: Pick<Clock, 'now' | 'at'>,
    private readonly powerOf: (connectorId: number) => number,
  ) {}

  begin(key: string, connectorId: number): void {
    const growing = new GrowingCurve();
    const look = (): void => {
      growing.add(this.powerOf(connectorId));
      const cancel = this.clock.at(this.clock.now() + growing.curve.stepS * 1_000, look);
      this.running.set(key, { growing, cancel });
    };
    look();
  }

  /** undefined for one that did not begin in this boot. */
  of(key: string): PowerCurve | undefined {
    return this.running.get(key)?.growing.curve;
  }

  end(key: string): PowerCurve | undefined {
    const curve = this.of(key);
    this.running.get(key)?.cancel();
    this.running.delete(key);
    return curve;
  }

  close(): void {
    for (const key of [...this.running.keys()]) this.end(key);
  }
}
