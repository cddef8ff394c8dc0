/** Energy of today: whole charges, and of one over midnight what was drawn after it. */
import { energySince } from '../../src/local/energy-since';

const midnight = 10_000_000;
const charge = (startedAt: number | null, endedAt: number | null) => ({ startedAt, endedAt, energyWh: 8_000 });

test.each([
  ['of today', charge(midnight, midnight + 5), 8_000],
  ['of before', charge(1, midnight), 0],
  ['that nobody could date', charge(null, null), 0],
  ['whose beginning nobody knows', charge(null, midnight + 5), 0],
  ['that runs, of today', charge(midnight + 1, null), 8_000],
] as const)('a charge %s', (_, dated, energyWh) => {
  expect(energySince(midnight, dated, undefined)).toBe(energyWh);
});

test('over midnight without a curve: by the time', () => {
  expect(energySince(midnight, charge(midnight - 3_000, midnight + 1_000), undefined)).toBe(2_000);
});

test('over midnight with a curve: what was drawn after it', () => {
  const curve = { stepS: 10, watts: [4_000, 4_000, 4_000, 0, 0, 4_000] };
  expect(energySince(midnight, charge(midnight - 30_000, midnight + 30_000), curve)).toBe(2_000);
  expect(energySince(midnight, charge(midnight - 5_000, midnight + 55_000), curve)).toBe(6_000);
  const none = { stepS: 10, watts: [0, 0] };
  expect(energySince(midnight, charge(midnight - 5_000, midnight + 5_000), none)).toBe(0);
});
