/** Lets a machine come to rest within one step. */
import type { PowerState } from './power-state';
import type { SocketEffect } from './types';

/** A pass moves at most one phase; the longest chain (idle to offering, or any to faulted) is shorter than this. */
const passesMax = 10;

/**
 * Makes passes over a machine until one changes nothing more: what a pass commands, the next one judges at the same
 * instant, so that its time counts from the command and not from the next event.
 */
export function untilSettled(
  machine: { phase: unknown; power: PowerState },
  effects: readonly SocketEffect[],
  pass: () => void,
): void {
  for (let count = 0; count < passesMax; count++) {
    const { phase, power } = machine;
    const faults = power.faults.join();
    const commands = effects.length;
    pass();
    if (machine.phase === phase && machine.power.faults.join() === faults && effects.length === commands) return;
  }
}
