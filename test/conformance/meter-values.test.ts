/** Compliance group 09, meter values: sampled in a transaction, and by the clock (OCPP 1.6, 3.16 and 4.7). */
import type { Received } from '../../src/testing/central';
import { closeTheBooks, Rig } from '../support/rig';
import { expectEnergy } from './support';

afterEach(closeTheBooks);

interface Value {
  measurand: string;
  context: string;
  unit?: string;
  phase?: string;
  value: string;
}

function meterValue(request: Received): { timestamp: string; sampledValue: Value[] } {
  const [only, ...more] = request.payload.meterValue as { timestamp: string; sampledValue: Value[] }[];
  if (!only || more.length > 0) throw new Error('expected one instant');
  return only;
}

test('TC_070_CS Sampled Meter Values', async () => {
  const rig = await Rig.start();
  await rig.configure('MeterValueSampleInterval', '60');
  await rig.configure('ClockAlignedDataInterval', '0');
  await rig.configure(
    'MeterValuesSampledData',
    'Energy.Active.Import.Register,Power.Active.Import,Current.Import,Voltage',
  );
  const start = await rig.charge(1);
  const requests = [];
  for (let n = 0; n < 3; n++) {
    requests.push(await rig.expectCall('MeterValues', { connectorId: 1, transactionId: 1001 }, 61_000));
  }
  const from = Date.parse(String(start.payload.timestamp));
  expect(requests.map((r) => Date.parse(meterValue(r).timestamp) - from)).toEqual([60_000, 120_000, 180_000]);
  for (const request of requests) {
    const { sampledValue } = meterValue(request);
    expect(new Set(sampledValue.map((v) => v.context))).toEqual(new Set(['Sample.Periodic']));
    // "all possible locations and/or phases SHALL be reported"
    expect(sampledValue.map((v) => [v.measurand, v.phase, v.unit])).toEqual([
      ['Energy.Active.Import.Register', undefined, 'Wh'],
      ['Power.Active.Import', undefined, 'W'],
      ...['L1', 'L2', 'L3'].map((phase) => ['Current.Import', phase, 'A']),
      ...['L1-N', 'L2-N', 'L3-N'].map((phase) => ['Voltage', phase, 'V']),
    ]);
  }
  const last = requests[2] && meterValue(requests[2]).sampledValue;
  expect(Number(last?.[1]?.value)).toBeCloseTo(rig.truth(1).powerW, 0);
  expect(Math.abs(Number(last?.[0]?.value) - rig.truth(1).energyWh)).toBeLessThan(10);
});

test('TC_071_CS Clock-aligned Meter Values', async () => {
  const rig = await Rig.start();
  await rig.configure('MeterValueSampleInterval', '0');
  await rig.configure('ClockAlignedDataInterval', '300');
  await rig.configure('MeterValuesAlignedData', 'Energy.Active.Import.Register,Power.Active.Import');
  // Off the grid, so that the first interval is a part of one.
  await rig.advance(47_000);
  await rig.charge(1);
  await expectEnergy(rig, 1);
  await rig.advance(900_000);
  const sent = rig.since('MeterValues');
  const ofOne = sent.filter((r) => r.payload.connectorId === 1);
  expect(ofOne).toHaveLength(3);
  for (const request of ofOne) {
    expect(request.payload.transactionId).toBe(1001);
    const { timestamp, sampledValue } = meterValue(request);
    expect(Date.parse(timestamp) % 300_000).toBe(0);
    expect(sampledValue.map((v) => [v.measurand, v.context])).toEqual([
      ['Energy.Active.Import.Register', 'Sample.Clock'],
      ['Power.Active.Import', 'Sample.Clock'],
    ]);
  }
  const register = ofOne.map((r) => Number(meterValue(r).sampledValue[0]?.value));
  expect((register[2] ?? 0) - (register[1] ?? 0)).toBeCloseTo((3 * 230 * 32) / 12, -1);
  // Idle connectors are read as well, without transaction.
  const idle = sent.filter((r) => r.payload.connectorId === 3);
  expect(idle).toHaveLength(3);
  for (const request of idle) expect(request.payload).not.toHaveProperty('transactionId');
});
