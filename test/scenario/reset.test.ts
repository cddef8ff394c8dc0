/** Reset of the central system, soft and hard, idle and charging (OCPP 1.6, 5.14). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

test.each([
  'Soft',
  'Hard',
] as const)('%s without transaction: answered first, restarted, booted anew, availability kept', async (type) => {
  const rig = await Rig.start();
  await rig.call('ChangeAvailability', { connectorId: 3, type: 'Inoperative' });
  await rig.expectStatus(3, 'Unavailable');
  expect(await rig.call('Reset', { type })).toEqual({ status: 'Accepted' });
  await rig.restart();
  await rig.expectCall('BootNotification');
  await rig.expectStatus(3, 'Unavailable');
  expect(rig.central.calls('StopTransaction')).toEqual([]);
});

test('Soft with transaction: StopTransaction with reason SoftReset is delivered before the restart', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(60_000);
  expect(await rig.call('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
  const stop = await rig.expectCall('StopTransaction', { reason: 'SoftReset', transactionId: 1001 });
  expect(rig.central.calls('BootNotification')).toHaveLength(1);
  expect(stop.payload).not.toHaveProperty('idTag');
  await rig.restart();
  await rig.expectCall('BootNotification');
  await rig.expectStatus(1, 'Preparing');
  await rig.expectNone('StopTransaction', 30_000);
});

test.each([
  300, 700,
])('Soft with answers after %i ms: the statuses that the end brings are told before it', async (ms) => {
  const rig = await Rig.start();
  await rig.charge(1, { card: 'AAAA0001' });
  await rig.charge(4, { card: 'BBBB0002' });
  await rig.advance(60_000);
  for (const action of ['StopTransaction', 'StatusNotification', 'MeterValues', 'Heartbeat']) {
    rig.central.answer(action, () => ({ afterMs: ms, answer: {} }));
  }
  expect(await rig.call('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
  await rig.until('the restart', () => rig.restartedBy === 'soft');
  const told = rig.since().filter(({ payload }) => payload.status === 'Finishing');
  expect(told.map(({ payload }) => payload.connectorId).sort()).toEqual([1, 4]);
  expect(rig.since('StopTransaction')).toHaveLength(2);
  // One that is not answered yet may not have been taken.
  expect(rig.clock.now()).toBeGreaterThan((told.at(-1)?.at ?? 0) + ms);
});

test('Soft with requests of the central system behind it: each has its answer before the end', async () => {
  const rig = await Rig.start();
  rig.flushMs = 400;
  const calls: [string, object][] = [
    ['ChangeConfiguration', { key: 'ConnectionTimeOut', value: '77' }],
    ['ChangeConfiguration', { key: 'ResetRetries', value: '2' }],
    ['GetConfiguration', { key: ['ConnectionTimeOut'] }],
    ['TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 }],
  ];
  const frames = [['Reset', { type: 'Soft' }], ...calls].map(([action, payload], n) => [2, `c${n}`, action, payload]);
  rig.central.sendText(...frames.map((frame) => JSON.stringify(frame)));
  rig.forget();
  await rig.expectCall('StatusNotification', { connectorId: 1 });
  await rig.restart();
  for (const [, id] of frames) {
    expect(rig.central.frames).toContainEqual(expect.stringContaining(`< [3,"${String(id)}",`));
  }
});

test.each([
  ['the central system is silent', (rig: Rig) => rig.central.answer('StatusNotification', () => 'silence'), 8_000],
  ['there is no connection', (rig: Rig) => rig.central.down(), 3_000],
])('Soft while %s: nothing is waited for in vain', async (_what, hinder, withinMs) => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.call('Reset', { type: 'Soft' });
  hinder(rig);
  await rig.until('the restart', () => rig.restartedBy === 'soft', withinMs);
});

test('Hard with transactions on both points: reason HardReset, one stop each', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card: 'AAAA0001' });
  await rig.charge(4, { card: 'BBBB0002' });
  await rig.advance(60_000);
  expect(await rig.call('Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' });
  await rig.restart();
  await rig.advance(5_000);
  const stops = rig.central.calls('StopTransaction').filter((r) => !r.repeated);
  expect(stops.map((r) => r.payload.reason)).toEqual(['HardReset', 'HardReset']);
  expect(new Set(stops.map((r) => r.payload.transactionId))).toEqual(new Set([1001, 1002]));
  expect(rig.truth(1).contactorClosed || rig.truth(4).contactorClosed).toBe(false);
});

test('a stop that the network keeps from being delivered is queued and delivered after the restart', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.central.answer('StopTransaction', () => 'silence');
  expect(await rig.call('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
  await rig.expectCall('StopTransaction', { reason: 'SoftReset' });
  await rig.restart();
  rig.central.answer('StopTransaction', () => ({}));
  await rig.expectCall('BootNotification');
  const again = await rig.expectCall('StopTransaction', { reason: 'SoftReset', transactionId: 1001 });
  expect(again.repeated).toBe(true);
});

test('between the command and the restart nothing new begins', async () => {
  const rig = await Rig.start();
  // A vehicle that does not let go quickly makes the soft reset last.
  await rig.charge(1, { plug: { ev: { reactsToPwmOff: false } } });
  await rig.call('Reset', { type: 'Soft' });
  expect(await rig.call('RemoteStartTransaction', { connectorId: 3, idTag: 'REMOTE' })).toEqual({ status: 'Rejected' });
  rig.plug(3);
  rig.present('BBBB0002', 'left');
  await rig.expectNone('StartTransaction', 3_000);
});

test('a second Reset while the first is under way is accepted and restarts once', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.call('Reset', { type: 'Soft' });
  expect(await rig.call('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
  await rig.restart();
  await rig.advance(60_000);
  expect(rig.restartedBy).toBeUndefined();
  expect(rig.central.calls('BootNotification')).toHaveLength(2);
});

test('a hard reset does not wait for a vehicle that goes on drawing', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { plug: { ev: { reactsToPwmOff: false, ignoresOffer: true } } });
  await rig.call('Reset', { type: 'Hard' });
  await rig.advance(4_000);
  expect(rig.restartedBy).toBe('hard');
  expect(rig.truth(1).contactorClosed).toBe(false);
});
