/** Compliance group 14, power failure: transactions end with PowerLoss, unavailability stays (OCPP 1.6, 4.9, 5.2, 7.36). */
import { closeTheBooks, Rig } from '../support/rig';
import { dead, expectEnergy, expectNoEnergy } from './support';

afterEach(closeTheBooks);

/** Each connector is told, those whose parts take longer after the others. */
async function allStatuses(rig: Rig): Promise<void> {
  const isTold = (id: number) => rig.since('StatusNotification').some((r) => r.payload.connectorId === id);
  await rig.until('all statuses', () => [0, 1, 2, 3, 4].every(isTold));
}

test('TC_032_1_CS Power failure boot charging point - stop transaction(s) before going down', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await expectEnergy(rig, 1);
  // The mains are gone; the electronics live on for a while.
  rig.fault(0, 'supplyLost');
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'PowerLoss' });
  expect(Math.abs(Number(stop.payload.meterStop) - rig.truth(1).energyWh)).toBeLessThanOrEqual(1);
  expect(rig.truth(1)).toMatchObject(dead);
  await rig.cutPower();
  rig.fault(0, 'supplyLost', false);
  await rig.powerOn();
  await rig.expectCall('BootNotification');
  await allStatuses(rig);
  await expectNoEnergy(rig, 1, 20_000);
  expect(rig.central.calls('StopTransaction')).toHaveLength(1);
});

test('TC_032_2_CS Power failure boot charging point - stop transaction(s) after', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(60_000);
  const before = rig.truth(1).energyWh;
  await rig.cutPower();
  await rig.advance(120_000);
  await rig.powerOn();
  await rig.expectCall('BootNotification');
  await allStatuses(rig);
  await rig.until('stopped', () => rig.central.calls('StopTransaction').length > 0);
  const [stop] = rig.central.calls('StopTransaction');
  expect(stop?.payload).toMatchObject({ transactionId: 1001, reason: 'PowerLoss' });
  expect(Math.abs(Number(stop?.payload.meterStop) - before)).toBeLessThanOrEqual(1);
  await expectNoEnergy(rig, 1, 20_000);
  expect(rig.truth(1)).toMatchObject({ ...dead, locked: false });
});

test('TC_034_CS Power Failure with Unavailable Status', async () => {
  const rig = await Rig.start();
  await rig.call('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
  for (let connectorId = 0; connectorId <= 4; connectorId++) await rig.expectStatus(connectorId, 'Unavailable');
  await rig.cutPower();
  await rig.advance(120_000);
  await rig.powerOn();
  await rig.expectCall('BootNotification');
  for (let connectorId = 0; connectorId <= 4; connectorId++) await rig.expectStatus(connectorId, 'Unavailable');
  rig.plug(1);
  rig.present('04A1B2C3');
  await expectNoEnergy(rig, 1, 20_000);
  await rig.call('ChangeAvailability', { connectorId: 0, type: 'Operative' });
  await rig.expectStatus(0, 'Available');
});
