/** Rules often got wrong, F and G: triggers, reservations and lists at their edges (OCPP 1.6, 5.1, 5.10, 5.13, 5.15, 5.17). */
import { closeTheBooks, Rig } from '../support/rig';
import { card, expectEnergy, expectNoEnergy, oneConnector, otherCard } from './support';

afterEach(closeTheBooks);

const inMinutes = (rig: Rig, minutes: number) => new Date(rig.central.now() + minutes * 60_000).toISOString();

async function reserve(rig: Rig, request: Record<string, unknown> = {}): Promise<unknown> {
  const expiryDate = inMinutes(rig, 30);
  const { status } = await rig.call('ReserveNow', {
    connectorId: 1,
    idTag: card,
    reservationId: 7,
    expiryDate,
    ...request,
  });
  return status;
}

test('Rule 55 (5.17): first the answer, then the message', async () => {
  const rig = await Rig.start();
  const before = rig.central.frames.length;
  await rig.call('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 0 });
  await rig.advance(1_000);
  const frames = rig.central.frames.slice(before).filter((line) => line.startsWith('< '));
  expect(frames.map((line) => line.slice(2, 4))).toEqual(['[3', '[2']);
});

test('Rule 55 (5.17): without connectorId all are told, the station included; values of every connector', async () => {
  const rig = await Rig.start();
  await rig.call('TriggerMessage', { requestedMessage: 'StatusNotification' });
  for (let connectorId = 0; connectorId <= 4; connectorId++) await rig.expectStatus(connectorId, 'Available');
  await rig.call('TriggerMessage', { requestedMessage: 'MeterValues' });
  for (let connectorId = 1; connectorId <= 4; connectorId++) await rig.expectCall('MeterValues', { connectorId });
});

test('Rule 55 (5.17): a connectorId that does not matter is ignored, one that does not exist is Rejected', async () => {
  const rig = await Rig.start();
  const trigger = (requestedMessage: string, connectorId: number) =>
    rig.call('TriggerMessage', { requestedMessage, connectorId });
  expect(await trigger('Heartbeat', 99)).toEqual({ status: 'Accepted' });
  await rig.expectCall('Heartbeat');
  expect(await trigger('StatusNotification', 5)).toEqual({ status: 'Rejected' });
  expect(await trigger('StatusNotification', -1)).toEqual({ status: 'Rejected' });
  await rig.expectNone('StatusNotification', 5_000);
});

test.each([
  'StartTransaction',
  'LogStatusNotification',
  'heartbeat',
])('Rule 55 (5.17): "If the requested message is unknown": NotImplemented is the answer to %s', async (requestedMessage) => {
  const rig = await Rig.start();
  expect(await rig.call('TriggerMessage', { requestedMessage })).toEqual({ status: 'NotImplemented' });
  const broken = await rig.call('TriggerMessage', { requestedMessage, connectorId: 'one' });
  expect(broken).toHaveProperty('callError');
});

test('Rule 58 (4.3): a messageId does not make an unknown vendor known', async () => {
  const rig = await Rig.start();
  expect(await rig.call('DataTransfer', { vendorId: 'Legrand' })).toEqual({ status: 'UnknownVendorId' });
});

test('Rule 59 (5.13): the same reservationId replaces the reservation, on another connector, too', async () => {
  const rig = await Rig.start();
  expect(await reserve(rig)).toBe('Accepted');
  await rig.expectStatus(1, 'Reserved');
  expect(await reserve(rig, { connectorId: 3, idTag: otherCard })).toBe('Accepted');
  await rig.expectStatus(1, 'Available');
  await rig.expectStatus(3, 'Reserved');
  const start = await rig.charge(1, { card });
  expect(start.payload).not.toHaveProperty('reservationId');
  expect(await rig.call('CancelReservation', { reservationId: 7 })).toEqual({ status: 'Accepted' });
  expect(await rig.call('CancelReservation', { reservationId: 7 })).toEqual({ status: 'Rejected' });
});

test('Rule 59 (5.13): a connector that does not exist, or a time that is over: Rejected', async () => {
  const rig = await Rig.start();
  expect(await reserve(rig, { connectorId: 5 })).toBe('Rejected');
  expect(await reserve(rig, { connectorId: -1 })).toBe('Rejected');
  expect(await reserve(rig, { expiryDate: inMinutes(rig, -1) })).toBe('Rejected');
  expect(rig.status(1)).toBe('Available');
});

test('Rule 60 (5.13): as many free points as reservations of connector 0, and not one taken too many', async () => {
  const rig = await Rig.start();
  expect(await reserve(rig, { connectorId: 0, reservationId: 1 })).toBe('Accepted');
  expect(await reserve(rig, { connectorId: 0, reservationId: 2, idTag: 'AAAA0001' })).toBe('Accepted');
  expect(await reserve(rig, { connectorId: 0, reservationId: 3 })).toBe('Occupied');
  expect(await rig.call('RemoteStartTransaction', { idTag: otherCard })).toEqual({ status: 'Rejected' });
  // Reserved until the identity is presented (4.9, G2).
  rig.plug(1);
  rig.present(card);
  await rig.expectStatus(1, 'Charging');
  expect(rig.central.calls('StartTransaction')[0]?.payload.reservationId).toBe(1);
  rig.plug(3);
  rig.present(otherCard, 'left');
  await expectNoEnergy(rig, 3, 10_000);
});

test('Rule 61 (5.13): a group is looked up in the list, without a question', async () => {
  const rig = await Rig.start({ config: { LocalAuthListEnabled: 'true', LocalPreAuthorize: 'true' } });
  const localAuthorizationList = [{ idTag: otherCard, idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } }];
  await rig.call('SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList });
  expect(await reserve(rig, { parentIdTag: 'FAMILY' })).toBe('Accepted');
  rig.plug(1);
  await rig.advance(2_000);
  rig.present(otherCard);
  await rig.expectCall('StartTransaction', { idTag: otherCard, reservationId: 7 });
  expect(rig.central.calls('Authorize')).toEqual([]);
  await expectEnergy(rig, 1);
});

test('Rule 61 (5.13): the name of the group is no card of it', async () => {
  const rig = await Rig.start();
  expect(await reserve(rig, { parentIdTag: 'FAMILY' })).toBe('Accepted');
  rig.plug(1);
  await rig.advance(2_000);
  rig.present('FAMILY');
  await expectNoEnergy(rig, 1, 10_000);
});

test('Rule 61 (5.13): Faulted ends a reservation for good', async () => {
  const rig = await Rig.start();
  expect(await reserve(rig)).toBe('Accepted');
  rig.fault(1, 'overTemperature');
  await rig.expectStatus(1, 'Faulted');
  rig.fault(1, 'overTemperature', false);
  await rig.expectStatus(1, 'Available', 900_000);
  expect(await rig.call('CancelReservation', { reservationId: 7 })).toEqual({ status: 'Rejected' });
});

test.each([0, 1])('Rule 61 (5.13): Unavailable ends a reservation of connector %i for good', async (connectorId) => {
  const rig = await Rig.start(oneConnector);
  expect(await reserve(rig, { connectorId })).toBe('Accepted');
  await rig.call('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
  await rig.expectStatus(1, 'Unavailable');
  await rig.call('ChangeAvailability', { connectorId: 0, type: 'Operative' });
  await rig.expectStatus(1, 'Available');
  const start = await rig.charge(1, { card: otherCard });
  expect(start.payload).not.toHaveProperty('reservationId');
});

test('Rule 61 (5.13): a reservation and its time survive a power cut', async () => {
  const rig = await Rig.start();
  expect(await reserve(rig, { expiryDate: inMinutes(rig, 5) })).toBe('Accepted');
  await rig.expectStatus(1, 'Reserved');
  await rig.cutPower();
  await rig.advance(120_000);
  await rig.powerOn();
  await rig.expectStatus(1, 'Reserved');
  await rig.expectStatus(4, 'Available');
  await rig.expectNone('StatusNotification', 170_000);
  await rig.expectStatus(1, 'Available', 20_000);
});

test('Rule 62 (5.15, 6.41): a differential update without list changes the version only; a list survives a power cut', async () => {
  const rig = await Rig.start({ config: { LocalAuthListEnabled: 'true', LocalPreAuthorize: 'true' } });
  const localAuthorizationList = [{ idTag: card, idTagInfo: { status: 'Accepted' } }];
  await rig.call('SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList });
  expect(await rig.call('SendLocalList', { listVersion: 4, updateType: 'Differential' })).toEqual({
    status: 'Accepted',
  });
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  expect(await rig.call('GetLocalListVersion', {})).toEqual({ listVersion: 4 });
  await rig.charge(1, { card });
  expect(rig.central.calls('Authorize')).toEqual([]);
});
