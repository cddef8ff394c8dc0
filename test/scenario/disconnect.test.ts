/** The vehicle leaves, or comes back, while a transaction runs (OCPP 1.6, 4.9 and 4.10). */
import { boardWith, closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const info = 'EV side disconnected';

test('by default the transaction ends, the plug is free and falls out, and the connector is Available', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(60_000);
  rig.unplug(1);
  const stop = await rig.expectCall('StopTransaction', { reason: 'EVDisconnected' });
  expect(Number(stop.payload.meterStop)).toBeGreaterThan(100);
  await rig.expectStatus(1, 'Available');
  expect(rig.truth(1)).toMatchObject({ locked: false, cableA: null });
});

test('Finishing tells why', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.unplug(1);
  await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Finishing', info, errorCode: 'NoError' });
});

test('the contactor is open within 100 ms of the loss of the pilot (IEC 61851-1)', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.unplug(1);
  await rig.advance(100);
  expect(rig.truth(1).contactorClosed).toBe(false);
});

describe('UnlockConnectorOnEVSideDisconnect false', () => {
  const config = { UnlockConnectorOnEVSideDisconnect: 'false' };

  test('the plug stays locked until the user presents the identifier', async () => {
    const rig = await Rig.start({ config });
    await rig.charge(1);
    rig.unplug(1);
    await rig.expectCall('StopTransaction', { reason: 'EVDisconnected' });
    await rig.expectCall('StatusNotification', { connectorId: 1, status: 'Finishing', info });
    await rig.advance(600_000);
    expect(rig.truth(1)).toMatchObject({ locked: true, cableA: 32 });
    rig.present('DDDD0004');
    await rig.advance(10_000);
    expect(rig.truth(1).locked).toBe(true);
    rig.present('04A1B2C3');
    await rig.until('the plug is free', () => !rig.truth(1).locked, 2_000);
    await rig.expectStatus(1, 'Available');
    expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  });

  test('UnlockConnector frees it as well', async () => {
    const rig = await Rig.start({ config });
    await rig.charge(1);
    rig.unplug(1);
    await rig.expectCall('StopTransaction');
    await rig.advance(5_000);
    expect(await rig.call('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
    await rig.expectStatus(1, 'Available');
  });

  test('a vehicle that comes back gets no energy before a new transaction (4.10)', async () => {
    const rig = await Rig.start({ config });
    await rig.charge(1);
    rig.unplug(1);
    await rig.expectCall('StopTransaction');
    await rig.advance(5_000);
    rig.plug(1);
    await rig.expectNone('StartTransaction', 60_000);
    expect(rig.truth(1).contactorClosed).toBe(false);
  });
});

describe('StopTransactionOnEVSideDisconnect false', () => {
  const config = { StopTransactionOnEVSideDisconnect: 'false' };

  test('the transaction waits as SuspendedEV with the cable locked, and goes on when the vehicle is back', async () => {
    const rig = await Rig.start({ config });
    await rig.charge(1);
    rig.unplug(1);
    await rig.expectCall('StatusNotification', { connectorId: 1, status: 'SuspendedEV', info, errorCode: 'NoError' });
    await rig.advance(60_000);
    expect(rig.truth(1)).toMatchObject({ contactorClosed: false, locked: true, cableA: 32 });
    rig.plug(1);
    await rig.expectStatus(1, 'Charging');
    expect(rig.central.calls('StartTransaction')).toHaveLength(1);
    expect(rig.central.calls('StopTransaction')).toHaveLength(0);
  });

  test('a remote stop ends it with reason Remote', async () => {
    const rig = await Rig.start({ config });
    await rig.charge(1);
    rig.unplug(1);
    await rig.expectStatus(1, 'SuspendedEV');
    expect(await rig.call('RemoteStopTransaction', { transactionId: 1001 })).toEqual({ status: 'Accepted' });
    await rig.expectCall('StopTransaction', { reason: 'Remote' });
    await rig.expectStatus(1, 'Available');
  });

  test('if the station suspends, too, SuspendedEVSE has precedence (4.9)', async () => {
    const rig = await Rig.start({ config });
    await rig.charge(1);
    rig.unplug(1);
    await rig.expectStatus(1, 'SuspendedEV');
    await rig.configure('chargingStationMaxLimit', '0');
    await rig.expectCall('StatusNotification', { connectorId: 1, status: 'SuspendedEVSE', info });
  });

  test('a domestic plug that is drawn ends it: the next one in the outlet must not charge at its cost', async () => {
    const rig = await Rig.start({ config });
    await rig.charge(2);
    rig.unplug(2);
    await rig.expectCall('StopTransaction', { reason: 'EVDisconnected' });
    await rig.expectStatus(2, 'Available');
    rig.plug(2);
    await rig.expectNone('StartTransaction', 30_000);
    expect(rig.truth(2).contactorClosed).toBe(false);
  });

  test('with an attached cable the vehicle may come back, too', async () => {
    const rig = await Rig.start({ config, board: boardWith({ tetheredCableA: 32, lock: false }) });
    await rig.charge(1);
    rig.unplug(1);
    await rig.expectStatus(1, 'SuspendedEV');
    rig.plug(1);
    await rig.expectStatus(1, 'Charging');
    expect(rig.central.calls('StopTransaction')).toHaveLength(0);
  });
});

test('a broken pilot wire looks like a vehicle that left', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.fault(1, 'pilotOpen');
  await rig.advance(100);
  expect(rig.truth(1).contactorClosed).toBe(false);
  await rig.expectCall('StopTransaction', { reason: 'EVDisconnected' });
});
