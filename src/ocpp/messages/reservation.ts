/** Messages of the Reservation profile (OCPP 1.6 edition 2, chapter 6). */

import { idToken } from './common';
import { choice, dateTime, integer, optional, record } from './schema';

export const cancelReservation = {
  request: record({ reservationId: integer() }),
  response: record({ status: choice('Accepted', 'Rejected') }),
};

export const reserveNow = {
  request: record({
    connectorId: integer(),
    expiryDate: dateTime(),
    idTag: idToken(),
    parentIdTag: optional(idToken()),
    reservationId: integer(),
  }),
  response: record({ status: choice('Accepted', 'Faulted', 'Occupied', 'Rejected', 'Unavailable') }),
};
