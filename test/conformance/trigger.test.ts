/** Compliance group 22, TriggerMessage: the answer, then the message (OCPP 1.6, 5.17). */
import { closeTheBooks, Rig } from '../support/rig';
import { expectEnergy } from './support';

afterEach(closeTheBooks);

const trigger = (rig: Rig, requestedMessage: string, connectorId?: number) =>
  rig.call('TriggerMessage', { requestedMessage, ...(connectorId === undefined ? {} : { connectorId }) });

test('TC_054_CS Trigger Message', async () => {
  const rig = await Rig.start();
  await rig.configure('MeterValuesSampledData', 'Energy.Active.Import.Register,Power.Active.Import');
  await rig.charge(1);
  await expectEnergy(rig, 1);
  rig.forget();

  expect(await trigger(rig, 'MeterValues', 1)).toEqual({ status: 'Accepted' });
  const values = await rig.expectCall('MeterValues', { connectorId: 1, transactionId: 1001 });
  const [meterValue] = values.payload.meterValue as { sampledValue: Record<string, string>[] }[];
  expect(meterValue?.sampledValue).toMatchObject([
    { measurand: 'Energy.Active.Import.Register', context: 'Trigger', unit: 'Wh' },
    { measurand: 'Power.Active.Import', context: 'Trigger', unit: 'W' },
  ]);

  expect(await trigger(rig, 'Heartbeat')).toEqual({ status: 'Accepted' });
  await rig.expectCall('Heartbeat');

  expect(await trigger(rig, 'StatusNotification', 1)).toEqual({ status: 'Accepted' });
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Charging', errorCode: 'NoError' });
  expect(await trigger(rig, 'StatusNotification', 0)).toEqual({ status: 'Accepted' });
  await rig.expectCall('StatusNotification', { connectorId: 0, status: 'Available' });

  expect(await trigger(rig, 'DiagnosticsStatusNotification')).toEqual({ status: 'Accepted' });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Idle' });
  expect(await trigger(rig, 'FirmwareStatusNotification')).toEqual({ status: 'Accepted' });
  await rig.expectCall('FirmwareStatusNotification', { status: 'Idle' });

  expect(await trigger(rig, 'BootNotification')).toEqual({ status: 'Accepted' });
  await rig.expectCall('BootNotification', { chargePointVendor: 'Legrand' });
  // None of it touched the charge.
  expect(rig.truth(1).contactorClosed).toBe(true);
  expect(rig.central.calls('StopTransaction')).toEqual([]);
});

test('TC_055_CS Trigger Message - Rejected', async () => {
  const rig = await Rig.start();
  expect(await trigger(rig, 'MeterValues', 5)).toEqual({ status: 'Rejected' });
  await rig.expectNone('MeterValues', 10_000);
});
