/** The division of the station's current between wishes: never too much, never too little, and fair. */
import fc from 'fast-check';
import { divide as divideOf } from '../../src/station/divide';

/** One budget: the current of one phase, of which everybody uses as much as it is given. */
const divide = (totalA: number, wishesA: readonly number[], needsA?: readonly number[]) =>
  divideOf([{ total: totalA, perA: wishesA.map(() => 1) }], wishesA, needsA);

const total = (parts: readonly number[]) => parts.reduce((sum, part) => sum + part, 0);
/** What binary fractions may leave behind, in A. */
const dust = 1e-9;

describe('divide', () => {
  const amps = fc.oneof(fc.integer({ min: 0, max: 64 }), fc.double({ min: 0, max: 64, noNaN: true }));
  const wishes = fc.array(amps, { maxLength: 5 });

  test('never gives more than there is, nor more than is wished, nor less than 6 A but nothing', () => {
    fc.assert(
      fc.property(amps, wishes, (totalA, wishesA) => {
        const parts = divide(totalA, wishesA);
        expect(parts).toHaveLength(wishesA.length);
        expect(total(parts)).toBeLessThanOrEqual(totalA + dust);
        for (const [i, part] of parts.entries()) {
          expect(part).toBeLessThanOrEqual(wishesA[i] ?? 0);
          expect(part === 0 || part >= 6).toBe(true);
        }
      }),
    );
  });

  test('leaves nothing over while somebody wants more', () => {
    fc.assert(
      fc.property(amps, wishes, (totalA, wishesA) => {
        const parts = divide(totalA, wishesA);
        const wanting = parts.some((part, i) => part >= 6 && part < (wishesA[i] ?? 0) - dust);
        if (wanting) expect(total(parts)).toBeGreaterThan(totalA - dust);
        // Nobody is left out while 6 A are free.
        const waiting = parts.some((part, i) => part === 0 && (wishesA[i] ?? 0) >= 6);
        if (waiting && total(parts) === 0) expect(totalA).toBeLessThan(6);
      }),
    );
  });

  test('no part is smaller than another by more than its wish explains', () => {
    fc.assert(
      fc.property(amps, wishes, (totalA, wishesA) => {
        const parts = divide(totalA, wishesA);
        const served = parts.flatMap((part, i) => (part > 0 ? [{ part, wish: wishesA[i] ?? 0 }] : []));
        const most = Math.max(0, ...served.map(({ part }) => part));
        for (const { part, wish } of served) expect(part >= most - dust || part >= wish - dust).toBe(true);
      }),
    );
  });

  test('if there is not enough for all, those who came first are served', () => {
    fc.assert(
      fc.property(amps, fc.array(fc.double({ min: 6, max: 64, noNaN: true }), { maxLength: 5 }), (totalA, wishesA) => {
        const parts = divide(totalA, wishesA);
        const served = Math.min(wishesA.length, Math.floor(totalA / 6));
        expect(parts.map((part) => part > 0)).toEqual(wishesA.map((_, i) => i < served));
      }),
    );
  });

  test('whoever needs more than an equal part gets what it needs, or waits', () => {
    const request = fc.tuple(fc.integer({ min: 6, max: 16 }), fc.integer({ min: 0, max: 20 }));
    fc.assert(
      fc.property(amps, fc.array(request, { maxLength: 4 }), (totalA, requests) => {
        const needs = requests.map(([need]) => need);
        const parts = divide(
          totalA,
          requests.map(([need, more]) => need + more),
          needs,
        );
        expect(total(parts)).toBeLessThanOrEqual(totalA + dust);
        for (const [i, part] of parts.entries()) expect(part === 0 || part >= (needs[i] ?? 0)).toBe(true);
        if (requests.length > 0 && (needs[0] ?? 0) <= totalA) expect(parts[0]).toBeGreaterThan(0);
        const open = parts.some((part, i) => part > 0 && part < total(requests[i] ?? []) - dust);
        if (open) expect(total(parts)).toBeGreaterThan(totalA - dust);
      }),
    );
  });

  test.each<[number, number[], number[], number[]]>([
    [20, [32, 32], [], [10, 10]],
    [32, [16, 32], [], [16, 16]],
    [40, [10, 32], [], [10, 30]],
    [11, [32, 32], [], [11, 0]],
    [12, [32, 32], [], [6, 6]],
    [5, [32, 32], [], [0, 0]],
    [16, [32, 16], [6, 10], [6, 10]],
    [20, [32, 16], [6, 8], [10, 10]],
    [14, [32, 16], [6, 10], [14, 0]],
    [20, [9, 14], [6, 14], [6, 14]],
    [64, [32, 32], [], [32, 32]],
  ])('%d A between wishes %j with needs %j: %j', (totalA, wishesA, needsA, parts) => {
    expect(divide(totalA, wishesA, needsA)).toEqual(parts);
  });
});

describe('divide, with the power of the station beside the current of a phase', () => {
  const vehicle = fc.record({
    wishA: fc.double({ min: 0, max: 63, noNaN: true }),
    phases: fc.integer({ min: 1, max: 3 }),
  });
  const vehicles = fc.array(vehicle, { maxLength: 5 });
  const watts = (parts: readonly number[], phases: readonly number[]) =>
    parts.reduce((sum, part, i) => sum + part * 230 * (phases[i] ?? 0), 0);

  test('neither is exceeded, nobody gets less than 6 A but nothing, and one of them is used up while somebody wants more', () => {
    const totalW = fc.integer({ min: 0, max: 44_000 });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 96 }), totalW, vehicles, (totalA, powerW, list) => {
        const wishesA = list.map((v) => v.wishA);
        const phases = list.map((v) => v.phases);
        const budgets = [
          { total: totalA, perA: list.map(() => 1) },
          { total: powerW, perA: phases.map((p) => p * 230) },
        ];
        const parts = divideOf(budgets, wishesA);
        const [leftA, leftW] = [totalA - total(parts), powerW - watts(parts, phases)];
        expect(leftA).toBeGreaterThan(-dust);
        expect(leftW).toBeGreaterThan(-1e-6);
        for (const [i, part] of parts.entries()) {
          expect(part).toBeLessThanOrEqual(wishesA[i] ?? 0);
          expect(part === 0 || part >= 6).toBe(true);
        }
        const wanting = parts.some((part, i) => part >= 6 && part < (wishesA[i] ?? 0) - dust);
        if (wanting) expect(leftA < dust || leftW < 1e-6).toBe(true);
      }),
    );
  });

  test.each<[string, number, number, number[], number[]]>([
    ['11 kW for two on three phases: half of it each', 64, 11_040, [3, 3], [8, 8]],
    ['11 kW for two on one phase: their current is the limit', 32, 11_040, [1, 1], [16, 16]],
    ['11 kW for one on three phases and one on one: equal currents', 64, 11_040, [3, 1], [12, 12]],
    ['5 kW are enough for the first on three phases only', 64, 5_000, [3, 3], [5_000 / 690, 0]],
    ['5.52 kW: just the 6 A that a vehicle needs, on three phases and on one', 64, 5_520, [3, 1], [6, 6]],
  ])('%s', (_name, totalA, totalW, phases, parts) => {
    const budgets = [
      { total: totalA, perA: phases.map(() => 1) },
      { total: totalW, perA: phases.map((p) => p * 230) },
    ];
    expect(divideOf(budgets, [32, 32])).toEqual(parts.map((part) => expect.closeTo(part, 9)));
  });
});
