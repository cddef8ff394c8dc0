/** Lessons from the field: what went wrong at other charge points and must not here. */
import type { Board } from '../../src/hal/board';
import type { Received } from '../../src/testing/central';
import { boardWith, closeTheBooks, Rig, singleBoard } from '../support/rig';
import { card, expectEnergy, expectNoEnergy, leave, oneConnector, otherCard, plugIn } from './support';

afterEach(closeTheBooks);

const offlineForAll = { AllowOfflineTxForUnknownId: 'true' };
const timeOf = (r: Received | undefined) => Date.parse(String(r?.payload.timestamp));

/** One whole charge without a network. */
async function chargeOffline(rig: Rig, connectorId: number, idTag: string): Promise<void> {
  const side = connectorId > 2 ? 'left' : 'right';
  rig.plug(connectorId);
  await rig.until('Preparing', () => rig.status(connectorId) === 'Preparing');
  rig.present(idTag, side);
  await expectEnergy(rig, connectorId);
  await rig.advance(65_000);
  rig.present(idTag, side);
  await rig.until('Finishing', () => rig.status(connectorId) === 'Finishing');
  await leave(rig, connectorId);
}

test('Lesson 1: started and stopped offline, then reset offline twice: the start is not lost', async () => {
  const rig = await Rig.start({ config: { ...offlineForAll, MeterValueSampleInterval: '30' } });
  rig.central.down();
  await rig.advance(1_000);
  await chargeOffline(rig, 1, card);
  for (let cut = 0; cut < 2; cut++) {
    await rig.cutPower();
    await rig.powerOn();
    await rig.advance(5_000);
  }
  rig.central.up();
  rig.forget();
  await rig.expectCall('BootNotification', {}, 200_000);
  await rig.expectCall('StartTransaction', { idTag: card });
  await rig.expectCall('MeterValues', { transactionId: 1001 });
  await rig.expectCall('MeterValues', { transactionId: 1001 });
  await rig.expectCall('StopTransaction', { transactionId: 1001 });
});

test('Lesson 2: a stop that nobody confirms does not occupy the connector, not even after a reboot', async () => {
  const rig = await Rig.start({ config: offlineForAll });
  rig.central.answer('StopTransaction', () => 'silence');
  await rig.charge(1);
  rig.present(card);
  await rig.expectCall('StopTransaction');
  await leave(rig);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(3_000);
  expect(rig.status(1)).toBe('Available');
  rig.plug(1);
  await rig.advance(2_000);
  rig.present(otherCard);
  await expectEnergy(rig, 1);
});

test('Lesson 3: outlets and reader work without ever having met a central system', async () => {
  const rig = Rig.prepare();
  rig.central.down();
  await rig.powerOn();
  await rig.advance(2_000);
  rig.plug(1);
  await rig.until('Preparing', () => rig.status(1) === 'Preparing');
  rig.present(card);
  await rig.advance(500);
  expect(rig.world.snapshot().points[0]?.indicator).toBe('refused');
  rig.unplug(1);
  await rig.until('Available', () => rig.status(1) === 'Available');
});

test('Lesson 5: a triggered status carries the time since when it is true, not that of its sending', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  const preparing = await rig.expectStatus(1, 'Preparing');
  await rig.advance(30_000);
  await rig.call('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
  const again = await rig.expectStatus(1, 'Preparing');
  expect(timeOf(again)).toBe(timeOf(preparing));
});

test('Lesson 6: of several offline transactions each message carries the id of its own', async () => {
  const rig = await Rig.start({ config: { ...offlineForAll, MeterValueSampleInterval: '30' } });
  rig.central.down();
  await rig.advance(1_000);
  await chargeOffline(rig, 1, 'AAAA0001');
  await chargeOffline(rig, 3, 'BBBB0002');
  await chargeOffline(rig, 1, 'CCCC0003');
  rig.central.answer('StartTransaction', () => ({
    afterMs: 1_500,
    answer: { transactionId: rig.central.nextTransactionId++ * 7, idTagInfo: { status: 'Accepted' } },
  }));
  rig.central.up();
  for (const [idTag, id] of [
    ['AAAA0001', 7007],
    ['BBBB0002', 7014],
    ['CCCC0003', 7021],
  ] as const) {
    await rig.expectCall('StartTransaction', { idTag }, 200_000);
    await rig.expectCall('MeterValues', { transactionId: id });
    await rig.expectCall('StopTransaction', { transactionId: id, idTag });
  }
});

test('Lesson 12: a storm of statuses pushes no transaction message out', async () => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '10' } });
  await rig.charge(1);
  rig.central.answer('StatusNotification', () => 'silence');
  rig.central.answer('MeterValues', () => 'silence');
  for (let n = 0; n < 200; n++) {
    rig.plug(3);
    await rig.advance(1_500);
    rig.unplug(3);
    await rig.advance(1_500);
  }
  rig.central.answerAsUsual();
  rig.forget();
  await rig.advance(120_000);
  const values = new Set(rig.central.calls('MeterValues').map((r) => JSON.stringify(r.payload.meterValue)));
  expect(values.size).toBeGreaterThanOrEqual(70);
  // And the statuses are few: the newest, not all of history.
  expect(rig.since('StatusNotification').length).toBeLessThan(20);
});

test('Lesson 13: the same status is not told twice', async () => {
  const rig = await Rig.start(oneConnector);
  await rig.charge(1);
  await rig.advance(1_800_000);
  const told = rig.central.calls('StatusNotification').map((r) => JSON.stringify({ ...r.payload, timestamp: '' }));
  const ofOne = told.filter((text) => text.includes('"connectorId":1'));
  expect(ofOne.every((text, index) => text !== ofOne[index - 1])).toBe(true);
});

test('Lesson 15: GetConfiguration of everything fits a strict central system, with the longest values there can be', async () => {
  const rig = await Rig.start();
  const { configurationKey } = await rig.call('GetConfiguration', {});
  for (const { key, value } of configurationKey as { key: string; value?: string }[]) {
    expect(key.length).toBeLessThanOrEqual(50);
    expect((value ?? '').length).toBeLessThanOrEqual(500);
  }
});

test('Lesson 18: a limit outlives a connection that is closed every two minutes', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  const csChargingProfiles = {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }] },
  };
  expect(await rig.call('SetChargingProfile', { connectorId: 0, csChargingProfiles })).toEqual({ status: 'Accepted' });
  for (let n = 0; n < 3; n++) {
    await rig.advance(120_000);
    expect(rig.truth(1).currentA).toEqual([10, 10, 10]);
    rig.central.drop('closed by a proxy');
  }
});

test('Lesson 20: the next vehicle gets no energy from the session before', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.present(card);
  await rig.expectCall('StopTransaction');
  await leave(rig);
  rig.plug(1);
  await expectNoEnergy(rig, 1, 120_000);
});

test('Lesson 21: a station without card reader charges by plug and charge, and again without replug from afar', async () => {
  const single = singleBoard();
  const board: Board = { ...single, points: single.points.map((point) => ({ ...point, cardReader: false })) };
  const rig = await Rig.start({ board, config: { oCPPPlugAndCharge: 'true' } });
  rig.plug(1);
  await rig.expectCall('StartTransaction', { idTag: 'LEGRAND001' });
  await expectEnergy(rig, 1);
  await rig.call('RemoteStopTransaction', { transactionId: 1001 });
  await rig.expectStatus(1, 'Finishing');
  expect(await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: 'REMOTE' })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StartTransaction', { idTag: 'REMOTE' });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
});

test('Lesson 34: no measurand, no message: sampledValue is never empty', async () => {
  const rig = await Rig.start({ board: boardWith({}) });
  await rig.configure('MeterValuesSampledData', '');
  await rig.configure('MeterValuesAlignedData', '');
  await rig.configure('ClockAlignedDataInterval', '60');
  await rig.charge(1);
  expect(await rig.call('TriggerMessage', { requestedMessage: 'MeterValues' })).toEqual({ status: 'Rejected' });
  await rig.expectNone('MeterValues', 200_000);
});

test('Lesson 34: the idTag is sent in the form in which it was read', async () => {
  const rig = await Rig.start();
  await plugIn(rig);
  await rig.call('RemoteStartTransaction', { connectorId: 1, idTag: 'MixedCase' });
  await rig.expectCall('Authorize', { idTag: 'MixedCase' });
  await rig.expectCall('StartTransaction', { idTag: 'MixedCase' });
});
