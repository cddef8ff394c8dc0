/** What was done at a bench, and what the station made of it: written by the bench out of a session of 2026-05-04. */
import { stationControl } from '../../src/control/station-commands';
import { readyVehicle } from '../../src/drivers/sim/ready-vehicles';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

test('a session of the bench', async () => {
  const rig = await Rig.start();
  const control = stationControl(() => rig.running);
  rig.central.nextTransactionId = 1001;
  const begin = rig.clock.now();
  const at = (ms: number) => rig.advance(Math.max(0, begin + ms - rig.clock.now()));

  rig.plug(1, { cableA: 20, ev: readyVehicle('model-3-like').options });
  await rig.expectStatus(1, 'Preparing');
  await rig.expectStatus(2, 'Unavailable');
  await at(4_000);
  rig.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked' } }));
  rig.present('04BADBAD');
  await rig.expectCall('Authorize', { idTag: '04BADBAD' });
  await at(9_000);
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize', { idTag: '04A1B2C3' });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: '04A1B2C3' });
  await rig.expectStatus(1, 'Charging');
  await at(69_000);
  rig.ev(1, { paused: true });
  await rig.expectStatus(1, 'SuspendedEV');
  await at(89_000);
  rig.ev(1, { paused: false });
  await rig.expectStatus(1, 'Charging');
  await at(110_000);
  rig.plug(3, { ev: { phases: 1, maxCurrentA: 16 } });
  await rig.expectStatus(3, 'Preparing');
  await rig.expectStatus(4, 'Unavailable');
  await at(114_005);
  expect(await rig.call('RemoteStartTransaction', { connectorId: 3, idTag: 'REMOTE' })).toMatchObject({
    status: 'Accepted',
  });
  await rig.expectCall('Authorize', { idTag: 'REMOTE' });
  await rig.expectCall('StartTransaction', { connectorId: 3, idTag: 'REMOTE' });
  await rig.expectStatus(3, 'Charging');
  await at(174_000);
  rig.fault(3, 'overTemperature');
  await rig.expectCall('StatusNotification', { connectorId: 3, status: 'Faulted', errorCode: 'HighTemperature' });
  await at(184_000);
  rig.fault(3, 'overTemperature', false);
  await rig.advance(100);
  rig.running.clearFaults(3);
  await rig.expectStatus(3, 'SuspendedEVSE');
  await rig.expectStatus(3, 'SuspendedEV');
  await rig.expectStatus(3, 'Charging');
  await at(194_100);
  rig.unplug(3);
  await rig.expectCall('StopTransaction', { reason: 'EVDisconnected' });
  await rig.expectStatus(3, 'Finishing');
  await rig.expectStatus(3, 'Available');
  await rig.expectStatus(4, 'Available');
  await at(204_100);
  rig.central.down();
  await at(234_100);
  void control.run('stop', { connector: 1 });
  await at(244_100);
  rig.central.up();
  rig.running.chargePoint.connection.start();
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  await rig.expectStatus(1, 'Finishing');
  await at(304_100);
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
  await rig.expectStatus(2, 'Available');
  await at(314_100);
  expect(rig.status(1)).toBe('Available');
  expect(rig.status(2)).toBe('Available');
  expect(rig.status(3)).toBe('Available');
  expect(rig.status(4)).toBe('Available');
});
