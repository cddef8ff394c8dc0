/** Compliance groups 07 and 13, UnlockConnector, with and without a session, and where it cannot be (OCPP 1.6, 5.18). */
import { closeTheBooks, Rig } from '../support/rig';
import { dead, expectEnergy, fixedCable, plugIn } from './support';

afterEach(closeTheBooks);

const unlock = (rig: Rig, connectorId = 1) => rig.call('UnlockConnector', { connectorId });

test('TC_017_1_CS Unlock connector - no charging session running (Not fixed cable)', async () => {
  const rig = await Rig.start();
  expect(await unlock(rig)).toEqual({ status: 'Unlocked' });
  await plugIn(rig);
  expect(await unlock(rig)).toEqual({ status: 'Unlocked' });
  expect(rig.truth(1)).toMatchObject({ ...dead, locked: false });
  expect(rig.central.calls('StopTransaction')).toEqual([]);
});

test('TC_017_2_CS Unlock connector - no charging session running (Fixed cable)', async () => {
  const rig = await Rig.start(fixedCable);
  expect(await unlock(rig)).toEqual({ status: 'NotSupported' });
});

test('TC_018_1_CS Unlock connector - with charging session (Not fixed cable)', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await expectEnergy(rig, 1);
  expect(await unlock(rig)).toEqual({ status: 'Unlocked' });
  expect(rig.truth(1)).toMatchObject({ ...dead, locked: false });
  // "SHALL finish the transaction first"
  await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'UnlockCommand' });
  await rig.expectStatus(1, 'Finishing');
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
});

test('TC_018_2_CS Unlock connector - with charging session (Fixed cable)', async () => {
  const rig = await Rig.start(fixedCable);
  await rig.charge(1);
  await expectEnergy(rig, 1);
  expect(await unlock(rig)).toEqual({ status: 'NotSupported' });
  await rig.expectNone('StopTransaction', 20_000);
  expect(rig.truth(1).contactorClosed).toBe(true);
});

test('TC_030_CS Unlock connector - Unlock Failure', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await expectEnergy(rig, 1);
  rig.fault(1, 'lockJammed');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.advance(10_000);
  expect(await unlock(rig)).toEqual({ status: 'UnlockFailed' });
  expect(rig.truth(1)).toMatchObject({ ...dead, locked: true });
});

test('TC_031_CS Unlock Connector - Unknown Connector', async () => {
  const rig = await Rig.start();
  await plugIn(rig);
  expect(await unlock(rig, 5)).toEqual({ status: 'NotSupported' });
});
