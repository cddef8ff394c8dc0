/** An update from its order to its end: it comes in while vehicles charge, is installed when none does, and proves itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { closeTheBooks } from '../support/rig';
import { ownRelease, removeUpdateDirectories, UpdateBench } from '../support/update-bench';

afterEach(async () => {
  await closeTheBooks();
  removeUpdateDirectories();
});

test('a file is fetched, installed and tried, and is told as installed when it has proved itself', async () => {
  const bench = await UpdateBench.start();
  await bench.order();
  await bench.untilRestarted();
  expect(bench.slots.running()).toEqual({ version: 'greenup-2' });
  expect(bench.progress).toMatchObject({ step: 'trial', waitsFor: 'proof', version: 'greenup-2' });
  await bench.untilStep('installed');
  expect(bench.told).toEqual(['downloading', 'downloaded', 'installing', 'trial', 'installed']);
  expect(await bench.slots.versions()).toMatchObject({ good: 'greenup-2', trial: undefined });
  await bench.until(() => !existsSync(join(bench.directory, 'update', 'incoming.part')));
  const boot = bench.rig.central.received.filter(({ action }) => action === 'BootNotification').at(-1);
  expect(boot?.payload).toMatchObject({ firmwareVersion: 'greenup-2' });
});

test('it comes in while a vehicle charges, and is installed when the charge has ended', async () => {
  const bench = await UpdateBench.start();
  await bench.rig.charge(1);
  await bench.order();
  await bench.until(() => bench.progress?.waitsFor === 'transactions');
  expect(bench.progress).toMatchObject({ step: 'downloaded', version: 'greenup-2' });
  expect(bench.rig.status(1)).toBe('Charging');
  expect(bench.rig.status(2)).toBe('Unavailable');
  await bench.settled(600_000);
  expect(bench.progress?.waitsFor).toBe('transactions');
  bench.rig.unplug(1);
  await bench.untilRestarted();
  await bench.untilStep('installed');
  expect(bench.slots.running()).toEqual({ version: 'greenup-2' });
});

test('a file that is not there has failed after the last try, and nothing of it is left', async () => {
  const bench = await UpdateBench.start();
  bench.rig.transfer.files.clear();
  await bench.order({ retries: 2, retryIntervalMs: 30_000 });
  await bench.until(() => bench.progress?.waitsFor === 'retry');
  expect(bench.progress).toMatchObject({ step: 'downloading', retriesLeft: 1 });
  await bench.settled(29_000);
  expect(bench.rig.transfer.downloads).toHaveLength(1);
  await bench.until(() => bench.rig.transfer.downloads.length === 2, 100, 30);
  await bench.settled(31_000);
  await bench.untilStep('downloadFailed');
  expect(bench.rig.transfer.downloads).toHaveLength(3);
  expect(bench.told).toEqual(['downloading', 'downloadFailed']);
  expect(bench.progress?.reason).toContain('no such file');
});

test('a release that does not prove itself goes back by itself, and that is told once', async () => {
  const bench = await UpdateBench.start();
  await bench.order();
  await bench.until(() => !bench.rig.powered);
  bench.provesItself = false;
  await bench.restart();
  expect(bench.progress?.step).toBe('trial');
  await bench.updates.giveUp('did not prove itself within 30 minutes: nobody answers');
  await bench.untilRestarted();
  expect(bench.slots.running()).toEqual({ version: ownRelease });
  await bench.untilStep('installationFailed');
  expect(bench.progress?.reason).toContain('did not prove itself within 30 minutes');
  expect(bench.told.filter((step) => step === 'installationFailed')).toHaveLength(1);
  await bench.repower();
  expect(bench.told.filter((step) => step === 'installationFailed')).toHaveLength(1);
});
