/** Rules often got wrong, D: transactions, their values and their delivery (OCPP 1.6, 3.7, 3.16, 4.7 to 4.10). */
import { closeTheBooks, Rig } from '../support/rig';
import { card, expectEnergy, expectNoEnergy, oneConnector, otherCard, plugIn } from './support';

afterEach(closeTheBooks);

interface Data {
  timestamp: string;
  sampledValue: { measurand: string; context: string; value: string; unit?: string }[];
}

test('Rule 31 (3.7): a driver does not wait for the queue: Authorize overtakes it, new transaction messages do not', async () => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '10', AllowOfflineTxForUnknownId: 'true' } });
  await rig.charge(1);
  rig.central.down();
  await rig.advance(600_000);
  // Each message of the queue takes two seconds to be answered.
  rig.central.answer('MeterValues', () => ({ afterMs: 2_000, answer: {} }));
  rig.central.up();
  await rig.until('the queue drains', () => rig.central.calls('MeterValues').length > 3, 120_000);
  rig.forget();
  rig.plug(3);
  await rig.advance(3_000);
  rig.present(otherCard, 'left');
  await rig.expectCall('Authorize', { idTag: otherCard }, 3_000);
  await expectEnergy(rig, 3);
  await rig.expectCall('StartTransaction', { connectorId: 3 }, 600_000);
  const order = rig.central.received.map((r) => r.action);
  expect(order.indexOf('Authorize', order.indexOf('MeterValues'))).toBeLessThan(order.lastIndexOf('StartTransaction'));
  const queued = rig.central.calls('MeterValues').filter((r) => r.payload.connectorId === 1);
  expect(queued.length).toBeGreaterThanOrEqual(60);
});

test('Rule 32 (3.7.1): the waits are the interval times the number of sendings before', async () => {
  const rig = await Rig.start();
  await rig.configure('TransactionMessageAttempts', '3');
  await rig.configure('TransactionMessageRetryInterval', '60');
  for (let n = 0; n < 3; n++) rig.central.once('StartTransaction', () => ({ callError: 'InternalError' }));
  await plugIn(rig);
  rig.present(card);
  const times = [];
  for (let n = 0; n < 3; n++) times.push((await rig.expectCall('StartTransaction', {}, 200_000)).at);
  const [first = 0, second = 0, third = 0] = times;
  expect(Math.round((second - first) / 1_000)).toBe(60);
  expect(Math.round((third - second) / 1_000)).toBe(120);
  await rig.expectNone('StartTransaction', 600_000);
  // Errata 3.18: it goes on, under -1.
  rig.present(card);
  await rig.expectCall('StopTransaction', { transactionId: -1 });
});

test('Rule 35 (9.1.14): MaxEnergyOnInvalidId lets so much energy flow after a refusal, and not more', async () => {
  const rig = await Rig.start({ config: { MaxEnergyOnInvalidId: '200' } });
  rig.central.answer('StartTransaction', () => ({ transactionId: 5, idTagInfo: { status: 'Invalid' } }));
  await plugIn(rig);
  rig.present(card);
  await rig.expectStatus(1, 'Charging');
  await rig.expectStatus(1, 'SuspendedEVSE', 300_000);
  await rig.advance(8_000);
  await expectNoEnergy(rig, 1, 60_000);
  expect(rig.truth(1).energyWh).toBeGreaterThan(190);
  expect(rig.truth(1).energyWh).toBeLessThan(260);
});

test('Rule 41 (3.16.5, E 3.14): with StopTxnAlignedData the data have begin, grid and end', async () => {
  const rig = await Rig.start();
  await rig.configure('MeterValueSampleInterval', '0');
  await rig.configure('ClockAlignedDataInterval', '60');
  await rig.configure('MeterValuesAlignedData', '');
  await rig.configure('StopTxnAlignedData', 'Energy.Active.Import.Register');
  await rig.charge(1);
  await rig.expectNone('MeterValues', 185_000);
  rig.present(card);
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1001 });
  const data = stop.payload.transactionData as Data[];
  expect(data.map((d) => d.sampledValue.map((v) => v.context))).toEqual([
    ['Transaction.Begin'],
    ['Sample.Clock'],
    ['Sample.Clock'],
    ['Sample.Clock'],
    ['Transaction.End'],
  ]);
  const register = data.map((d) => Number(d.sampledValue[0]?.value));
  expect(register).toEqual([...register].sort((a, b) => a - b));
  expect(Math.floor(register.at(-1) ?? 0)).toBe(stop.payload.meterStop);
});

test('Rule 42 (3.16.2, E 3.16): a clock reading belongs to the transaction that runs when it is taken', async () => {
  const rig = await Rig.start();
  await rig.configure('MeterValueSampleInterval', '0');
  await rig.configure('ClockAlignedDataInterval', '60');
  await rig.charge(1);
  await rig.expectCall('MeterValues', { connectorId: 1, transactionId: 1001 }, 61_000);
  rig.present(card);
  await rig.expectCall('StopTransaction');
  rig.forget();
  await rig.expectCall('MeterValues', { connectorId: 1 }, 61_000);
  const after = rig.central.calls('MeterValues').filter((r) => r.payload.connectorId === 1);
  expect(after.at(-1)?.payload).not.toHaveProperty('transactionId');
});

test.each([
  ['begins', 'starting'],
  ['ends', 'ending'],
] as const)('Rule 42 (3.16.2, E 3.16): so does one that is taken while it %s, in the data of its stop, too', async (_what, kind) => {
  const rig = await Rig.start();
  await rig.configure('MeterValueSampleInterval', '0');
  await rig.configure('StopTxnAlignedData', 'Energy.Active.Import.Register');
  await rig.configure('ClockAlignedDataInterval', '60');
  const session = () => rig.running.station.state.connectors[0]?.session.kind;
  // The grid has whole minutes: what must last is made to reach over one.
  const beforeMinute = async (ms: number) => {
    const rest = 60_000 - (rig.central.now() % 60_000);
    await rig.advance(rest > ms ? rest - ms : rest + 60_000 - ms);
  };
  rig.plug(1);
  await rig.expectStatus(1, 'Preparing');
  if (kind === 'starting') {
    await beforeMinute(1_500);
    rig.flushMs = 3_000;
    rig.present(card);
  } else {
    rig.present(card);
    await rig.expectStatus(1, 'Charging');
    await beforeMinute(1_000);
    await rig.call('RemoteStopTransaction', { transactionId: 1001 });
  }
  await rig.until(kind, () => session() === kind);
  rig.forget();
  await rig.until('a reading of the grid', () => rig.since('MeterValues').some((r) => r.payload.connectorId === 1));
  rig.flushMs = 0;
  const values = rig.since('MeterValues').find((r) => r.payload.connectorId === 1);
  expect(values?.payload).toMatchObject({ transactionId: 1001 });
  if (kind === 'starting') {
    await rig.expectStatus(1, 'Charging');
    rig.present(card);
  }
  await rig.until('stopped', () => rig.central.calls('StopTransaction').length === 1);
  const data = rig.central.calls('StopTransaction')[0]?.payload.transactionData as Data[];
  expect(data.map((d) => d.sampledValue[0]?.context)).toContain('Sample.Clock');
});

test('Rule 42 (4.7, 7.43): units are named, and the grid of an interval that does not divide the day begins anew at midnight', async () => {
  const rig = Rig.prepare(oneConnector);
  // The day begins without the station.
  await rig.advance(13.8 * 3_600_000);
  await rig.powerOn();
  await rig.advance(2_000);
  await rig.configure('ClockAlignedDataInterval', '40000');
  await rig.configure('MeterValuesAlignedData', 'Energy.Active.Import.Register,Voltage,Temperature');
  await rig.advance(2.3 * 3_600_000);
  const ofOne = rig.central.calls('MeterValues').filter((r) => r.payload.connectorId === 1);
  const instants = ofOne.map((r) => String((r.payload.meterValue as Data[])[0]?.timestamp).slice(11, 19));
  expect(instants).toEqual(['22:13:20', '00:00:00']);
  const units = new Set((ofOne[0]?.payload.meterValue as Data[])[0]?.sampledValue.map((v) => v.unit));
  expect(units).toEqual(new Set(['Wh', 'V', 'Celcius']));
});
