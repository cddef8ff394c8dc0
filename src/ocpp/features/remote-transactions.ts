/** RemoteStartTransaction and RemoteStopTransaction: Accepted means that it will be tried (OCPP 1.6, 5.11 and 5.12). */
import { remoteStartTarget } from '../../station/remote';
import { reservationOf } from '../../station/reservations';
import { sameToken } from '../../station/types';
import type { Feature, Reply } from '../feature';
import { featureProfileEnabled } from '../feature-profiles';
import { unknownConnector } from '../known-connectors';
import type { RequestOf } from '../messages';
import type { Services } from '../services';
import type { SmartCharging } from '../smart-charging/smart-charging';

/** The answer of both. */
const rejected = (why: string) => ({ result: { status: 'Rejected' as const }, why });
const notYet = 'the central system has not accepted this station yet';

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
  { station, configuration, registration }: Services,
  smartCharging: SmartCharging,
  { connectorId, idTag, chargingProfile }: RequestOf<'RemoteStartTransaction'>,
): Reply<'RemoteStartTransaction'> {
  if (registration.status !== 'Accepted') return rejected(notYet);
  const unknown = connectorId === undefined ? undefined : unknownConnector(station, connectorId);
  if (unknown !== undefined) return rejected(unknown);
  const target = remoteStartTarget(station.state, station.config, connectorId, idTag);
  if ('refused' in target) return rejected(target.refused);
  // 5.13: whether a token is of a reservation's group must be asked in any case.
  const reserved = reservationOf(station.state, station.config, target.connectorId);
  const foreign = reserved !== undefined && !sameToken(reserved.token, idTag);
  const authorise = configuration.boolean('AuthorizeRemoteTxRequests') || foreign;
  // 5.11: without the feature profile SmartCharging a charging profile is ignored.
  const wanted = featureProfileEnabled(configuration, 'SmartCharging') ? chargingProfile : undefined;
  const wrong = wanted && smartCharging.remoteStartRefusal(target.connectorId, wanted);
  if (wrong !== undefined) return rejected(`its charging profile: ${wrong}`);
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
  if (registration.status !== 'Accepted') return rejected(notYet);
  const key = outbox.keyOf(transactionId);
  if (key === undefined) return rejected('there is no such transaction');
  const going = station.state.connectors.some((c) => c.session.kind === 'running' && c.session.tx.key === key);
  if (!going) return rejected('the transaction has ended, or ends already');
  return {
    result: { status: 'Accepted' },
    afterwards: () => station.post({ kind: 'stop', tx: key, reason: 'Remote' }),
  };
}
