/** A reading of the meter from which nothing follows, as most of them in a charge: a socket machine need not step for it. Pure. */
import { superviseCurrent } from './current';
import { absorbMeter } from './power';
import { copyForReading, type PowerState } from './power-state';
import type { SocketConfig, SocketEvent } from './types';

export type MeterEvent = Extract<SocketEvent, { kind: 'meter' }>;

/**
 * What is remembered of power with another reading in it, where a whole step would change nothing else as long as no deadline
 * has passed since the last one; undefined where it might. What follows from a reading follows from a fault that it raises or
 * clears, or from a current that begins or ceases to be too high: not from any value that stays on its side of a bound.
 */
export function withQuietReading(
  before: PowerState,
  { reading, at }: MeterEvent,
  now: number,
  config: SocketConfig,
): PowerState | undefined {
  const s = copyForReading(before);
  absorbMeter(s, reading, at, config);
  superviseCurrent(s, now);
  const sameCurrent = s.overSince === before.overSince && s.farOverSince === before.farOverSince;
  return s.meter.failures === 0 && s.faults === before.faults && sameCurrent ? s : undefined;
}
