/** Which measurands go where, and where an interval begins (3.16, E 3.14). */
import { Configuration } from '../../../src/ocpp/config-keys/configuration';
import { MeasurandPolicy } from '../../../src/ocpp/transactions/measurand-policy';
import type { StationRecord, Transaction } from '../../../src/station/types';

const tx = (key: string): Transaction => ({
  key,
  connectorId: 1,
  token: 'CARD',
  parent: undefined,
  startedAt: 0,
  meterStartWh: 1_000,
  lastWh: 1_000,
});
const reading = (energyWh: number) => ({ energyWh, powerW: 700, currentA: [3], voltageV: [230] });
const start = (key = 'a'): StationRecord => ({
  kind: 'start',
  tx: tx(key),
  at: 0,
  reading: reading(1_000),
  reservationId: undefined,
});
const sample = (wh: number, key = 'a') => ({
  kind: 'sample' as const,
  tx: tx(key),
  at: 0,
  reading: reading(wh),
  offeredA: 16,
  temperatureC: 25,
});
const stop = (wh: number | undefined, key = 'a'): StationRecord => ({
  kind: 'stop',
  tx: tx(key),
  at: 0,
  reading: wh === undefined ? undefined : reading(wh),
  meterWh: wh ?? 0,
  reason: 'Local',
  token: undefined,
});

function values(initial: Record<string, string>) {
  const configuration = new Configuration({
    persisted: new Map(),
    initial,
    persist: async () => {},
    numberOfConnectors: 4,
  });
  return new MeasurandPolicy(configuration);
}
const interval = 'Energy.Active.Import.Interval';
const register = 'Energy.Active.Import.Register';
const numbers = (list: { value: string }[] | undefined) => list?.map((v) => Number(v.value));

test('samples carry what MeterValuesSampledData names', () => {
  const policy = values({ MeterValuesSampledData: `${register},Power.Active.Import` });
  expect(policy.sampled(sample(1_100)).map((v) => [v.measurand, v.context])).toEqual([
    [register, 'Sample.Periodic'],
    ['Power.Active.Import', 'Sample.Periodic'],
  ]);
});

test('an interval begins at the sample before it, the first at the start; each transaction has its own', () => {
  const policy = values({ MeterValuesSampledData: interval });
  expect(numbers(policy.sampled(sample(1_100, 'a')))).toEqual([100]);
  expect(numbers(policy.sampled(sample(1_050, 'b')))).toEqual([50]);
  expect(numbers(policy.sampled(sample(1_250, 'a')))).toEqual([150]);
});

test('StopTransaction wants nothing unless a key says so', () => {
  const policy = values({});
  expect(policy.forStop(start())).toBeUndefined();
  expect(policy.forStop(stop(1_100))).toBeUndefined();
});

test('its contexts are those of begin, sample and end', () => {
  const policy = values({ StopTxnSampledData: register });
  const contexts = [start(), sample(1_100), stop(1_200)].map((record) => policy.forStop(record)?.[0]?.context);
  expect(contexts).toEqual(['Transaction.Begin', 'Sample.Periodic', 'Transaction.End']);
});

test('the last interval is that since the last sample', () => {
  const policy = values({ StopTxnSampledData: interval });
  const first = sample(1_100);
  expect(numbers(policy.forStop(first))).toEqual([100]);
  policy.sampled(first);
  expect(numbers(policy.forStop(stop(1_130)))).toEqual([30]);
});

test('without a reading at the end there is no value of it', () => {
  const policy = values({ StopTxnSampledData: register });
  expect(policy.forStop(stop(undefined))).toBeUndefined();
});

test('a name that comes again after the end begins anew', () => {
  const policy = values({ MeterValuesSampledData: interval });
  policy.sampled(sample(1_500));
  policy.forStop(stop(1_500));
  expect(numbers(policy.sampled(sample(1_100)))).toEqual([100]);
});
