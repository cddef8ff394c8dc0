/** Compliance group 02, start of a session: plug first, card first, and a card that nobody follows up. */
import { closeTheBooks, Rig } from '../support/rig';
import { card, dead, expectEnergy, expectNoEnergy, plugIn, secondsBetween } from './support';

afterEach(closeTheBooks);

test('TC_003_CS Regular Charging Session - Plugin First', async () => {
  const rig = await Rig.start();
  await plugIn(rig);
  await expectNoEnergy(rig, 1, 10_000);
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  const start = await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  expect(start.payload).not.toHaveProperty('reservationId');
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
});

test('TC_004_1_CS Regular Charging Session - Identification First', async () => {
  const rig = await Rig.start();
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  await rig.expectStatus(1, 'Preparing');
  await expectNoEnergy(rig, 1, 10_000);
  rig.plug(1);
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
  expect(rig.central.calls('Authorize')).toHaveLength(1);
});

test('TC_004_2_CS Identification First - ConnectionTimeOut', async () => {
  const rig = await Rig.start();
  await rig.configure('ConnectionTimeOut', '25');
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  const preparing = await rig.expectStatus(1, 'Preparing');
  const available = await rig.expectStatus(1, 'Available');
  expect(secondsBetween(preparing, available)).toBeCloseTo(25, 0);
  // The authorisation is gone: a plug that comes now has to be authorised anew.
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  await expectNoEnergy(rig, 1, 20_000);
  expect(rig.central.calls('StartTransaction')).toEqual([]);
  expect(rig.truth(1)).toMatchObject({ ...dead, locked: false });
});
