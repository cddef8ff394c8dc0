/** What the station wants of each socket: derived from the state, so that no wish outlives its reason. */
import { energyWithdrawn, limitOf } from './limits';
import { type DenyWish, noWish, type SocketWish } from './socket/types';
import { twinInUse } from './status';
import type { StationConfig, StationState } from './types';
import { boltGoesBack } from './unlock';

const held: DenyWish = { ...noWish, plug: 'held' };

export function wishOf(state: StationState, config: StationConfig, connectorId: number): SocketWish {
  const connector = state.connectors[connectorId - 1];
  if (!connector) return noWish;
  const { session } = connector;
  switch (session.kind) {
    case 'running': {
      const denied = energyWithdrawn(connector, session) || session.evLeft || twinInUse(state, config, connectorId);
      return denied ? held : { kind: 'permit', offerA: limitOf(state, config, connectorId).amps };
    }
    case 'ending':
      return session.openNow ? { ...held, opening: 'now' } : held;
    case 'locking':
    case 'starting':
    case 'recovering':
      return held;
    case 'finished':
      return session.keepLocked || boltGoesBack(state, connectorId) ? held : noWish;
    default:
      return boltGoesBack(state, connectorId) ? held : noWish;
  }
}

export function sameWish(a: SocketWish | undefined, b: SocketWish): boolean {
  if (a?.kind === 'permit') return b.kind === 'permit' && a.offerA === b.offerA;
  return a !== undefined && b.kind === 'deny' && a.plug === b.plug && a.opening === b.opening;
}
