/** Data as the first release wrote it, and as this one does: raised, lowered, and followed by a whole station. */
import { MemoryStore } from '../../src/drivers/store/memory-store';
import { VersionedStore } from '../../src/drivers/store/versioned-store';
import type { JsonValue } from '../../src/hal/store';
import { storeFormats } from '../../src/ocpp/store-formats';
import { install, profile } from '../support/profiles';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const first = { current: 1, changes: [] };

/** A profile as it lies on a disk of the first release. */
const stored = (connectorId: number, id: number, limit: number): JsonValue => ({
  connectorId,
  installed: { boot: 1, at: 2_003.5, wall: 1_777_881_602_003 },
  id,
  stackLevel: 0,
  purpose: 'TxDefaultProfile',
  kind: 'Relative',
  unit: 'A',
  periods: [{ startS: 0, limit, numberPhases: 3 }],
});

const disk1 = () =>
  new Map<string, JsonValue>([
    ['boot/count', 1],
    ['config/URL', 'ws://central.test/ocpp'],
    ['profile/1', stored(0, 1, 10)],
    ['profile/-5', stored(1, -5, 12)],
    ['profile/77', stored(3, 77, 14)],
  ]);

const disk2 = () =>
  new Map<string, JsonValue>([
    ['boot/count', 1],
    ['config/URL', 'ws://central.test/ocpp'],
    ['profile/0/1', stored(0, 1, 10)],
    ['profile/1/-5', stored(1, -5, 12)],
    ['profile/3/77', stored(3, 77, 14)],
  ]);

const plain = (map: ReadonlyMap<string, JsonValue>) => Object.fromEntries(map);

async function opened(store: MemoryStore, formats = storeFormats, onTrial = false) {
  const versioned = new VersionedStore(store, formats, onTrial);
  return { versioned, values: await versioned.load() };
}

test('profiles of the first release are found under connector and id, and nothing else moves', async () => {
  const store = new MemoryStore({ durable: disk1() });
  expect(plain((await opened(store)).values)).toEqual(plain(disk2()));
  expect(plain(store.durable)).toEqual({ format: 2, ...plain(disk2()) });
});

test('rolled back while on trial, the first release finds what it knows', async () => {
  const store = new MemoryStore({ durable: disk1() });
  const { versioned, values } = await opened(store, storeFormats, true);
  expect(plain(values)).toEqual(plain(disk2()));
  await versioned.commit({ put: [['profile/2/9', stored(2, 9, 8)]], del: ['profile/0/1'] });
  const { 'profile/1': _gone, ...rest } = plain(disk1());
  expect(plain((await opened(store.crash(), first)).values)).toEqual({ ...rest, 'profile/9': stored(2, 9, 8) });
});

test('one id on two connectors: the first release finds the one that was installed last, or the one that is left', async () => {
  const store = new MemoryStore({ durable: disk1() });
  const { versioned } = await opened(store, storeFormats, true);
  await versioned.commit({ put: [['profile/2/77', stored(2, 77, 8)]], del: [] });
  expect(store.durable.get('profile/77')).toEqual(stored(2, 77, 8));
  await versioned.commit({ put: [], del: ['profile/2/77'] });
  expect(store.durable.get('profile/77')).toEqual(stored(3, 77, 14));
  await versioned.commit({ put: [], del: ['profile/3/77'] });
  expect(store.durable.has('profile/77')).toBe(false);
});

test('what is no profile stays where it is', async () => {
  const odd = new Map<string, JsonValue>([
    ['profile/1', null],
    ['profile/2', 'x'],
    ['profile/3', [1]],
    ['profile/4', { id: 4 }],
  ]);
  expect(plain((await opened(new MemoryStore({ durable: odd }))).values)).toEqual(plain(odd));
});

test('a station that finds the first format follows its profiles, and clears them for good', async () => {
  const rig = Rig.prepare();
  rig.store = new MemoryStore({ durable: disk1() });
  await rig.powerOn();
  await rig.advance(2_000);
  rig.forget();
  await rig.charge(1);
  expect(rig.truth(1).offerA).toBeCloseTo(12, 1);
  expect(await rig.call('ClearChargingProfile', { id: -5 })).toEqual({ status: 'Accepted' });
  await install(rig, 1, profile([[0, 9]], { chargingProfileId: 77, stackLevel: 3 }));
  await rig.cutPower();
  await rig.powerOn();
  const profiles = [...rig.store.durable.keys()].filter((key) => key.startsWith('profile/'));
  expect(profiles.sort()).toEqual(['profile/0/1', 'profile/1/77', 'profile/3/77']);
});
