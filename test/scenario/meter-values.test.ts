/** What is metered and when: the grid of samples, the measurands, the data of StopTransaction (3.16). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

interface Value {
  value: string;
  context: string;
  measurand: string;
  phase?: string;
  unit?: string;
  location?: string;
}
interface Reading {
  timestamp: string;
  sampledValue: Value[];
}

const readings = (rig: Rig): Reading[] =>
  rig.central.calls('MeterValues').flatMap((r) => r.payload.meterValue as Reading[]);
const times = (list: Reading[]) => list.map((r) => Date.parse(r.timestamp));
const steps = (list: number[]) => list.slice(1).map((t, i) => t - (list[i] ?? 0));

test('samples come at the exact interval from the start, with context Sample.Periodic', async () => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '30' } });
  const start = await rig.charge(1);
  await rig.advance(300_000);
  const all = readings(rig);
  expect(all).toHaveLength(10);
  const at = times(all);
  expect((at[0] ?? 0) - Date.parse(String(start.payload.timestamp))).toBe(30_000);
  expect(steps(at)).toEqual(Array(9).fill(30_000));
  expect(all.every((r) => r.sampledValue.every((v) => v.context === 'Sample.Periodic'))).toBe(true);
  expect(rig.central.calls('MeterValues').every((r) => r.payload.transactionId === 1001)).toBe(true);
});

test('the default is the register in Wh, and it rises as the energy does', async () => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '60' } });
  await rig.charge(1);
  await rig.advance(190_000);
  const values = readings(rig).map((r) => r.sampledValue);
  expect(values[0]).toEqual([
    expect.objectContaining({
      measurand: 'Energy.Active.Import.Register',
      unit: 'Wh',
      location: 'Outlet',
      format: 'Raw',
    }),
  ]);
  const wh = values.map((v) => Number(v[0]?.value));
  // 32 A on three phases of 230 V for a minute.
  expect((wh[2] ?? 0) - (wh[1] ?? 0)).toBeCloseTo((3 * 230 * 32) / 60, -2);
});

test('interval 0 sends none; a change while charging acts at once', async () => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '0' } });
  await rig.charge(1);
  await rig.advance(300_000);
  expect(readings(rig)).toEqual([]);
  await rig.configure('MeterValueSampleInterval', '20');
  await rig.advance(65_000);
  expect(readings(rig)).toHaveLength(3);
  expect(steps(times(readings(rig)))).toEqual([20_000, 20_000]);
  await rig.configure('MeterValueSampleInterval', '0');
  await rig.advance(300_000);
  expect(readings(rig)).toHaveLength(3);
});

test('all measurands, phase by phase (3.16.3)', async () => {
  const rig = await Rig.start({
    config: {
      MeterValueSampleInterval: '60',
      MeterValuesSampledData:
        'Energy.Active.Import.Register,Energy.Active.Import.Interval,Power.Active.Import,Current.Import,Voltage,' +
        'Current.Offered,Power.Offered,Frequency,Temperature',
    },
  });
  await rig.charge(1, { plug: { ev: { maxCurrentA: 16 } } });
  await rig.advance(130_000);
  const [, second] = readings(rig);
  const value = (measurand: string, phase?: string) =>
    Number(second?.sampledValue.find((v) => v.measurand === measurand && v.phase === phase)?.value);
  expect(second?.sampledValue).toHaveLength(13);
  expect(value('Current.Import', 'L1')).toBeCloseTo(16);
  expect(value('Current.Import', 'L3')).toBeCloseTo(16);
  expect(value('Voltage', 'L2-N')).toBeCloseTo(230);
  expect(value('Power.Active.Import')).toBeCloseTo(3 * 230 * 16);
  expect(value('Current.Offered')).toBe(32);
  expect(value('Power.Offered')).toBe(3 * 230 * 32);
  expect(value('Frequency')).toBe(50);
  expect(value('Temperature')).toBe(25);
  expect(second?.sampledValue.find((v) => v.measurand === 'Temperature')?.unit).toBe('Celcius');
  // A reading may be a second older than its place on the grid.
  expect(value('Energy.Active.Import.Interval')).toBeCloseTo((3 * 230 * 16) / 60, -1);
});

test('values of a domestic outlet have one phase', async () => {
  const rig = await Rig.start({
    config: { MeterValueSampleInterval: '60', MeterValuesSampledData: 'Current.Import,Voltage' },
  });
  await rig.charge(2);
  await rig.advance(70_000);
  expect(readings(rig)[0]?.sampledValue.map((v) => [v.measurand, v.phase])).toEqual([
    ['Current.Import', 'L1'],
    ['Voltage', 'L1-N'],
  ]);
});

test('no measurand wanted: no MeterValues, never an empty one', async () => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '10', MeterValuesSampledData: '' } });
  await rig.charge(1);
  await rig.expectNone('MeterValues', 60_000);
});

test('StopTransaction carries no data unless it is wanted (3.16.5)', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(60_000);
  rig.present('04A1B2C3');
  const stop = await rig.expectCall('StopTransaction');
  expect(stop.payload).not.toHaveProperty('transactionData');
});

test('with StopTxnSampledData the data begin with Transaction.Begin and end with Transaction.End (E 3.14)', async () => {
  const rig = await Rig.start({
    config: { MeterValueSampleInterval: '60', StopTxnSampledData: 'Energy.Active.Import.Register' },
  });
  const start = await rig.charge(1);
  await rig.advance(130_000);
  rig.present('04A1B2C3');
  const stop = await rig.expectCall('StopTransaction');
  const data = stop.payload.transactionData as Reading[];
  expect(data.map((r) => r.sampledValue[0]?.context)).toEqual([
    'Transaction.Begin',
    'Sample.Periodic',
    'Sample.Periodic',
    'Transaction.End',
  ]);
  expect(data[0]?.timestamp).toBe(start.payload.timestamp);
  expect(data[3]?.timestamp).toBe(stop.payload.timestamp);
  expect(Math.floor(Number(data[0]?.sampledValue[0]?.value))).toBe(start.payload.meterStart);
  expect(Math.floor(Number(data[3]?.sampledValue[0]?.value))).toBe(stop.payload.meterStop);
});

test('interval values of StopTransaction add up to the energy of the transaction', async () => {
  const rig = await Rig.start({
    config: { MeterValueSampleInterval: '60', StopTxnSampledData: 'Energy.Active.Import.Interval' },
  });
  const start = await rig.charge(1);
  await rig.advance(200_000);
  rig.present('04A1B2C3');
  const stop = await rig.expectCall('StopTransaction');
  const data = stop.payload.transactionData as Reading[];
  const sum = data.reduce((total, r) => total + Number(r.sampledValue[0]?.value), 0);
  expect(Math.abs(sum - (Number(stop.payload.meterStop) - Number(start.payload.meterStart)))).toBeLessThan(2);
});

test('a long transaction thins its data between begin and end (E 3.91)', async () => {
  const rig = await Rig.start({
    config: {
      MeterValueSampleInterval: '10',
      StopTxnSampledData: 'Energy.Active.Import.Register',
      MeterValuesSampledData: '',
    },
  });
  await rig.charge(1);
  await rig.advance(3_600_000);
  rig.present('04A1B2C3');
  const stop = await rig.expectCall('StopTransaction');
  const data = stop.payload.transactionData as Reading[];
  expect(data.length).toBeGreaterThan(40);
  expect(data.length).toBeLessThanOrEqual(100);
  expect(data[0]?.sampledValue[0]?.context).toBe('Transaction.Begin');
  expect(data.at(-1)?.sampledValue[0]?.context).toBe('Transaction.End');
  const at = times(data);
  expect(at).toEqual([...at].sort((a, b) => a - b));
  // Thinned out over the whole length, not cut off at one end.
  expect(Math.max(...steps(at))).toBeLessThan(900_000);
});

test('the data of StopTransaction survive a power cut', async () => {
  const rig = await Rig.start({
    config: { MeterValueSampleInterval: '60', StopTxnSampledData: 'Energy.Active.Import.Register' },
  });
  await rig.charge(1);
  await rig.advance(130_000);
  await rig.cutPower();
  await rig.powerOn();
  const stop = await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  const data = stop.payload.transactionData as Reading[];
  expect(data.map((r) => r.sampledValue[0]?.context)).toEqual([
    'Transaction.Begin',
    'Sample.Periodic',
    'Sample.Periodic',
    'Transaction.End',
  ]);
});

test('a measurand that the station lacks refuses the whole list and changes nothing (3.16.4)', async () => {
  const rig = await Rig.start();
  const value = 'Energy.Active.Import.Register,SoC';
  expect(await rig.call('ChangeConfiguration', { key: 'MeterValuesSampledData', value })).toEqual({
    status: 'Rejected',
  });
  const { configurationKey } = await rig.call('GetConfiguration', { key: ['MeterValuesSampledData'] });
  expect(configurationKey).toMatchObject([{ value: 'Energy.Active.Import.Register' }]);
});

test('the register is never re-based: each transaction goes on where the last ended', async () => {
  const rig = await Rig.start();
  const ends: unknown[] = [];
  for (let n = 0; n < 3; n++) {
    const start = await rig.charge(1);
    if (n > 0) expect(start.payload.meterStart).toBe(ends.at(-1));
    await rig.advance(60_000);
    rig.present('04A1B2C3');
    ends.push((await rig.expectCall('StopTransaction')).payload.meterStop);
    await rig.advance(5_000);
    rig.unplug(1);
    await rig.expectStatus(1, 'Available');
  }
  expect(Number(ends[2])).toBeGreaterThan(1_000);
});
