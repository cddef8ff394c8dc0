/** What a transaction costs the disk in flushes, and what a power cut or a kill costs of what was not flushed. */
import { closeTheBooks, Rig, singleBoard } from '../support/rig';

afterEach(closeTheBooks);

const minute = 60_000;
/** By when each flush that may wait has come. */
const allFlushedMs = 6 * minute;

async function start(config: Record<string, string> = {}): Promise<Rig> {
  const rig = await Rig.start({ board: singleBoard(), config });
  // The first card is learnt, and whatever the first start owes is flushed.
  rig.present('04A1B2C3');
  await rig.advance(allFlushedMs + 10 * minute);
  rig.forget();
  return rig;
}

/** Flushes from the plug to some minutes after the end. */
async function flushesOf(rig: Rig, chargeMs: number): Promise<number> {
  const before = rig.store.flushes;
  await rig.charge();
  await rig.advance(chargeMs);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.advance(2 * minute);
  return rig.store.flushes - before;
}

/** Times of the values that the central system has. */
const told = (rig: Rig) => rig.central.calls('MeterValues').map(({ payload }) => timeOf(payload.meterValue));
const timeOf = (values: unknown) => (values as { timestamp: string }[])[0]?.timestamp;

test('a transaction without values: its start, the answer to it, its stop', async () => {
  expect(await flushesOf(await start({ MeterValueSampleInterval: '0' }), 10 * minute)).toBe(3);
});

test('one value a minute, twenty of them: at most eight flushes', async () => {
  const rig = await start({ MeterValueSampleInterval: '60' });
  expect(await flushesOf(rig, 20.5 * minute)).toBeLessThanOrEqual(8);
  expect(told(rig)).toHaveLength(20);
});

test('a value each ten seconds, two hundred of them: at most fourteen', async () => {
  const rig = await start({ MeterValueSampleInterval: '10' });
  expect(await flushesOf(rig, 33.5 * minute)).toBeLessThanOrEqual(14);
  expect(told(rig).length).toBeGreaterThanOrEqual(200);
});

test('values by the clock, outside of transactions, cost a flush in five minutes', async () => {
  const rig = await start({ ClockAlignedDataInterval: '30', MeterValueSampleInterval: '0' });
  const before = rig.store.flushes;
  await rig.advance(60 * minute);
  expect(told(rig).length).toBeGreaterThanOrEqual(120);
  expect(rig.store.flushes - before).toBeLessThanOrEqual(13);
});

test('values that cannot be delivered are flushed within ten seconds', async () => {
  const rig = await start({ MeterValueSampleInterval: '30' });
  await rig.charge();
  rig.central.down();
  await rig.advance(41_000);
  const values = () => [...rig.store.durable.values()].filter((value) => JSON.stringify(value).includes('"meter"'));
  expect(values()).toHaveLength(1);
  await rig.advance(30_000);
  expect(values()).toHaveLength(2);
});

test('a power cut costs values of the last ten seconds, and no energy', async () => {
  const rig = await start({ MeterValueSampleInterval: '10' });
  await rig.charge();
  rig.central.down();
  await rig.advance(95_000);
  await rig.cutPower('none');
  rig.central.up();
  await rig.powerOn();
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  expect(told(rig).length).toBeGreaterThanOrEqual(8);
  // The audit finds each Wh that was given in StopTransaction.
});

test('a kill costs nothing', async () => {
  const rig = await start({ MeterValueSampleInterval: '10', StopTxnSampledData: 'Energy.Active.Import.Register' });
  await rig.charge();
  rig.central.down();
  await rig.advance(95_000);
  await rig.kill();
  rig.central.up();
  await rig.powerOn();
  const { payload } = await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  expect(told(rig).length).toBeGreaterThanOrEqual(9);
  expect((payload.transactionData as unknown[]).length).toBeGreaterThanOrEqual(10);
});

test('a start that was answered is not sent again after a power cut, once a second has passed', async () => {
  const rig = await start({ MeterValueSampleInterval: '0' });
  await rig.charge();
  await rig.advance(1_000);
  await rig.cutPower('none');
  await rig.powerOn();
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
});

test('a stop whose answer was not flushed is sent again with its message id, and known as the same', async () => {
  const rig = await start({ MeterValueSampleInterval: '0' });
  await rig.charge();
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.advance(1_000);
  await rig.cutPower('none');
  await rig.powerOn();
  await rig.advance(5_000);
  const stops = rig.central.calls('StopTransaction');
  expect(stops.map(({ repeated }) => repeated)).toEqual([false, true]);
});
