/** Lessons from the field about the connection: answers without sense, addresses that lead nowhere, networks that come late. */
import { closeTheBooks, Rig } from '../support/rig';
import { card, expectEnergy, oneConnector } from './support';

afterEach(closeTheBooks);

test.each([
  ['without a status', { interval: 300, currentTime: '2026-05-04T08:00:00Z' }],
  ['with a status of its own', { status: 'OK', interval: 300, currentTime: '2026-05-04T08:00:00Z' }],
  ['empty', {}],
])('Lesson 25: BootNotification.conf %s is asked for again, ever more rarely', async (_what, answer) => {
  const rig = Rig.prepare(oneConnector);
  rig.central.answer('BootNotification', () => answer);
  await rig.powerOn();
  await rig.advance(3_600_000);
  const at = rig.central.calls('BootNotification').map((r) => r.at / 1_000);
  expect(at.length).toBeGreaterThan(8);
  expect(at.length).toBeLessThan(16);
  const waits = at.slice(1).map((t, i) => t - (at[i] ?? 0));
  expect(waits.at(-1)).toBeGreaterThan(400);
});

test('Lesson 25: a central system that answers in 0 ms', async () => {
  const rig = Rig.prepare();
  rig.central.delayMs = 0;
  await rig.powerOn();
  await rig.advance(1_000);
  await rig.charge(1);
  await expectEnergy(rig, 1);
  rig.present(card);
  await rig.expectCall('StopTransaction', { transactionId: 1001 });
  expect(rig.central.connections).toBe(1);
});

test('Lesson 27: a new address that leads nowhere is left again for the one before, and the former works', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.central.deaf = (url) => url.startsWith('ws://nowhere.test/');
  expect(await rig.call('ChangeConfiguration', { key: 'URL', value: 'ws://nowhere.test/ocpp' })).toEqual({
    status: 'Accepted',
  });
  await rig.expectCall('BootNotification', {}, 900_000);
  const tried = rig.central.urls.filter((url) => url.startsWith('ws://nowhere.test/'));
  expect(tried).toHaveLength(5);
  expect(rig.central.urls.at(-1)).toBe('ws://central.test/ocpp/GREENUP%201');
  expect(rig.status(1)).toBe('Charging');
});

test('Lesson 27: the way back outlives a power cut; two keys changed together are one move', async () => {
  const rig = await Rig.start();
  rig.central.deaf = (url) => url.startsWith('ws://nowhere.test/');
  await rig.configure('URL', 'ws://nowhere.test/ocpp');
  await rig.configure('UID', 'OTHER');
  await rig.advance(5_000);
  expect(rig.central.urls.at(-1)).toBe('ws://nowhere.test/ocpp/OTHER');
  await rig.cutPower();
  await rig.powerOn();
  rig.forget();
  await rig.expectCall('BootNotification', {}, 900_000);
  expect(rig.central.urls.at(-1)).toBe('ws://central.test/ocpp/GREENUP%201');
  expect(rig.central.urls.filter((url) => url.includes('nowhere') && !url.endsWith('OTHER'))).toEqual([]);
});

test('Lesson 27: once the new address has been reached there is no way back, however long it is gone', async () => {
  const rig = await Rig.start();
  await rig.configure('URL', 'ws://new.test/ocpp');
  await rig.expectCall('BootNotification');
  rig.central.deaf = (url) => url.startsWith('ws://new.test/');
  rig.central.drop('gone');
  await rig.advance(3_600_000);
  expect(rig.central.connected).toBe(false);
  rig.central.deaf = () => false;
  await rig.until('connected', () => rig.central.connected, 200_000);
  expect(rig.central.urls.at(-1)).toBe('ws://new.test/ocpp/GREENUP%201');
});

test('Lesson 28: a backlog drains one message at a time, each after the answer to the one before', async () => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '10' } });
  await rig.charge(1);
  rig.central.down();
  await rig.advance(600_000);
  let open = 0;
  let most = 0;
  rig.central.answer('MeterValues', () => {
    open += 1;
    most = Math.max(most, open);
    rig.clock.at(rig.clock.now() + 500, () => {
      open -= 1;
    });
    return { afterMs: 500, answer: {} };
  });
  rig.central.up();
  await rig.advance(200_000);
  expect(rig.central.calls('MeterValues').length).toBeGreaterThanOrEqual(60);
  expect(most).toBe(1);
});

test.each([
  ['ChangeAvailability', { connectorId: 0, type: 'Inoperative' }],
  ['ChangeConfiguration', { key: 'ConnectionTimeOut', value: '90' }],
  ['ClearCache', {}],
  ['GetConfiguration', {}],
  ['RemoteStartTransaction', { connectorId: 3, idTag: card }],
  ['RemoteStopTransaction', { transactionId: 1001 }],
  ['Reset', { type: 'Soft' }],
  ['SendLocalList', { listVersion: 1, updateType: 'Full' }],
  ['TriggerMessage', { requestedMessage: 'MeterValues' }],
  ['GetCompositeSchedule', { connectorId: 0, duration: 86_400 }],
  ['ClearChargingProfile', {}],
  ['CancelReservation', { reservationId: 1 }],
])('Lesson 29: %s is answered at once, while a charge runs and our own request is outstanding', async (action, payload) => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.central.answer('Heartbeat', () => 'silence');
  await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
  await rig.expectCall('Heartbeat');
  const before = rig.clock.now();
  await rig.call(action, payload);
  expect(rig.clock.now() - before).toBeLessThanOrEqual(100);
});

test.each([
  10_000, 600_000, 7_200_000,
])('Lesson 31: a network that comes %i ms after the station finds it', async (ms) => {
  const rig = Rig.prepare({ ...oneConnector, systemTimeMs: null });
  rig.central.down();
  await rig.powerOn();
  await rig.advance(ms);
  rig.central.up();
  await rig.expectCall('BootNotification', {}, 180_000);
  await rig.expectStatus(1, 'Available');
});
