/** A central system that always needs longer than the station waits: its answers count all the same (J errata 3.1). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const late = { confBasicTime: '10', confAuthorizeTime: '10', confBottNotificationTime: '10' };
const lateMs = 12_000;
const accepted = { idTagInfo: { status: 'Accepted' } };

function slow(rig: Rig): void {
  let transactionId = 41;
  for (const action of ['MeterValues', 'StopTransaction', 'StatusNotification']) {
    rig.central.answer(action, () => ({ afterMs: lateMs, answer: {} }));
  }
  rig.central.answer('Authorize', () => ({ afterMs: lateMs, answer: accepted }));
  rig.central.answer('Heartbeat', () => ({ afterMs: lateMs, answer: { currentTime: rig.central.time() } }));
  rig.central.answer('StartTransaction', () => ({
    afterMs: lateMs,
    answer: { ...accepted, transactionId: transactionId++ },
  }));
}

test('the station is registered, the card is accepted, and each message of the charge is sent once', async () => {
  const rig = Rig.prepare({ config: late });
  rig.central.answer('BootNotification', () => ({
    afterMs: lateMs,
    answer: { status: 'Accepted', currentTime: rig.central.time(), interval: 300 },
  }));
  slow(rig);
  await rig.powerOn();
  await rig.until('registered', () => rig.running.chargePoint.registration === 'Accepted', 13_000);
  expect(rig.central.calls('BootNotification')).toHaveLength(1);
  await rig.advance(120_000);
  rig.plug(1);
  await rig.advance(30_000);
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction', {}, 60_000);
  await rig.advance(200_000);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { transactionId: 41 }, 100_000);
  await rig.advance(100_000);
  expect(rig.central.received.filter((r) => r.repeated)).toEqual([]);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  const statuses = rig.central.calls('StatusNotification').map(({ payload }) => JSON.stringify(payload));
  expect(new Set(statuses).size).toBe(statuses.length);
});

test('a late registration is taken while the next BootNotification is outstanding, which has the same id', async () => {
  const rig = Rig.prepare({ config: late });
  rig.central.once('BootNotification', () => ({
    afterMs: 41_000,
    answer: { status: 'Accepted', currentTime: rig.central.time(), interval: 300 },
  }));
  rig.central.answer('BootNotification', () => 'silence');
  await rig.powerOn();
  await rig.until('registered', () => rig.running.chargePoint.registration === 'Accepted', 45_000);
  const sendings = rig.central.calls('BootNotification');
  expect(sendings).toHaveLength(2);
  expect(rig.clock.now() - (sendings[1]?.at ?? 0)).toBeLessThan(10_000);
  expect(new Set(sendings.map((r) => r.id)).size).toBe(1);
  rig.forget();
  await rig.expectNone('BootNotification', 600_000);
});

test('the answer comes over the next link', async () => {
  const rig = await Rig.start({ config: late });
  rig.central.once('StartTransaction', () => ({ afterMs: lateMs, answer: { ...accepted, transactionId: 41 } }));
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction');
  // While the repetition waits for the wait of the new link to be over, nothing is sent twice.
  await rig.advance(10_500);
  await rig.until('the answer has come', () => rig.running.chargePoint.outbox.keyOf(41) !== undefined, 5_000);
  rig.central.drop('lost');
  await rig.advance(20_000);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
});

test('the answer to what was sent before a power cut', async () => {
  const rig = await Rig.start({ config: { ...late, TransactionMessageRetryInterval: '60' } });
  rig.central.answer('StartTransaction', () => 'silence');
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  const { id } = await rig.expectCall('StartTransaction');
  await rig.cutPower();
  rig.central.answer('BootNotification', () => 'silence');
  await rig.powerOn();
  await rig.expectCall('BootNotification');
  rig.central.settle(id, { ...accepted, transactionId: 41 });
  await rig.advance(100);
  rig.central.answer('BootNotification', () => ({
    status: 'Accepted',
    currentTime: rig.central.time(),
    interval: 300,
  }));
  await rig.expectCall('StopTransaction', { transactionId: 41, reason: 'PowerLoss' }, 60_000);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
});

test('a late refusal counts as an attempt, so that also a slow central system can end a message (3.7.1)', async () => {
  const rig = await Rig.start({ config: { ...late, TransactionMessageAttempts: '2' } });
  rig.central.answer('StartTransaction', ({ id }) => {
    rig.clock.at(rig.clock.now() + lateMs, () => rig.central.sendText(`[4,"${id}","InternalError","",{}]`));
    return 'silence';
  });
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  await rig.expectCall('MeterValues', { transactionId: -1 }, 400_000);
  expect(rig.central.calls('StartTransaction')).toHaveLength(2);
});

test.each([
  ['within 30 s', 25_000, true],
  ['after that', 32_000, false],
])('a card is accepted late: %s', async (_when, afterMs, charges) => {
  const rig = await Rig.start({ config: late });
  rig.central.once('Authorize', () => ({ afterMs, answer: accepted }));
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  await rig.advance(60_000);
  expect(rig.truth(1).contactorClosed).toBe(charges);
});

test('a late answer to a card is of no consequence when another card has been shown meanwhile', async () => {
  const rig = await Rig.start({ config: late });
  rig.central.once('Authorize', () => ({ afterMs: 20_000, answer: accepted }));
  rig.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked' } }));
  rig.plug(1);
  await rig.advance(1_000);
  rig.present('04A1B2C3');
  await rig.advance(11_000);
  rig.present('05FFFFFF');
  await rig.expectNone('StartTransaction', 40_000);
});
