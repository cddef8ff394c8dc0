/** An update from its order to its end: it comes in while vehicles charge, is installed when none does, and proves itself. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { trialMaxMs } from '../../src/release/release-trial';
import { giveUpMaxMs } from '../../src/release/updates/updates';
import { closeTheBooks, startOfTime } from '../support/rig';
import { fileUrl, ownRelease, removeUpdateDirectories, UpdateBench } from '../support/update-bench';

const ends = ({ told }: UpdateBench): string[] => told.filter((step) => /installed|Failed/.test(step));

async function* content(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

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
  expect(bench.rig.status(3)).toBe('Unavailable');
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

test('a release that does not prove itself goes back by itself after half an hour, and that is told once', async () => {
  const bench = await UpdateBench.start();
  bench.faults.change('neverConfirms', true);
  await bench.order();
  await bench.untilRestarted();
  expect(bench.progress?.step).toBe('trial');
  await bench.rig.advance(trialMaxMs - 60_000);
  await bench.settled();
  expect(bench.progress?.step).toBe('trial');
  expect(bench.rig.powered).toBe(true);
  await bench.rig.advance(60_000);
  await bench.untilRestarted();
  expect(bench.slots.running()).toEqual({ version: ownRelease });
  await bench.untilStep('installationFailed');
  expect(bench.progress?.reason).toContain('did not prove itself within 30 minutes: it was told not to prove itself');
  await bench.repower();
  expect(ends(bench)).toEqual(['installationFailed']);
});

test('a release that is given up waits for the end of the charge, which is not cut short for hours', async () => {
  const bench = await UpdateBench.start();
  bench.faults.change('neverConfirms', true);
  await bench.order();
  await bench.untilRestarted();
  await bench.rig.charge(1);
  await bench.rig.advance(trialMaxMs);
  await bench.settled(3_600_000);
  expect(bench.rig.status(1)).toBe('Charging');
  expect(bench.rig.status(3)).toBe('Unavailable');
  bench.rig.unplug(1);
  await bench.untilRestarted();
  expect(bench.slots.running()).toEqual({ version: ownRelease });
});

test('a charge that does not end holds a release that is given up for some hours, and then goes on under the former one', async () => {
  const bench = await UpdateBench.start();
  bench.faults.change('neverConfirms', true);
  await bench.order();
  await bench.untilRestarted();
  await bench.rig.charge(1);
  await bench.rig.advance(trialMaxMs);
  await bench.settled();
  await bench.rig.advance(giveUpMaxMs - 60_000);
  await bench.settled();
  expect(bench.rig.powered).toBe(true);
  await bench.rig.advance(60_000);
  await bench.untilRestarted();
  expect(bench.slots.running()).toEqual({ version: ownRelease });
});

test('a release that dies at each start is given up by the slots, and has failed under the one that runs again', async () => {
  const bench = await UpdateBench.start();
  bench.faults.change('diesAtStart', true);
  await bench.order();
  await bench.untilRestarted();
  expect(bench.slots.running()).toEqual({ version: ownRelease });
  await bench.untilStep('installationFailed');
  expect(bench.progress?.reason).toContain('greenup-2 was given up');
  expect(bench.told).toEqual(['downloading', 'downloaded', 'installing', 'installationFailed']);
  const boot = bench.rig.central.received.filter(({ action }) => action === 'BootNotification').at(-1);
  expect(boot?.payload).not.toMatchObject({ firmwareVersion: 'greenup-2' });
  // Another order is another trial.
  bench.faults.change('diesAtStart', false);
  await bench.order();
  await bench.untilRestarted();
  await bench.untilStep('installed');
});

test.each([
  'wrongSignature',
  'installFails',
] as const)('%s: the release that runs goes on, and takes sessions again', async (fault) => {
  const bench = await UpdateBench.start();
  bench.faults.change(fault, true);
  await bench.order();
  await bench.untilStep('installationFailed');
  await bench.settled();
  expect(bench.rig.powered).toBe(true);
  expect(bench.rig.status(1)).toBe('Available');
  expect(ends(bench)).toEqual(['installationFailed']);
  expect(bench.told.includes('installing')).toBe(fault === 'installFails');
  const left = ['incoming.part', 'incoming'].map((name) => join(bench.directory, 'update', name));
  await bench.until(() => !left.some((path) => existsSync(path)));
});

test('a download that breaks goes on where it was, and has failed when no try is left', async () => {
  const bench = await UpdateBench.start();
  bench.rig.transfer.files.set(fileUrl, Buffer.alloc(1_000, 'x'));
  bench.rig.transfer.portionBytes = 64;
  bench.faults.change('downloadBreaks', true, 60);
  await bench.order({ retries: 2, retryIntervalMs: 10_000 });
  await bench.until(() => bench.progress?.waitsFor === 'retry');
  expect(bench.progress).toMatchObject({ doneBytes: 600, totalBytes: 1_000, retriesLeft: 1 });
  await bench.settled(10_000);
  await bench.until(() => bench.progress?.waitsFor === 'retry' && bench.progress.retriesLeft === 0);
  bench.faults.change('downloadBreaks', false);
  await bench.settled(10_000);
  await bench.untilRestarted();
  const [first, second, third] = bench.rig.transfer.downloads;
  expect(first?.after).toBeUndefined();
  expect([second?.after?.bytes, third?.after?.bytes]).toEqual([600, 600]);
  await bench.untilStep('installed');
});

test('without room nothing of the file is written, and the last try has failed', async () => {
  const bench = await UpdateBench.start();
  bench.faults.change('noSpace', true);
  await bench.order();
  await bench.untilStep('downloadFailed');
  expect(bench.progress?.reason).toMatch(/needs \d+ MB of free space, and there are 0 MB/);
});

describe('orders', () => {
  test('one that comes while another downloads takes its place, of which nothing is told any more', async () => {
    const bench = await UpdateBench.start();
    let letGo = (): void => {};
    bench.rig.transfer.beforeDownload = () =>
      new Promise((resolve) => {
        letGo = resolve;
      });
    await bench.order();
    const { id } = bench.progress ?? {};
    const other = 'http://files.test/other-3.bin';
    bench.rig.transfer.files.set(other, Buffer.from('another'));
    const ordered = bench.order({ source: { from: 'url', url: other } });
    await bench.settled();
    letGo();
    bench.rig.transfer.beforeDownload = async () => {};
    await bench.settled();
    await ordered;
    expect(bench.progress?.id).not.toBe(id);
    expect(bench.rig.transfer.downloads[0]?.signal?.aborted).toBe(true);
    await bench.untilRestarted();
    expect(bench.slots.running()).toEqual({ version: 'other-3' });
  });

  test('none is taken while one is installed or on trial, nor can it be cancelled', async () => {
    const bench = await UpdateBench.start();
    await bench.order();
    await bench.untilRestarted();
    await expect(bench.order()).rejects.toMatchObject({ code: 'command.invalid' });
    await expect(bench.updates.cancel()).rejects.toMatchObject({ code: 'command.invalid' });
    await expect(bench.updates.previous()).rejects.toMatchObject({ code: 'command.invalid' });
    await bench.untilStep('installed');
    await expect(bench.updates.cancel()).rejects.toMatchObject({ code: 'command.invalid' });
  });

  test('one that waits for the end of a charge can be cancelled: the other outlets are free again', async () => {
    const bench = await UpdateBench.start();
    await bench.rig.charge(1);
    await bench.order();
    await bench.until(() => bench.progress?.waitsFor === 'transactions');
    await bench.updates.cancel();
    expect(bench.progress).toBeUndefined();
    expect(bench.rig.status(3)).toBe('Available');
    bench.rig.unplug(1);
    await bench.settled(10_000);
    expect(bench.rig.powered).toBe(true);
    expect(ends(bench)).toEqual([]);
  });

  test('a date is waited for, also over a power cut', async () => {
    const bench = await UpdateBench.start();
    await bench.order({ notBeforeUnixMs: startOfTime + 7_200_000 });
    expect(bench.progress).toMatchObject({ step: 'waiting', waitsFor: 'date' });
    await bench.rig.advance(3_600_000);
    await bench.repower();
    await bench.rig.advance(3_400_000);
    await bench.settled();
    expect(bench.rig.transfer.downloads).toHaveLength(0);
    await bench.rig.advance(300_000);
    await bench.untilRestarted();
  });

  test('a file that was handed in is taken once, and is nothing without one', async () => {
    const bench = await UpdateBench.start();
    const handed = { source: { from: 'handed' }, by: 'person' } as const;
    await expect(bench.order(handed)).rejects.toMatchObject({ code: 'command.invalid' });
    await bench.inbox.keep(5, content('12345'));
    await bench.order(handed);
    expect(bench.told).toEqual(['downloaded']);
    await bench.untilRestarted();
    expect(bench.slots.running()?.version).toMatch(/^file-[0-9a-f]{10}$/);
  });

  test('the release that ran before comes back as a trial, and is the good one when it has proved itself', async () => {
    const bench = await UpdateBench.start();
    await expect(bench.updates.previous()).rejects.toMatchObject({ code: 'command.invalid' });
    await bench.order();
    await bench.untilRestarted();
    await bench.untilStep('installed');
    await bench.updates.previous();
    await bench.untilRestarted();
    expect(bench.slots.running()).toEqual({ version: ownRelease });
    expect(bench.progress).toMatchObject({ by: 'person', step: 'trial', version: ownRelease });
    await bench.untilStep('installed');
    expect(await bench.slots.versions()).toMatchObject({ good: ownRelease });
  });

  test('the same file again is another installation of it', async () => {
    const bench = await UpdateBench.start();
    await bench.order();
    await bench.untilRestarted();
    await bench.untilStep('installed');
    await bench.order();
    await bench.untilRestarted();
    expect(bench.slots.running()?.version).toMatch(/^greenup-2-[0-9a-f]{10}$/);
  });
});

test('a power cut in the middle of the download goes on after what was flushed', async () => {
  const bench = await UpdateBench.start({}, (made) => {
    made.ports = { markBytes: 200 };
  });
  bench.rig.transfer.files.set(fileUrl, Buffer.alloc(1_000, 'x'));
  bench.rig.transfer.portionBytes = 100;
  bench.faults.change('downloadBreaks', true, 50);
  await bench.order({ retries: 1, retryIntervalMs: 600_000 });
  await bench.until(() => bench.progress?.waitsFor === 'retry');
  await bench.repower();
  bench.faults.change('downloadBreaks', false);
  await bench.rig.advance(600_000);
  await bench.untilRestarted();
  expect(bench.rig.transfer.downloads.at(-1)?.after?.bytes).toBe(500);
  expect(bench.told.filter((step) => step === 'downloading')).toHaveLength(1);
});
