/** Time as the core sees it: one monotonic count, timers on it, and a wall clock that may be unknown. */

/** Withdraws a timer or a subscription. Calling it twice is harmless. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since an arbitrary instant of this boot; never goes back. */
  now(): number;
  /** Calls `run` once when `now()` has reached `dueMs`; never from inside the call that asked (Tock TRD3, rule 1). */
  at(dueMs: number, run: () => void): Cancel;
  /** Unix time in milliseconds if the machine's own wall clock can be trusted (NTP, RTC), else undefined. */
  systemTime(): number | undefined;
}

/** No wall clock is right that shows less, in ms of Unix time: it was never set, or counts from 1970 or the year 1. */
export const wallTimeMinMs = Date.UTC(2024, 0, 1);
