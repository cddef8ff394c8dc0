/** Clocks that are corrected while a vehicle charges: what has not left is dated anew, and no transaction has two clocks. */
import type { Received } from '../../src/testing/central';
import { closeTheBooks, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const hourMs = 3_600_000;
const yearMs = 365 * 24 * hourMs;
const config = { MeterValueSampleInterval: '60', ClockAlignedDataInterval: '900' };
/** What a request and its network take, in ms. */
const momentMs = 1_500;

function dateOf({ action, payload }: Received): number {
  const values = payload.meterValue as { timestamp: string }[] | undefined;
  return Date.parse(String(action === 'MeterValues' ? values?.[0]?.timestamp : payload.timestamp));
}

/** The messages of the one transaction of a story, without repetitions. */
function transaction(rig: Rig): Received[] {
  const { received } = rig.central;
  const values = (r: Received) => r.action === 'MeterValues' && r.payload.transactionId !== undefined;
  const own = (r: Received) => r.action === 'StartTransaction' || r.action === 'StopTransaction' || values(r);
  return received.filter((r) => own(r) && !r.repeated);
}

function expectInOrder(messages: readonly Received[]): void {
  const dates = messages.map(dateOf);
  expect(dates).toEqual([...dates].sort((a, b) => a - b));
}

/** The next Heartbeat brings the clock of the central system as it is then. */
async function correct(rig: Rig, clockErrorMs: number): Promise<void> {
  rig.central.clockErrorMs = clockErrorMs;
  await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
  await rig.advance(1_000);
}

test.each([
  ['an hour ahead', hourMs, 0],
  ['an hour behind', -hourMs, 0],
  ['a year ahead', yearMs, 0],
  ['a year behind', -yearMs, 0],
  ['some seconds ahead', 5_000, 0],
  ['right, and then an hour behind', 0, -hourMs],
  ['an hour behind, and then an hour ahead', -hourMs, hourMs],
])('the clock was %s when a charge began: its end is dated by the same clock', async (_what, before, after) => {
  const rig = Rig.prepare({ config });
  rig.audited = false; // what was told by a clock that lay ahead lies in the future
  rig.central.clockErrorMs = before;
  await rig.powerOn();
  await rig.advance(2_000);
  await rig.charge(1);
  await rig.advance(10 * 60_000);
  await correct(rig, after);
  await rig.advance(10 * 60_000);
  rig.present('04A1B2C3');
  const stop = await rig.expectCall('StopTransaction');
  const messages = transaction(rig);
  const [start] = messages;
  expectInOrder(messages);
  expect(dateOf(stop) - dateOf(start as Received)).toBeCloseTo(stop.at - (start as Received).at, -3);
  const data = stop.payload.transactionData as { timestamp: string }[] | undefined;
  for (const { timestamp } of data ?? []) {
    expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(dateOf(start as Received));
    expect(Date.parse(timestamp)).toBeLessThanOrEqual(dateOf(stop));
  }
});

test('twice within one charge: the durations are those of the charge', async () => {
  const rig = await Rig.start({ config });
  rig.audited = false;
  await rig.charge(1);
  for (const error of [2 * hourMs, -yearMs / 2, 0]) {
    await rig.advance(5 * 60_000);
    await correct(rig, error);
  }
  rig.present('04A1B2C3');
  const stop = await rig.expectCall('StopTransaction');
  const messages = transaction(rig);
  expectInOrder(messages);
  for (const message of messages) {
    expect(dateOf(stop) - dateOf(message)).toBeLessThan(stop.at - message.at + momentMs);
  }
  // The next transaction is dated by the clock as it is.
  await rig.expectStatus(1, 'Finishing');
  rig.unplug(1);
  await rig.advance(5_000);
  const next = await rig.charge(1);
  expect(Math.abs(dateOf(next) - rig.central.now())).toBeLessThan(momentMs + 1_000);
});

/** A station that was accepted once and has now booted without a network, by a clock of its own that is wrong. */
async function offlineWithWrongClock(errorMs: number): Promise<Rig> {
  const rig = await Rig.start({ config: { ...config, AllowOfflineTxForUnknownId: 'true' } });
  await rig.cutPower();
  rig.central.down();
  rig.clock.setSystemTime(rig.central.now() + errorMs);
  await rig.powerOn();
  await rig.advance(2_000);
  rig.forget();
  return rig;
}

async function chargedOffline(rig: Rig): Promise<{ begun: number; ended: number }> {
  rig.plug(1);
  await rig.until('Preparing', () => rig.status(1) === 'Preparing');
  rig.present('04A1B2C3');
  await rig.until('Charging', () => rig.status(1) === 'Charging');
  const begun = rig.central.now();
  await rig.advance(10 * 60_000);
  rig.present('04A1B2C3');
  await rig.until('Finishing', () => rig.status(1) === 'Finishing');
  return { begun, ended: rig.central.now() };
}

test.each([
  ['an hour ahead', hourMs],
  ['an hour behind', -hourMs],
  ['a year ahead', yearMs],
  ['a year behind', -yearMs],
])('a whole charge by a clock %s, told after the correction: true dates', async (_what, errorMs) => {
  const rig = await offlineWithWrongClock(errorMs);
  const { begun, ended } = await chargedOffline(rig);
  await rig.advance(20 * 60_000);
  rig.central.up();
  const stop = await rig.expectCall('StopTransaction', {}, 120_000);
  await rig.advance(5_000);
  const [start, ...values] = transaction(rig);
  expect(Math.abs(dateOf(start as Received) - begun)).toBeLessThan(20_000);
  expect(Math.abs(dateOf(stop) - ended)).toBeLessThan(5_000);
  expectInOrder([start as Received, ...values]);
  // Clock-aligned values of no transaction, and the time since when the status is true.
  const aligned = rig.central.calls('MeterValues').filter(({ payload }) => payload.transactionId === undefined);
  expect(aligned.length).toBeGreaterThan(0);
  for (const message of aligned) {
    expect(dateOf(message)).toBeGreaterThan(startOfTime);
    expect(dateOf(message)).toBeLessThan(rig.central.now());
  }
  const told = rig.since('StatusNotification').concat(rig.central.calls('StatusNotification').slice(-5));
  const finishing = told.find(({ payload }) => payload.connectorId === 1 && payload.status === 'Finishing');
  expect(Math.abs(dateOf(finishing as Received) - ended)).toBeLessThan(5_000);
});

test('what left unanswered before a correction is repeated word for word, after a power cut too', async () => {
  const rig = await Rig.start({ config: { ...config, TransactionMessageRetryInterval: '60' } });
  rig.central.answer('StartTransaction', () => 'silence');
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  const first = await rig.expectCall('StartTransaction');
  await rig.advance(15_000);
  await correct(rig, -hourMs);
  const second = await rig.expectCall('StartTransaction', {}, 120_000);
  expect(second.payload).toEqual(first.payload);
  await rig.cutPower();
  await rig.powerOn();
  const third = await rig.expectCall('StartTransaction', {}, 120_000);
  expect(third.id).toBe(first.id);
  expect(third.payload).toEqual(first.payload);
  rig.central.answerAsUsual();
  const stop = await rig.expectCall('StopTransaction', { reason: 'PowerLoss' }, 600_000);
  expect(dateOf(stop)).toBeGreaterThanOrEqual(dateOf(first));
  rig.central.clockErrorMs = 0;
});

test('values of no transaction that left unanswered are repeated word for word as well', async () => {
  const rig = await Rig.start({ config: { ClockAlignedDataInterval: '60', TransactionMessageRetryInterval: '60' } });
  rig.central.answer('MeterValues', () => 'silence');
  const first = await rig.expectCall('MeterValues', {}, 120_000);
  await rig.advance(15_000);
  await correct(rig, -hourMs);
  const repeated = await rig.expectCall('MeterValues', {}, 400_000);
  expect(repeated.id).toBe(first.id);
  expect(repeated.payload).toEqual(first.payload);
});

test('records of a boot that learnt the true time, and was cut off before they left, have it in the next boot', async () => {
  const rig = await offlineWithWrongClock(2 * hourMs);
  const { begun, ended } = await chargedOffline(rig);
  rig.central.once('BootNotification', () => {
    rig.clock.at(rig.clock.now() + 6, () => rig.central.goSilent());
    return { status: 'Accepted', currentTime: rig.central.time(), interval: 300 };
  });
  rig.central.up();
  await rig.expectCall('BootNotification', {}, 300_000);
  await rig.advance(1_000);
  await rig.cutPower();
  expect(rig.central.calls('StartTransaction')).toHaveLength(0);
  rig.central.up();
  await rig.powerOn();
  const stop = await rig.expectCall('StopTransaction', {}, 120_000);
  expect(Math.abs(dateOf(transaction(rig)[0] as Received) - begun)).toBeLessThan(20_000);
  expect(Math.abs(dateOf(stop) - ended)).toBeLessThan(5_000);
});

test.each([
  ['told by a clock an hour ahead', hourMs],
  ['told by a clock an hour behind', -hourMs],
])('a charge whose start was %s ends by a power cut: not before its start', async (_what, errorMs) => {
  const rig = Rig.prepare({ config, systemTimeMs: null });
  rig.audited = false;
  rig.central.clockErrorMs = errorMs;
  await rig.powerOn();
  await rig.advance(2_000);
  await rig.charge(1);
  await rig.advance(10 * 60_000);
  await rig.cutPower();
  rig.central.clockErrorMs = 0;
  await rig.powerOn();
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' }, 120_000);
  const messages = transaction(rig);
  expect(dateOf(messages.at(-1) as Received)).toBeGreaterThanOrEqual(dateOf(messages[0] as Received));
});

test('a charge whose clock was corrected before the power cut has its true duration', async () => {
  const rig = await Rig.start({ config });
  rig.audited = false;
  await correct(rig, hourMs);
  const start = await rig.charge(1);
  await rig.advance(5 * 60_000);
  await correct(rig, 0);
  await rig.advance(5 * 60_000);
  await rig.cutPower();
  await rig.powerOn();
  const stop = await rig.expectCall('StopTransaction', { reason: 'PowerLoss' }, 120_000);
  expectInOrder(transaction(rig));
  expect(Math.abs(dateOf(stop) - dateOf(start) - (stop.at - start.at))).toBeLessThan(10_000);
});
