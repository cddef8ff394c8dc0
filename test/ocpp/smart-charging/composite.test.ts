/** The composite schedule against a second-by-second oracle written from the specification (OCPP 1.6, 3.13 and errata). */

import fc from 'fast-check';
import { StoredValues } from '../../../src/hal/stored';
import { checkedChargingProfile, type DatedChargingProfile } from '../../../src/ocpp/smart-charging/charging-profile';
import { ChargingProfileStore } from '../../../src/ocpp/smart-charging/charging-profile-store';
import {
  allowedSteps,
  either,
  least,
  onFeed,
  type Situation,
  type Step,
  stationSteps,
  sum,
  wirePeriods,
  within,
} from '../../../src/ocpp/smart-charging/composite';
import { runs } from '../../support/soak';
import { anchor, givenProfile } from './arbitrary';
import { afterReplacements, allowedAt, type Given, type Outlet, stationAt } from './oracle';

const limits = { stackLevelMax: 100, periodsMax: 100, units: ['A', 'W'] as const };

/** The profiles as the station keeps them. */
function installed(given: readonly Given[]): DatedChargingProfile[] {
  const store = new ChargingProfileStore(new StoredValues(new Map()));
  for (const { connectorId, wire, receivedAt, transaction: tx } of given) {
    const stamp = { boot: 1, at: receivedAt, wall: receivedAt };
    const checked = checkedChargingProfile(wire, { connectorId, installed: stamp, tx }, limits);
    if ('wrong' in checked) throw new Error(checked.wrong);
    store.add(checked.profile);
  }
  return store.all.map((p) => ({ ...p, installedAt: p.installed.at }));
}

/** Steps follow each other without gap through the window, and neighbours differ. */
function expectCover(steps: readonly Step[], from: number, to: number): void {
  let at = from;
  for (const [i, step] of steps.entries()) {
    expect(step.from).toBe(at);
    expect(step.to).toBeGreaterThan(step.from);
    const before = steps[i - 1];
    if (before) expect([step.amps, step.watts]).not.toEqual([before.amps, before.watts]);
    at = step.to;
  }
  expect(at).toBe(to);
}

function differences(steps: readonly Step[], everyMs: number, oracle: (at: number) => number): string[] {
  const wrong: string[] = [];
  for (const { from, to, amps } of steps) {
    const first = steps[0]?.from ?? 0;
    const onGrid = first + Math.ceil((from - first) / everyMs) * everyMs;
    // Each instant of the grid, and both ends of the step.
    for (const at of [from, ...range(onGrid, to, everyMs), to - 1]) {
      const want = oracle(at);
      if (amps !== want) wrong.push(`${new Date(at).toISOString()}: ${amps} A, the specification says ${want} A`);
    }
  }
  return wrong;
}

function* range(from: number, to: number, step: number): Iterable<number> {
  for (let at = from; at < to; at += step) yield at;
}

const scene = anchor.chain((at) =>
  fc.record({
    at: fc.constant(at),
    given: fc.array(givenProfile(at), { maxLength: 12 }),
    fromMs: fc.integer({ min: -600_000, max: 600_000 }),
    connectorId: fc.integer({ min: 1, max: 2 }),
    phases: fc.integer({ min: 1, max: 3 }),
    volts: fc.constantFrom(230, 240),
    startedAgoMs: fc.option(fc.integer({ min: 0, max: 900_000 }), { nil: undefined }),
  }),
);

type Scene = typeof scene extends fc.Arbitrary<infer T> ? T : never;

function questionOf({ at, fromMs, connectorId, phases, volts, startedAgoMs }: Scene) {
  const from = at + fromMs;
  const tx = startedAgoMs === undefined ? undefined : { key: `tx${connectorId}`, startedAt: from - startedAgoMs };
  const situation: Situation = { connectorId, feed: { voltageV: volts, phases }, tx, now: from };
  const transaction = tx && { name: tx.key, startedAt: tx.startedAt };
  const outlet: Outlet = { connectorId, volts, phases, transaction, now: from };
  return { from, situation, outlet };
}

test('each second of twenty minutes is as the specification says', () => {
  fc.assert(
    fc.property(scene, (s) => {
      const { from, situation, outlet } = questionOf(s);
      const window = { from, to: from + 1_200_000 };
      const kept = afterReplacements(s.given);
      const profiles = installed(s.given);
      const own = allowedSteps(profiles, situation, window);
      expectCover(own, window.from, window.to);
      expect(differences(own, 1_000, (at) => allowedAt(kept, outlet, at))).toEqual([]);
      const whole = onFeed(stationSteps(profiles, window), situation.feed);
      expectCover(whole, window.from, window.to);
      expect(differences(whole, 1_000, (at) => stationAt(kept, outlet, at))).toEqual([]);
    }),
    { numRuns: runs(400) },
  );
});

test('ten days ahead are as the specification says, at every boundary and between', () => {
  fc.assert(
    fc.property(scene, (s) => {
      const { from, situation, outlet } = questionOf(s);
      const window = { from, to: from + 864_000_000 };
      const steps = allowedSteps(installed(s.given), situation, window);
      expectCover(steps, window.from, window.to);
      expect(differences(steps, 1_801_000, (at) => allowedAt(afterReplacements(s.given), outlet, at))).toEqual([]);
    }),
    { numRuns: runs(200) },
  );
});

test('asking later gives the rest of the same answer', () => {
  fc.assert(
    fc.property(scene, fc.integer({ min: 1, max: 1_100_000 }), (s, later) => {
      const { from, situation } = questionOf({ ...s, startedAgoMs: s.startedAgoMs ?? 0 });
      const to = from + 1_200_000;
      const profiles = installed(s.given);
      const at = (steps: readonly Step[], t: number) => steps.find((step) => step.from <= t && t < step.to)?.amps;
      const early = allowedSteps(profiles, situation, { from, to });
      const late = allowedSteps(profiles, situation, { from: from + later, to });
      for (const step of late) expect(at(early, step.from)).toBe(step.amps);
      for (const step of early) if (step.from >= from + later) expect(at(late, step.from)).toBe(step.amps);
    }),
  );
});

// Single sentences of the specification, for a reader who wants to see them.

const noon = Date.UTC(2026, 4, 6, 12, 0, 0);
const iso = (ms: number) => new Date(ms).toISOString();
const noTx: Outlet = { connectorId: 1, volts: 230, phases: 3, transaction: undefined, now: noon };

function profile(change: Partial<Given['wire']>, schedule: Partial<Given['wire']['chargingSchedule']> = {}): Given {
  return {
    connectorId: change.chargingProfilePurpose === 'ChargePointMaxProfile' ? 0 : 1,
    receivedAt: noon,
    wire: {
      chargingProfileId: change.stackLevel ?? 0,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      ...change,
      chargingSchedule: {
        startSchedule: iso(noon),
        chargingRateUnit: 'A',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 10 }],
        ...schedule,
      },
    },
  };
}

/** Limits with the second at which each begins, from noon. */
function told(given: readonly Given[], seconds: number, phases = 3): [number, number][] {
  const situation: Situation = { connectorId: 1, feed: { voltageV: 230, phases }, tx: undefined, now: noon };
  const steps = allowedSteps(installed(given), situation, { from: noon, to: noon + seconds * 1_000 });
  return steps.map(({ from, amps }) => [(from - noon) / 1_000, amps]);
}

const free = Number.POSITIVE_INFINITY;

test('the last value is kept until the duration has ended, then nothing restrains (5.16.4)', () => {
  const chargingSchedulePeriod = [
    { startPeriod: 0, limit: 10 },
    { startPeriod: 100, limit: 8 },
    { startPeriod: 500, limit: 6 },
  ];
  expect(told([profile({}, { duration: 300, chargingSchedulePeriod })], 1_000)).toEqual([
    [0, 10],
    [100, 8],
    [300, free],
  ]);
});

test('a lower level rules before a higher one is valid, and after its duration (3.13.2, E3.43)', () => {
  const low = profile({ stackLevel: 0 });
  const high = profile(
    { stackLevel: 3, validFrom: iso(noon + 60_000) },
    { duration: 200, chargingSchedulePeriod: [{ startPeriod: 0, limit: 20 }] },
  );
  expect(told([low, high], 1_000)).toEqual([
    [0, 10],
    [60, 20],
    [200, 10],
  ]);
});

test('a daily schedule starts again at the time of its startSchedule and is cut off there (E3.79, E3.44)', () => {
  const daily = profile(
    { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' },
    {
      startSchedule: iso(noon - 86_400_000 + 300_000),
      chargingSchedulePeriod: [
        { startPeriod: 0, limit: 6 },
        { startPeriod: 86_000, limit: 16 },
        { startPeriod: 86_500, limit: 32 },
      ],
    },
  );
  expect(told([daily], 1_000)).toEqual([
    [0, 16],
    [300, 6],
  ]);
});

test('a recurring schedule is not in force before its startSchedule', () => {
  const weekly = profile(
    { chargingProfileKind: 'Recurring', recurrencyKind: 'Weekly' },
    { startSchedule: iso(noon + 40_000) },
  );
  expect(told([weekly], 100)).toEqual([
    [0, free],
    [40, 10],
  ]);
});

test('watts are for all phases together, as many as the vehicle uses, whatever numberPhases says (7.12)', () => {
  const watts = (numberPhases?: number) =>
    profile(
      {},
      {
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [{ startPeriod: 0, limit: 6_900, ...(numberPhases ? { numberPhases } : {}) }],
      },
    );
  expect(told([watts()], 10)).toEqual([[0, 10]]);
  expect(told([watts(3)], 10)).toEqual([[0, 10]]);
  expect(told([watts(1)], 10)).toEqual([[0, 10]]);
  expect(told([watts(3)], 10, 2)).toEqual([[0, 15]]);
  expect(told([watts(3)], 10, 1)).toEqual([[0, 30]]);
});

test('a relative limit of the station without startSchedule counts from its receipt (field lesson)', () => {
  const relative = profile({
    chargingProfilePurpose: 'ChargePointMaxProfile',
    chargingProfileKind: 'Relative',
    stackLevel: 100,
  });
  const chargingSchedulePeriod = [
    { startPeriod: 0, limit: 8 },
    { startPeriod: 60, limit: 12 },
  ];
  const wire = { ...relative.wire, chargingSchedule: { chargingRateUnit: 'A' as const, chargingSchedulePeriod } };
  expect(told([{ ...relative, wire, receivedAt: noon - 20_000 }], 100)).toEqual([
    [0, 8],
    [40, 12],
  ]);
});

test('the oracle itself: it knows a limit when it sees one', () => {
  expect(allowedAt([], noTx, noon)).toBe(free);
  expect(allowedAt([profile({})], noTx, noon - 1)).toBe(free);
  expect(allowedAt([profile({})], noTx, noon)).toBe(10);
});

// What is told over the wire.

const step = (from: number, to: number, amps: number, phases = 3): Step => ({
  from,
  to,
  amps,
  watts: amps * 230 * phases,
});
const phases = 3;

test('limits are told with one decimal, never above what is allowed (7.14)', () => {
  const wire = { start: 0, durationS: 10, unit: 'W' as const, phases, most: 10 };
  expect(wirePeriods([step(0, 10_000, 10.06)], { ...wire, unit: 'A' }).periods).toEqual([
    { startPeriod: 0, limit: 10, numberPhases: 3 },
  ]);
  expect(wirePeriods([step(0, 10_000, 6_000 / 690)], wire).periods[0]?.limit).toBe(6_000);
  expect(wirePeriods([step(0, 10_000, 6_000 / 690)], { ...wire, unit: 'A' }).periods[0]?.limit).toBe(8.6);
});

test('watts told for a vehicle on one phase are those of one phase', () => {
  const wire = { start: 0, durationS: 10, unit: 'W' as const, phases: 1, most: 10 };
  expect(wirePeriods([step(0, 10_000, 10, 1)], wire).periods).toEqual([
    { startPeriod: 0, limit: 2_300, numberPhases: 1 },
  ]);
});

test('periods begin at 0, rise, stay within the duration, and tell of changes only', () => {
  const steps = [
    step(250, 400, 6),
    step(400, 5_000, 8),
    step(5_000, 5_200, 9),
    step(5_200, 5_400, 16),
    step(5_400, 9_700, 8.04),
    step(9_700, 10_000, 20),
  ];
  expect(wirePeriods(steps, { start: 0, durationS: 10, unit: 'A', phases, most: 10 })).toEqual({
    durationS: 10,
    periods: [{ startPeriod: 0, limit: 8, numberPhases: 3 }],
  });
});

test('more periods than can be told: the duration ends with those that are told', () => {
  const steps = Array.from({ length: 20 }, (_, i) => step(i * 10_000, (i + 1) * 10_000, 6 + i));
  const told = wirePeriods(steps, { start: 0, durationS: 200, unit: 'A', phases, most: 5 });
  expect(told.durationS).toBe(50);
  expect(told.periods.map((p) => p.limit)).toEqual([6, 7, 8, 9, 10]);
});

test('least, either and sum keep to the window and to the finer boundaries', () => {
  const a = [step(0, 50, 10), step(50, 100, 20)];
  const b = [step(0, 30, 15, 1), step(30, 100, 12)];
  expect(least(a, b)).toEqual([{ ...step(0, 30, 10), watts: 3_450 }, step(30, 50, 10), step(50, 100, 12)]);
  expect(either(a, b)).toEqual([step(0, 30, 10), step(30, 50, 12), step(50, 100, 20)]);
  expect(sum(a, b)).toEqual([{ ...step(0, 30, 25), watts: 10_350 }, step(30, 50, 22), step(50, 100, 32)]);
});

test('limits for the whole take from all in proportion: of 40 A on three phases and on one', () => {
  const together = sum([step(0, 100, 20)], [step(0, 100, 20, 1)]);
  const whole = (amps: number, watts: number) => [{ from: 0, to: 100, amps, watts }];
  expect(within(together, whole(30, free))).toEqual([{ from: 0, to: 100, amps: 30, watts: 13_800 }]);
  expect(within(together, whole(free, 9_200))).toEqual([{ from: 0, to: 100, amps: 20, watts: 9_200 }]);
  expect(within(together, whole(free, free))).toEqual(together);
  expect(within([step(0, 100, 0)], whole(30, 9_200))).toEqual([step(0, 100, 0)]);
});
