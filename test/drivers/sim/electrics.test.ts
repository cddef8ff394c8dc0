/** Plateaus, duty cycles and cables come out as the standard's circuits and tables say. */

import fc from 'fast-check';
import {
  energyWh,
  negativePlateauV,
  offeredCurrentA,
  type PilotCircuit,
  positivePlateauV,
  steppedWh,
  wholeSteps,
} from '../../../src/drivers/sim/electrics';
import { cableOhms } from '../../../src/hal/iec61851';

const healthy: PilotCircuit = { load: 'none', diodeMissing: false, shorted: false, open: false };

// By hand: 0.7 V + 11.3 V · R / (1000 Ω + R).
test.each([
  ['none', 12],
  ['connected', 8.979],
  ['ready', 5.996],
  ['readyVentilation', 2.931],
] as const)('with load %s the positive plateau is %d V and the negative one −12 V', (load, volts) => {
  expect(positivePlateauV({ ...healthy, load })).toBeCloseTo(volts, 3);
  expect(negativePlateauV({ ...healthy, load })).toBe(-12);
});

test('without its diode a vehicle loads both halves alike', () => {
  const circuit: PilotCircuit = { ...healthy, load: 'ready', diodeMissing: true };
  expect(positivePlateauV(circuit)).toBeCloseTo((12 * 882) / 1882, 6);
  expect(negativePlateauV(circuit)).toBeCloseTo((-12 * 882) / 1882, 6);
});

test('a short gives 0 V on both, a break looks like no vehicle, and a short wins over a break', () => {
  const short: PilotCircuit = { ...healthy, load: 'connected', shorted: true };
  expect([positivePlateauV(short), negativePlateauV(short)]).toEqual([0, 0]);
  const open: PilotCircuit = { ...healthy, load: 'ready', open: true, diodeMissing: true };
  expect([positivePlateauV(open), negativePlateauV(open)]).toEqual([12, -12]);
  expect(positivePlateauV({ ...open, shorted: true })).toBe(0);
});

test.each([
  [0, 0],
  [2.9, 0],
  [5, 0],
  [7.9, 0],
  [8, 6],
  [9.9, 6],
  [10, 6],
  [16 / 0.6, 16],
  [32 / 0.6, 32],
  [85, 51],
  [89.2, 63],
  [96, 80],
  [97, 80],
  [97.1, 0],
  [100, 0],
  [Number.NaN, 0],
])('a duty of %d %% offers %d A', (duty, amps) => {
  expect(offeredCurrentA(duty)).toBeCloseTo(amps, 9);
});

test('more duty never offers less, from 8 to 97 %', () => {
  const duty = fc.double({ min: 8, max: 97, noNaN: true });
  fc.assert(
    fc.property(duty, duty, (a, b) => offeredCurrentA(Math.min(a, b)) <= offeredCurrentA(Math.max(a, b)) + 1e-6),
  );
});

test('resistors of cables', () => {
  expect(cableOhms).toEqual({ 13: 1500, 20: 680, 32: 220, 63: 100 });
});

test('energy of a ramp is its mean current', () => {
  expect(energyWh(230, 10, 10, 3600)).toBeCloseTo(2300, 9);
  expect(energyWh(690, 0, 32, 4)).toBeCloseTo((690 * 16 * 4) / 3600, 9);
});

test('a register in steps shows the nearest decimal, whatever the step', () => {
  const step = fc.constantFrom(0.1, 0.125, 0.15, 0.2, 0.25, 0.3, 0.5, 0.7, 1, 2.5, 3, 10, 100, 1000);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e8, noNaN: true }), step, (energy, stepWh) => {
      const shown = steppedWh(energy, stepWh);
      expect(shown).toBe(Number((wholeSteps(energy, stepWh) * stepWh).toPrecision(15)));
      expect(String(shown).length).toBeLessThan(15);
    }),
    { numRuns: 1_000 },
  );
});
