/** Pilot voltages to vehicle states and currents to duty cycles, against the tables of IEC 61851-1, Annex A. */
import * as fc from 'fast-check';
import type { PilotReading } from '../../../src/hal/parts';
import { debounceMs, diodeSeen, dutyOf, levelOf, type PilotLevel } from '../../../src/station/socket/pilot';

const volts = (high: number, low = -12): PilotReading => ({ kind: 'volts', high, low });
const levels: readonly PilotLevel[] = ['A', 'B', 'C', 'D', 'E', 'invalid'];

describe('level of a reading (Table A.1: A +12, B +9, C +6, D +3, E 0 V)', () => {
  const ranges = [
    { level: 'A', from: 11.4, to: 12.6 },
    { level: 'B', from: 8.36, to: 9.56 },
    { level: 'C', from: 5.48, to: 6.49 },
    { level: 'D', from: 2.62, to: 3.25 },
    { level: 'E', from: -1, to: 1 },
  ] as const;

  test.each(ranges)('$from to $to V is state $level, whatever came before', ({ level, from, to }) => {
    fc.assert(
      fc.property(
        fc.double({ min: from, max: to, noNaN: true }),
        fc.constantFrom(...levels),
        (high, previous) => levelOf(volts(high), previous) === level,
      ),
    );
  });

  test.each([
    { upper: 'A', lower: 'B', at: 10.5 },
    { upper: 'B', lower: 'C', at: 7.5 },
    { upper: 'C', lower: 'D', at: 4.5 },
    { upper: 'D', lower: 'E', at: 1.5 },
  ] as const)('between $upper and $lower lie $at V with 0.3 V of hysteresis either way', ({ upper, lower, at }) => {
    expect(levelOf(volts(at - 0.25), upper)).toBe(upper);
    expect(levelOf(volts(at - 0.35), upper)).toBe(lower);
    expect(levelOf(volts(at + 0.25), lower)).toBe(lower);
    expect(levelOf(volts(at + 0.35), lower)).toBe(upper);
  });

  test('−12 V on the upper plateau, what no pilot can have, and what is no number are invalid', () => {
    for (const high of [-12, -3, 14, 230, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const previous of levels) expect(levelOf(volts(high), previous)).toBe('invalid');
    }
    expect(levelOf({ kind: 'invalid', reason: 'no answer from the converter' }, 'C')).toBe('invalid');
  });

  test('a lower plateau that cannot be makes the whole reading invalid', () => {
    for (const low of [-14, -230, Number.NaN, Number.NEGATIVE_INFINITY]) {
      expect(levelOf(volts(6, low), 'C')).toBe('invalid');
    }
  });
});

describe('debouncing', () => {
  test('leaving C or D is believed soon enough for 100 ms with sampling and a contactor of 40 ms', () => {
    for (const from of ['C', 'D'] as const) {
      for (const to of ['A', 'B', 'E'] as const) expect(debounceMs(from, to)).toBeLessThanOrEqual(50);
      expect(debounceMs(from, 'invalid')).toBeLessThanOrEqual(100);
    }
  });

  test('a short of the pilot is believed soon from every state', () => {
    for (const from of ['A', 'B', 'C', 'D'] as const) expect(debounceMs(from, 'E')).toBeLessThanOrEqual(50);
  });

  test('a plug that goes in and a vehicle that closes S2 are waited for: 250 to 500 ms', () => {
    for (const [from, to] of [
      ['A', 'B'],
      ['A', 'C'],
      ['B', 'C'],
      ['B', 'D'],
      ['E', 'C'],
      ['invalid', 'C'],
    ] as const) {
      expect(debounceMs(from, to)).toBeGreaterThanOrEqual(250);
      expect(debounceMs(from, to)).toBeLessThanOrEqual(500);
    }
  });
});

test('the diode is seen by a negative plateau of −10 V or less', () => {
  expect(diodeSeen(volts(9, -12))).toBe(true);
  expect(diodeSeen(volts(9, -10))).toBe(true);
  expect(diodeSeen(volts(9, -9.9))).toBe(false);
  expect(diodeSeen(volts(9, -9))).toBe(false);
  expect(diodeSeen(volts(9, 9))).toBe(false);
  expect(diodeSeen(volts(9, Number.NaN))).toBe(false);
  expect(diodeSeen({ kind: 'invalid', reason: 'x' })).toBe(false);
});

/** What a vehicle may draw at a duty cycle in percent, as it reads Table A.8. */
function vehicleMayDraw(duty: number): number {
  if (duty < 8) return 0;
  if (duty < 10) return 6;
  if (duty <= 85) return duty * 0.6;
  if (duty <= 96) return (duty - 64) * 2.5;
  return duty <= 97 ? 80 : 0;
}

describe('duty cycle (Table A.7)', () => {
  test.each([
    [6, 10],
    [10, 16.6667],
    [13, 21.6667],
    [16, 26.6667],
    [20, 33.3333],
    [32, 53.3333],
    [51, 85],
    [63, 89.2],
    [70, 92],
    [80, 96],
  ])('%d A is %d %%', (amps, duty) => {
    expect(dutyOf(amps)).toBeCloseTo(duty, 3);
  });

  test('the gap of the standard from 51 to 52.5 A is offered as 51 A', () => {
    for (const amps of [51, 51.1, 52, 52.49, 52.5]) expect(dutyOf(amps)).toBeCloseTo(85, 9);
    expect(dutyOf(52.6)).toBeCloseTo(85.04, 6);
  });

  test('no rounding: a tenth of an ampere more is a sixth of a percent more', () => {
    for (let tenths = 60; tenths < 510; tenths++) {
      expect(dutyOf((tenths + 1) / 10) - dutyOf(tenths / 10)).toBeCloseTo(1 / 6, 9);
    }
  });

  test('above 80 A the offer stays 80 A', () => {
    for (const amps of [80.1, 100, 1e9, Number.POSITIVE_INFINITY]) expect(vehicleMayDraw(dutyOf(amps))).toBe(80);
  });

  test('a vehicle never reads more than was meant, and hardly less', () => {
    fc.assert(
      fc.property(fc.double({ min: 6, max: 80, noNaN: true }), (amps) => {
        const read = vehicleMayDraw(dutyOf(amps));
        expect(read).toBeLessThanOrEqual(amps + 1e-9);
        expect(read).toBeGreaterThanOrEqual(amps - (amps > 51 && amps <= 52.5 ? 1.5 : 1e-9));
      }),
    );
  });

  test('below 6 A, and for what is no number, there is no offer', () => {
    for (const amps of [5.99, 0, -1, Number.NaN]) expect(() => dutyOf(amps)).toThrow(/lowest offer is 6 A/);
  });
});
