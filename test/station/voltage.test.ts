/** With which voltage watts are turned into amperes, reading by reading. */

import { voltageInUse, wattsPerA } from '../../src/station/phases';
import type { SocketReport } from '../../src/station/socket/types';
import { Bench, config } from './bench';

const meter = (bench: Bench, voltageV: number[]): Partial<SocketReport> => ({
  meter: { reading: { energyWh: 1_000, powerW: 0, currentA: [16, 16, 16], voltageV }, at: bench.now },
});

/** The voltage in use after each second of readings. */
function measured(bench: Bench, voltageV: number[], seconds: number): number[] {
  return Array.from({ length: seconds }, () => {
    bench.now += 1_000;
    bench.report(1, meter(bench, voltageV));
    return voltageInUse(bench.state, config, 1);
  });
}

const changes = (values: readonly number[]) => values.filter((value, i) => value !== values[i - 1]);

function charging(): Bench {
  const bench = new Bench();
  bench.charge(1);
  return bench;
}

test('nothing is known of an empty socket: the nominal voltage counts', () => {
  const bench = new Bench();
  expect([1, 2].map((id) => voltageInUse(bench.state, config, id))).toEqual([230, 230]);
});

test.each([
  ['the nominal one', [230, 230, 230], 230],
  ['a little more', [231, 230.6, 230], 230],
  ['a lower one: a limit is not raised by it', [215, 214, 216], 230],
  ['a higher one, in steps upwards', [231.1, 230, 230], 235],
  ['the highest of the phases', [229, 241.2, 234], 245],
  ['the highest that is no fault', [253, 253, 253], 255],
])('%s', (_name, voltageV, inUse) => {
  expect(changes(measured(charging(), voltageV, 40))).toEqual([inUse]);
});

test.each([
  ['over-voltage', [254, 254, 254]],
  ['a phase that is measured against another', [400, 400, 400]],
  ['none, behind an open contactor', [0, 0, 0]],
  ['none that is measured', []],
])('%s is no value: what was known holds', (_name, voltageV) => {
  const bench = charging();
  measured(bench, [239, 239, 239], 1);
  expect(changes(measured(bench, voltageV, 120))).toEqual([240]);
});

test('more is believed at once, less after half a minute, and of that time the most counts', () => {
  const bench = charging();
  expect(measured(bench, [236, 236, 236], 1)).toEqual([235]);
  expect(measured(bench, [250, 236, 236], 1)).toEqual([250]);
  measured(bench, [230, 230, 230], 10);
  measured(bench, [242, 230, 230], 1);
  const values = measured(bench, [230, 230, 230], 60);
  expect(changes(values)).toEqual([250, 245, 230]);
  expect(values.indexOf(245)).toBe(19);
});

test('a voltage that wavers around a step stays at the higher one', () => {
  const bench = charging();
  measured(bench, [236.5, 236, 236], 1);
  const values = Array.from({ length: 120 }, (_, i) =>
    measured(bench, [i % 5 === 0 ? 236.2 : 235.8, 235, 235], 1),
  ).flat();
  expect(changes(values)).toEqual([240]);
});

test('the next vehicle begins anew', () => {
  const bench = charging();
  measured(bench, [245, 245, 245], 1);
  expect(wattsPerA(bench.state, config, 1)).toBe(735);
  bench.report(1, { evConnected: false });
  expect(wattsPerA(bench.state, config, 1)).toBe(690);
});
