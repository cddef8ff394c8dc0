/** An update waits for the charges that go on, and nobody begins another meanwhile (OCPP 1.6, 5.19; E3.49). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const hold = (rig: Rig, on: boolean) => rig.running.station.updateHold.hold(on);
const told = (rig: Rig) =>
  rig.since('StatusNotification').map(({ payload }) => [payload.connectorId, payload.status, payload.info]);
const info = 'Firmware update';

test('one of two points charges: the other goes Unavailable at once, and this one with its end; then both are Available', async () => {
  const rig = await Rig.start();
  const { updateHold } = rig.running.station;
  let changes = 0;
  updateHold.onChange(() => {
    changes += 1;
  });
  await rig.charge(1);
  rig.forget();
  hold(rig, true);
  await rig.advance(1_000);
  expect(told(rig)).toEqual([2, 3, 4].map((id) => [id, 'Unavailable', info]));
  rig.plug(3);
  rig.present('04D4E5F6', 'left');
  await rig.expectNone('StartTransaction', 600_000);
  expect(rig.status(1)).toBe('Charging');
  expect({ changes, isFree: updateHold.isFree() }).toEqual({ changes: 1, isFree: false });
  rig.forget();
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  await rig.expectStatus(1, 'Unavailable');
  await rig.until('the plug is free', () => !rig.truth(1).locked);
  expect({ changes, isFree: updateHold.isFree() }).toEqual({ changes: 2, isFree: true });
  rig.unplug(1);
  rig.unplug(3);
  await rig.advance(2_000);
  rig.forget();
  hold(rig, false);
  await rig.advance(1_000);
  expect(told(rig)).toEqual([1, 2, 3, 4].map((id) => [id, 'Available', 'No failure']));
  await rig.charge(3, { card: '04D4E5F6' });
});

test('what ChangeAvailability has taken out of use stays so, during the update and after it', async () => {
  const rig = await Rig.start();
  await rig.call('ChangeAvailability', { connectorId: 3, type: 'Inoperative' });
  await rig.expectStatus(3, 'Unavailable');
  hold(rig, true);
  await rig.advance(1_000);
  expect([0, 1, 2, 3, 4].map((id) => rig.status(id))).toEqual(['Available', ...Array(4).fill('Unavailable')]);
  expect(await rig.call('ChangeAvailability', { connectorId: 4, type: 'Inoperative' })).toEqual({ status: 'Accepted' });
  hold(rig, false);
  await rig.advance(1_000);
  expect([1, 2, 3, 4].map((id) => rig.status(id))).toEqual(['Available', 'Available', 'Unavailable', 'Unavailable']);
});

test('what the central system orders meanwhile is refused, with the reason in the log', async () => {
  const rig = await Rig.start();
  const texts: string[] = [];
  rig.running.notices.on('requestRefused', ({ text }) => texts.push(text));
  hold(rig, true);
  const start = { idTag: '04A1B2C3', connectorId: 1 };
  expect(await rig.call('RemoteStartTransaction', start)).toEqual({ status: 'Rejected' });
  expect(texts.join()).toContain('the station is being updated');
  const reservation = { connectorId: 1, expiryDate: '2026-05-04T09:00:00Z', idTag: '04A1B2C3', reservationId: 1 };
  expect(await rig.call('ReserveNow', reservation)).toEqual({ status: 'Unavailable' });
});

test('a restart ends it', async () => {
  const rig = await Rig.start();
  hold(rig, true);
  await rig.advance(1_000);
  await rig.cutPower();
  await rig.powerOn();
  await rig.expectStatus(1, 'Available');
});
