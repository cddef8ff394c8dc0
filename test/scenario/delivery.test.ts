/** Central systems that are slow, silent, wrong or refuse: what is repeated, when, and what is given up (3.7.1). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

async function start(rig: Rig): Promise<void> {
  rig.plug(1);
  await rig.until('Preparing', () => rig.status(1) === 'Preparing');
  rig.present('04A1B2C3');
  await rig.until('Charging', () => rig.status(1) === 'Charging');
}

test('a CALLERROR is a failure to process: TransactionMessageAttempts tries, the wait grows with each', async () => {
  const rig = await Rig.start({ config: { TransactionMessageAttempts: '3', TransactionMessageRetryInterval: '60' } });
  rig.central.answer('StartTransaction', () => ({ callError: 'InternalError' }));
  await start(rig);
  await rig.advance(400_000);
  const at = rig.central.calls('StartTransaction').map((r) => r.at);
  expect(at).toHaveLength(3);
  expect(((at[1] ?? 0) - (at[0] ?? 0)) / 1_000).toBeCloseTo(60, 0);
  expect(((at[2] ?? 0) - (at[1] ?? 0)) / 1_000).toBeCloseTo(120, 0);
});

test('followers of a start that was given up carry transactionId -1 (E 3.18)', async () => {
  const rig = await Rig.start({ config: { TransactionMessageAttempts: '2', TransactionMessageRetryInterval: '5' } });
  rig.central.answer('StartTransaction', () => ({ callError: 'InternalError' }));
  await start(rig);
  await rig.expectCall('MeterValues', { transactionId: -1 }, 90_000);
  expect(rig.status(1)).toBe('Charging');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: -1, reason: 'Local' });
});

test('a refused meter value is given up and the rest goes on', async () => {
  const rig = await Rig.start({
    config: { TransactionMessageAttempts: '2', TransactionMessageRetryInterval: '5', MeterValueSampleInterval: '30' },
  });
  await start(rig);
  rig.central.once('MeterValues', () => ({ callError: 'InternalError' }));
  rig.central.once('MeterValues', () => ({ callError: 'InternalError' }));
  await rig.expectCall('MeterValues', { transactionId: 1001 }, 60_000);
  const second = await rig.expectCall('MeterValues', { transactionId: 1001 });
  expect(second.repeated).toBe(true);
  const third = await rig.expectCall('MeterValues', { transactionId: 1001 }, 60_000);
  expect(third.repeated).toBe(false);
});

test('attempts that failed count on over a power cut', async () => {
  const rig = await Rig.start({ config: { TransactionMessageAttempts: '3', TransactionMessageRetryInterval: '5' } });
  rig.central.answer('StartTransaction', () => ({ callError: 'InternalError' }));
  await start(rig);
  await rig.until('two attempts', () => rig.central.calls('StartTransaction').length === 2);
  await rig.cutPower();
  await rig.powerOn();
  await rig.expectCall('StopTransaction', { transactionId: -1, reason: 'PowerLoss' }, 60_000);
  expect(rig.central.calls('StartTransaction')).toHaveLength(3);
});

test('silence is no refusal: the same message under the same id, for as long as it takes', async () => {
  const rig = await Rig.start({ config: { TransactionMessageAttempts: '2', TransactionMessageRetryInterval: '10' } });
  rig.central.answer('StartTransaction', () => 'silence');
  await start(rig);
  await rig.advance(600_000);
  const starts = rig.central.calls('StartTransaction');
  expect(starts.length).toBeGreaterThan(5);
  expect(new Set(starts.map((r) => r.id)).size).toBe(1);
  expect(new Set(starts.map((r) => JSON.stringify(r.payload))).size).toBe(1);
  rig.central.answer('StartTransaction', () => ({ transactionId: 5, idTagInfo: { status: 'Accepted' } }));
  await rig.expectCall('MeterValues', { transactionId: 5 }, 200_000);
});

test('an answer after the time-out counts if the message was repeated meanwhile', async () => {
  const rig = await Rig.start({ config: { confBasicTime: '5', TransactionMessageRetryInterval: '1' } });
  rig.central.once('StartTransaction', () => ({
    afterMs: 7_000,
    answer: { transactionId: 31, idTagInfo: { status: 'Accepted' } },
  }));
  await start(rig);
  await rig.advance(20_000);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: 31 });
});

test.each([
  ['no transactionId', { idTagInfo: { status: 'Accepted' } }, -1],
  ['no idTagInfo', { transactionId: 3 }, 3],
  ['a status that does not exist', { transactionId: 3, idTagInfo: { status: 'Fine' } }, 3],
  ['a text for a number', { transactionId: '3', idTagInfo: { status: 'Accepted' } }, 3],
])('a malformed StartTransaction.conf (%s) is an answer: the start is not sent again', async (_what, answer, id) => {
  const rig = await Rig.start({
    config: { TransactionMessageRetryInterval: '5', StopTransactionOnInvalidId: 'false' },
  });
  rig.central.once('StartTransaction', (r) => {
    if (id > 0) rig.central.transactions.set(id, r);
    return { raw: JSON.stringify([3, r.id, answer]) };
  });
  rig.plug(1);
  await rig.until('Preparing', () => rig.status(1) === 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  await rig.advance(60_000);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: id });
});

test.each([
  'not json',
  '[]',
  '[3,"nobody",{}]',
  '[4,"nobody","InternalError","",{}]',
  '[9,"x","y",{}]',
  '{}',
])('the station goes on after the central system sent %s', async (text) => {
  const rig = await Rig.start();
  await start(rig);
  rig.central.sendText(text);
  await rig.advance(1_000);
  expect(rig.central.connections).toBe(1);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: 1001 });
});

test('a malformed Authorize.conf is no authorisation', async () => {
  const rig = await Rig.start({ config: { AllowOfflineTxForUnknownId: 'true' } });
  rig.central.answer('Authorize', (r) => ({ raw: JSON.stringify([3, r.id, { status: 'Accepted' }]) }));
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  await rig.expectNone('StartTransaction', 30_000);
});

test('an Authorize that is not answered within confAuthorizeTime is judged as offline', async () => {
  const rig = await Rig.start({ config: { AllowOfflineTxForUnknownId: 'true', confAuthorizeTime: '8' } });
  rig.central.answer('Authorize', () => 'silence');
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  const asked = await rig.expectCall('Authorize');
  const started = await rig.expectCall('StartTransaction');
  expect((started.at - asked.at) / 1_000).toBeCloseTo(8.3, 0);
});

test('one CALL at a time: nothing leaves while an answer is awaited (J 4.1.1)', async () => {
  const rig = await Rig.start();
  rig.central.once('StatusNotification', () => ({ afterMs: 4_000, answer: {} }));
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectNone('Authorize', 3_000);
  // Our answers cross it.
  expect(await rig.call('GetConfiguration', { key: ['ConnectionTimeOut'] })).toHaveProperty('configurationKey');
  await rig.expectCall('Authorize');
});

test('SecurityError means that the central system does not know the station: it introduces itself again (JE 3.10)', async () => {
  const rig = await Rig.start({ config: { TransactionMessageAttempts: '1' } });
  rig.central.once('StartTransaction', () => ({ callError: 'SecurityError' }));
  await start(rig);
  await rig.expectCall('BootNotification');
  await rig.expectCall('StartTransaction');
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: 1001 });
});

test('a StatusNotification that was not confirmed is told again', async () => {
  const rig = await Rig.start();
  rig.central.once('StatusNotification', () => 'silence');
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  await rig.expectStatus(1, 'Preparing', 120_000);
});

test('a disk that fails delays the charge and is told; nothing is lost when it works again', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.store.failNext();
  rig.store.failNext();
  rig.present('04A1B2C3');
  await rig.expectCall('StatusNotification', { connectorId: 0, status: 'Faulted', errorCode: 'InternalError' });
  expect(rig.truth(1).contactorClosed).toBe(false);
  await rig.expectCall('StatusNotification', { connectorId: 0, status: 'Available' });
  await rig.expectCall('StartTransaction', {}, 60_000);
});

test('samples that need not be stored keep nothing behind them from being delivered', async () => {
  const rig = await Rig.start({ config: { MeterValuesSampledData: '', MeterValueSampleInterval: '10' } });
  await rig.charge(1);
  rig.ev(1, { paused: true });
  await rig.expectStatus(1, 'SuspendedEV');
  await rig.advance(60_000);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: 1001 });
});

/** Goes on until the start on connector 1 is durable; it must not leave before, and leaves then. */
async function expectNoStartBeforeDurable(rig: Rig): Promise<void> {
  for (let waitedMs = 0; !rig.durablyOpen(1); waitedMs += 10) {
    expect(waitedMs).toBeLessThan(30_000);
    expect(rig.central.calls('StartTransaction')).toEqual([]);
    await rig.advance(10);
  }
  await rig.expectCall('StartTransaction');
}

test('a start is not sent before it is durable, whatever else was being written', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.flushMs = 700;
  rig.present('04A1B2C3');
  await rig.until(
    'the start is on its way',
    () => rig.running.station.state.connectors[0]?.session.kind === 'starting',
  );
  // A commit of its own that is durable before the start: it must not count as the start's.
  await rig.advance(100);
  void rig.central.callRaw('ChangeAvailability', { connectorId: 3, type: 'Inoperative' });
  await expectNoStartBeforeDurable(rig);
});

test('a start is not sent before it is durable, with another commit before it', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectCall('Authorize');
  rig.flushMs = 700;
  await rig.call('ChangeAvailability', { connectorId: 3, type: 'Inoperative' });
  await expectNoStartBeforeDurable(rig);
});
