/** Waiting for what is still to leave, before an orderly end. */
import type { Clock } from '../hal/clock';

/** How often it is looked, in ms. */
const lookMs = 50;

/** Resolves when `isDone` says so, or the time is over. */
export function drained(clock: Clock, isDone: () => boolean, withinMs: number): Promise<void> {
  const until = clock.now() + withinMs;
  return new Promise((resolve) => {
    const look = () => {
      if (isDone() || clock.now() >= until) resolve();
      else clock.at(clock.now() + lookMs, look);
    };
    look();
  });
}
