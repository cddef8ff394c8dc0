/** Wall time, which may be unknown: from the machine's clock or the central system, and for records made before. */
import type { Clock } from '../hal/clock';

/** When something happened: always the boot and its monotonic time, and the wall time if it was known then. In ms. */
export interface Stamp {
  boot: number;
  at: number;
  wall?: number;
}

/** The machine's clock and the central system's may differ this much before the latter rules, in ms. */
const tolerance_ms = 1_000;

export class WallTime {
  /** Unix time minus monotonic time, in ms; undefined until known. */
  private offset: number | undefined;
  /** Offsets of earlier boots that came to know the time. */
  private readonly earlier: Map<number, number>;

  constructor(
    private readonly clock: Clock,
    readonly boot: number,
    earlier: ReadonlyMap<number, number>,
    /** Told when the time of this boot becomes known (`first`), and of each correction. */
    private readonly onKnown: (offset: number, first: boolean) => void,
    /** Whether the central system's clock rules once the time is known. */
    private readonly followCentral: boolean,
  ) {
    this.earlier = new Map(earlier);
    const system = clock.systemTime();
    if (system !== undefined) this.set(system - clock.now());
  }

  /** BootNotification.conf and Heartbeat.conf (OCPP 1.6, 4.2 and 4.6). */
  sync(centralMs: number): void {
    const offset = centralMs - this.clock.now();
    if (this.offset === undefined) this.set(offset);
    else if (this.followCentral && Math.abs(offset - this.offset) > tolerance_ms) this.set(offset);
  }

  /** Unix time in ms of a monotonic instant of this boot. */
  at(monotonicMs: number): number | undefined {
    return this.offset === undefined ? undefined : monotonicMs + this.offset;
  }

  stamp(monotonicMs: number): Stamp {
    const wall = this.at(monotonicMs);
    return wall === undefined ? { boot: this.boot, at: monotonicMs } : { boot: this.boot, at: monotonicMs, wall };
  }

  /**
   * Unix time in ms of a stamp; undefined while this boot does not know the time. A record of an earlier boot that never
   * knew it gets the latest time it can have been made at: this boot's start, less the time to that boot's last record.
   */
  resolve(stamp: Stamp, lastOfBoot: (boot: number) => number): number | undefined {
    if (stamp.wall !== undefined) return stamp.wall;
    if (stamp.boot === this.boot) return this.at(stamp.at);
    const offset = this.earlier.get(stamp.boot);
    if (offset !== undefined) return stamp.at + offset;
    const start = this.at(0);
    return start === undefined ? undefined : start - Math.max(0, lastOfBoot(stamp.boot) - stamp.at);
  }

  private set(offset: number): void {
    const first = this.offset === undefined;
    this.offset = offset;
    this.onKnown(offset, first);
  }
}

/** ISO 8601 in UTC with milliseconds (OCPP 1.6, 3.14). */
export function isoTime(unixMs: number): string {
  return new Date(Math.round(unixMs)).toISOString();
}
