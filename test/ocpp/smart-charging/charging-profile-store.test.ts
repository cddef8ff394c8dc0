/** Which profile replaces which, which ones ClearChargingProfile takes, and what the store keeps (OCPP 1.6, 3.13, 5.5, 5.16). */

import fc from 'fast-check';
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { StoredValues } from '../../../src/hal/stored';
import {
  checkedChargingProfile,
  type InstalledChargingProfile,
} from '../../../src/ocpp/smart-charging/charging-profile';
import { ChargingProfileStore, type ClearFilter } from '../../../src/ocpp/smart-charging/charging-profile-store';
import { runs } from '../../support/soak';
import { anchors, givenProfile } from './arbitrary';
import { afterReplacements } from './oracle';
import { both, profileOf, stamp } from './wire';

describe('replaced (3.13.2, 5.16.3, 5.16.4)', () => {
  const idsAfter = (...profiles: InstalledChargingProfile[]) => {
    const store = new ChargingProfileStore(new StoredValues(new Map()));
    for (const p of profiles) store.add(p);
    return store.all.map((p) => p.id).sort();
  };

  test('the same id replaces on its connector, whatever it is for', () => {
    const old = profileOf({ chargingProfileId: 5, stackLevel: 1 }, 0);
    const next = profileOf({ chargingProfileId: 5, stackLevel: 9, chargingProfilePurpose: 'ChargePointMaxProfile' }, 0);
    const store = new ChargingProfileStore(new StoredValues(new Map()));
    store.add(old);
    expect(store.add(next)).toEqual({ put: [['profile/0/5', next]], del: [] });
    expect(store.all).toEqual([next]);
  });

  test('the same id on another connector is another profile, on the disk as well; 0 is a connector of its own', () => {
    const store = new ChargingProfileStore(new StoredValues(new Map()));
    const keys = [1, 2, 0].flatMap((id) => store.add(profileOf({ chargingProfileId: 5 }, id)).put.map(([key]) => key));
    expect(keys).toEqual(['profile/1/5', 'profile/2/5', 'profile/0/5']);
    expect(store.all).toHaveLength(3);
  });

  test('the same purpose and level on the same connector replaces, and the old one leaves the disk', () => {
    const store = new ChargingProfileStore(new StoredValues(new Map()));
    store.add(profileOf({ chargingProfileId: 5 }));
    expect(store.add(profileOf({ chargingProfileId: 6 })).del).toEqual(['profile/1/5']);
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
    const store = new ChargingProfileStore(new StoredValues(new Map()));
    store.add(profileOf({ chargingProfileId: 1, stackLevel: 1 }));
    store.add(profileOf({ chargingProfileId: 2, stackLevel: 2 }));
    const next = profileOf({ chargingProfileId: 2, stackLevel: 1 });
    expect(store.countWith(next)).toBe(1);
    expect(store.add(next).del).toEqual(['profile/1/1']);
    expect(store.all).toEqual([next]);
  });
});

describe('ClearChargingProfile (E3.25, E3.26)', () => {
  function filled(): ChargingProfileStore {
    const store = new ChargingProfileStore(new StoredValues(new Map()));
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
    const places = [0, 0, 0, 1, 1, 2, 1];
    expect(batch.del).toEqual(gone.map((id) => `profile/${places[id]}/${id}`));
    expect(store.all.map((p) => p.id)).toEqual([1, 2, 3, 4, 5, 6].filter((id) => !gone.includes(id)));
  });

  test('an id that stands on several connectors: all that bear it', () => {
    const store = filled();
    store.add(profileOf({ chargingProfileId: 3, stackLevel: 9 }, 2));
    expect(store.clear({ id: 3 })).toEqual({ put: [], del: ['profile/1/3', 'profile/2/3'], count: 2 });
    expect(store.all.map((p) => p.id)).toEqual([1, 2, 4, 5, 6]);
  });

  test('a transaction that ends takes its own profiles and no others (3.13.1)', () => {
    const store = filled();
    store.add(profileOf({ chargingProfileId: 7, stackLevel: 4, chargingProfilePurpose: 'TxProfile' }, 2, 'b'));
    expect(store.endTransaction('a').del).toEqual(['profile/1/6']);
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
      const store = new ChargingProfileStore(new StoredValues(new Map()));
      for (const change of list) {
        if ('clear' in change) {
          const { put, del } = store.clear(change.clear);
          await disk.commit({ put, del });
        } else {
          const { connectorId, wire, transaction: tx } = change;
          const checked = checkedChargingProfile(wire, { connectorId, installed: stamp, tx }, both);
          if ('profile' in checked) await disk.commit(store.add(checked.profile));
        }
      }
      disk = disk.crash();
      // As it lies on a real disk: text.
      const stored = new Map([...(await disk.load())].map(([key, value]) => [key, JSON.parse(JSON.stringify(value))]));
      const byId = (a: InstalledChargingProfile, b: InstalledChargingProfile) =>
        a.id - b.id || a.connectorId - b.connectorId;
      const again = new ChargingProfileStore(new StoredValues(stored));
      expect([...again.all].sort(byId)).toEqual([...store.all].sort(byId));
    }),
    { numRuns: runs(60) },
  );
});

test('replacement is as the specification says, whatever comes', () => {
  fc.assert(
    fc.property(fc.array(givenProfile(anchors[0] ?? 0), { maxLength: 30 }), (given) => {
      const store = new ChargingProfileStore(new StoredValues(new Map()));
      for (const { connectorId, wire, transaction: tx } of given) {
        const profile = checkedChargingProfile(wire, { connectorId, installed: stamp, tx }, both);
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
