/** An update of the program, as the station sees it: no session begins, and what charges goes on to its end (OCPP 1.6, 5.19; E3.49). */
import { hasTransaction } from './step-context';
import type { StationState } from './types';

/** Why a card or a remote start is refused, for people. */
export const beingUpdated = 'the station is being updated';

/** No transaction goes on, and none that was found at start waits for its reading. */
export function isFreeForUpdate({ connectors }: StationState): boolean {
  return !connectors.some(hasTransaction);
}
