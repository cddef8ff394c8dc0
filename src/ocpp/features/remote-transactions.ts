/** RemoteStartTransaction and RemoteStopTransaction: Accepted means that it will be tried (OCPP 1.6, 5.11 and 5.12). */
import { remoteStartTarget } from '../../station/remote';
import { reservationOf } from '../../station/reservations';
import { sameToken } from '../../station/types';
import type { Feature, Reply } from '../feature';
import { featureProfileEnabled } from '../feature-profiles';
import type { RequestOf } from '../messages';
import type { Services } from '../services';
import type { SmartCharging } from '../smart-charging/smart-charging';

const rejected = { result: { status: 'Rejected' as const } };

export function remoteTransactions(services: Services, smartCharging: SmartCharging): Feature {
  return {
    profile: 'Core',
    handlers: {
      RemoteStartTransaction: (request) => remoteStart(services, smartCharging, request),
      RemoteStopTransaction: ({ transactionId }) => remoteStop(services, transactionId),
    },
  };
}

/** While Pending it is not allowed (4.2). */
function remoteStart(
  { station, configuration, registration, log }: Services,
  smartCharging: SmartCharging,
  { connectorId, idTag, chargingProfile }: RequestOf<'RemoteStartTransaction'>,
): Reply<'RemoteStartTransaction'> {
  if (registration.status !== 'Accepted') return rejected;
  const target = remoteStartTarget(station.state, station.config, connectorId, idTag);
  if ('refused' in target) {
    log.info({ connectorId, reason: target.refused }, 'remote start rejected');
    return rejected;
  }
  // 5.13: whether a token is of a reservation's group must be asked in any case.
  const reserved = reservationOf(station.state, station.config, target.connectorId);
  const foreign = reserved !== undefined && !sameToken(reserved.token, idTag);
  const authorise = configuration.boolean('AuthorizeRemoteTxRequests') || foreign;
  // 5.11: without the feature profile SmartCharging a charging profile is ignored.
  const wanted = featureProfileEnabled(configuration, 'SmartCharging') ? chargingProfile : undefined;
  const wrong = wanted && smartCharging.remoteStartRefusal(target.connectorId, wanted);
  if (wrong !== undefined) {
    log.info({ connectorId, reason: wrong }, 'remote start rejected for its charging profile');
    return rejected;
  }
  return {
    result: { status: 'Accepted' },
    afterwards: () => {
      smartCharging.expect(target.connectorId, idTag, wanted);
      station.post({ kind: 'remoteStart', connectorId: target.connectorId, token: idTag, authorise });
    },
  };
}

/** Accepted only for a transaction that is going on. */
function remoteStop(
  { station, outbox, registration }: Services,
  transactionId: number,
): Reply<'RemoteStopTransaction'> {
  const key = registration.status === 'Accepted' ? outbox.keyOf(transactionId) : undefined;
  const going = station.state.connectors.some((c) => c.session.kind === 'running' && c.session.tx.key === key);
  if (key === undefined || !going) return rejected;
  return {
    result: { status: 'Accepted' },
    afterwards: () => station.post({ kind: 'stop', tx: key, reason: 'Remote' }),
  };
}
