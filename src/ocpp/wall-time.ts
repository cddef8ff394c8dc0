/** Wall time, which may be unknown: from the machine's clock or the central system, and for records made before. */
import { type Clock, canBeNow, systemTimeMinMs } from '../hal/clock';
import { shape } from '../hal/shapes';
import type { Batch } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';

/**
 * When something happened: always the boot and its monotonic time, and what was held for the wall time then, if anything
 * was. In ms.
 */
export interface Stamp {
  boot: number;
  at: number;
  wall?: number;
}

/** Told the Unix time of monotonic 0 in ms: when the time of this boot becomes known (`first`), and at each correction. */
export type TimeListener = (offsetMs: number, first: boolean) => void;

/** The machine's clock and the central system's may differ this much before the latter rules, in ms. */
const toleranceMs = 1_000;

export class WallTime {
  /** Unix time minus monotonic time, in ms; undefined until known. */
  private offset: number | undefined;
  /** Offsets of earlier boots that came to know the time. */
  private readonly earlier: Map<number, number>;
  private listener: TimeListener = () => {};
  /** Whose clock the time of now is. */
  source: 'machine' | 'central system' | undefined;
  /** How far the central system's clock was ahead of ours when it told its time last, before ours followed; in ms, and when. */
  lastCentral: { aheadMs: number; at: number } | undefined;

  constructor(
    private readonly clock: Clock,
    readonly boot: number,
    earlier: ReadonlyMap<number, number>,
    /** Whether the central system's clock rules once the time is known; asked each time that it tells it. */
    private readonly followsCentral: () => boolean,
  ) {
    this.earlier = new Map(earlier);
    const system = clock.systemTime();
    if (system === undefined) return;
    this.offset = system - clock.now();
    this.source = 'machine';
  }

  /** From now on `listener` hears of the time: at once if it is known already, else as soon as it is. */
  start(listener: TimeListener): void {
    this.listener = listener;
    if (this.offset !== undefined) listener(this.offset, true);
  }

  /** BootNotification.conf and Heartbeat.conf (OCPP 1.6, 4.2 and 4.6). A central system whose clock was never set is not believed. */
  sync(centralMs: number): void {
    if (!canBeNow(centralMs)) return;
    const now = this.clock.now();
    const offset = centralMs - now;
    this.lastCentral = { aheadMs: offset - (this.offset ?? offset), at: now };
    if (this.offset === undefined) this.set(offset);
    else if (this.followsCentral() && Math.abs(offset - this.offset) > toleranceMs) this.set(offset);
  }

  /** Unix time in ms of a monotonic instant of this boot. */
  at(monotonicMs: number): number | undefined {
    return this.offset === undefined ? undefined : monotonicMs + this.offset;
  }

  /**
   * Unix time in ms before which it cannot be, whatever nobody knows: the start of the last boot that came to know its time. What
   * that boot knew may correct what boots before it knew.
   */
  get leastMs(): number {
    const last = Math.max(...this.earlier.keys());
    return Math.max(systemTimeMinMs, this.earlier.get(last) ?? 0);
  }

  stamp(monotonicMs: number): Stamp {
    const wall = this.at(monotonicMs);
    return wall === undefined ? { boot: this.boot, at: monotonicMs } : { boot: this.boot, at: monotonicMs, wall };
  }

  /**
   * Unix time in ms of a stamp, by the best that is known now; undefined while this boot does not know the time. What a
   * boot came to know last counts for all of its stamps: it may have corrected the clock by which they were made. A record
   * of an earlier boot that never knew the time gets the latest at which it can have been made: this boot's start, less
   * the time to that boot's last record.
   */
  resolve(stamp: Stamp, lastOfBoot: (boot: number) => number): number | undefined {
    if (stamp.boot === this.boot) return this.at(stamp.at);
    const offset = this.earlier.get(stamp.boot);
    if (offset !== undefined) return stamp.at + offset;
    if (stamp.wall !== undefined) return stamp.wall;
    const start = this.at(0);
    return start === undefined ? undefined : start - Math.max(0, lastOfBoot(stamp.boot) - stamp.at);
  }

  private set(offset: number): void {
    const first = this.offset === undefined;
    this.offset = offset;
    this.source = 'central system';
    this.listener(offset, first);
  }
}

/** By boot: Unix time of its monotonic 0, in ms. */
const times = collection('time/', shape.Number());
/** How many boots back a record may wait for its time; the times of older ones are not kept. */
const bootsRememberedMax = 200;

/** What earlier boots came to know, as `batchOfTime` stored it. */
export function timesOfBoots(stored: StoredValues): Map<number, number> {
  return new Map([...times.read(stored)].map(([boot, offset]) => [Number(boot), offset]));
}

/** The last boot that came to know its time; 0: none. For a station whose count of boots cannot be read. */
export function lastBootSeen(stored: StoredValues): number {
  return Math.max(0, ...timesOfBoots(stored).keys());
}

/** What must be stored whenever this boot learns its time, so that its records can be dated after it has ended. */
export function batchOfTime(boot: number, offsetMs: number, stored: StoredValues): Batch {
  const stale = [...times.read(stored).keys()].filter((earlier) => Number(earlier) < boot - bootsRememberedMax);
  return { put: [times.entry(String(boot), offsetMs)], del: stale.map((earlier) => times.key(earlier)) };
}

/** ISO 8601 in UTC with milliseconds (OCPP 1.6, 3.14). */
export function isoTime(unixMs: number): string {
  return new Date(Math.round(unixMs)).toISOString();
}
