/** How many phases a vehicle is taken to use, reading by reading; vehicles on two phases included. */

import { phasesInUse } from '../../src/station/phases';
import type { SocketReport } from '../../src/station/socket/types';
import { Bench, config, plugged } from './bench';

/** A reading of each phase, asked for now. */
const meter = (bench: Bench, currentA: number[]): Partial<SocketReport> => ({
  meter: { reading: { energyWh: 1_000, powerW: 0, currentA, voltageV: currentA.map(() => 230) }, at: bench.now },
});

/** The phases in use after each second of readings. */
function measured(bench: Bench, currentA: number[], seconds: number): number[] {
  return Array.from({ length: seconds }, () => {
    bench.now += 1_000;
    bench.report(1, meter(bench, currentA));
    return phasesInUse(bench.state, config, 1);
  });
}

/** Every value that differs from the one before. */
const changes = (values: readonly number[]) => values.filter((value, i) => value !== values[i - 1]);

function charging(): Bench {
  const bench = new Bench();
  bench.charge(1);
  return bench;
}

test('nothing is known of an empty socket: the phases of its feed count', () => {
  const bench = new Bench();
  expect([1, 2].map((id) => phasesInUse(bench.state, config, id))).toEqual([3, 1]);
});

test.each([
  ['one phase, whichever it is', [0, 16, 0], 1],
  ['two phases', [16, 16, 0.2], 2],
  ['one, measured by a transformer that was put in the wrong way round', [-16, 0, 0], 1],
])('%s, for half a minute', (_name, currentA, phases) => {
  const values = measured(charging(), currentA, 40);
  expect(values.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 3));
  expect(changes(values)).toEqual([3, phases]);
});

test('of what was measured in half a minute the most counts', () => {
  const bench = charging();
  measured(bench, [16, 0, 0], 20);
  measured(bench, [16, 16, 0], 1);
  expect(changes(measured(bench, [16, 0, 0], 20))).toEqual([3, 2]);
  expect(changes(measured(bench, [16, 0, 0], 40))).toEqual([2, 1]);
});

test('one reading of all phases begins the half minute anew, and so does a pause', () => {
  for (const between of [
    [6, 6, 6],
    [0, 0, 0],
  ]) {
    const bench = charging();
    measured(bench, [16, 0, 0], 29);
    measured(bench, between, 1);
    const values = measured(bench, [16, 0, 0], 40);
    expect(values.indexOf(1)).toBe(30);
  }
});

test('one reading of one phase more is believed at once', () => {
  const bench = charging();
  measured(bench, [16, 0, 0], 40);
  expect(measured(bench, [16, 1, 0], 1)).toEqual([2]);
  expect(measured(bench, [16, 1, 1], 1)).toEqual([3]);
});

test('the same reading told twice is one reading', () => {
  const bench = charging();
  measured(bench, [16, 0, 0], 1);
  const { meter: old } = bench.state.connectors[0]?.report ?? {};
  for (let i = 0; i < 60; i += 1) {
    bench.now += 1_000;
    bench.report(1, { meter: old, temperatureC: i });
  }
  expect(phasesInUse(bench.state, config, 1)).toBe(3);
});

test('a meter of one phase proves nothing', () => {
  expect(changes(measured(charging(), [16], 60))).toEqual([3]);
});

test('known until the vehicle leaves, also while it pauses; the transaction may go on with another', () => {
  const bench = new Bench({ stopOnEvDisconnect: false });
  bench.charge(1);
  measured(bench, [16, 0, 0], 40);
  expect(changes(measured(bench, [0, 0, 0], 600))).toEqual([1]);
  bench.report(1, { evConnected: false });
  expect(bench.session().kind).toBe('running');
  expect(phasesInUse(bench.state, config, 1)).toBe(3);
  bench.report(1, plugged);
  expect(phasesInUse(bench.state, config, 1)).toBe(3);
});
