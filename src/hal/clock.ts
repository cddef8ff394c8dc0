/** Time as the core sees it: one monotonic count, timers on it, and a wall clock that may be unknown. */

/** Withdraws a timer or a subscription. Calling it twice is harmless. */
export type Cancel = () => void;

/** A wall clock before 2024 was never set: a machine without a battery clock starts at 1970 or at its last known day. */
export const systemTimeMinMs = Date.UTC(2024, 0, 1);
/** One of the next century is not a time either, but the greatest that some program knows, such as the year 9999. */
const systemTimeMaxMs = Date.UTC(2100, 0, 1);

/** Whether a wall clock that shows this, as Unix time in ms, can have been set by anybody. */
export function canBeNow(unixMs: number): boolean {
  return unixMs >= systemTimeMinMs && unixMs < systemTimeMaxMs;
}

/** Time for a station: that of the machine (`RealClock`), or one that a test moves (`VirtualClock`). */
export interface Clock {
  /** Milliseconds since an arbitrary instant of this boot; never goes back. */
  now(): number;
  /** Calls `run` once when `now()` has reached `dueMs`; never from inside the call that asked (Tock TRD3, rule 1). */
  at(dueMs: number, run: () => void): Cancel;
  /** Unix time in milliseconds if the machine's own wall clock can be trusted (NTP, RTC), else undefined. */
  systemTime(): number | undefined;
}
