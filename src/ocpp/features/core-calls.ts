/** CALLs of the Core profile: configuration, availability, remote start and stop, unlock, reset, cache, data transfer. */
import { remoteStartTarget } from '../../station/remote';
import { reservationOf } from '../../station/reservations';
import { sameToken } from '../../station/types';
import type { ConfiguredEndpoint } from '../configured-endpoint';
import { featureProfileEnabled } from '../feature-profiles';
import type { Handlers, Services } from '../services';
import type { SmartCharging } from '../smart-charging/smart-charging';
import type { AuthorizationCache } from './authorization-cache';

/** Answers to unlock requests, by the id the station was given. */
export class Unlocks {
  private next = 1;
  private readonly waiting = new Map<number, (result: 'unlocked' | 'failed') => void>();

  ask(services: Services, connectorId: number): Promise<'unlocked' | 'failed'> {
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      services.station.post({ kind: 'unlock', id, connectorId });
    });
  }

  answer(id: number, result: 'unlocked' | 'failed'): void {
    this.waiting.get(id)?.(result);
    this.waiting.delete(id);
  }
}

export function coreCalls(
  services: Services,
  unlocks: Unlocks,
  cache: AuthorizationCache,
  smart: SmartCharging,
  endpoint: ConfiguredEndpoint,
): Handlers {
  const { station, configuration, outbox, log } = services;
  const connectorCount = station.config.connectors.length;
  const accepted = () => services.registration() === 'Accepted';
  return {
    GetConfiguration: ({ key }) => ({ result: configuration.get(key) }),

    ChangeConfiguration: async ({ key, value }) => ({ result: { status: await endpoint.change(key, value) } }),

    // 5.2: already so is Accepted; a running transaction makes it Scheduled.
    ChangeAvailability: ({ connectorId, type }) => {
      if (connectorId < 0 || connectorId > connectorCount) return { result: { status: 'Rejected' } };
      station.post({ kind: 'availability', connectorId, operative: type === 'Operative' });
      const { connectors, scheduled } = station.state;
      const waits = connectorId === 0 ? scheduled !== undefined : connectors[connectorId - 1]?.scheduled !== undefined;
      return { result: { status: waits ? 'Scheduled' : 'Accepted' } };
    },

    // 5.11: Accepted means that it will be tried. While Pending it is not allowed (4.2).
    RemoteStartTransaction: ({ connectorId, idTag, chargingProfile }) => {
      if (!accepted()) return { result: { status: 'Rejected' } };
      const target = remoteStartTarget(station.state, station.config, connectorId, idTag);
      if ('refused' in target) {
        log.info({ connectorId, reason: target.refused }, 'remote start rejected');
        return { result: { status: 'Rejected' } };
      }
      // 5.13: whether a token is of a reservation's group must be asked in any case.
      const reserved = reservationOf(station.state, station.config, target.connectorId);
      const foreign = reserved !== undefined && !sameToken(reserved.token, idTag);
      const authorise = configuration.boolean('AuthorizeRemoteTxRequests') || foreign;
      // 5.11: without the SmartCharging profile a charging profile is ignored.
      const profile = featureProfileEnabled(configuration, 'SmartCharging') ? chargingProfile : undefined;
      const wrong = profile && smart.remoteStartRefusal(target.connectorId, profile);
      if (wrong !== undefined) {
        log.info({ connectorId, reason: wrong }, 'remote start rejected for its charging profile');
        return { result: { status: 'Rejected' } };
      }
      return {
        result: { status: 'Accepted' },
        afterwards: () => {
          smart.expect(target.connectorId, idTag, profile);
          station.post({ kind: 'remoteStart', connectorId: target.connectorId, token: idTag, authorise });
        },
      };
    },

    // 5.12: Accepted only for a transaction that is going on.
    RemoteStopTransaction: ({ transactionId }) => {
      const key = accepted() ? outbox.keyOf(transactionId) : undefined;
      const going = station.state.connectors.some((c) => c.session.kind === 'running' && c.session.tx.key === key);
      if (key === undefined || !going) return { result: { status: 'Rejected' } };
      return {
        result: { status: 'Accepted' },
        afterwards: () => station.post({ kind: 'stop', tx: key, reason: 'Remote' }),
      };
    },

    // 5.18: unknown connector or no lock: NotSupported; a running transaction is finished first.
    UnlockConnector: async ({ connectorId }) => {
      const connector = station.config.connectors[connectorId - 1];
      if (!connector?.socket.lock) return { result: { status: 'NotSupported' } };
      const result = await unlocks.ask(services, connectorId);
      return { result: { status: result === 'unlocked' ? 'Unlocked' : 'UnlockFailed' } };
    },

    Reset: ({ type }) => ({
      result: { status: 'Accepted' },
      afterwards: () => station.post({ kind: 'reset', hard: type === 'Hard' }),
    }),

    // Errata 3.23: without a cache Rejected.
    ClearCache: async () => {
      if (!configuration.boolean('AuthorizationCacheEnabled')) return { result: { status: 'Rejected' } };
      await cache.clear();
      return { result: { status: 'Accepted' } };
    },

    // The guide has no vendor extension: every vendor is unknown (4.3, 7.23).
    DataTransfer: () => ({ result: { status: 'UnknownVendorId' } }),
  };
}
