/** Reset of the central system, soft and hard, idle and charging (OCPP 1.6, 5.14). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

test.each([
  'Soft',
  'Hard',
] as const)('%s without transaction: answered first, restarted, booted anew, availability kept', async (type) => {
  const rig = await Rig.start();
  await rig.call('ChangeAvailability', { connectorId: 3, type: 'Inoperative' });
  await rig.expectStatus(3, 'Unavailable');
  expect(await rig.call('Reset', { type })).toEqual({ status: 'Accepted' });
  await rig.restart();
  await rig.expectCall('BootNotification');
  await rig.expectStatus(3, 'Unavailable');
  expect(rig.central.calls('StopTransaction')).toEqual([]);
});

test('Soft with transaction: StopTransaction with reason SoftReset is delivered before the restart', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(60_000);
  expect(await rig.call('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
  const stop = await rig.expectCall('StopTransaction', { reason: 'SoftReset', transactionId: 1001 });
  expect(rig.central.calls('BootNotification')).toHaveLength(1);
  expect(stop.payload).not.toHaveProperty('idTag');
  await rig.restart();
  await rig.expectCall('BootNotification');
  await rig.expectStatus(1, 'Preparing');
  await rig.expectNone('StopTransaction', 30_000);
});

test('Hard with transactions on both points: reason HardReset, one stop each', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card: 'AAAA0001' });
  await rig.charge(4, { card: 'BBBB0002' });
  await rig.advance(60_000);
  expect(await rig.call('Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' });
  await rig.restart();
  await rig.advance(5_000);
  const stops = rig.central.calls('StopTransaction').filter((r) => !r.repeated);
  expect(stops.map((r) => r.payload.reason)).toEqual(['HardReset', 'HardReset']);
  expect(new Set(stops.map((r) => r.payload.transactionId))).toEqual(new Set([1001, 1002]));
  expect(rig.truth(1).contactorClosed || rig.truth(4).contactorClosed).toBe(false);
});

test('a stop that the network keeps from being delivered is queued and delivered after the restart', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.central.answer('StopTransaction', () => 'silence');
  expect(await rig.call('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StopTransaction', { reason: 'SoftReset' });
  await rig.restart();
  rig.central.answer('StopTransaction', () => ({}));
  await rig.expectCall('BootNotification');
  const again = await rig.expectCall('StopTransaction', { reason: 'SoftReset', transactionId: 1001 });
  expect(again.repeated).toBe(true);
});

test('between the command and the restart nothing new begins', async () => {
  const rig = await Rig.start();
  // A vehicle that does not let go quickly makes the soft reset last.
  await rig.charge(1, { plug: { ev: { reactsToPwmOff: false } } });
  await rig.call('Reset', { type: 'Soft' });
  expect(await rig.call('RemoteStartTransaction', { connectorId: 3, idTag: 'REMOTE' })).toEqual({ status: 'Rejected' });
  rig.plug(3);
  rig.present('BBBB0002', 'left');
  await rig.expectNone('StartTransaction', 3_000);
});

test('a second Reset while the first is under way is accepted and restarts once', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.call('Reset', { type: 'Soft' });
  expect(await rig.call('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
  await rig.restart();
  await rig.advance(60_000);
  expect(rig.restartedBy).toBeUndefined();
  expect(rig.central.calls('BootNotification')).toHaveLength(2);
});

test('a hard reset does not wait for a vehicle that goes on drawing', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { plug: { ev: { reactsToPwmOff: false, ignoresOffer: true } } });
  await rig.call('Reset', { type: 'Hard' });
  await rig.advance(4_000);
  expect(rig.restartedBy).toBe('hard');
  expect(rig.truth(1).contactorClosed).toBe(false);
});
