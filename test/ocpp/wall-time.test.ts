/** Wall time that may be unknown, wrong, or learnt late: nothing is ever dated 1970. */

import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { JsonValue } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { batchOfTime, isoTime, timesOfBoots, WallTime } from '../../src/ocpp/wall-time';

const noon = Date.UTC(2026, 4, 4, 12, 0, 0);
const noRecords = () => 0;

function bench(
  options: { system?: number; boot?: number; earlier?: [number, number][]; follow?: boolean; startMs?: number } = {},
) {
  const clock = new VirtualClock({ startMs: options.startMs ?? 0, systemTimeMs: options.system });
  const told: [number, boolean][] = [];
  const wall = new WallTime(clock, options.boot ?? 3, new Map(options.earlier ?? []), () => options.follow ?? true);
  wall.start((offset, first) => told.push([offset, first]));
  return { clock, wall, told };
}

test('unknown: no time, stamps without wall, records not resolved', () => {
  const { wall } = bench();
  expect(wall.at(5)).toBeUndefined();
  expect(wall.stamp(5)).toEqual({ boot: 3, at: 5 });
  expect(wall.resolve({ boot: 3, at: 5 }, noRecords)).toBeUndefined();
  expect(wall.resolve({ boot: 2, at: 5 }, noRecords)).toBeUndefined();
});

test("the machine's own clock is known from the beginning", () => {
  const { wall, told } = bench({ system: noon, startMs: 1_000 });
  expect(told).toEqual([[noon - 1_000, true]]);
  expect(wall.at(3_000)).toBe(noon + 2_000);
  expect(wall.stamp(3_000)).toEqual({ boot: 3, at: 3_000, wall: noon + 2_000 });
});

test('it calls nobody before it is told whom: the time is known from the beginning, and told at the start', () => {
  const clock = new VirtualClock({ startMs: 1_000, systemTimeMs: noon });
  const wall = new WallTime(clock, 3, new Map(), () => true);
  expect(wall.at(3_000)).toBe(noon + 2_000);
  wall.sync(noon + 60_000);
  expect(wall.at(3_000)).toBe(noon + 62_000);
  const told: [number, boolean][] = [];
  wall.start((offset, first) => told.push([offset, first]));
  expect(told).toEqual([[noon + 59_000, true]]);
});

test('a time not known at the start is told as the first when it comes', () => {
  const clock = new VirtualClock();
  const wall = new WallTime(clock, 3, new Map(), () => true);
  const told: [number, boolean][] = [];
  wall.start((offset, first) => told.push([offset, first]));
  expect(told).toEqual([]);
  wall.sync(noon);
  wall.sync(noon + 5_000);
  expect(told).toEqual([
    [noon, true],
    [noon + 5_000, false],
  ]);
});

test('what a boot came to know is found by later ones; of boots long gone it is given up', () => {
  const stored = new Map<string, JsonValue>([
    ['time/99', 7],
    ['time/100', 8],
    ['timer', 9],
  ]);
  const { put, del } = batchOfTime(300, noon, new StoredValues(stored));
  expect(del).toEqual(['time/99']);
  expect(timesOfBoots(new StoredValues(new Map([...stored, ...put])))).toEqual(
    new Map([
      [99, 7],
      [100, 8],
      [300, noon],
    ]),
  );
});

test('the first answer of the central system dates what was before', async () => {
  const { clock, wall, told } = bench();
  const stamp = wall.stamp(clock.now());
  await clock.advance(60_000);
  wall.sync(noon);
  expect(wall.resolve(stamp, noRecords)).toBe(noon - 60_000);
  expect(told).toEqual([[noon - 60_000, true]]);
});

test('a difference over a second is followed, a smaller one is the network', () => {
  const { wall, told } = bench({ system: noon });
  wall.sync(noon + 900);
  expect(wall.at(0)).toBe(noon);
  wall.sync(noon - 3_600_000);
  expect(wall.at(0)).toBe(noon - 3_600_000);
  expect(told.map(([, first]) => first)).toEqual([true, false]);
});

test('a simulation faster than time keeps its own clock, but takes one it lacks', () => {
  const own = bench({ system: noon, follow: false });
  own.wall.sync(noon + 9e6);
  expect(own.wall.at(0)).toBe(noon);
  const none = bench({ follow: false });
  none.wall.sync(noon);
  expect(none.wall.at(0)).toBe(noon);
});

test('a stamp of this boot has the time by the clock as it was corrected last', () => {
  const { wall } = bench({ system: noon });
  const stamp = wall.stamp(10);
  expect(wall.resolve(stamp, noRecords)).toBe(noon + 10);
  wall.sync(noon + 3_600_000);
  expect(wall.resolve(stamp, noRecords)).toBe(noon + 3_600_010);
  wall.sync(noon - 3_600_000);
  expect(wall.resolve(stamp, noRecords)).toBe(noon - 3_599_990);
});

test('a stamp of an earlier boot keeps its time, unless that boot came to know a better one', () => {
  const stamp = { boot: 2, at: 500, wall: noon };
  const without = bench({ system: noon });
  without.wall.sync(noon + 3_600_000);
  expect(without.wall.resolve(stamp, noRecords)).toBe(noon);
  const { wall } = bench({ system: noon, earlier: [[2, noon - 60_000]] });
  wall.sync(noon + 3_600_000);
  expect(wall.resolve(stamp, noRecords)).toBe(noon - 59_500);
});

test('a record of an earlier boot is dated by what that boot came to know', () => {
  const { wall } = bench({ earlier: [[2, noon - 1_000]] });
  expect(wall.resolve({ boot: 2, at: 500 }, noRecords)).toBe(noon - 500);
});

test('a boot that never knew: the latest it can have been, with its distances kept', () => {
  const { wall } = bench({ system: noon });
  const last = () => 90_000;
  expect(wall.resolve({ boot: 2, at: 90_000 }, last)).toBe(noon);
  expect(wall.resolve({ boot: 2, at: 30_000 }, last)).toBe(noon - 60_000);
});

test('a clock that does not begin at 0 is no difference', () => {
  const { wall } = bench({ system: noon, startMs: 500_000 });
  expect(wall.resolve({ boot: 2, at: 10 }, () => 10)).toBe(noon - 500_000);
});

test('times are written in UTC with milliseconds (3.14)', () => {
  expect(isoTime(noon + 7.4)).toBe('2026-05-04T12:00:00.007Z');
});

describe('whose time it is, and how the other differs', () => {
  test('a machine that knows the time, and a central system that is ahead: ours follows, and the difference is kept', async () => {
    const { clock, wall } = bench({ system: noon });
    expect([wall.source, wall.lastCentral]).toEqual(['machine', undefined]);
    await clock.advance(500);
    wall.sync(noon + 1_000);
    expect([wall.source, wall.lastCentral]).toEqual(['machine', { aheadMs: 500, at: 500 }]);
    wall.sync(noon - 60_000 + 500);
    expect([wall.source, wall.lastCentral]).toEqual(['central system', { aheadMs: -60_000, at: 500 }]);
    wall.sync(noon - 60_000 + 500);
    expect(wall.lastCentral).toEqual({ aheadMs: 0, at: 500 });
  });

  test('a machine that does not know it has it of the central system, which differs by nothing', () => {
    const { wall } = bench();
    expect(wall.source).toBeUndefined();
    wall.sync(noon);
    expect([wall.source, wall.lastCentral]).toEqual(['central system', { aheadMs: 0, at: 0 }]);
  });

  test('where the central system is not followed, the difference is told all the same; a clock never set is none', () => {
    const { wall } = bench({ system: noon, follow: false });
    wall.sync(0);
    expect(wall.lastCentral).toBeUndefined();
    wall.sync(noon + 60_000);
    expect([wall.source, wall.lastCentral, wall.at(0)]).toEqual(['machine', { aheadMs: 60_000, at: 0 }, noon]);
  });
});
