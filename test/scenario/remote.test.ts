/** What the central system commands: remote start and stop, unlock. */
import { boardWith, closeTheBooks, Rig, singleBoard } from '../support/rig';

afterEach(closeTheBooks);

const remoteStart = (rig: Rig, connectorId?: number) =>
  rig.call('RemoteStartTransaction', { idTag: 'REMOTE', ...(connectorId === undefined ? {} : { connectorId }) });

test('remote start, cable first: authorised like a card, then started', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  expect(await remoteStart(rig, 1)).toEqual({ status: 'Accepted' });
  await rig.expectCall('Authorize', { idTag: 'REMOTE' });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: 'REMOTE' });
  await rig.expectStatus(1, 'Charging');
});

test('AuthorizeRemoteTxRequests false: started at once and judged by StartTransaction.conf (5.11)', async () => {
  const rig = await Rig.start({ config: { AuthorizeRemoteTxRequests: 'false' } });
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  await remoteStart(rig, 1);
  await rig.expectCall('StartTransaction', { idTag: 'REMOTE' });
  await rig.expectStatus(1, 'Charging');
  expect(rig.central.calls('Authorize')).toEqual([]);
});

test('remote start first: Preparing, then the plug starts', async () => {
  const rig = await Rig.start();
  expect(await remoteStart(rig, 3)).toEqual({ status: 'Accepted' });
  await rig.expectStatus(3, 'Preparing');
  rig.plug(3);
  await rig.expectCall('StartTransaction', { connectorId: 3, idTag: 'REMOTE' });
  await rig.expectStatus(3, 'Charging');
});

test('remote start first and nobody plugs: Available after ConnectionTimeOut', async () => {
  const rig = await Rig.start({ config: { ConnectionTimeOut: '20' } });
  await remoteStart(rig, 3);
  const preparing = await rig.expectStatus(3, 'Preparing');
  const available = await rig.expectStatus(3, 'Available');
  expect((available.at - preparing.at) / 1_000).toBeCloseTo(20, 0);
  rig.plug(3);
  await rig.expectNone('StartTransaction', 15_000);
});

test('remote start without connector: the one where a vehicle waits', async () => {
  const rig = await Rig.start();
  rig.plug(4);
  await rig.expectStatus(4, 'Preparing');
  expect(await remoteStart(rig)).toEqual({ status: 'Accepted' });
  await rig.expectCall('StartTransaction', { connectorId: 4 });
});

test('a remote start whose tag is refused starts nothing', async () => {
  const rig = await Rig.start();
  rig.central.answer('Authorize', () => ({ idTagInfo: { status: 'Invalid' } }));
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  expect(await remoteStart(rig, 1)).toEqual({ status: 'Accepted' });
  await rig.expectNone('StartTransaction', 30_000);
});

describe('a remote start is Rejected', () => {
  test('while a transaction runs there', async () => {
    const rig = await Rig.start();
    await rig.charge(1);
    expect(await remoteStart(rig, 1)).toEqual({ status: 'Rejected' });
  });
  test('while another user is expected at the point', async () => {
    const rig = await Rig.start();
    rig.present('04A1B2C3');
    await rig.expectStatus(1, 'Preparing');
    expect(await remoteStart(rig, 1)).toEqual({ status: 'Rejected' });
  });
  test('on a faulted connector', async () => {
    const rig = await Rig.start();
    rig.fault(1, 'overTemperature');
    await rig.expectStatus(1, 'Faulted');
    expect(await remoteStart(rig, 1)).toEqual({ status: 'Rejected' });
    expect(await remoteStart(rig, 3)).toEqual({ status: 'Accepted' });
  });
  test('on an inoperative connector, and without connector when all are', async () => {
    const rig = await Rig.start();
    await rig.call('ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
    expect(await remoteStart(rig, 1)).toEqual({ status: 'Rejected' });
    expect(await remoteStart(rig)).toEqual({ status: 'Rejected' });
  });
  test('for connector 0 and for one that does not exist (E 3.32)', async () => {
    const rig = await Rig.start();
    expect(await remoteStart(rig, 0)).toEqual({ status: 'Rejected' });
    expect(await remoteStart(rig, 5)).toEqual({ status: 'Rejected' });
  });
  test('while the registration is Pending (4.2)', async () => {
    const rig = Rig.prepare();
    rig.central.answer('BootNotification', () => ({
      status: 'Pending',
      currentTime: rig.central.time(),
      interval: 60,
    }));
    await rig.powerOn();
    await rig.expectCall('BootNotification');
    expect(await remoteStart(rig, 1)).toEqual({ status: 'Rejected' });
    expect(await rig.call('RemoteStopTransaction', { transactionId: 1 })).toEqual({ status: 'Rejected' });
  });
});

test('a remote stop ends the transaction with reason Remote and without a tag', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  expect(await rig.call('RemoteStopTransaction', { transactionId: 1001 })).toEqual({ status: 'Accepted' });
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'Remote' });
  expect(stop.payload).not.toHaveProperty('idTag');
  await rig.expectStatus(1, 'Finishing');
});

test('a remote stop of an unknown or finished transaction is Rejected (E 3.33)', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  expect(await rig.call('RemoteStopTransaction', { transactionId: 999 })).toEqual({ status: 'Rejected' });
  expect(await rig.call('RemoteStopTransaction', { transactionId: -1 })).toEqual({ status: 'Rejected' });
  expect(rig.status(1)).toBe('Charging');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.expectStatus(1, 'Finishing');
  expect(await rig.call('RemoteStopTransaction', { transactionId: 1001 })).toEqual({ status: 'Rejected' });
});

test('transaction ids of 0 and below are ids like any other (E 3.54)', async () => {
  const rig = await Rig.start();
  rig.central.nextTransactionId = 0;
  await rig.charge(1);
  expect(await rig.call('RemoteStopTransaction', { transactionId: 0 })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StopTransaction', { transactionId: 0 });
});

describe('UnlockConnector', () => {
  const unlock = (rig: Rig, connectorId: number) => rig.call('UnlockConnector', { connectorId });

  test('idle: Unlocked', async () => {
    const rig = await Rig.start();
    expect(await unlock(rig, 1)).toEqual({ status: 'Unlocked' });
    rig.plug(1);
    await rig.expectStatus(1, 'Preparing');
    expect(await unlock(rig, 1)).toEqual({ status: 'Unlocked' });
  });

  test('charging: the transaction is finished first, reason UnlockCommand (5.18)', async () => {
    const rig = await Rig.start();
    await rig.charge(1);
    expect(await unlock(rig, 1)).toEqual({ status: 'Unlocked' });
    expect(rig.truth(1)).toMatchObject({ locked: false, contactorClosed: false });
    await rig.expectCall('StopTransaction', { reason: 'UnlockCommand' });
    await rig.expectStatus(1, 'Finishing');
  });

  test('jammed: UnlockFailed, and the fault is told beside the status', async () => {
    const rig = await Rig.start();
    await rig.charge(1);
    rig.fault(1, 'lockJammed');
    expect(await unlock(rig, 1)).toEqual({ status: 'UnlockFailed' });
    await rig.expectCall('StopTransaction', { reason: 'UnlockCommand' });
    expect(rig.report(1)).toMatchObject({ status: 'Finishing', errorCode: 'ConnectorLockFailure' });
    expect(rig.truth(1).locked).toBe(true);
  });

  test('jammed no longer: the command forces a new attempt (5.18)', async () => {
    const rig = await Rig.start();
    await rig.charge(1);
    rig.fault(1, 'lockJammed');
    expect(await unlock(rig, 1)).toEqual({ status: 'UnlockFailed' });
    rig.fault(1, 'lockJammed', false);
    expect(await unlock(rig, 1)).toEqual({ status: 'Unlocked' });
    expect(rig.truth(1).locked).toBe(false);
    expect(rig.report(1).errorCode).toBe('NoError');
  });

  test('unknown connector, connector 0 and an outlet without lock: NotSupported (E 3.87)', async () => {
    const rig = await Rig.start();
    expect(await unlock(rig, 5)).toEqual({ status: 'NotSupported' });
    expect(await unlock(rig, 0)).toEqual({ status: 'NotSupported' });
    expect(await unlock(rig, 2)).toEqual({ status: 'NotSupported' });
  });

  test('an attached cable: NotSupported, idle and charging', async () => {
    const rig = await Rig.start({ board: boardWith({ tetheredCableA: 32, lock: false }) });
    expect(await unlock(rig, 1)).toEqual({ status: 'NotSupported' });
    await rig.charge(1);
    expect(await unlock(rig, 1)).toEqual({ status: 'NotSupported' });
    expect(rig.status(1)).toBe('Charging');
  });
});

test('a station with an attached cable charges and reports UnlockConnectorOnEVSideDisconnect false (E 3.84)', async () => {
  const rig = await Rig.start({ board: boardWith({ tetheredCableA: 32, lock: false }, singleBoard()) });
  await rig.charge(1);
  const key = 'UnlockConnectorOnEVSideDisconnect';
  const { configurationKey } = await rig.call('GetConfiguration', { key: [key] });
  expect(configurationKey).toEqual([{ key, readonly: true, value: 'false' }]);
  expect(await rig.call('ChangeConfiguration', { key, value: 'true' })).toEqual({ status: 'Rejected' });
});
