/** The battery's current and energy agree with formulas worked out by hand and with themselves. */
import fc from 'fast-check';
import { acceptedCurrentA, type ChargeConditions, charge, secondsToChange } from '../../../src/drivers/sim/charge';

const conditions: ChargeConditions = {
  targetA: 16,
  rampAPerSecond: 8,
  volts: 690,
  batteryWh: 50_000,
  taperFromA: 32,
};

test('a ramp from 0 to 16 A at 8 A/s lasts 2 s and its energy is a triangle', () => {
  const half = charge({ currentA: 0, restPercent: 80 }, conditions, 1);
  expect(half.state.currentA).toBeCloseTo(8, 9);
  expect(half.energyWh).toBeCloseTo((690 * 4) / 3600, 9);
  const whole = charge({ currentA: 0, restPercent: 80 }, conditions, 3600);
  expect(whole.state.currentA).toBe(16);
  expect(whole.energyWh).toBeCloseTo((690 * (16 * 2 * 0.5 + 16 * 3598)) / 3600, 6);
  expect(whole.state.restPercent).toBeCloseTo(80 - whole.energyWh / 500, 9);
});

test('a ramp goes down as well', () => {
  const { state, energyWh } = charge({ currentA: 32, restPercent: 80 }, { ...conditions, targetA: 0 }, 100);
  expect(state.currentA).toBe(0);
  expect(energyWh).toBeCloseTo((690 * 32 * 4 * 0.5) / 3600, 6);
});

test('above 80 % the current falls in proportion to the rest, so exponentially in time', () => {
  const full = { ...conditions, targetA: 32 };
  const perSecond = (32 / 20) * ((690 * 100) / (3600 * 50_000));
  const { state, energyWh } = charge({ currentA: 32, restPercent: 20 }, full, 1000);
  expect(state.currentA).toBeCloseTo(32 * Math.exp(-perSecond * 1000), 6);
  expect(energyWh).toBeCloseTo((20 - 20 * Math.exp(-perSecond * 1000)) * 500, 3);
});

test('a lower target holds until the battery accepts less', () => {
  expect(acceptedCurrentA(10, 32)).toBe(16);
  const before = charge({ currentA: 16, restPercent: 20 }, conditions, 1000);
  expect(before.state.currentA).toBe(16);
  const after = charge({ currentA: 16, restPercent: 10 }, conditions, 1000);
  expect(after.state.currentA).toBeLessThan(16);
});

test.each([
  [{ currentA: 32, restPercent: 60 }, 32, 32],
  [{ currentA: 16, restPercent: 15 }, 16, 32],
  [{ currentA: 10, restPercent: 60 }, 10, undefined],
  [{ currentA: 0.5, restPercent: 3 }, 0.5, 32],
])('full comes when foretold, with the energy of the rest: %j to %d A, taper from %p A', (state, targetA, taperFromA) => {
  const given = { ...conditions, targetA, taperFromA };
  const seconds = secondsToChange(state, given);
  expect(seconds).toBeGreaterThan(0);
  const before = charge(state, given, (seconds ?? 0) - 1);
  expect(before.state.restPercent).toBeGreaterThan(0);
  const after = charge(state, given, (seconds ?? 0) + 0.001);
  expect(after.state).toEqual({ currentA: 0, restPercent: 0 });
  expect(after.energyWh).toBeCloseTo(state.restPercent * 500, 6);
});

test('nothing comes by itself without mains, when full, or at 0 A; during a ramp its end comes', () => {
  expect(secondsToChange({ currentA: 0, restPercent: 50 }, { ...conditions, volts: 0 })).toBeUndefined();
  expect(secondsToChange({ currentA: 0, restPercent: 0 }, conditions)).toBeUndefined();
  expect(secondsToChange({ currentA: 0, restPercent: 50 }, { ...conditions, targetA: 0 })).toBeUndefined();
  expect(secondsToChange({ currentA: 8, restPercent: 50 }, conditions)).toBeCloseTo(1, 9);
  expect(charge({ currentA: 5, restPercent: 50 }, { ...conditions, volts: 0 }, 10)).toEqual({
    state: { currentA: 0, restPercent: 50 },
    energyWh: 0,
  });
});

test('looking often gives what looking once gives, and energy is what the battery lost of its rest', () => {
  const world = fc.record({
    currentA: fc.double({ min: 0, max: 40, noNaN: true }),
    restPercent: fc.double({ min: 0.1, max: 100, noNaN: true }),
    targetA: fc.double({ min: 0, max: 40, noNaN: true }),
    taperFromA: fc.option(fc.double({ min: 1, max: 63, noNaN: true }), { nil: undefined }),
    batteryWh: fc.integer({ min: 500, max: 100_000 }),
    looks: fc.array(fc.double({ min: 0, max: 900, noNaN: true }), { minLength: 1, maxLength: 10 }),
  });
  fc.assert(
    fc.property(world, ({ currentA, restPercent, looks, ...given }) => {
      const all = { ...conditions, ...given };
      const once = charge(
        { currentA, restPercent },
        all,
        looks.reduce((sum, look) => sum + look, 0),
      );
      let often = { state: { currentA, restPercent }, energyWh: 0 };
      for (const look of looks) {
        const { state, energyWh } = charge(often.state, all, look);
        expect(energyWh).toBeGreaterThanOrEqual(0);
        often = { state, energyWh: often.energyWh + energyWh };
      }
      const rest = (restPercent - once.state.restPercent) * (all.batteryWh / 100);
      expect(once.energyWh).toBeCloseTo(rest, 5);
      expect(Math.abs(often.energyWh - once.energyWh)).toBeLessThan(0.01 + once.energyWh * 1e-4);
      expect(Math.abs(often.state.currentA - once.state.currentA)).toBeLessThan(0.2);
    }),
  );
});
