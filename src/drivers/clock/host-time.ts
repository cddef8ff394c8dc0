/** The time of the machine, as a simulated clock sees it: what passes, and ways to be called later. */
import type { Cancel } from '../../hal/clock';

export interface HostTime {
  /** Milliseconds since an arbitrary instant; never goes back. */
  nowMs(): number;
  /** The machine's wall clock: Unix time in ms. */
  systemMs(): number;
  /** Calls `run` after about so many ms. */
  after(delayMs: number, run: () => void): Cancel;
  /** Calls `run` once the event loop has looked after its files and sockets. */
  soon(run: () => void): Cancel;
}

/** setTimeout takes no longer wait: 2^31 − 1 ms, nearly 25 days. */
export const timeoutMaxMs = 2 ** 31 - 1;

export const machineTime: HostTime = {
  nowMs: () => Number(process.hrtime.bigint()) / 1e6,
  systemMs: () => Date.now(),
  after: (delayMs, run) => {
    const timeout = setTimeout(run, Math.min(Math.max(Math.ceil(delayMs), 0), timeoutMaxMs));
    return () => clearTimeout(timeout);
  },
  soon: (run) => {
    const immediate = setImmediate(run);
    return () => clearImmediate(immediate);
  },
};
