/** Formats of the store: upgrade, trial, confirmation, roll-back and downgrade, and nothing is lost by any of them. */
import { MemoryStore } from '../../../src/drivers/store/memory-store';
import { VersionedStore } from '../../../src/drivers/store/versioned-store';
import { shape } from '../../../src/hal/shapes';
import type { JsonValue } from '../../../src/hal/store';
import type { StoreFormats } from '../../../src/hal/store-formats';
import { collection, StoredValues } from '../../../src/hal/stored';

type Profile = { id: number; amps: number };

/** Format 2 names profiles by connector and id, format 3 counts in deciamperes. */
const first: StoreFormats = { current: 1, changes: [] };
const second: StoreFormats = {
  current: 2,
  changes: [
    {
      to: 2,
      prefix: 'profile/',
      up: (key, value) => [key.replace('profile/', 'profile/0/'), value],
      down: (key, value) => [key.replace('profile/0/', 'profile/'), value],
    },
  ],
};
const third: StoreFormats = {
  current: 3,
  changes: [
    ...second.changes,
    {
      to: 3,
      prefix: 'profile/',
      up: (key, value) => [key, { id: (value as Profile).id, deciamps: (value as Profile).amps * 10 }],
      down: (key, value) => [
        key,
        value && { id: (value as Profile).id, amps: (value as unknown as { deciamps: number }).deciamps / 10 },
      ],
    },
  ],
};

const oldData = new Map<string, JsonValue>([
  ['boot/count', 4],
  ['profile/7', { id: 7, amps: 16 }],
]);

const asPlain = (map: ReadonlyMap<string, JsonValue>) => Object.fromEntries(map);

async function opened(store: MemoryStore, formats: StoreFormats, onTrial = false) {
  const versioned = new VersionedStore(store, formats, onTrial);
  return { versioned, values: await versioned.load() };
}

test('an empty store is of the present format from the start', async () => {
  const store = new MemoryStore();
  const { versioned, values } = await opened(store, third);
  expect(values.size).toBe(0);
  expect(versioned.foundFormat).toBe(3);
  // The number goes with the first commit, and with no other.
  expect(store.commits).toBe(0);
  await versioned.commit({ put: [['boot/count', 1]], del: [] });
  expect(asPlain(store.durable)).toEqual({ format: 3, 'boot/count': 1 });
  expect((await opened(store.crash(), third)).versioned.foundFormat).toBe(3);
});

test('a store without a format is of the first release, and is raised over two formats in one commit', async () => {
  const store = new MemoryStore({ durable: oldData });
  const { versioned, values } = await opened(store, third);
  expect(versioned.foundFormat).toBe(1);
  expect(asPlain(values)).toEqual({ 'boot/count': 4, 'profile/0/7': { id: 7, deciamps: 160 } });
  expect(asPlain(store.durable)).toEqual({ format: 3, 'boot/count': 4, 'profile/0/7': { id: 7, deciamps: 160 } });
  expect(store.commits).toBe(1);
});

test('on trial the old form goes on being written, so that the release before finds all, and what came since', async () => {
  const store = new MemoryStore({ durable: oldData });
  const { versioned, values } = await opened(store, third, true);
  expect(asPlain(values)).toEqual({ 'boot/count': 4, 'profile/0/7': { id: 7, deciamps: 160 } });
  expect(asPlain(store.durable)).toEqual(asPlain(oldData));
  await versioned.commit({ put: [['profile/0/8', { id: 8, deciamps: 100 }]], del: ['profile/0/7'] });
  await versioned.close();
  const back = await opened(store.crash(), first);
  expect(asPlain(back.values)).toEqual({ 'boot/count': 4, 'profile/8': { id: 8, amps: 10 } });
});

/** Format 2 of values whose names are a letter and a number; format 1 has only the number. */
const lettered: StoreFormats = {
  current: 2,
  changes: [
    {
      to: 2,
      prefix: 'thing/',
      up: (key, value) => [key.replace('thing/', 'thing/a'), value],
      down: (key, value) => [`thing/${key.slice('thing/a'.length)}`, value],
    },
  ],
};

test('two values with one place in the old form: the last one written is there, and what is left when one goes', async () => {
  const store = new MemoryStore({ durable: new Map<string, JsonValue>([['thing/1', 'old']]) });
  const { versioned } = await opened(store, lettered, true);
  await versioned.commit({ put: [['thing/b1', 'b']], del: [] });
  expect(asPlain(store.durable)).toEqual({ 'thing/1': 'b' });
  await versioned.commit({ put: [['thing/a1', 'again']], del: [] });
  expect(asPlain(store.durable)).toEqual({ 'thing/1': 'again' });
  await versioned.commit({ put: [['thing/c1', 'c']], del: [] });
  await versioned.commit({ put: [], del: ['thing/c1'] });
  expect(asPlain(store.durable)).toEqual({ 'thing/1': 'again' });
  await versioned.commit({ put: [], del: ['thing/a1'] });
  expect(asPlain(store.durable)).toEqual({ 'thing/1': 'b' });
  // In one batch a place is put or deleted, never both.
  await versioned.commit({ put: [['thing/c1', 'c']], del: ['thing/b1'] });
  expect(asPlain(store.durable)).toEqual({ 'thing/1': 'c' });
  await versioned.confirm();
  expect(asPlain(store.durable)).toEqual({ format: 2, 'thing/c1': 'c' });
});

test('on trial two values with one place are both kept for the confirmation', async () => {
  const store = new MemoryStore();
  store.durable.set('thing/1', 'old');
  const { versioned } = await opened(store, lettered, true);
  await versioned.commit({ put: [['thing/b1', 'b']], del: [] });
  await versioned.confirm();
  expect(asPlain(store.durable)).toEqual({ format: 2, 'thing/a1': 'old', 'thing/b1': 'b' });
});

test('with the confirmation the new form is written, in one commit, and stays', async () => {
  const store = new MemoryStore({ durable: oldData });
  const { versioned } = await opened(store, third, true);
  await versioned.commit({ put: [['profile/0/8', { id: 8, deciamps: 100 }]], del: [] });
  const before = store.commits;
  await versioned.confirm();
  expect(store.commits).toBe(before + 1);
  const fresh = {
    'boot/count': 4,
    'profile/0/7': { id: 7, deciamps: 160 },
    'profile/0/8': { id: 8, deciamps: 100 },
  };
  expect(asPlain(store.durable)).toEqual({ format: 3, ...fresh });
  await versioned.commit({ put: [['profile/0/9', { id: 9, deciamps: 60 }]], del: ['profile/0/8'] });
  expect(asPlain((await opened(store.crash(), third)).values)).toEqual({
    'boot/count': 4,
    'profile/0/7': { id: 7, deciamps: 160 },
    'profile/0/9': { id: 9, deciamps: 60 },
  });
});

test('a power cut while the confirmation is written leaves the old form, whole', async () => {
  const store = new MemoryStore({ durable: oldData, flush: () => new Promise(() => {}) });
  const { versioned } = await opened(store, third, true);
  void versioned.confirm();
  const back = await opened(store.crash({ flush: async () => {} }), first);
  expect(asPlain(back.values)).toEqual(asPlain(oldData));
});

test('a second confirmation, and one of a release that was not on trial, do nothing', async () => {
  const store = new MemoryStore({ durable: oldData });
  const { versioned } = await opened(store, second);
  const { commits } = store;
  await versioned.confirm();
  expect(store.commits).toBe(commits);
});

test('after a downgrade values of the newer format are set aside, and an upgrade finds them again', async () => {
  const profiles = collection('profile/', shape.Object({ id: shape.Integer(), amps: shape.Number() }));
  const store = new MemoryStore({ durable: oldData });
  await opened(store, third);

  // The release of format 1 takes what it can read, sets aside the rest, and goes on with values of its own.
  const afterDowngrade = store.crash();
  const older = await opened(afterDowngrade, first);
  expect(older.versioned.foundFormat).toBe(3);
  const stored = new StoredValues(older.values, { found: 3, own: 1 });
  expect([...profiles.read(stored)]).toEqual([]);
  expect(stored.news.map(({ key }) => key)).toEqual(['profile/0/7']);
  await older.versioned.commit(stored.batch());
  await older.versioned.commit({ put: [['profile/5', { id: 5, amps: 6 }]], del: [] });

  const newer = await opened(afterDowngrade.crash(), third);
  expect(newer.versioned.foundFormat).toBe(1);
  expect(asPlain(newer.values)).toEqual({
    'boot/count': 4,
    'profile/0/5': { id: 5, deciamps: 60 },
    'profile/0/7': { id: 7, deciamps: 160 },
  });
});

test('what a release could not read itself stays in quarantine at its next start', async () => {
  const aside = { key: 'profile/9', reason: 'id: Expected integer', format: 1, reader: 1, value: { amps: 6 } };
  const store = new MemoryStore({
    durable: new Map<string, JsonValue>([
      ['format', 1],
      ['quarantine/profile/9', aside],
    ]),
  });
  expect(asPlain((await opened(store, first)).values)).toEqual({ 'quarantine/profile/9': aside });
  expect(store.commits).toBe(0);
});

describe('an upgrade on a full disk', () => {
  const put = (key: string, value: JsonValue) => ({ put: [[key, value] as [string, JsonValue]], del: [] });

  test('is made before the first commit that succeeds, and undoes nothing that comes after', async () => {
    const store = new MemoryStore({ durable: oldData });
    store.full = true;
    const { versioned, values } = await opened(store, third);
    expect(asPlain(values)).toMatchObject({ 'profile/0/7': { id: 7, deciamps: 160 } });
    await expect(versioned.commit(put('x', 1))).rejects.toThrow('full');
    store.full = false;
    const profile = { id: 7, deciamps: 100 };
    const commits = [versioned.commit(put('profile/0/7', profile)), versioned.commit({ put: [], del: ['boot/count'] })];
    profile.deciamps = 0;
    await Promise.all(commits);
    expect(asPlain(store.durable)).toEqual({ format: 3, 'profile/0/7': { id: 7, deciamps: 100 } });
  });
});
