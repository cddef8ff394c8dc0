/** Ordinary charges, from plug to StopTransaction. */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

test('a driver plugs in, shows a card, charges for an hour and stops with the same card', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize', { idTag: '04A1B2C3' });
  const start = await rig.expectCall('StartTransaction', { connectorId: 1, idTag: '04A1B2C3' });
  await rig.expectStatus(1, 'Charging');
  expect(rig.truth(1)).toMatchObject({ contactorClosed: true, locked: true });
  await rig.advance(3_600_000);
  rig.present('04A1B2C3');
  const stop = await rig.expectCall('StopTransaction', { reason: 'Local', idTag: '04A1B2C3' });
  await rig.expectStatus(1, 'Finishing');
  const wh = Number(stop.payload.meterStop) - Number(start.payload.meterStart);
  expect(Math.abs(wh - rig.truth(1).energyWh)).toBeLessThanOrEqual(1);
  expect(wh).toBeGreaterThan(15_000);
  await rig.until('the plug is free', () => !rig.truth(1).locked, 1_000);
  rig.unplug(1);
  await rig.expectStatus(1, 'Available');
});

test('both points charge at once, each with its own transaction and its own energy', async () => {
  const rig = await Rig.start();
  const right = await rig.charge(1, { card: 'AAAA0001' });
  const left = await rig.charge(3, { card: 'BBBB0002', plug: { ev: { maxCurrentA: 16 } } });
  expect(right.payload.idTag).toBe('AAAA0001');
  expect(left.payload.idTag).toBe('BBBB0002');
  await rig.advance(1_800_000);
  expect(rig.truth(1).currentA).toEqual([32, 32, 32]);
  expect(rig.truth(3).currentA).toEqual([16, 16, 16]);
  rig.present('BBBB0002', 'left');
  const stop = await rig.expectCall('StopTransaction', { idTag: 'BBBB0002' });
  expect(rig.status(1)).toBe('Charging');
  expect(Math.abs(Number(stop.payload.meterStop) - rig.truth(3).energyWh)).toBeLessThanOrEqual(1);
});

test('a domestic outlet charges while its twin is Unavailable, and the twin comes back with the end', async () => {
  const rig = await Rig.start();
  rig.plug(2);
  await rig.expectStatus(1, 'Unavailable');
  await rig.expectStatus(2, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction', { connectorId: 2 });
  await rig.expectStatus(2, 'Charging');
  await rig.advance(600_000);
  // An ordinary cord lets its vehicle draw 10 A from one phase.
  expect(rig.truth(2)).toMatchObject({ contactorClosed: true, currentA: [10] });
  expect(rig.status(1)).toBe('Unavailable');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  await rig.expectStatus(2, 'Finishing');
  rig.unplug(2);
  await rig.expectStatus(1, 'Available');
  expect(rig.status(2)).toBe('Available');
});

test('the twin of a socket in use starts nothing, even when it is plugged too', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.plug(2);
  await rig.advance(5_000);
  expect(rig.status(2)).toBe('Unavailable');
  expect(await rig.call('RemoteStartTransaction', { connectorId: 2, idTag: 'REMOTE' })).toEqual({ status: 'Rejected' });
  expect(rig.truth(2).contactorClosed).toBe(false);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  rig.unplug(1);
  // The other vehicle has waited: now its socket is the one in use.
  await rig.expectStatus(2, 'Preparing');
  expect(rig.status(1)).toBe('Unavailable');
});

test('a vehicle pauses and resumes: SuspendedEV with an open contactor, then Charging in the same transaction', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(60_000);
  rig.ev(1, { paused: true });
  await rig.expectStatus(1, 'SuspendedEV');
  await rig.advance(60_000);
  expect(rig.truth(1)).toMatchObject({ contactorClosed: false, locked: true });
  rig.ev(1, { paused: false });
  await rig.expectStatus(1, 'Charging');
  expect(rig.truth(1).contactorClosed).toBe(true);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  expect(rig.central.calls('StopTransaction')).toHaveLength(0);
});

test('a vehicle that is full from the start is SuspendedEV, and the end of it is told without a word of Charging', async () => {
  const rig = await Rig.start();
  rig.plug(1, { ev: { stateOfCharge: 100 } });
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  await rig.expectStatus(1, 'SuspendedEV');
  await rig.advance(120_000);
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Finishing');
  const told = rig.central.calls('StatusNotification').map((r) => r.payload.status);
  expect(told).not.toContain('Charging');
});

test('a limit of 0 A for the station suspends from our side, and lifting it resumes', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.configure('chargingStationMaxLimit', '0');
  await rig.expectStatus(1, 'SuspendedEVSE');
  await rig.advance(10_000);
  expect(rig.truth(1)).toMatchObject({ contactorClosed: false, locked: true, offerA: 0 });
  await rig.configure('chargingStationMaxLimit', '10');
  await rig.expectStatus(1, 'Charging');
  await rig.advance(10_000);
  expect(rig.truth(1).currentA).toEqual([10, 10, 10]);
  expect(rig.central.calls('StopTransaction')).toHaveLength(0);
});

test('when both sides suspend, SuspendedEVSE is told (4.9)', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.ev(1, { paused: true });
  await rig.expectStatus(1, 'SuspendedEV');
  await rig.configure('chargingStationMaxLimit', '5');
  await rig.expectStatus(1, 'SuspendedEVSE');
  await rig.configure('chargingStationMaxLimit', '64');
  await rig.expectStatus(1, 'SuspendedEV');
});

test('the rating of the cable bounds the offer', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { plug: { cableA: 13 } });
  await rig.advance(30_000);
  expect(rig.truth(1).currentA).toEqual([13, 13, 13]);
  const { configurationKey } = await rig.call('GetConfiguration', {
    key: ['MaxCurrentCableRight', 'MaxCurrentCableLeft'],
  });
  expect(configurationKey).toMatchObject([{ value: '13' }, { key: 'MaxCurrentCableLeft' }]);
});

test('both vehicles together stay within the limit of the whole station', async () => {
  const rig = await Rig.start({ config: { chargingStationMaxLimit: '40' } });
  await rig.charge(1, { card: 'AAAA0001' });
  await rig.charge(3, { card: 'BBBB0002' });
  await rig.advance(30_000);
  const sum = (rig.truth(1).currentA[0] ?? 0) + (rig.truth(3).currentA[0] ?? 0);
  expect(sum).toBeLessThanOrEqual(40);
  expect(sum).toBeGreaterThan(38);
});
