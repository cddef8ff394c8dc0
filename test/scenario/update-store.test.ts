/** An update from a release of the first store format to one of the second, and back: settings, queue and the update itself. */
import { install, profile } from '../support/profiles';
import { closeTheBooks } from '../support/rig';
import { ownRelease, removeUpdateDirectories, UpdateBench } from '../support/update-bench';

afterEach(async () => {
  await closeTheBooks();
  removeUpdateDirectories();
});

/** The store as the first release has it, of which the station of these stories is a later one. */
function asTheFirstReleaseHasIt({ rig }: UpdateBench): void {
  const { durable } = rig.store;
  durable.delete('format');
  for (const [key, value] of [...durable]) {
    if (!key.startsWith('profile/')) continue;
    durable.delete(key);
    durable.set(`profile/${key.slice(key.lastIndexOf('/') + 1)}`, value);
  }
}

const profileKeys = ({ rig }: UpdateBench): string[] =>
  [...rig.store.durable.keys()].filter((key) => key.startsWith('profile/'));

/** Until the new release is about to start: with a profile, and a whole charge that the central system has not heard of yet. */
async function ordered(): Promise<{ bench: UpdateBench; heard: () => string[] }> {
  const bench = await UpdateBench.start();
  const { rig } = bench;
  await install(rig, 1, profile([[0, 10]], { chargingProfileId: 7 }));
  await rig.charge(1);
  await bench.order();
  await bench.until(() => bench.progress?.waitsFor === 'transactions');
  rig.central.down();
  rig.unplug(1);
  await bench.until(() => !rig.powered);
  asTheFirstReleaseHasIt(bench);
  const before = rig.central.received.length;
  const heard = () => rig.central.received.slice(before).map(({ action }) => action);
  return { bench, heard };
}

test('on trial the store stays in the first format, and is raised when the release has proved itself', async () => {
  const { bench, heard } = await ordered();
  await bench.restart();
  expect(bench.progress?.step).toBe('trial');
  expect(profileKeys(bench)).toEqual(['profile/7']);
  expect(bench.rig.store.durable.get('update')).toMatchObject({ form: 1, phase: 'trial' });
  bench.rig.central.up();
  await bench.untilStep('installed');
  await bench.settled(30_000);
  expect(bench.rig.store.durable.get('format')).toBe(2);
  expect(profileKeys(bench)).toEqual(['profile/1/7']);
  expect(bench.rig.store.durable.get('update')).toMatchObject({ form: 1, phase: 'installed' });
  expect(heard().filter((action) => action === 'StopTransaction')).toHaveLength(1);
});

test('a roll-back finds the store as the first release knows it, with the queue and how the update went', async () => {
  const { bench, heard } = await ordered();
  bench.provesItself = false;
  await bench.restart();
  await bench.updates.giveUp('did not prove itself');
  await bench.until(() => !bench.rig.powered);
  expect(bench.rig.store.durable.has('format')).toBe(false);
  expect(profileKeys(bench)).toEqual(['profile/7']);
  expect(bench.rig.store.durable.get('update')).toMatchObject({ form: 1, phase: 'trial', release: 'greenup-2' });
  bench.rig.central.up();
  await bench.restart();
  expect(bench.slots.running()).toEqual({ version: ownRelease });
  await bench.untilStep('installationFailed');
  await bench.settled(30_000);
  expect(heard().filter((action) => action === 'StopTransaction')).toHaveLength(1);
  expect(bench.told.filter((step) => step === 'installationFailed')).toHaveLength(1);
});
