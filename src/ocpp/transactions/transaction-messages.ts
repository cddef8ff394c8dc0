/** StartTransaction, MeterValues and StopTransaction as a feature: stored with their records, sent when these are durable. */
import type { Feature } from '../feature';
import type { Services } from '../services';

export function transactionMessages({ outbox, calls }: Pick<Services, 'outbox' | 'calls'>): Feature {
  return {
    profile: 'Core',
    entriesFor: (records) => outbox.entriesFor(records),
    recorded: () => calls.pump(),
  };
}
