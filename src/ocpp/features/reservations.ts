/** ReserveNow and CancelReservation: translated to the station's reservations (OCPP 1.6, 5.1 and 5.13). */
import { isKnown } from '../../station/first-reports';
import { reserveAnswer } from '../../station/reservations';
import { statusOf } from '../../station/status';
import type { Feature, Handlers } from '../feature';
import { unknownConnector } from '../known-connectors';
import { parseDateTime } from '../messages';
import type { Services } from '../services';

export function reservations(services: Services): Feature {
  return { profile: 'Reservation', handlers: reservationCalls(services) };
}

function reservationCalls({ station, configuration, wall, clock }: Services): Handlers {
  const rejected = (why: string) => ({ result: { status: 'Rejected' as const }, why });
  return {
    ReserveNow: ({ connectorId, expiryDate, idTag, parentIdTag, reservationId }) => {
      const { state, config } = station;
      const expiryUnixMs = parseDateTime(expiryDate);
      const nowUnixMs = wall.at(clock.now());
      const unknown = unknownConnector(station, connectorId, 'or the station');
      if (unknown !== undefined) return rejected(unknown);
      if (connectorId === 0 && !configuration.boolean('ReserveConnectorZeroSupported')) {
        return rejected('ReserveConnectorZeroSupported is false');
      }
      // 5.13: what keeps the connector from being reserved is told first, whatever else is wrong with the request.
      const status = reserveAnswer(state, config, connectorId, reservationId);
      if (status !== 'Accepted') return { result: { status }, why: whyTaken(station, connectorId) };
      if (expiryUnixMs === undefined) return rejected('expiryDate is no time');
      if (nowUnixMs === undefined) return rejected('the station does not know the time yet');
      // A reservation that is over before it begins would be accepted and gone.
      if (expiryUnixMs <= nowUnixMs) return rejected('expiryDate has passed');
      station.post({
        kind: 'reserve',
        reservation: { id: reservationId, connectorId, token: idTag, parent: parentIdTag, expiryUnixMs },
        expiresAt: clock.now() + (expiryUnixMs - nowUnixMs),
      });
      return { result: { status } };
    },

    CancelReservation: ({ reservationId }) => {
      const { reservations: held } = station.state;
      if (!held.some(({ id }) => id === reservationId)) return rejected('there is no such reservation');
      station.post({ kind: 'cancelReservation', id: reservationId });
      return { result: { status: 'Accepted' } };
    },
  };
}

function whyTaken({ state, config }: Services['station'], connectorId: number): string {
  if (connectorId === 0) return 'no point of the station is left for it';
  if (!isKnown(state, config, connectorId)) return 'the outlet has not reported since the start';
  const { status, errorCode } = statusOf(state, config, connectorId);
  if (status === 'Available') return 'the other socket of the point is reserved';
  return `the connector is ${status}${errorCode === 'NoError' ? '' : `, ${errorCode}`}`;
}
