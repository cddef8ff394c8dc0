/** Compliance groups 05 and 12, remote start and stop, accepted and rejected (OCPP 1.6, 5.11 and 5.12). */
import { closeTheBooks, Rig } from '../support/rig';
import { card, dead, expectEnergy, expectNoEnergy, plugIn, secondsBetween } from './support';

afterEach(closeTheBooks);

const remoteStart = (rig: Rig, request: Record<string, unknown>) => rig.call('RemoteStartTransaction', request);

test.each([
  true,
  false,
])('TC_010_CS Remote Start Charging Session - Cable Plugged in First (AuthorizeRemoteTxRequests %s)', async (authorise) => {
  const rig = await Rig.start();
  await rig.configure('AuthorizeRemoteTxRequests', String(authorise));
  await plugIn(rig);
  expect(await remoteStart(rig, { connectorId: 1, idTag: card })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
  expect(rig.central.calls('Authorize')).toHaveLength(authorise ? 1 : 0);
});

test('TC_011_1_CS Remote Start Charging Session - Remote Start First', async () => {
  const rig = await Rig.start();
  expect(await remoteStart(rig, { connectorId: 1, idTag: card })).toEqual({ status: 'Accepted' });
  await rig.expectCall('Authorize', { idTag: card });
  await rig.expectStatus(1, 'Preparing');
  rig.plug(1);
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
});

test('TC_011_2_CS Remote Start Charging Session - Time Out', async () => {
  const rig = await Rig.start();
  await rig.configure('ConnectionTimeOut', '20');
  expect(await remoteStart(rig, { connectorId: 1, idTag: card })).toEqual({ status: 'Accepted' });
  const preparing = await rig.expectStatus(1, 'Preparing');
  const available = await rig.expectStatus(1, 'Available');
  expect(secondsBetween(preparing, available)).toBeCloseTo(20, 0);
  rig.plug(1);
  await expectNoEnergy(rig, 1, 15_000);
  expect(rig.central.calls('StartTransaction')).toEqual([]);
});

test('TC_012_CS Remote Stop Charging Session', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card });
  await expectEnergy(rig, 1);
  expect(await rig.call('RemoteStopTransaction', { transactionId: 1001 })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'Remote' });
  await rig.expectStatus(1, 'Finishing');
  // "and, if applicable, unlock the connector"
  await rig.until('the plug is free', () => !rig.truth(1).locked, 2_000);
  expect(rig.truth(1)).toMatchObject(dead);
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
});

test('TC_026_CS Remote Start Charging Session - Rejected', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card });
  expect(await remoteStart(rig, { connectorId: 1, idTag: 'REMOTE' })).toEqual({ status: 'Rejected' });
  await rig.expectNone('StartTransaction', 20_000);
  expect(rig.truth(1).contactorClosed).toBe(true);
});

test('TC_027_CS Remote start transaction - connector id shall not be 0', async () => {
  const rig = await Rig.start();
  await plugIn(rig);
  expect(await remoteStart(rig, { connectorId: 0, idTag: card })).toEqual({ status: 'Rejected' });
  await expectNoEnergy(rig, 1, 20_000);
  expect(rig.central.calls('StartTransaction')).toEqual([]);
});

test('TC_028_CS Remote Stop Transaction - Rejected', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card });
  expect(await rig.call('RemoteStopTransaction', { transactionId: 1002 })).toEqual({ status: 'Rejected' });
  await rig.expectNone('StopTransaction', 20_000);
  expect(rig.truth(1).contactorClosed).toBe(true);
});
