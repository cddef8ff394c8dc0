/** Readings to sampled values: units, phases, locations, and nothing that the meter does not give (3.16, 7.31). */
import { check, messages } from '../../../src/ocpp/messages';
import { type Sample, sampledValues } from '../../../src/ocpp/transactions/meter-values';

const sample: Sample = {
  reading: {
    energyWh: 1234.56,
    powerW: 6900.04,
    currentA: [10.004, 9.996, 10],
    voltageV: [230.06, 231, 229.94],
    frequencyHz: 49.987,
  },
  offeredA: 16,
  temperatureC: 31.25,
  beforeWh: 1000,
  context: 'Sample.Periodic',
};

test.each([
  ['Energy.Active.Import.Register', 'Wh', ['1234.6']],
  ['Energy.Active.Import.Interval', 'Wh', ['234.6']],
  ['Power.Active.Import', 'W', ['6900.0']],
  ['Current.Offered', 'A', ['16.0']],
  ['Power.Offered', 'W', ['11056']],
  ['Frequency', undefined, ['49.99']],
  ['Temperature', 'Celcius', ['31.3']],
] as const)('%s in %s', (measurand, unit, values) => {
  const found = sampledValues(sample, [measurand]);
  expect(found.map((v) => v.value)).toEqual(values);
  expect(found[0]).toMatchObject({ measurand, context: 'Sample.Periodic', format: 'Raw' });
  expect(found[0]?.unit).toBe(unit);
  expect(found[0]).not.toHaveProperty('phase');
});

test.each([
  ['Current.Import', ['L1', 'L2', 'L3'], ['10.00', '10.00', '10.00']],
  ['Voltage', ['L1-N', 'L2-N', 'L3-N'], ['230.1', '231.0', '229.9']],
] as const)('%s for each phase', (measurand, phases, values) => {
  const found = sampledValues(sample, [measurand]);
  expect(found.map((v) => v.phase)).toEqual(phases);
  expect(found.map((v) => v.value)).toEqual(values);
});

test('what the meter does not give is left out, never a value of nothing', () => {
  const { frequencyHz: _, ...reading } = { ...sample.reading, currentA: [5] };
  const poor: Sample = { ...sample, reading, temperatureC: undefined };
  expect(sampledValues(poor, ['Frequency', 'Temperature'])).toEqual([]);
  expect(sampledValues(poor, ['Current.Import'])).toHaveLength(1);
});

test('the first interval of all is 0', () => {
  const first = sampledValues({ ...sample, beforeWh: undefined }, ['Energy.Active.Import.Interval']);
  expect(first[0]?.value).toBe('0.0');
});

test('in the order of the key, valid by the schema, none for none', () => {
  const sampledValue = sampledValues(sample, ['Voltage', 'Temperature', 'Energy.Active.Import.Register']);
  expect(sampledValue.map((v) => v.measurand)).toEqual([
    'Voltage',
    'Voltage',
    'Voltage',
    'Temperature',
    'Energy.Active.Import.Register',
  ]);
  const payload = { connectorId: 1, meterValue: [{ timestamp: '2026-05-04T08:00:00Z', sampledValue }] };
  expect(check(messages.MeterValues.request, payload)).toBeUndefined();
  expect(sampledValues(sample, [])).toEqual([]);
});
