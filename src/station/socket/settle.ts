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
    const { faults } = power;
    const commands = effects.length;
    pass();
    if (machine.phase === phase && sameFaults(machine.power.faults, faults) && effects.length === commands) return;
  }
}

/** A list is made anew only where something came or went, which one pass may have undone. */
function sameFaults(a: PowerState['faults'], b: PowerState['faults']): boolean {
  return a === b || a.join() === b.join();
}
