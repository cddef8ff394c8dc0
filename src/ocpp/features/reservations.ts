/** ReserveNow and CancelReservation: translated to the station's reservations (OCPP 1.6, 5.1 and 5.13). */
import { reserveAnswer } from '../../station/reservations';
import type { Feature, Handlers } from '../feature';
import { parseDateTime } from '../messages';
import type { Services } from '../services';

export function reservations(services: Services): Feature {
  return { profile: 'Reservation', handlers: reservationCalls(services) };
}

function reservationCalls({ station, configuration, wall, clock }: Services): Handlers {
  const rejected = { result: { status: 'Rejected' as const } };
  return {
    ReserveNow: ({ connectorId, expiryDate, idTag, parentIdTag, reservationId }) => {
      const { state, config } = station;
      const expiryUnixMs = parseDateTime(expiryDate);
      const nowUnixMs = wall.at(clock.now());
      if (connectorId < 0 || connectorId > config.connectors.length) return rejected;
      if (connectorId === 0 && !configuration.boolean('ReserveConnectorZeroSupported')) return rejected;
      // 5.13: what keeps the connector from being reserved is told first, whatever else is wrong with the request.
      const status = reserveAnswer(state, config, connectorId, reservationId);
      if (status !== 'Accepted') return { result: { status } };
      if (expiryUnixMs === undefined || nowUnixMs === undefined) return rejected;
      // A reservation that is over before it begins would be accepted and gone.
      if (expiryUnixMs <= nowUnixMs) return rejected;
      station.post({
        kind: 'reserve',
        reservation: { id: reservationId, connectorId, token: idTag, parent: parentIdTag, expiryUnixMs },
        expiresAt: clock.now() + (expiryUnixMs - nowUnixMs),
      });
      return { result: { status } };
    },

    CancelReservation: ({ reservationId }) => {
      if (!station.state.reservations.some((r) => r.id === reservationId)) return rejected;
      station.post({ kind: 'cancelReservation', id: reservationId });
      return { result: { status: 'Accepted' } };
    },
  };
}
