/** Which charging profiles are refused and for which reason, and what holds while the time is unknown (OCPP 1.6, 3.13, 7.8). */
import { withoutWallTime } from '../../../src/ocpp/smart-charging/charging-profile';
import { at, both, type Change, check, periods, profileOf } from './wire';

describe('refused', () => {
  const daily = { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' } as const;
  test.each<[string, Change, number, RegExp]>([
    [
      'a limit of the station on a connector',
      { chargingProfilePurpose: 'ChargePointMaxProfile' },
      1,
      /belongs to connector 0/,
    ],
    ['a TxProfile on connector 0', { chargingProfilePurpose: 'TxProfile' }, 0, /with a transaction/],
    [
      'Recurring without recurrencyKind',
      { chargingProfileKind: 'Recurring', schedule: { startSchedule: '2026-05-06T00:00:00Z' } },
      1,
      /recurrencyKind is missing.*Daily or Weekly/,
    ],
    ['Recurring without startSchedule', daily, 1, /startSchedule is missing/],
    ['101 periods', { schedule: { chargingSchedulePeriod: periods(101) } }, 1, /101 periods.*at most 100/],
    [
      'a first period that does not begin at 0 (E3.45)',
      { schedule: { chargingSchedulePeriod: [{ startPeriod: 1, limit: 6 }] } },
      1,
      /first startPeriod must be 0/,
    ],
    ['no period', { schedule: { chargingSchedulePeriod: [] } }, 1, /first startPeriod must be 0/],
    [
      'two periods that begin at once',
      {
        schedule: {
          chargingSchedulePeriod: [
            { startPeriod: 0, limit: 6 },
            { startPeriod: 0, limit: 8 },
          ],
        },
      },
      1,
      /must rise/,
    ],
    [
      'periods that run backwards',
      {
        schedule: {
          chargingSchedulePeriod: [
            { startPeriod: 0, limit: 6 },
            { startPeriod: 20, limit: 8 },
            { startPeriod: 10, limit: 8 },
          ],
        },
      },
      1,
      /must rise/,
    ],
    [
      'a negative limit',
      { schedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: -1 }] } },
      1,
      /limit must not be negative/,
    ],
    [
      'no phase',
      { schedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 6, numberPhases: 0 }] } },
      1,
      /numberPhases must be 1 to 3/,
    ],
    [
      'four phases',
      { schedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 6, numberPhases: 4 }] } },
      1,
      /numberPhases must be 1 to 3/,
    ],
    ['a negative duration', { schedule: { duration: -1 } }, 1, /duration must not be negative/],
    ['a negative minChargingRate', { schedule: { minChargingRate: -0.1 } }, 1, /minChargingRate must not be negative/],
    [
      'an end of validity at its beginning',
      { validFrom: '2026-05-06T00:00:00Z', validTo: '2026-05-06T00:00:00Z' },
      1,
      /validTo must be after validFrom/,
    ],
    [
      'an end of validity before its beginning, offsets apart',
      { validFrom: '2026-05-06T10:00:00+02:00', validTo: '2026-05-06T07:59:59Z' },
      1,
      /validTo must be after validFrom/,
    ],
    ['stack level 101', { stackLevel: 101 }, 1, /found 101, valid is 0 to 100/],
    ['stack level -1', { stackLevel: -1 }, 1, /found -1, valid is 0 to 100/],
  ])('%s', (_name, change, connectorId, reason) => {
    const checked = check(change, connectorId);
    expect('wrong' in checked ? checked.wrong : 'accepted').toMatch(reason);
  });

  test('a unit that the configuration does not allow', () => {
    const onlyA = { ...both, units: ['A'] as const };
    const onlyW = { ...both, units: ['W'] as const };
    expect(check({ schedule: { chargingRateUnit: 'W' } }, 1, onlyA)).toEqual({
      wrong: 'chargingRateUnit W is not allowed',
    });
    expect(check({ schedule: { chargingRateUnit: 'A' } }, 1, onlyW)).toEqual({
      wrong: 'chargingRateUnit A is not allowed',
    });
    expect(check({ schedule: { chargingRateUnit: 'W' } }, 1, onlyW)).toHaveProperty('profile');
  });
});

describe('accepted', () => {
  test.each<[string, Change, number]>([
    ['stack level 100, the highest there is', { stackLevel: 100 }, 1],
    ['stack level 0, the lowest', { stackLevel: 0 }, 1],
    ['100 periods', { schedule: { chargingSchedulePeriod: periods(100) } }, 1],
    ['a limit of 0', { schedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] } }, 1],
    ['a TxDefaultProfile for all connectors', {}, 0],
    [
      'validity of a TxProfile (E3.65, E3.66)',
      { chargingProfilePurpose: 'TxProfile', validFrom: '2026-05-06T00:00:00Z', validTo: '2026-05-07T00:00:00Z' },
      1,
    ],
    ['a smallest charging rate of the vehicle', { schedule: { minChargingRate: 6.5 } }, 1],
  ])('%s', (_name, change, connectorId) => {
    expect(check(change, connectorId)).toHaveProperty('profile');
  });

  test.each([
    ['Absolute', 'Weekly'],
    ['Relative', 'Daily'],
  ] as const)('a profile of kind %s with a recurrencyKind, which is ignored: it runs once (E3.56)', (kind, recurrencyKind) => {
    const checked = check({ chargingProfileKind: kind, recurrencyKind });
    expect(checked).toMatchObject({ profile: { kind, recurrence: undefined } });
    expect(checked).toHaveProperty(
      'ignored',
      expect.stringContaining(`${recurrencyKind} is for Recurring profiles only`),
    );
    expect(check({ chargingProfileKind: kind })).not.toHaveProperty('ignored');
  });

  test('three phases are meant where none are named (E3.69), and offsets are understood', () => {
    const profile = profileOf({
      chargingProfileKind: 'Absolute',
      validFrom: '2026-05-06T14:00:00+02:00',
      schedule: { startSchedule: '2026-05-06T12:00:00.000Z', minChargingRate: 6.5, duration: 60 },
    });
    expect(profile).toMatchObject({ validFrom: at, startSchedule: at, durationS: 60, minChargingRate: 6.5 });
    expect(profile.periods).toEqual([{ startS: 0, limit: 16, numberPhases: 3 }]);
  });
});

describe('while the wall time is unknown', () => {
  const max = { chargingProfilePurpose: 'ChargePointMaxProfile' } as const;

  test('what the clock governs is not in force', () => {
    const start = { startSchedule: '2026-05-06T00:00:00Z' };
    expect(withoutWallTime(profileOf({ chargingProfileKind: 'Absolute', schedule: start }), 1)).toBeUndefined();
    expect(
      withoutWallTime(profileOf({ chargingProfileKind: 'Recurring', recurrencyKind: 'Daily', schedule: start }), 1),
    ).toBeUndefined();
    expect(withoutWallTime(profileOf({ validFrom: '2026-05-06T00:00:00Z' }), 1)).toBeUndefined();
    expect(withoutWallTime(profileOf({ validTo: '2026-05-06T00:00:00Z' }), 1)).toBeUndefined();
  });

  test('what is relative to a start is, also an Absolute profile that names none (7.13)', () => {
    expect(withoutWallTime(profileOf(), 2)).toMatchObject({ kind: 'Relative' });
    expect(withoutWallTime(profileOf({ chargingProfileKind: 'Absolute' }), 2)).toMatchObject({ kind: 'Absolute' });
  });

  const schedule = {
    duration: 100,
    chargingSchedulePeriod: [
      { startPeriod: 0, limit: 16 },
      { startPeriod: 10, limit: 8 },
      { startPeriod: 20, limit: 12 },
    ],
  };

  test('a limit of the station given in this boot counts from then', () => {
    const profile = profileOf({ ...max, schedule }, 0);
    expect(withoutWallTime(profile, 1)).toEqual({ ...profile, installedAt: 5_000 });
  });

  test('of one given in an earlier boot the lowest value holds', () => {
    const held = withoutWallTime(profileOf({ ...max, schedule }, 0), 2);
    expect(held).toMatchObject({ installedAt: 0, durationS: undefined, periods: [{ startS: 0, limit: 8 }] });
  });

  test('the lowest in watts is the lowest total, whatever numberPhases says', () => {
    const chargingSchedulePeriod = [
      { startPeriod: 0, limit: 6_900, numberPhases: 3 },
      { startPeriod: 10, limit: 4_600, numberPhases: 1 },
    ];
    const held = withoutWallTime(
      profileOf({ ...max, schedule: { chargingRateUnit: 'W', chargingSchedulePeriod } }, 0),
      2,
    );
    expect(held?.periods).toEqual([{ startS: 0, limit: 4_600, numberPhases: 1 }]);
  });
});
