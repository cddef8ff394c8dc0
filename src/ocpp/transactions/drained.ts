/** Waiting for what is still to be delivered, before an orderly end. */
import type { Services } from '../services';

/** How often it is looked, in ms. */
const lookMs = 50;

/** Resolves when everything of transactions has been delivered, nothing can be delivered, or the time is over. */
export function drained(
  { clock, outbox, online }: Pick<Services, 'clock' | 'outbox' | 'online'>,
  withinMs: number,
): Promise<void> {
  const until = clock.now() + withinMs;
  return new Promise((resolve) => {
    const look = () => {
      if (outbox.size === 0 || !online() || clock.now() >= until) resolve();
      else clock.at(clock.now() + lookMs, look);
    };
    look();
  });
}
