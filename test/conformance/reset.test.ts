/** Compliance group 06, reset: hard and soft, with and without a transaction (OCPP 1.6, 5.14). */
import { closeTheBooks, Rig } from '../support/rig';
import { dead, expectEnergy } from './support';

afterEach(closeTheBooks);

async function resetIdle(type: 'Hard' | 'Soft'): Promise<void> {
  const rig = await Rig.start();
  expect(await rig.call('ChangeAvailability', { connectorId: 1, type: 'Inoperative' })).toEqual({ status: 'Accepted' });
  await rig.expectStatus(1, 'Unavailable');
  expect(await rig.call('Reset', { type })).toEqual({ status: 'Accepted' });
  await rig.restart();
  await rig.expectCall('BootNotification');
  // "Connector set to Unavailable shall persist."
  await rig.expectStatus(0, 'Available');
  await rig.expectStatus(1, 'Unavailable');
  await rig.expectStatus(2, 'Available');
  await rig.advance(5_000);
  expect(rig.central.calls('StatusNotification').filter((r) => r.link === 2)).toHaveLength(5);
}

test('TC_013_CS Hard Reset Without transaction', () => resetIdle('Hard'));

test('TC_014_CS Soft Reset Without Transaction', () => resetIdle('Soft'));

test('TC_015_CS Hard Reset With Transaction', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await expectEnergy(rig, 1);
  expect(await rig.call('Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' });
  await rig.restart();
  expect(rig.truth(1)).toMatchObject(dead);
  await rig.expectCall('BootNotification', {}, 60_000);
  await rig.until('one of the two', () => ['Finishing', 'Preparing'].includes(rig.status(1)));
  await rig.advance(5_000);
  const stops = rig.central.calls('StopTransaction').filter((r) => !r.repeated);
  expect(stops).toHaveLength(1);
  expect(stops[0]?.payload).toMatchObject({ transactionId: 1001, reason: 'HardReset' });
  const last = rig.central.calls('StatusNotification').filter((r) => r.payload.connectorId === 1);
  expect(['Finishing', 'Preparing']).toContain(last.at(-1)?.payload.status);
});

test('TC_016_CS Soft Reset With Transaction', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await expectEnergy(rig, 1);
  expect(await rig.call('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
  // "SHALL stop ongoing transactions gracefully and send StopTransaction.req for every ongoing transaction. It should then restart"
  await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'SoftReset' });
  expect(rig.central.connections).toBe(1);
  expect(rig.truth(1)).toMatchObject(dead);
  await rig.restart();
  await rig.expectCall('BootNotification');
  await rig.expectCall('StatusNotification', { connectorId: 1 });
  await rig.advance(5_000);
  expect(['Finishing', 'Preparing']).toContain(rig.status(1));
  expect(rig.central.calls('StopTransaction')).toHaveLength(1);
});
