/** GetCompositeSchedule whenever and for however long it is asked: from 0, to the end, and true (OCPP 1.6, 5.7; errata 3.45). */
import { absolute, composite, install, limitAt, profile } from '../support/profiles';
import { closeTheBooks, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const wall = (rig: Rig) => startOfTime + rig.clock.now();
const day = 86_400;
const decades = 2_147_483_647;

test.each([0, 1, 2, 60, day, 8 * day, decades])('%s seconds, asked at any moment of a second', async (durationS) => {
  const rig = await Rig.start();
  await install(rig, 0, absolute(rig, [[0, 20]]));
  await rig.advance(2_000);
  for (const waitMs of [0, 1, 130, 210, 330, 270, 440, 599, 850, 999]) {
    await rig.advance(waitMs);
    for (const connectorId of [0, 1, 2, 3, 4]) {
      for (const unit of ['A', 'W'] as const) {
        const told = await composite(rig, connectorId, durationS, unit);
        expect(told.periods).toEqual([{ startPeriod: 0, limit: expect.any(Number), numberPhases: expect.any(Number) }]);
        expect(told.durationS).toBe(durationS);
        expect(wall(rig) - told.start).toBeLessThan(1_100);
      }
    }
  }
});

test('what holds now is told from 0, and what begins later in this second from then', async () => {
  const rig = await Rig.start();
  const wire = absolute(rig, [
    [0, 20],
    [10, 10],
  ]);
  const turn = Date.parse(String(wire.chargingSchedule.startSchedule)) + 10_000;
  await install(rig, 1, wire);
  await rig.advance(turn - 250 - wall(rig));
  expect((await composite(rig, 1, 1)).periods).toEqual([{ startPeriod: 0, limit: 20, numberPhases: 3 }]);
  await rig.advance(turn - 100 - wall(rig));
  expect((await composite(rig, 1, 60)).periods).toEqual([
    { startPeriod: 0, limit: 20, numberPhases: 3 },
    { startPeriod: 1, limit: 10, numberPhases: 3 },
  ]);
  await rig.advance(turn + 10 - wall(rig));
  expect((await composite(rig, 1, 1)).periods).toEqual([{ startPeriod: 0, limit: 10, numberPhases: 3 }]);
});

test('a month of nights and days is told to its end', async () => {
  const rig = await Rig.start();
  const nights = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' } as const;
  const pairs = [
    [0, 32],
    [8 * 3_600, 10],
  ] as const;
  await install(rig, 1, profile(pairs, nights, { startSchedule: '2026-05-01T22:00:00Z' }));
  const told = await composite(rig, 1, 31 * day);
  expect(told.durationS).toBe(31 * day);
  expect(told.periods).toHaveLength(63);
  for (const date of ['2026-05-04', '2026-05-17', '2026-06-03']) {
    expect(limitAt(told, Date.parse(`${date}T23:00:00Z`))).toBe(32);
    expect(limitAt(told, Date.parse(`${date}T12:00:00Z`))).toBe(10);
  }
});

test('a limit that begins in a year is not missed in an answer over decades', async () => {
  const rig = await Rig.start();
  const later = profile([[0, 8]], { chargingProfileKind: 'Absolute' }, { startSchedule: '2027-05-04T08:00:00Z' });
  await install(rig, 1, later);
  const told = await composite(rig, 1, decades);
  expect(told.periods.map((p) => p.limit)).toEqual([32, 8]);
  expect(limitAt(told, Date.parse('2027-05-04T07:59:59Z'))).toBe(32);
  expect(limitAt(told, Date.parse('2027-05-04T08:00:01Z'))).toBe(8);
});

test('more than a thousand periods: the answer says how far it reaches, and is whole up to there', async () => {
  const rig = await Rig.start();
  const pairs = Array.from({ length: 100 }, (_, i) => [i * 800, 6 + (i % 2)] as const);
  const daily = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' } as const;
  await install(rig, 1, profile(pairs, daily, { startSchedule: '2026-05-01T00:00:00Z' }));
  const { periods, durationS } = await composite(rig, 1, 365 * day);
  expect(periods).toHaveLength(1_000);
  expect(durationS).toBeGreaterThan(9 * day);
  expect(durationS).toBeLessThan(11 * day);
  expect(durationS).toBeGreaterThan(periods[999]?.startPeriod ?? Number.NaN);
});
