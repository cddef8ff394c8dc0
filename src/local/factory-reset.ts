/** Back to delivery: ordered durably, and done by the next start in the same commit as its boot number, so that it is whole or not begun. */
import type { Commits, JsonValue } from '../hal/store';
import { quarantinePrefix } from '../hal/stored';

const orderKey = 'factory-reset';

/**
 * What stays. Bills and books: the history of charges and their power, the messages of transactions that the central system has
 * not heard yet, what dates and completes them, and transactions that are open. Safety: faults that wait for a person. Ids: the number of
 * boots. What happened to the security of the station: whoever takes it over should know. All else is a setting, a secret, or somebody's card.
 */
const keptPrefixes = [
  'local/charge/',
  'local/power/',
  'outbox/',
  'transaction-id/',
  'told-date/',
  'stop-data/',
  'station/transaction/',
  'station/latchedFault/',
  'time/',
  'boot/',
  'security/event/',
] as const;

/** Resolves when the next start is sure to do it. */
export function orderFactoryReset(commits: Commits): Promise<void> {
  return commits.commit({ put: [[orderKey, true]], del: [] });
}

/** Takes out of the values at a start what goes, if it was ordered, and returns its keys: they go with the start's first commit. */
export function takeFactoryReset(values: Map<string, JsonValue>): string[] {
  if (!values.has(orderKey)) return [];
  const gone = [...values.keys()].filter((key) => !isKept(key));
  for (const key of gone) values.delete(key);
  return gone;
}

/** What could not be read goes or stays as it would have where it was. */
function isKept(key: string): boolean {
  const place = key.startsWith(quarantinePrefix) ? key.slice(quarantinePrefix.length) : key;
  return keptPrefixes.some((prefix) => place.startsWith(prefix));
}
