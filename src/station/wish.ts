/** What the station wants of each socket: derived from the state, so that no wish outlives its reason. */
import { limitOf } from './limits';
import { noWish, type SocketWish } from './socket/types';
import { energyWithdrawn, twinInUse } from './status';
import type { StationConfig, StationState } from './types';
import { boltGoesBack } from './unlock';

export function wishOf(state: StationState, config: StationConfig, connectorId: number): SocketWish {
  const connector = state.connectors[connectorId - 1];
  if (!connector) return noWish;
  const { session } = connector;
  switch (session.kind) {
    case 'running': {
      const permit = !energyWithdrawn(connector, session) && !session.evLeft && !twinInUse(state, config, connectorId);
      return { permit, offerA: limitOf(state, config, connectorId).amps, hold: true, openNow: false };
    }
    case 'ending':
      return { permit: false, offerA: 0, hold: true, openNow: session.openNow };
    case 'locking':
    case 'starting':
    case 'recovering':
      return { ...noWish, hold: true };
    case 'finished':
      return { ...noWish, hold: session.keepLocked || boltGoesBack(state, connectorId) };
    default:
      return { ...noWish, hold: boltGoesBack(state, connectorId) };
  }
}

export function sameWish(a: SocketWish | undefined, b: SocketWish): boolean {
  return (
    a !== undefined && a.permit === b.permit && a.offerA === b.offerA && a.hold === b.hold && a.openNow === b.openNow
  );
}
