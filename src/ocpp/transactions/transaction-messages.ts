/** StartTransaction, MeterValues and StopTransaction as a feature: stored with their records, sent when these are stored. */
import type { Feature } from '../feature';
import type { Services } from '../services';

export function transactionMessages({
  outbox,
  calls,
  unansweredValues,
}: Pick<Services, 'outbox' | 'calls' | 'unansweredValues'>): Feature {
  return {
    profile: 'Core',
    entriesFor: (records) => outbox.entriesFor(records),
    recorded: () => calls.pump(),
    stop: () => unansweredValues.stop(),
  };
}
