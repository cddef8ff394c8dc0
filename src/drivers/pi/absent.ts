/** What stands in for a part that could not be set up: it never closes, locks or passes, and its readings say so. */
import type { Cancel, Clock } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import type {
  Contactor,
  ControlPilot,
  EnergyMeter,
  Listener,
  PlugDetector,
  ResidualCurrentMonitor,
  SocketLock,
  SupplyMonitor,
} from '../../hal/parts';
import { Watched } from '../../hal/watched';

/** Tells one value, once, soon after it is asked for. */
function always<T>(clock: Clock, value: T): { watch(listener: Listener<T>): Cancel } {
  const watched = new Watched(clock, { first: { value } });
  return { watch: (listener) => watched.watch(listener) };
}

/** Its feedback cannot be known, which the station takes as a fault. */
export const absentContactor = (clock: Clock): Contactor => ({
  ...always(clock, 'unknown' as const),
  close: () => {},
  open: () => {},
});

export const absentPilot = (clock: Clock, reason: string): ControlPilot => ({
  ...always(clock, { kind: 'invalid' as const, reason }),
  drive: () => {},
});

/** Never tells `locked`, so that nothing is energised. */
export const absentLock = (clock: Clock): SocketLock => ({
  ...always(clock, 'unknown' as const),
  lock: () => {},
  unlock: () => {},
});

/** Fails every test. */
export const absentResidualMonitor = (clock: Clock): ResidualCurrentMonitor => ({
  ...always(clock, { tripped: false, test: 'failed' as const }),
  selfTest: () => {},
  reset: () => {},
});

/** Without its contact the plug counts as absent: the outlet stays open. */
export const absentPlugDetector = (clock: Clock): PlugDetector => always(clock, false);

/** A supply that nobody watches counts as lost: the meters leave that question to its monitor. */
export const absentSupply = (clock: Clock): SupplyMonitor => always(clock, 'lost' as const);

export const absentMeter = (reason: string): EnergyMeter => ({
  read: () => Promise.reject(new GreenupError('part.missing', reason)),
});
