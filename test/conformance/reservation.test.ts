/** Compliance group 21, reservations of a connector and of the station (OCPP 1.6, 5.1 and 5.13). */
import { boardWith, closeTheBooks, doubleBoard, Rig, type RigOptions } from '../support/rig';
import { card, expectEnergy, expectNoEnergy, oneConnector, otherCard } from './support';

afterEach(closeTheBooks);

interface Wish {
  connectorId?: number;
  reservationId?: number;
  minutes?: number;
  parentIdTag?: string;
  idTag?: string;
}

async function reserve(rig: Rig, wish: Wish = {}): Promise<unknown> {
  const { connectorId = 1, reservationId = 7, minutes = 30, parentIdTag, idTag = card } = wish;
  const { status } = await rig.call('ReserveNow', {
    connectorId,
    reservationId,
    idTag,
    expiryDate: new Date(rig.central.now() + minutes * 60_000).toISOString(),
    ...(parentIdTag === undefined ? {} : { parentIdTag }),
  });
  return status;
}

/** A station with connector 1 reserved. */
async function startReserved(wish: Wish = {}): Promise<Rig> {
  const rig = await Rig.start();
  expect(await reserve(rig, wish)).toBe('Accepted');
  await rig.expectStatus(1, 'Reserved');
  return rig;
}

test('TC_046_1_CS Reservation of a Connector - Local start transaction', async () => {
  const rig = await startReserved();
  // A stranger gets nothing.
  rig.plug(1);
  rig.present(otherCard);
  await expectNoEnergy(rig, 1, 10_000);
  rig.present(card);
  await rig.expectStatus(1, 'Preparing');
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card, reservationId: 7 });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
  expect(await rig.call('CancelReservation', { reservationId: 7 })).toEqual({ status: 'Rejected' });
});

test('TC_046_2_CS Reservation of a Connector - Remote start transaction', async () => {
  const rig = await startReserved();
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: otherCard })).toEqual({
    status: 'Rejected',
  });
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: card })).toEqual({ status: 'Accepted' });
  await rig.expectStatus(1, 'Preparing');
  rig.plug(1);
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card, reservationId: 7 });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
});

test('TC_047_CS Reservation of a Connector - Expire', async () => {
  const rig = await startReserved({ minutes: 2 });
  const reserved = rig.central.now();
  const available = await rig.expectStatus(1, 'Available', 180_000);
  expect((rig.central.now() - reserved) / 1_000).toBeCloseTo(120, -1);
  expect(available.payload.errorCode).toBe('NoError');
  // Anybody may charge again, and the start ends no reservation.
  const start = await rig.charge(1, { card: otherCard });
  expect(start.payload).not.toHaveProperty('reservationId');
});

test('TC_048_1_CS Reservation of a Connector - Faulted', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'overTemperature');
  await rig.expectStatus(1, 'Faulted');
  expect(await reserve(rig)).toBe('Faulted');
});

test('TC_048_2_CS Reservation of a Connector - Occupied', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card: otherCard });
  expect(await reserve(rig)).toBe('Occupied');
  expect(await reserve(rig, { connectorId: 3, reservationId: 8 })).toBe('Accepted');
  // "SHALL also return 'Occupied' when the Charge Point or connector has been reserved for the same or another idTag"
  expect(await reserve(rig, { connectorId: 3, reservationId: 9 })).toBe('Occupied');
});

test('TC_048_3_CS Reservation of a Connector - Unavailable', async () => {
  const rig = await Rig.start();
  await rig.call('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
  await rig.expectStatus(1, 'Unavailable');
  expect(await reserve(rig)).toBe('Unavailable');
});

const withoutReservation: RigOptions = {
  config: { SupportedFeatureProfiles: 'Core,LocalAuthListManagement,RemoteTrigger,SmartCharging' },
};

test('TC_048_4_CS Reservation of a Connector - Rejected', async () => {
  const rig = await Rig.start(withoutReservation);
  expect(await reserve(rig)).toBe('Rejected');
  await rig.charge(1, { card: otherCard });
});

test('TC_049_CS Reservation of a Charge Point - Transaction', async () => {
  const rig = await Rig.start(oneConnector);
  expect(await reserve(rig, { connectorId: 0 })).toBe('Accepted');
  await rig.expectStatus(1, 'Reserved');
  rig.plug(1);
  rig.present(otherCard);
  await expectNoEnergy(rig, 1, 10_000);
  expect(rig.status(1)).toBe('Reserved');
  rig.present(card);
  await rig.expectStatus(1, 'Preparing');
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card, reservationId: 7 });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
});

test('TC_049_CS Reservation of a Charge Point - Transaction (one of two points stays free)', async () => {
  const rig = await Rig.start({ board: doubleBoard() });
  expect(await reserve(rig, { connectorId: 0 })).toBe('Accepted');
  // "SHALL NOT reserve a specific connector"
  await rig.expectNone('StatusNotification', 5_000);
  await rig.charge(1, { card: otherCard });
  rig.plug(3);
  rig.present('CCCC0003', 'left');
  await expectNoEnergy(rig, 3, 10_000);
  rig.present(card, 'left');
  await rig.expectCall('StartTransaction', { connectorId: 3, idTag: card, reservationId: 7 });
  await expectEnergy(rig, 3);
});

test('a reservation of connector 0 shows the points that it needs as Reserved, as long as it needs them', async () => {
  const rig = await Rig.start({ board: doubleBoard() });
  const statuses = () => [1, 2, 3, 4].map((id) => rig.status(id));
  expect(await reserve(rig, { connectorId: 0 })).toBe('Accepted');
  expect(statuses()).toEqual(Array(4).fill('Available'));
  // One car is at the right point: the left one is the only one left, with both of its outlets.
  rig.plug(1);
  await rig.expectStatus(3, 'Reserved');
  expect(statuses()).toEqual(['Preparing', 'Unavailable', 'Reserved', 'Reserved']);
  rig.unplug(1);
  await rig.expectStatus(3, 'Available');
  // Another one is out of use.
  await rig.call('ChangeAvailability', { connectorId: 3, type: 'Inoperative' });
  await rig.advance(1_000);
  expect(statuses()).toEqual(['Available', 'Available', 'Unavailable', 'Available']);
  rig.fault(4, 'overTemperature');
  await rig.expectStatus(1, 'Reserved');
  expect(statuses()).toEqual(['Reserved', 'Reserved', 'Unavailable', 'Faulted']);
  rig.fault(4, 'overTemperature', false);
  await rig.expectStatus(1, 'Available');
  expect(await rig.call('CancelReservation', { reservationId: 7 })).toEqual({ status: 'Accepted' });
});

test('a car whose charge is over is Finishing, though its point is the last one', async () => {
  const rig = await Rig.start({ board: doubleBoard() });
  await rig.charge(3, { card: otherCard });
  rig.present(otherCard, 'left');
  await rig.expectStatus(3, 'Finishing');
  expect(await reserve(rig, { connectorId: 0 })).toBe('Accepted');
  for (const id of [1, 2]) rig.fault(id, 'overTemperature');
  await rig.expectStatus(1, 'Faulted');
  await rig.advance(5_000);
  expect(rig.status(3)).toBe('Finishing');
});

test('as many reservations of connector 0 as points: all are Reserved, until one is called off', async () => {
  const rig = await Rig.start({ board: doubleBoard() });
  expect(await reserve(rig, { connectorId: 0 })).toBe('Accepted');
  expect(await reserve(rig, { connectorId: 0, reservationId: 8 })).toBe('Accepted');
  await rig.expectStatus(4, 'Reserved');
  expect([1, 2, 3, 4].map((id) => rig.status(id))).toEqual(Array(4).fill('Reserved'));
  expect(await reserve(rig, { connectorId: 0, reservationId: 9 })).toBe('Occupied');
  expect(await reserve(rig, { connectorId: 1, reservationId: 9 })).toBe('Occupied');
  expect(await rig.call('CancelReservation', { reservationId: 8 })).toEqual({ status: 'Accepted' });
  await rig.expectStatus(4, 'Available');
  expect([1, 2, 3, 4].map((id) => rig.status(id))).toEqual(Array(4).fill('Available'));
});

test.each([
  ['is out of use', (rig: Rig) => rig.call('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })],
  ['is faulty', (rig: Rig) => rig.fault(1, 'overTemperature')],
])('two reservations, and one of the two points %s: the earlier one has the other point, then the later one', async (_what, lose) => {
  const rig = await Rig.start({ board: boardWith({}, doubleBoard()) });
  expect(await reserve(rig, { connectorId: 0, reservationId: 8 })).toBe('Accepted');
  expect(await reserve(rig, { connectorId: 0, idTag: otherCard })).toBe('Accepted');
  await lose(rig);
  await rig.advance(2_000);
  rig.plug(2);
  for (const stranger of ['CCCC0003', otherCard]) {
    rig.present(stranger, 'left');
    await expectNoEnergy(rig, 2, 5_000);
  }
  rig.present(card, 'left');
  await rig.expectCall('StartTransaction', { connectorId: 2, idTag: card, reservationId: 8 });
  await expectEnergy(rig, 2);
  rig.present(card, 'left');
  await rig.expectCall('StopTransaction');
  rig.present(otherCard, 'left');
  await rig.expectCall('StartTransaction', { connectorId: 2, idTag: otherCard, reservationId: 7 });
});

test.each([
  'Faulted',
  'Unavailable',
  'Occupied',
])('a connector that is %s is told so, also with a date that is past (5.13)', async (answer) => {
  const rig = await Rig.start();
  if (answer === 'Faulted') rig.fault(1, 'overTemperature');
  else if (answer === 'Occupied') await rig.charge(1, { card: otherCard });
  else await rig.call('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
  await rig.advance(1_000);
  expect(await reserve(rig, { minutes: -5 })).toBe(answer);
  expect(await reserve(rig, { minutes: -5, connectorId: 3 })).toBe('Rejected');
});

test('TC_050_1_CS Reservation of a Charge Point - Faulted', async () => {
  const rig = await Rig.start(oneConnector);
  rig.fault(1, 'overTemperature');
  await rig.expectStatus(1, 'Faulted');
  expect(await reserve(rig, { connectorId: 0 })).toBe('Faulted');
});

test('TC_050_2_CS Reservation of a Charge Point - Occupied', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card: otherCard });
  await rig.charge(4, { card: 'CCCC0003' });
  expect(await reserve(rig, { connectorId: 0 })).toBe('Occupied');
});

test('TC_050_3_CS Reservation of a Charge Point - Unavailable', async () => {
  const rig = await Rig.start();
  await rig.call('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
  await rig.expectStatus(0, 'Unavailable');
  expect(await reserve(rig, { connectorId: 0 })).toBe('Unavailable');
});

test('TC_050_4_CS Reservation of a Charge Point - Rejected', async () => {
  const rig = await Rig.start({ config: { ReserveConnectorZeroSupported: 'false' } });
  expect(await reserve(rig, { connectorId: 0 })).toBe('Rejected');
  expect(await reserve(rig, { connectorId: 1 })).toBe('Accepted');
});

test('TC_051_CS Cancel Reservation', async () => {
  const rig = await startReserved();
  expect(await rig.call('CancelReservation', { reservationId: 7 })).toEqual({ status: 'Accepted' });
  await rig.expectStatus(1, 'Available');
  const start = await rig.charge(1, { card: otherCard });
  expect(start.payload).not.toHaveProperty('reservationId');
});

test('TC_052_CS Cancel Reservation - Rejected', async () => {
  const rig = await startReserved();
  expect(await rig.call('CancelReservation', { reservationId: 8 })).toEqual({ status: 'Rejected' });
  await rig.advance(5_000);
  expect(rig.status(1)).toBe('Reserved');
});

test('TC_053_1_CS Use a reserved Connector with parentIdTag - Local', async () => {
  const rig = await startReserved({ parentIdTag: 'FAMILY' });
  rig.central.answer('Authorize', (request) => ({
    idTagInfo: { status: 'Accepted', parentIdTag: request.payload.idTag === otherCard ? 'FAMILY' : 'STRANGERS' },
  }));
  rig.plug(1);
  rig.present('CCCC0003');
  await rig.expectCall('Authorize', { idTag: 'CCCC0003' });
  await expectNoEnergy(rig, 1, 10_000);
  rig.present(otherCard);
  await rig.expectCall('Authorize', { idTag: otherCard });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: otherCard, reservationId: 7 });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
});

test.each([
  'true',
  'false',
])('TC_053_2_CS Use a reserved Connector with parentIdTag - Remote (AuthorizeRemoteTxRequests %s)', async (authorise) => {
  const rig = await startReserved({ parentIdTag: 'FAMILY' });
  await rig.configure('AuthorizeRemoteTxRequests', authorise);
  rig.central.answer('Authorize', (request) => ({
    idTagInfo: { status: 'Accepted', parentIdTag: request.payload.idTag === otherCard ? 'FAMILY' : 'STRANGERS' },
  }));
  rig.plug(1);
  await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: 'CCCC0003' });
  await expectNoEnergy(rig, 1, 10_000);
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: otherCard })).toEqual({
    status: 'Accepted',
  });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: otherCard, reservationId: 7 });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
});
