/** ChangeAvailability: at once, scheduled, for the whole station, and over power cuts (OCPP 1.6, 4.9 and 5.2). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const change = (rig: Rig, connectorId: number, type: string) => rig.call('ChangeAvailability', { connectorId, type });

test('idle: Accepted, told, and no charge begins until it is Operative again', async () => {
  const rig = await Rig.start();
  expect(await change(rig, 1, 'Inoperative')).toEqual({ status: 'Accepted' });
  await rig.expectStatus(1, 'Unavailable');
  expect(rig.status(2)).toBe('Available');
  rig.plug(1);
  await rig.advance(5_000);
  rig.present('04A1B2C3');
  await rig.expectNone('StartTransaction', 10_000);
  expect(rig.status(1)).toBe('Unavailable');
  expect(await change(rig, 1, 'Operative')).toEqual({ status: 'Accepted' });
  // The vehicle is still there (H2).
  await rig.expectStatus(1, 'Preparing');
});

test('already so: Accepted, and nothing is told twice', async () => {
  const rig = await Rig.start();
  expect(await change(rig, 1, 'Operative')).toEqual({ status: 'Accepted' });
  await rig.expectNone('StatusNotification', 10_000);
  await change(rig, 1, 'Inoperative');
  await rig.expectStatus(1, 'Unavailable');
  expect(await change(rig, 1, 'Inoperative')).toEqual({ status: 'Accepted' });
  await rig.expectNone('StatusNotification', 10_000);
});

test('charging: Scheduled, and in force with the end of the transaction', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  expect(await change(rig, 1, 'Inoperative')).toEqual({ status: 'Scheduled' });
  await rig.advance(30_000);
  expect(rig.status(1)).toBe('Charging');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.expectStatus(1, 'Unavailable');
  await rig.until('the plug is free', () => !rig.truth(1).locked);
});

test('a scheduled change can be taken back', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  expect(await change(rig, 1, 'Inoperative')).toEqual({ status: 'Scheduled' });
  expect((await change(rig, 1, 'Operative')).status).toMatch(/Accepted|Scheduled/);
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Finishing');
});

test('connector 0 is the station with all its connectors (5.2), each as soon as it can', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  expect(await change(rig, 0, 'Inoperative')).toEqual({ status: 'Scheduled' });
  await rig.expectStatus(3, 'Unavailable');
  expect(rig.status(1)).toBe('Charging');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.expectStatus(0, 'Unavailable');
  expect([0, 1, 2, 3, 4].map((id) => rig.status(id))).toEqual(Array(5).fill('Unavailable'));
  rig.unplug(1);
  await rig.advance(5_000);
  rig.forget();
  expect(await change(rig, 0, 'Operative')).toEqual({ status: 'Accepted' });
  await rig.advance(2_000);
  expect(rig.since('StatusNotification').map((r) => [r.payload.connectorId, r.payload.status])).toEqual(
    [0, 1, 2, 3, 4].map((id) => [id, 'Available']),
  );
});

test('an unknown connector: Rejected', async () => {
  const rig = await Rig.start();
  expect(await change(rig, 5, 'Inoperative')).toEqual({ status: 'Rejected' });
});

test('Unavailable survives a power cut (4.9, 5.2), for one connector and for the station', async () => {
  const rig = await Rig.start();
  await change(rig, 3, 'Inoperative');
  await rig.expectStatus(3, 'Unavailable');
  await rig.cutPower();
  await rig.powerOn();
  await rig.expectCall('BootNotification');
  await rig.expectStatus(3, 'Unavailable');
  expect(rig.status(1)).toBe('Available');
  await change(rig, 0, 'Inoperative');
  await rig.advance(1_000);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  expect([0, 1, 2, 3, 4].map((id) => rig.status(id))).toEqual(Array(5).fill('Unavailable'));
});

test('a change that waits for a transaction survives a power cut, too', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await change(rig, 1, 'Inoperative');
  await rig.cutPower();
  await rig.powerOn();
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  await rig.advance(1_000);
  expect(rig.status(1)).toBe('Unavailable');
});
