/** Compliance group 03, end of a session: vehicle gone, and who may stop (OCPP 1.6, 3.10, 4.1, 4.9, 4.10). */
import { closeTheBooks, Rig } from '../support/rig';
import { card, dead, expectEnergy, expectNoEnergy, otherCard } from './support';

afterEach(closeTheBooks);

const info = 'EV side disconnected';

test('TC_005_1_CS EV Side Disconnected (StopTransactionOnEVSideDisconnect true, UnlockConnectorOnEVSideDisconnect true)', async () => {
  const rig = await Rig.start();
  await rig.configure('StopTransactionOnEVSideDisconnect', 'true');
  await rig.configure('UnlockConnectorOnEVSideDisconnect', 'true');
  await rig.charge(1);
  await expectEnergy(rig, 1);
  rig.unplug(1);
  await rig.advance(100);
  expect(rig.truth(1)).toMatchObject(dead);
  // Order of the two is free.
  await rig.until('stopped', () => rig.since('StopTransaction').length === 1);
  expect(rig.since('StopTransaction')[0]?.payload).toMatchObject({ reason: 'EVDisconnected', transactionId: 1001 });
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Finishing', errorCode: 'NoError', info });
  await rig.expectStatus(1, 'Available');
  expect(rig.truth(1)).toMatchObject({ locked: false, plugged: false });
});

test('TC_005_2_CS EV Side Disconnected (StopTransactionOnEVSideDisconnect true, UnlockConnectorOnEVSideDisconnect false)', async () => {
  const rig = await Rig.start();
  await rig.configure('UnlockConnectorOnEVSideDisconnect', 'false');
  await rig.charge(1);
  await expectEnergy(rig, 1);
  rig.unplug(1);
  await rig.until('stopped', () => rig.since('StopTransaction').length === 1);
  expect(rig.since('StopTransaction')[0]?.payload).toMatchObject({ reason: 'EVDisconnected' });
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Finishing', errorCode: 'NoError', info });
  await rig.expectNone('StatusNotification', 60_000);
  expect(rig.truth(1)).toMatchObject({ ...dead, locked: true });
  expect(await rig.call('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
  await rig.expectStatus(1, 'Available');
  expect(rig.truth(1)).toMatchObject({ locked: false, plugged: false });
});

test('TC_005_3_CS EV Side Disconnected (StopTransactionOnEVSideDisconnect false)', async () => {
  const rig = await Rig.start();
  await rig.configure('StopTransactionOnEVSideDisconnect', 'false');
  await rig.charge(1);
  await expectEnergy(rig, 1);
  rig.unplug(1);
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'SuspendedEV', errorCode: 'NoError', info });
  await rig.expectNone('StopTransaction', 60_000);
  // "cables always remain locked when the cable is disconnected at EV side"
  expect(rig.truth(1)).toMatchObject({ ...dead, locked: true });
  expect(await rig.call('RemoteStopTransaction', { transactionId: 1001 })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'Remote' });
  await rig.expectStatus(1, 'Available');
  // SuspendedEV was told once, and nothing else before the end.
  const told = rig.central.calls('StatusNotification').filter((r) => r.payload.connectorId === 1);
  expect(told.map((r) => r.payload.status).filter((status) => status === 'SuspendedEV')).toHaveLength(1);
  expect(rig.truth(1)).toMatchObject({ ...dead, locked: false });
});

test('TC_068_CS Stop transaction - IdTag stop matches IdTag start', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card });
  await expectEnergy(rig, 1);
  rig.present(otherCard);
  await rig.expectCall('Authorize', { idTag: otherCard });
  await rig.expectNone('StopTransaction', 20_000);
  expect(rig.truth(1).contactorClosed).toBe(true);
  const asked = rig.central.calls('Authorize').length;
  rig.present(card);
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1001, idTag: card });
  // "the Reason element MAY be omitted and the Reason SHOULD be assumed 'Local'"
  expect(['Local', undefined]).toContain(stop.payload.reason);
  expect(rig.central.calls('Authorize')).toHaveLength(asked);
  await rig.expectStatus(1, 'Finishing');
  await rig.until('the plug is free', () => !rig.truth(1).locked, 2_000);
  await expectNoEnergy(rig, 1, 20_000);
});

test('TC_069_CS Stop transaction - ParentIdTag', async () => {
  const rig = await Rig.start();
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Accepted', parentIdTag: 'FAMILY' } }));
  await rig.charge(1, { card });
  await expectEnergy(rig, 1);
  rig.present(otherCard);
  await rig.expectCall('Authorize', { idTag: otherCard });
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1001, idTag: otherCard });
  expect(['Local', undefined]).toContain(stop.payload.reason);
  await rig.expectStatus(1, 'Finishing');
  expect(rig.truth(1)).toMatchObject(dead);
  await rig.until('the plug is free', () => !rig.truth(1).locked, 2_000);
});
