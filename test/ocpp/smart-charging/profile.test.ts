/** Which charging profiles are refused and for which reason, which replace which, and what the store keeps (OCPP 1.6, 3.13, 5.16, 7.8). */
import fc from 'fast-check';
import { MemoryStore } from '../../../src/drivers/mock/memory-store';
import type { ChargingProfile } from '../../../src/ocpp/messages';
import {
  type Checked,
  checkedProfile,
  type InstalledProfile,
  withoutWallTime,
} from '../../../src/ocpp/smart-charging/profile';
import { type ClearFilter, ProfileStore } from '../../../src/ocpp/smart-charging/store';
import { anchors, givenProfile } from './arbitrary';
import { afterReplacements } from './oracle';

const at = Date.UTC(2026, 4, 6, 12, 0, 0);
const stamp = { boot: 1, at: 5_000, wall: at };
const both = { stackLevelMax: 100, periodsMax: 100, units: ['A', 'W'] as const };

type Change = Partial<Omit<ChargingProfile, 'chargingSchedule'>> & {
  schedule?: Partial<ChargingProfile['chargingSchedule']>;
};

function wireOf({ schedule, ...change }: Change = {}): ChargingProfile {
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: 'Relative',
    ...change,
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }], ...schedule },
  };
}

function check(change: Change, connectorId = 1, limits: Parameters<typeof checkedProfile>[2] = both): Checked {
  return checkedProfile(wireOf(change), { connectorId, installed: stamp, tx: undefined }, limits);
}

function profileOf(change: Change = {}, connectorId = 1, tx?: string): InstalledProfile {
  const checked = checkedProfile(wireOf(change), { connectorId, installed: stamp, tx }, both);
  if ('wrong' in checked) throw new Error(checked.wrong);
  return checked.profile;
}

const periods = (count: number) => Array.from({ length: count }, (_, i) => ({ startPeriod: i * 10, limit: 16 }));

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
    ['recurrencyKind with Relative (E3.56)', { recurrencyKind: 'Daily' }, 1, /only.*Relative/],
    [
      'recurrencyKind with Absolute (E3.56)',
      { chargingProfileKind: 'Absolute', recurrencyKind: 'Weekly' },
      1,
      /only.*Absolute/,
    ],
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

describe('replaced (3.13.2, 5.16.3, 5.16.4)', () => {
  const idsAfter = (...profiles: InstalledProfile[]) => {
    const store = new ProfileStore(new Map());
    for (const p of profiles) store.add(p);
    return store.all.map((p) => p.id).sort();
  };

  test('the same id replaces, wherever it is and whatever it is for', () => {
    const old = profileOf({ chargingProfileId: 5, stackLevel: 1 }, 1);
    const next = profileOf({ chargingProfileId: 5, stackLevel: 9, chargingProfilePurpose: 'ChargePointMaxProfile' }, 0);
    const store = new ProfileStore(new Map());
    store.add(old);
    expect(store.add(next)).toEqual({ put: [['profile/5', next]], del: [] });
    expect(store.all).toEqual([next]);
  });

  test('the same purpose and level on the same connector replaces, and the old one leaves the disk', () => {
    const store = new ProfileStore(new Map());
    store.add(profileOf({ chargingProfileId: 5 }));
    expect(store.add(profileOf({ chargingProfileId: 6 })).del).toEqual(['profile/5']);
    expect(store.all.map((p) => p.id)).toEqual([6]);
  });

  test('another connector, level or purpose stays beside it', () => {
    const base = profileOf({ chargingProfileId: 1 }, 1);
    expect(idsAfter(base, profileOf({ chargingProfileId: 2 }, 2))).toEqual([1, 2]);
    expect(idsAfter(base, profileOf({ chargingProfileId: 2 }, 0))).toEqual([1, 2]);
    expect(idsAfter(base, profileOf({ chargingProfileId: 2, stackLevel: 1 }, 1))).toEqual([1, 2]);
    expect(idsAfter(base, profileOf({ chargingProfileId: 2, chargingProfilePurpose: 'TxProfile' }, 1, 'a'))).toEqual([
      1, 2,
    ]);
  });

  test('one profile can replace two: by its id and by its place', () => {
    const store = new ProfileStore(new Map());
    store.add(profileOf({ chargingProfileId: 1, stackLevel: 1 }));
    store.add(profileOf({ chargingProfileId: 2, stackLevel: 2 }));
    const next = profileOf({ chargingProfileId: 2, stackLevel: 1 });
    expect(store.countWith(next)).toBe(1);
    expect(store.add(next).del).toEqual(['profile/1']);
    expect(store.all).toEqual([next]);
  });
});

describe('ClearChargingProfile (E3.25, E3.26)', () => {
  function filled(): ProfileStore {
    const store = new ProfileStore(new Map());
    store.add(profileOf({ chargingProfileId: 1, stackLevel: 3, chargingProfilePurpose: 'ChargePointMaxProfile' }, 0));
    store.add(profileOf({ chargingProfileId: 2, stackLevel: 3 }, 0));
    store.add(profileOf({ chargingProfileId: 3, stackLevel: 3 }, 1));
    store.add(profileOf({ chargingProfileId: 4, stackLevel: 4 }, 1));
    store.add(profileOf({ chargingProfileId: 5, stackLevel: 3 }, 2));
    store.add(profileOf({ chargingProfileId: 6, stackLevel: 3, chargingProfilePurpose: 'TxProfile' }, 1, 'a'));
    return store;
  }

  test.each<[string, ClearFilter, number[]]>([
    ['no field: all', {}, [1, 2, 3, 4, 5, 6]],
    ['an id', { id: 4 }, [4]],
    [
      'an id, the other fields do not count',
      { id: 4, connectorId: 2, stackLevel: 9, chargingProfilePurpose: 'TxProfile' },
      [4],
    ],
    ['an unknown id, though other fields fit', { id: 99, connectorId: 1 }, []],
    ['a connector', { connectorId: 1 }, [3, 4, 6]],
    ['connector 0: what was set for the station', { connectorId: 0 }, [1, 2]],
    ['a purpose', { chargingProfilePurpose: 'TxDefaultProfile' }, [2, 3, 4, 5]],
    ['a level', { stackLevel: 3 }, [1, 2, 3, 5, 6]],
    ['level 0 is a level', { stackLevel: 0 }, []],
    ['two fields: both must fit', { connectorId: 1, stackLevel: 3 }, [3, 6]],
    ['three fields', { connectorId: 1, stackLevel: 3, chargingProfilePurpose: 'TxDefaultProfile' }, [3]],
    ['fields that fit none together', { connectorId: 2, stackLevel: 4 }, []],
  ])('%s', (_name, filter, gone) => {
    const store = filled();
    const batch = store.clear(filter);
    expect(batch.count).toBe(gone.length);
    expect(batch.del).toEqual(gone.map((id) => `profile/${id}`));
    expect(store.all.map((p) => p.id)).toEqual([1, 2, 3, 4, 5, 6].filter((id) => !gone.includes(id)));
  });

  test('a transaction that ends takes its own profiles and no others (3.13.1)', () => {
    const store = filled();
    store.add(profileOf({ chargingProfileId: 7, stackLevel: 4, chargingProfilePurpose: 'TxProfile' }, 2, 'b'));
    expect(store.endTransaction('a').del).toEqual(['profile/6']);
    expect(store.all.map((p) => p.id)).toEqual([1, 2, 3, 4, 5, 7]);
  });
});

test('what a store was given is what it has after a restart (E3.37)', async () => {
  const changes = fc.array(
    fc.oneof(
      { weight: 4, arbitrary: givenProfile(anchors[0] ?? 0) },
      { weight: 1, arbitrary: fc.record({ clear: fc.record({ connectorId: fc.integer({ min: 0, max: 2 }) }) }) },
    ),
    { maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(changes, async (list) => {
      let disk = new MemoryStore();
      const store = new ProfileStore(new Map());
      for (const change of list) {
        if ('clear' in change) {
          const { put, del } = store.clear(change.clear);
          await disk.commit({ put, del });
        } else {
          const { connectorId, wire, transaction: tx } = change;
          const checked = checkedProfile(wire, { connectorId, installed: stamp, tx }, both);
          if ('profile' in checked) await disk.commit(store.add(checked.profile));
        }
      }
      disk = disk.crash();
      // As it lies on a real disk: text.
      const stored = new Map([...(await disk.load())].map(([key, value]) => [key, JSON.parse(JSON.stringify(value))]));
      const byId = (a: InstalledProfile, b: InstalledProfile) => a.id - b.id;
      const again = new ProfileStore(stored);
      expect([...again.all].sort(byId)).toEqual([...store.all].sort(byId));
    }),
    { numRuns: 60 },
  );
});

test('replacement is as the specification says, whatever comes', () => {
  fc.assert(
    fc.property(fc.array(givenProfile(anchors[0] ?? 0), { maxLength: 30 }), (given) => {
      const store = new ProfileStore(new Map());
      for (const { connectorId, wire, transaction: tx } of given) {
        const profile = checkedProfile(wire, { connectorId, installed: stamp, tx }, both);
        if (!('profile' in profile)) continue;
        const expected = store.countWith(profile.profile);
        store.add(profile.profile);
        expect(store.all).toHaveLength(expected);
      }
      const kept = afterReplacements(given).map((g) => [g.connectorId, g.wire.chargingProfileId, g.wire.stackLevel]);
      expect(store.all.map((p) => [p.connectorId, p.id, p.stackLevel])).toEqual(kept);
    }),
  );
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

  test('the lowest in watts is the lowest per phase', () => {
    const chargingSchedulePeriod = [
      { startPeriod: 0, limit: 6_900, numberPhases: 3 },
      { startPeriod: 10, limit: 4_600, numberPhases: 1 },
    ];
    const held = withoutWallTime(
      profileOf({ ...max, schedule: { chargingRateUnit: 'W', chargingSchedulePeriod } }, 0),
      2,
    );
    expect(held?.periods).toEqual([{ startS: 0, limit: 6_900, numberPhases: 3 }]);
  });
});
