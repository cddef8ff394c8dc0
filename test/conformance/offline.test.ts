/** Compliance group 15, offline: what happens without a connection is told afterwards, whole and in order (OCPP 1.6, 3.5.4, 3.7). */
import type { Received } from '../../src/testing/central';
import { closeTheBooks, Rig } from '../support/rig';
import { card, dead, expectEnergy, expectNoEnergy } from './support';

afterEach(closeTheBooks);

const timestampOf = (r: Received) =>
  Date.parse(
    String(r.payload.timestamp ?? (r.payload.meterValue as { timestamp: string }[] | undefined)?.[0]?.timestamp),
  );

/** Offline, a driver comes with a card that the station may trust. */
async function startOffline(rig: Rig): Promise<void> {
  rig.central.down();
  await rig.advance(2_000);
  rig.plug(1);
  await rig.until('Preparing', () => rig.status(1) === 'Preparing');
  rig.present(card);
  await rig.until('charging', () => rig.status(1) === 'Charging');
  await expectEnergy(rig, 1);
}

test('TC_036_CS Connection Loss During Transaction', async () => {
  const rig = await Rig.start();
  await rig.configure('MeterValueSampleInterval', '60');
  await rig.configure('MeterValuesSampledData', 'Energy.Active.Import.Register');
  const start = await rig.charge(1);
  await rig.expectCall('MeterValues', { transactionId: 1001 }, 70_000);
  rig.central.down();
  await rig.advance(250_000);
  expect(rig.truth(1).contactorClosed).toBe(true);
  rig.central.up();
  rig.forget();
  const queued = [];
  for (let n = 0; n < 4; n++) {
    queued.push(await rig.expectCall('MeterValues', { connectorId: 1, transactionId: 1001 }, 130_000));
  }
  const from = timestampOf(start);
  expect(queued.map((r) => timestampOf(r) - from)).toEqual([120_000, 180_000, 240_000, 300_000]);
  // "On mere websocket reconnect": no new BootNotification (OCPP-J, 5.4).
  expect(rig.central.calls('BootNotification')).toHaveLength(1);
});

test('TC_037_1_CS Offline Start Transaction - Valid IdTag', async () => {
  const rig = await Rig.start();
  await rig.configure('AllowOfflineTxForUnknownId', 'true');
  await startOffline(rig);
  const began = rig.central.now();
  await rig.advance(60_000);
  rig.central.up();
  const start = await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card }, 130_000);
  expect(timestampOf(start)).toBeLessThanOrEqual(began);
  await rig.advance(30_000);
  expect(rig.status(1)).toBe('Charging');
  expect(rig.truth(1).contactorClosed).toBe(true);
});

const refused = () => ({ transactionId: 1001, idTagInfo: { status: 'Invalid' } });

test('TC_037_2_CS Offline Start Transaction - Invalid IdTag - StopTransactionOnInvalidId = false', async () => {
  const rig = await Rig.start();
  await rig.configure('AllowOfflineTxForUnknownId', 'true');
  await rig.configure('StopTransactionOnInvalidId', 'false');
  await startOffline(rig);
  rig.central.answer('StartTransaction', refused);
  rig.central.up();
  await rig.expectCall('StartTransaction', { idTag: card }, 130_000);
  await rig.until('suspended', () => rig.status(1) === 'SuspendedEVSE');
  await rig.advance(7_000);
  // "only stop energy delivery to the vehicle"
  await expectNoEnergy(rig, 1, 60_000);
  expect(rig.central.calls('StopTransaction')).toEqual([]);
  expect(rig.central.calls('StatusNotification').at(-1)?.payload).toMatchObject({
    connectorId: 1,
    status: 'SuspendedEVSE',
  });
});

test('TC_037_3_CS Offline Start Transaction - Invalid IdTag - StopTransactionOnInvalidId = true', async () => {
  const rig = await Rig.start();
  await rig.configure('AllowOfflineTxForUnknownId', 'true');
  await rig.configure('StopTransactionOnInvalidId', 'true');
  await startOffline(rig);
  rig.central.answer('StartTransaction', refused);
  rig.central.up();
  await rig.expectCall('StartTransaction', { idTag: card }, 130_000);
  await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'DeAuthorized' });
  await rig.advance(2_000);
  await expectNoEnergy(rig, 1, 30_000);
  // "keep the Charging Cable locked until the same identifier ... is presented"
  expect(rig.truth(1).locked).toBe(true);
  rig.present(card);
  await rig.until('the plug is free', () => !rig.truth(1).locked, 3_000);
});

test('TC_038_CS Offline Stop Transaction', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card });
  await rig.advance(30_000);
  rig.central.down();
  await rig.advance(10_000);
  rig.present(card);
  await rig.until('stopped', () => rig.status(1) === 'Finishing');
  const ended = rig.central.now();
  await rig.until('the plug is free', () => !rig.truth(1).locked, 3_000);
  await rig.advance(60_000);
  rig.central.up();
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1001, idTag: card }, 130_000);
  expect(['Local', undefined]).toContain(stop.payload.reason);
  expect(Math.abs(timestampOf(stop) - ended)).toBeLessThan(1_000);
  expect(Math.abs(Number(stop.payload.meterStop) - rig.truth(1).energyWh)).toBeLessThanOrEqual(1);
  await rig.expectStatus(1, 'Finishing');
});

test('TC_039_CS Offline Transaction', async () => {
  const rig = await Rig.start();
  await rig.configure('AllowOfflineTxForUnknownId', 'true');
  await startOffline(rig);
  await rig.advance(100_000);
  rig.present(card);
  await rig.until('stopped', () => rig.status(1) === 'Finishing');
  await rig.until('the plug is free', () => !rig.truth(1).locked, 3_000);
  expect(rig.truth(1)).toMatchObject(dead);
  rig.unplug(1);
  await rig.advance(10_000);
  rig.central.up();
  const start = await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card }, 130_000);
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1001, idTag: card });
  expect((timestampOf(stop) - timestampOf(start)) / 1_000).toBeGreaterThan(100);
  expect((timestampOf(stop) - timestampOf(start)) / 1_000).toBeLessThan(140);
  const wh = Number(stop.payload.meterStop) - Number(start.payload.meterStart);
  expect(Math.abs(wh - rig.truth(1).energyWh)).toBeLessThanOrEqual(1);
  // What the statuses were meanwhile is history (4.9, rule 3); now it is Available, as before.
  expect(rig.since('StatusNotification').filter((r) => r.payload.status !== 'Available')).toEqual([]);
});
