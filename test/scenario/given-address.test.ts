/** Where the station looks for its central system: flashed, given for one run, or set over OCPP, in every order. */
import type { FirmwareSlots } from '../../src/hal/ports';
import type { GivenAddress } from '../../src/ocpp/given-address';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const [a, b, c, d] = ['ws://a.test/ocpp', 'ws://b.test/ocpp', 'ws://c.test/ocpp', 'ws://d.test/ocpp'];

function flashed(url: string | undefined, flashing: number, id?: string): GivenAddress {
  return {
    flashing,
    ...(url === undefined ? {} : { URL: { value: url, rank: 'flashed' } }),
    ...(id === undefined ? {} : { UID: { value: id, rank: 'flashed' } }),
  };
}

function forThisRun(url: string, goesOn = false): GivenAddress {
  return { URL: { value: url, rank: 'run' }, goesOn };
}

/** The power is off and on again, with what the start says now. */
async function startAgain(rig: Rig, address = rig.address): Promise<string> {
  if (rig.powered) await rig.cutPower();
  rig.address = address;
  await rig.powerOn();
  await rig.advance(2_000);
  return url(rig);
}

/** Where the station is connected. */
function url(rig: Rig): string {
  return (rig.central.urls.at(-1) ?? '').replace(/\/[^/]*$/, '');
}

function identity(rig: Rig): string {
  return (rig.central.urls.at(-1) ?? '').replace(/^.*\//, '');
}

async function set(rig: Rig, key: string, value: string): Promise<void> {
  await rig.configure(key, value);
  await rig.advance(3_000);
}

test('flashed once, then what the central system sets holds, until something else is flashed', async () => {
  const rig = await Rig.start({ address: flashed(a, 1) });
  expect(url(rig)).toBe(a);
  await set(rig, 'URL', b);
  expect(url(rig)).toBe(b);
  expect(await startAgain(rig)).toBe(b);
  expect(await startAgain(rig, flashed(a, 2))).toBe(b);
  expect(await startAgain(rig, flashed(c, 3))).toBe(c);
  await set(rig, 'URL', d);
  expect(await startAgain(rig)).toBe(d);
  expect(await startAgain(rig, flashed(a, 4))).toBe(a);
  expect(await startAgain(rig)).toBe(a);
});

test('the identity goes its own way, and a person counts as the central system does', async () => {
  const rig = await Rig.start({ address: flashed(a, 1, 'CP1') });
  await set(rig, 'UID', 'CP2');
  expect([await startAgain(rig), identity(rig)]).toEqual([a, 'CP2']);
  expect([await startAgain(rig, flashed(c, 2, 'CP1')), identity(rig)]).toEqual([c, 'CP2']);
  await rig.running.configuration.change('UID', 'CP3', 'person');
  await rig.running.configuration.change('URL', b, 'person');
  expect([await startAgain(rig), identity(rig)]).toEqual([b, 'CP3']);
  expect([await startAgain(rig, flashed(c, 3, 'CP4')), identity(rig)]).toEqual([b, 'CP4']);
});

test('a reset of the central system changes nothing of it', async () => {
  const rig = await Rig.start({ address: flashed(a, 1) });
  await set(rig, 'URL', b);
  await rig.call('Reset', { type: 'Soft' });
  await rig.restart();
  await rig.advance(2_000);
  expect(url(rig)).toBe(b);
});

test('a flashing that is taken back leaves what was set before it, however often it was started', async () => {
  const rig = await Rig.start({ address: flashed(a, 1) });
  await set(rig, 'URL', b);
  expect(await startAgain(rig, flashed(c, 2))).toBe(c);
  expect(await startAgain(rig)).toBe(c);
  expect(await startAgain(rig, flashed(a, 1))).toBe(b);
  expect(await startAgain(rig)).toBe(b);
  // The next attempt has the same number, and counts.
  expect(await startAgain(rig, flashed(c, 2))).toBe(c);
  expect(await startAgain(rig, flashed(d, 3))).toBe(d);
  // Two in a row are taken back at once.
  expect(await startAgain(rig, flashed(a, 1))).toBe(b);
});

test('the first flashing with an address, taken back, leaves a station with what it had', async () => {
  const rig = await Rig.start({ config: { URL: a }, address: flashed(undefined, 0) });
  await set(rig, 'URL', b);
  expect(await startAgain(rig, flashed(c, 1))).toBe(c);
  expect(await startAgain(rig, flashed(undefined, 0))).toBe(b);
});

test('a release that is tried, then gives way to the one before, keeps what was set and what was flashed with it', async () => {
  let trial: { version: string; startsLeft: number } | undefined;
  const slots = { running: () => ({ version: 'new' }), versions: async () => ({ trial }) } as unknown as FirmwareSlots;
  const rig = await Rig.start({ address: flashed(a, 1), slots });
  await set(rig, 'URL', b);
  // On trial, with a store of the format before.
  rig.store.durable.set('format', 1);
  trial = { version: 'new', startsLeft: 3 };
  expect(await startAgain(rig, flashed(c, 2))).toBe(c);
  expect(rig.store.durable.get('format')).toBe(1);
  trial = undefined;
  expect(await startAgain(rig, flashed(a, 1))).toBe(b);
  // Tried again with the settings that are there, and confirmed.
  rig.store.durable.set('format', 1);
  trial = { version: 'new', startsLeft: 3 };
  expect(await startAgain(rig)).toBe(b);
  await set(rig, 'URL', d);
  await rig.running.confirmRelease();
  trial = undefined;
  expect(await startAgain(rig)).toBe(d);
});

test('a flashed address is not left for one that an order of the central system led away from', async () => {
  const rig = await Rig.start({ address: flashed(a, 1) });
  await rig.configure('URL', b);
  rig.central.down();
  await rig.advance(1_000);
  await rig.cutPower();
  rig.address = flashed(c, 2);
  await rig.powerOn();
  await rig.advance(3_600_000);
  rig.central.up();
  await rig.advance(600_000);
  expect(url(rig)).toBe(c);
});

test('given for one run it holds for the run, and the start names what is stored', async () => {
  const rig = await Rig.start({ address: flashed(a, 1) });
  await set(rig, 'URL', b);
  expect(rig.warnings).toEqual([]);
  expect(await startAgain(rig, forThisRun(c))).toBe(c);
  expect(rig.warnings).toEqual([
    `URL is ${c} for this run, as it was started; stored is ${b}, which holds again without that`,
  ]);
  expect(await startAgain(rig, forThisRun(c, true))).toBe(c);
  expect(await startAgain(rig, flashed(a, 1))).toBe(b);
  expect(rig.warnings).toHaveLength(1);
});

test.each([
  ['another address', d],
  ['the one of the run', c],
  ['the one that is stored', b],
])('what the central system sets during such a run outlasts it: %s', async (_what, address) => {
  const rig = await Rig.start({ address: flashed(a, 1) });
  await set(rig, 'URL', b);
  await startAgain(rig, forThisRun(c));
  await set(rig, 'URL', address);
  expect(url(rig)).toBe(address);
  expect(await startAgain(rig, forThisRun(c, true))).toBe(address);
  expect(await startAgain(rig, flashed(a, 1))).toBe(address);
});

test('a run with the address that is stored has nothing to say, nor has one where nothing is stored', async () => {
  const rig = await Rig.start({ address: forThisRun(c) });
  expect(url(rig)).toBe(c);
  await set(rig, 'URL', b);
  expect(await startAgain(rig, forThisRun(c, true))).toBe(b);
  expect(await startAgain(rig, forThisRun(b))).toBe(b);
  expect(rig.warnings).toEqual([]);
});

test('a default yields to what was ever set', async () => {
  const address: GivenAddress = { flashing: 0, URL: { value: a, rank: 'default' } };
  const rig = await Rig.start({ address });
  expect(url(rig)).toBe(a);
  await set(rig, 'URL', b);
  expect(await startAgain(rig)).toBe(b);
});
