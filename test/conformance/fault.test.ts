/** Compliance group 17, fault: no transaction where something is wrong, and back to the status before (OCPP 1.6, 4.9). */
import { closeTheBooks, Rig } from '../support/rig';
import { card, expectEnergy, expectNoEnergy, plugIn } from './support';

afterEach(closeTheBooks);

test('TC_041_CS Fault Behavior', async () => {
  const rig = await Rig.start();
  await plugIn(rig);
  rig.fault(1, 'overTemperature');
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Faulted', errorCode: 'HighTemperature' });
  rig.present(card);
  await expectNoEnergy(rig, 1, 20_000);
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: card })).toEqual({ status: 'Rejected' });
  expect(rig.central.calls('StartTransaction')).toEqual([]);
  rig.fault(1, 'overTemperature', false);
  // "Fault is resolved and status returns to the pre-fault state"
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Preparing', errorCode: 'NoError' }, 600_000);
  rig.present(card);
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
});
