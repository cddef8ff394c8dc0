/** A limit in W is the total that flows, whatever vehicle is plugged in: judged by the power in the world (OCPP 1.6, 7.12). */
import type { EvOptions } from '../../src/drivers/sim/ev-options';
import type { ChargingProfile } from '../../src/ocpp/messages';
import { composite, install, profile } from '../support/profiles';
import { boardWith, closeTheBooks, doubleBoard, Rig } from '../support/rig';

afterEach(closeTheBooks);

const right = 1;
const left = 3;
const inWatts = { chargingRateUnit: 'W' } as const;
/** Until fewer phases are believed, and the raise that follows, in ms. */
const learntMs = 45_000;
/** A vehicle must have followed a lower offer by then (IEC 61851-1, A.4), and the meter have been read, in ms. */
const followMs = 6_500;

/** A limit in W, as a central system sends it. */
function watts(limit: number, change: Partial<ChargingProfile> = {}, numberPhases?: number): ChargingProfile {
  return profile([numberPhases === undefined ? [0, limit] : [0, limit, numberPhases]], change, inWatts);
}

const stationLimit = (limit: number, numberPhases?: number) =>
  watts(limit, { chargingProfilePurpose: 'ChargePointMaxProfile', chargingProfileKind: 'Absolute' }, numberPhases);

const powerW = (rig: Rig, connectorId: number) => rig.truth(connectorId).powerW;
const stationW = (rig: Rig) => rig.world.snapshot().connectors.reduce((sum, c) => sum + c.powerW, 0);

async function charging(rig: Rig, connectorId: number, ev: Partial<EvOptions>, card = '04A1B2C3'): Promise<void> {
  await rig.charge(connectorId, { card, plug: { ev } });
}

/** Lets time pass and wants the power of the whole station within a limit at each tenth of a second. */
async function staysWithin(rig: Rig, limitW: number, forMs: number): Promise<void> {
  for (let passed = 0; passed < forMs; passed += 100) {
    await rig.advance(100);
    expect(stationW(rig)).toBeLessThan(limitW + 1);
  }
}

describe('one vehicle', () => {
  test.each([
    undefined,
    1,
    3,
  ])('on three phases gets 4.14 kW of 4.14 kW, with numberPhases %s', async (numberPhases) => {
    const rig = await Rig.start();
    await install(rig, right, watts(4_140, {}, numberPhases));
    await charging(rig, right, { phases: 3 });
    await staysWithin(rig, 4_140, learntMs);
    expect(powerW(rig, right)).toBeCloseTo(4_140, 0);
    expect(rig.truth(right).offerA).toBeCloseTo(6, 1);
  });

  test('with numberPhases 1 three phases never draw three times the limit: under 6 A each they draw nothing', async () => {
    const rig = await Rig.start();
    await charging(rig, right, { phases: 3 });
    await rig.advance(10_000);
    expect(powerW(rig, right)).toBeCloseTo(22_080, 0);
    await install(rig, right, watts(3_680, {}, 1));
    await rig.advance(followMs);
    await staysWithin(rig, 0, 60_000);
    expect(rig.status(right)).toBe('SuspendedEVSE');
  });

  test('on one phase first gets a third, and after half a minute all of it', async () => {
    const rig = await Rig.start();
    await install(rig, right, watts(4_600));
    await charging(rig, right, { phases: 1 });
    await rig.advance(20_000);
    expect(powerW(rig, right)).toBeCloseTo(4_600 / 3, 0);
    await staysWithin(rig, 4_600, learntMs);
    expect(powerW(rig, right)).toBeCloseTo(4_600, 0);
  });

  test('that takes a second and a third phase later is brought down at once', async () => {
    const rig = await Rig.start();
    await install(rig, right, watts(4_600));
    await charging(rig, right, { phases: 1 });
    await rig.advance(learntMs + 15_000);
    expect(powerW(rig, right)).toBeCloseTo(4_600, 0);
    rig.ev(right, { phases: 3 });
    await rig.until('a lower offer', () => rig.truth(right).offerA < 7, 1_100);
    await rig.advance(followMs);
    await staysWithin(rig, 4_600, 60_000);
    expect(powerW(rig, right)).toBeCloseTo(4_600, 0);
  });

  test('that begins on one phase and takes the others 20 s later is never given the power of three', async () => {
    const rig = await Rig.start();
    await install(rig, right, watts(6_900));
    await charging(rig, right, { phases: 1 });
    await rig.advance(20_000);
    rig.ev(right, { phases: 3 });
    await staysWithin(rig, 6_900, 60_000);
    expect(powerW(rig, right)).toBeCloseTo(6_900, 0);
  });

  test('known to use one phase, it goes on with the whole power after a pause', async () => {
    const rig = await Rig.start();
    await install(rig, right, watts(4_600));
    await charging(rig, right, { phases: 1 });
    await rig.advance(learntMs + 15_000);
    await install(rig, right, watts(0));
    await rig.until('paused', () => powerW(rig, right) === 0);
    await rig.advance(120_000);
    // Less than 6 A on three phases: taken for such a vehicle it would never begin again.
    await install(rig, right, watts(2_300));
    await rig.until('charging', () => powerW(rig, right) > 0);
    await rig.advance(10_000);
    expect(powerW(rig, right)).toBeCloseTo(2_300, 0);
  });

  test('the next one is not known by the phases of the last', async () => {
    const rig = await Rig.start();
    await install(rig, right, watts(4_600));
    await charging(rig, right, { phases: 1 });
    await rig.advance(learntMs);
    rig.unplug(right);
    await rig.until('Available', () => rig.status(right) === 'Available');
    await charging(rig, right, { phases: 3 });
    await staysWithin(rig, 4_600, 60_000);
    expect(powerW(rig, right)).toBeCloseTo(4_600, 0);
  });

  test('on a socket with one phase gets all of it at once', async () => {
    const rig = await Rig.start({ board: boardWith({ phases: 1 }) });
    await install(rig, right, watts(3_680, {}, 3));
    await charging(rig, right, { phases: 3 });
    await rig.advance(10_000);
    expect(powerW(rig, right)).toBeCloseTo(3_680, 0);
  });

  test('a meter that measures one phase of three proves nothing of the others', async () => {
    const rig = await Rig.start();
    const read = rig.world.parts.points[0]?.sockets[0]?.meter;
    if (!read) throw new Error('no meter');
    const whole = read.read.bind(read);
    read.read = async () => {
      const reading = await whole();
      return { ...reading, currentA: reading.currentA.slice(0, 1), voltageV: reading.voltageV.slice(0, 1) };
    };
    await install(rig, right, watts(6_900));
    await charging(rig, right, { phases: 3 });
    await staysWithin(rig, 6_900, 90_000);
  });
});

describe.each<[string, (limit: number) => ChargingProfile, number]>([
  ['TxDefaultProfile of the connector', (limit) => watts(limit, {}, 1), right],
  ['TxDefaultProfile of the station', (limit) => watts(limit, {}, 1), 0],
  ['TxProfile', (limit) => watts(limit, { chargingProfilePurpose: 'TxProfile' }, 1), right],
  ['ChargePointMaxProfile', (limit) => stationLimit(limit, 1), 0],
])('a %s', (_what, limit, place) => {
  test.each([1, 3] as const)('in W holds for a vehicle on phases: %s', async (phases) => {
    const rig = await Rig.start();
    await charging(rig, right, { phases });
    await rig.advance(learntMs);
    await install(rig, place, limit(5_520));
    await rig.advance(followMs);
    await staysWithin(rig, 5_520, learntMs);
    expect(powerW(rig, right)).toBeCloseTo(5_520, 0);
  });
});

describe('the station with 11 kW for all its vehicles', () => {
  const cards = { [right]: 'AAAA0001', [left]: 'BBBB0002' };
  const both = async (rig: Rig, onRight: Partial<EvOptions>, onLeft: Partial<EvOptions>) => {
    await charging(rig, right, onRight, cards[right]);
    await charging(rig, left, onLeft, cards[left]);
  };

  test('two on three phases have half of it each', async () => {
    const rig = await Rig.start();
    await install(rig, 0, stationLimit(11_040));
    await both(rig, { phases: 3 }, { phases: 3 });
    await staysWithin(rig, 11_040, 90_000);
    expect([powerW(rig, right), powerW(rig, left)].map(Math.round)).toEqual([5_520, 5_520]);
  });

  test('two on one phase have half of it each as well: the limit is for the sum of powers, not for a phase', async () => {
    const rig = await Rig.start();
    await install(rig, 0, stationLimit(11_040));
    await both(rig, { phases: 1 }, { phases: 1 });
    await staysWithin(rig, 11_040, 120_000);
    expect([powerW(rig, right), powerW(rig, left)].map(Math.round)).toEqual([5_520, 5_520]);
  });

  test('one on three phases beside one on one phase: equal currents, and the whole power is used', async () => {
    const rig = await Rig.start();
    await install(rig, 0, stationLimit(11_040));
    await both(rig, { phases: 3 }, { phases: 1 });
    await staysWithin(rig, 11_040, 120_000);
    expect([powerW(rig, right), powerW(rig, left)].map(Math.round)).toEqual([8_280, 2_760]);
    expect(stationW(rig)).toBeCloseTo(11_040, 0);
  });

  test('a vehicle beside a domestic cord, which cannot be told a lower current', async () => {
    const rig = await Rig.start();
    await install(rig, 0, stationLimit(11_040));
    await charging(rig, right, { phases: 3 }, cards[right]);
    await rig.charge(4, { card: cards[left] });
    await staysWithin(rig, 11_040, 180_000);
    expect(powerW(rig, 4)).toBeCloseTo(2_300, 0);
    // Its 10 A, and 2 A more in which it is known to move.
    expect(powerW(rig, right)).toBeCloseTo(11_040 - 12 * 230, 0);
  });

  test('not enough for two on three phases: the first charges, the second waits and then has it all', async () => {
    const rig = await Rig.start();
    await install(rig, 0, stationLimit(5_000));
    await charging(rig, right, { phases: 3 }, cards[right]);
    rig.plug(left);
    await rig.expectStatus(left, 'Preparing');
    rig.present(cards[left], 'left');
    await rig.expectStatus(left, 'SuspendedEVSE');
    await staysWithin(rig, 5_000, 60_000);
    expect([powerW(rig, right), powerW(rig, left)].map(Math.round)).toEqual([5_000, 0]);
    rig.unplug(right);
    await staysWithin(rig, 5_000, 60_000);
    expect(powerW(rig, left)).toBeCloseTo(5_000, 0);
  });

  test('a vehicle that takes more phases takes its power from the other before it is given any', async () => {
    const rig = await Rig.start();
    await install(rig, 0, stationLimit(11_040));
    await both(rig, { phases: 1 }, { phases: 3 });
    await rig.advance(learntMs + 30_000);
    rig.ev(right, { phases: 3 });
    await rig.advance(followMs);
    await staysWithin(rig, 11_040, 90_000);
    expect([powerW(rig, right), powerW(rig, left)].map(Math.round)).toEqual([5_520, 5_520]);
  });

  test('a limit in A for each phase of the installation holds beside it', async () => {
    const rig = await Rig.start({ config: { chargingStationMaxLimit: '20' }, board: doubleBoard() });
    await install(rig, 0, stationLimit(11_040));
    await both(rig, { phases: 1 }, { phases: 1 });
    await staysWithin(rig, 20 * 230, 120_000);
    expect(stationW(rig)).toBeCloseTo(20 * 230, 0);
  });
});

describe('with mains above their nominal voltage', () => {
  test.each([
    ['TxDefaultProfile', (limit: number) => watts(limit), right],
    ['TxProfile', (limit: number) => watts(limit, { chargingProfilePurpose: 'TxProfile' }), right],
    ['ChargePointMaxProfile', (limit: number) => stationLimit(limit), 0],
  ] as const)('a %s holds all the same, and nearly all of it is given', async (_what, limit, place) => {
    const rig = await Rig.start();
    rig.world.set(0, { voltageV: 247 });
    await charging(rig, right, { phases: 3 });
    await rig.advance(10_000);
    await install(rig, place, limit(11_040));
    await rig.advance(followMs);
    await staysWithin(rig, 11_040, learntMs);
    expect(powerW(rig, right)).toBeGreaterThan(0.98 * 11_040);
  });

  test('that rises during the charge, and falls again', async () => {
    const rig = await Rig.start();
    await install(rig, right, watts(4_600));
    await charging(rig, right, { phases: 1 });
    await rig.advance(learntMs + 15_000);
    rig.world.set(0, { voltageV: 252 });
    await rig.advance(followMs);
    await staysWithin(rig, 4_600, 60_000);
    rig.world.set(0, { voltageV: 230 });
    await staysWithin(rig, 4_600, learntMs);
    expect(powerW(rig, right)).toBeCloseTo(4_600, 0);
  });

  test('two vehicles keep to the total together, and the answer tells what is offered', async () => {
    const rig = await Rig.start();
    rig.world.set(0, { voltageV: 250 });
    await install(rig, 0, stationLimit(12_000));
    await charging(rig, right, { phases: 3 }, 'AAAA0001');
    await charging(rig, left, { phases: 1 }, 'BBBB0002');
    await staysWithin(rig, 12_000, 120_000);
    expect([powerW(rig, right), powerW(rig, left)].map(Math.round)).toEqual([9_000, 3_000]);
    await install(rig, right, profile([[0, 8]]));
    await rig.advance(followMs);
    expect((await composite(rig, right, 60, 'W')).periods[0]?.limit).toBe(6_000);
    expect(powerW(rig, right)).toBeCloseTo(6_000, 0);
  });

  test('a lower voltage raises no current: of a limit in W less is drawn', async () => {
    const rig = await Rig.start();
    rig.world.set(0, { voltageV: 207 });
    await install(rig, right, watts(11_040));
    await charging(rig, right, { phases: 3 });
    await rig.advance(20_000);
    expect(rig.truth(right).offerA).toBeCloseTo(16, 1);
  });
});

describe('what is told of it', () => {
  test('is what is offered: in A by the phases in use, in W as it was set', async () => {
    const rig = await Rig.start();
    await install(rig, right, watts(4_600));
    await charging(rig, right, { phases: 1 });
    await rig.advance(10_000);
    expect((await composite(rig, right, 60, 'W')).periods).toEqual([{ startPeriod: 0, limit: 4_600, numberPhases: 3 }]);
    expect((await composite(rig, right, 60, 'A')).periods).toEqual([{ startPeriod: 0, limit: 6.6, numberPhases: 3 }]);
    await rig.advance(learntMs);
    expect((await composite(rig, right, 60, 'W')).periods).toEqual([{ startPeriod: 0, limit: 4_600, numberPhases: 1 }]);
    expect((await composite(rig, right, 60, 'A')).periods).toEqual([{ startPeriod: 0, limit: 20, numberPhases: 1 }]);
    expect(rig.truth(right).offerA).toBeCloseTo(20, 1);
  });

  test('no 690 W for a limit of 3 A on one phase, where 2,070 W may be drawn', async () => {
    const rig = await Rig.start();
    await install(rig, right, profile([[0, 3, 1]]));
    expect((await composite(rig, right, 60, 'W')).periods[0]?.limit).toBe(2_070);
    await install(rig, right, profile([[0, 10, 1]]));
    await charging(rig, right, { phases: 3 });
    await rig.advance(10_000);
    expect(powerW(rig, right)).toBeCloseTo(6_900, 0);
    expect((await composite(rig, right, 60, 'W')).periods[0]?.limit).toBe(6_900);
  });

  test('for the station the total in W, however many points it has', async () => {
    const rig = await Rig.start();
    await install(rig, 0, stationLimit(11_040));
    await rig.advance(1_000);
    expect((await composite(rig, 0, 60, 'W')).periods).toEqual([{ startPeriod: 0, limit: 11_040, numberPhases: 3 }]);
    expect((await composite(rig, 0, 60, 'A')).periods).toEqual([{ startPeriod: 0, limit: 16, numberPhases: 3 }]);
  });
});
