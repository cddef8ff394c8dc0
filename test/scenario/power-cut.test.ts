/** The power goes at the worst moments: one start, one stop, the true register, and ids that never repeat. */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

test('while charging: StopTransaction with reason PowerLoss and the register as it was', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(600_000);
  const before = rig.truth(1).energyWh;
  await rig.cutPower();
  await rig.advance(600_000);
  await rig.powerOn();
  await rig.expectCall('BootNotification');
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'PowerLoss' });
  expect(Math.abs(Number(stop.payload.meterStop) - before)).toBeLessThanOrEqual(1);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  await rig.advance(5_000);
  expect(rig.status(1)).toBe('Finishing');
  expect(rig.truth(1)).toMatchObject({ contactorClosed: false, locked: false });
});

test('after it the driver charges again without replug, under a new transaction', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.cutPower();
  await rig.powerOn();
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction', { connectorId: 1 });
  await rig.expectStatus(1, 'Charging');
});

test('plug-and-charge goes on by itself, under a new transaction', async () => {
  const rig = await Rig.start({ config: { oCPPPlugAndCharge: 'true' } });
  rig.plug(1);
  await rig.expectCall('StartTransaction');
  await rig.expectStatus(1, 'Charging');
  await rig.cutPower();
  await rig.powerOn();
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  await rig.expectCall('StartTransaction', { idTag: 'LEGRAND001' });
  await rig.expectStatus(1, 'Charging');
});

test('just before the start is durable: there was no transaction, and no energy flowed', async () => {
  const rig = await Rig.start();
  rig.flushMs = 400;
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.until(
    'the start is on its way to the disk',
    () => rig.running.station.state.connectors[0]?.session.kind === 'starting',
  );
  await rig.advance(200);
  expect(rig.durablyOpen(1)).toBe(false);
  expect(rig.truth(1).contactorClosed).toBe(false);
  await rig.cutPower();
  await rig.powerOn();
  await rig.expectNone('StartTransaction', 30_000);
  expect(rig.central.calls('StopTransaction')).toEqual([]);
});

test('just after the start is durable: the central system hears of one start and one stop', async () => {
  const rig = await Rig.start();
  rig.flushMs = 400;
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.until('the start is durable', () => rig.durablyOpen(1));
  await rig.cutPower();
  await rig.powerOn();
  const start = await rig.expectCall('StartTransaction', { idTag: '04A1B2C3' });
  await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'PowerLoss' });
  // What was stored is what is told: the time of the start, not that of its delivery.
  expect(Date.parse(String(start.payload.timestamp))).toBeLessThan(rig.central.now() - 400);
});

test('with the answer to the start under way: the same message comes again under the same id', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  rig.central.once('StartTransaction', () => ({
    afterMs: 1_000,
    answer: { transactionId: 1001, idTagInfo: { status: 'Accepted' } },
  }));
  const first = await rig.expectCall('StartTransaction');
  await rig.cutPower();
  await rig.powerOn();
  const second = await rig.expectCall('StartTransaction');
  expect(second.id).toBe(first.id);
  expect(second.payload).toEqual(first.payload);
  await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'PowerLoss' });
});

test('while the stop is on its way to the disk: one stop all the same', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(60_000);
  rig.flushMs = 400;
  rig.present('04A1B2C3');
  await rig.until(
    'the stop is on its way to the disk',
    () => rig.running.station.state.connectors[0]?.session.kind === 'finished',
  );
  await rig.cutPower();
  await rig.powerOn();
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  await rig.advance(30_000);
  expect(rig.central.calls('StopTransaction')).toHaveLength(1);
});

test('while offline: everything is told in order after the network is back', async () => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '60' } });
  rig.central.answer('StartTransaction', () => 'silence');
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Charging');
  rig.central.down();
  await rig.advance(300_000);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(30_000);
  rig.central.answer('StartTransaction', () => ({ transactionId: 7, idTagInfo: { status: 'Accepted' } }));
  rig.central.up();
  rig.forget();
  await rig.expectCall('BootNotification', {}, 200_000);
  await rig.expectCall('StartTransaction');
  for (let n = 1; n <= 5; n++) await rig.expectCall('MeterValues', { transactionId: 7 });
  await rig.expectCall('StopTransaction', { transactionId: 7, reason: 'PowerLoss' });
});

test('two cuts in a row make no second stop', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(20);
  await rig.cutPower();
  await rig.powerOn();
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  await rig.expectNone('StopTransaction', 60_000);
});

test('message ids differ over boots, even with the same random numbers', async () => {
  const rig = await Rig.start();
  for (let boots = 0; boots < 4; boots++) {
    await rig.cutPower();
    await rig.powerOn();
    await rig.advance(2_000);
  }
  const ids = rig.central.received.map((r) => r.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(25);
});

test.each([
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40,
])('cut %i steps of 37 ms after the card, the books balance', async (steps) => {
  const rig = await Rig.start();
  rig.flushMs = 30;
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.advance(steps * 37);
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(20_000);
});
