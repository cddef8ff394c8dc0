/** Updates that the central system orders, from UpdateFirmware to their end, with the engine that a station has. */
import { closeTheBooks } from '../support/rig';
import { fileUrl, ownRelease, removeUpdateDirectories, UpdateBench } from '../support/update-bench';
import { firmwareStatuses } from '../support/updates';

afterEach(async () => {
  await closeTheBooks();
  removeUpdateDirectories();
});

const status = 'FirmwareStatusNotification';
const update = { location: fileUrl, retrieveDate: '2026-01-01T00:00:00Z', retries: 1, retryInterval: 10 };
const whole = ['Downloading', 'Downloaded', 'Installing', 'Installed'];
const newRelease = 'greenup-2';

async function started(change: (bench: UpdateBench) => void = () => {}): Promise<UpdateBench> {
  const bench = await UpdateBench.start({}, change);
  bench.rig.central.answer(status, () => ({}));
  return bench;
}

/** The answer to UpdateFirmware, for which real files may have to be let go of. */
async function order(bench: UpdateBench, change: object = {}): Promise<unknown> {
  const answered = bench.rig.central.callRaw('UpdateFirmware', { ...update, ...change });
  let frame: unknown[] | undefined;
  void answered.then((one) => {
    frame = one;
  });
  await bench.until(() => frame !== undefined);
  return frame?.[0] === 3 ? frame[2] : { callError: frame?.[2] };
}

/** Boots and statuses, as they came. */
function story({ rig }: UpdateBench): unknown[] {
  const told = rig.central.received.filter(({ action, repeated }) => !repeated && /^(Boot|Firmware)/.test(action));
  return told.map(({ action, payload }) => (action === status ? payload.status : `boot of ${payload.firmwareVersion}`));
}

const isTold = (bench: UpdateBench, end: string) => () => firmwareStatuses(bench.rig).includes(end);

/** The new release runs, and does not prove itself. */
async function onTrial(): Promise<UpdateBench> {
  const bench = await started();
  await order(bench);
  await bench.until(() => !bench.rig.powered);
  bench.provesItself = false;
  await bench.restart();
  return bench;
}

test('Downloading, Downloaded, Installing, a boot of the new version, Installed', async () => {
  const bench = await started();
  expect(await order(bench)).toEqual({});
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'Installed'));
  await bench.settled(600_000);
  const [first] = story(bench);
  expect(first).toMatch(/^boot of /);
  expect(story(bench).slice(1)).toEqual([...whole.slice(0, 3), `boot of ${newRelease}`, 'Installed']);
  expect(await bench.slots.versions()).toMatchObject({ good: newRelease, trial: undefined });
});

test('a file that is not there is DownloadFailed after the last try, and the old release goes on', async () => {
  const bench = await started();
  bench.rig.transfer.files.clear();
  expect(await order(bench)).toEqual({});
  await bench.until(isTold(bench, 'DownloadFailed'));
  expect(bench.rig.transfer.downloads).toHaveLength(2);
  await bench.settled(600_000);
  expect(story(bench).slice(1)).toEqual(['Downloading', 'DownloadFailed']);
  expect(bench.slots.running()).toEqual({ version: ownRelease });
  await bench.rig.charge(1);
});

test('a file that is no release for this station is InstallationFailed, and the old one goes on', async () => {
  const bench = await started((own) => {
    own.ports.gate = {
      verify: () => Promise.reject(new Error('its signature is not right')),
      proven: async () => {},
      trust: async () => 'signed',
    };
  });
  expect(await order(bench)).toEqual({});
  await bench.until(isTold(bench, 'InstallationFailed'));
  await bench.settled(600_000);
  expect(story(bench).slice(1)).toEqual(['Downloading', 'Downloaded', 'InstallationFailed']);
  expect(bench.rig.warnings).toContainEqual(expect.stringContaining('its signature is not right'));
  await bench.rig.charge(1);
});

test('while a vehicle charges it is fetched and waits: nobody else begins, and the charge ends as its driver wants (E3.49)', async () => {
  const bench = await started();
  const { rig } = bench;
  await rig.charge(1);
  await order(bench);
  await bench.until(() => bench.progress?.waitsFor === 'transactions');
  await bench.settled(1_000);
  expect([0, 1, 3].map((id) => rig.status(id))).toEqual(['Available', 'Charging', 'Unavailable']);
  rig.forget();
  rig.plug(3);
  rig.present('04D4E5F6', 'left');
  await bench.settled(3_600_000);
  expect(rig.since('StartTransaction')).toEqual([]);
  expect(firmwareStatuses(rig)).toEqual(whole.slice(0, 2));
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'Installed'));
  expect(firmwareStatuses(rig)).toEqual(whole);
  expect([1, 3].map((id) => rig.status(id))).toEqual(['Preparing', 'Preparing']);
});

test('a power cut while it is fetched: it goes on where it was, and Downloading is told once', async () => {
  const bench = await started();
  const { rig } = bench;
  rig.transfer.files.set(fileUrl, Buffer.alloc(3 * 1024 * 1024, 'release'));
  rig.transfer.portionBytes = 1024 * 1024;
  rig.transfer.breaksAfterBytes = 2 * 1024 * 1024;
  await order(bench, { retryInterval: 600 });
  await bench.until(() => bench.progress?.waitsFor === 'retry');
  await bench.settled(1_000);
  await bench.repower('none');
  rig.transfer.breaksAfterBytes = Number.POSITIVE_INFINITY;
  await bench.until(() => !rig.powered, 10_000);
  await bench.restart();
  await bench.until(isTold(bench, 'Installed'));
  expect(rig.transfer.downloads.map(({ after }) => after?.bytes ?? 0)).toEqual([0, 2 * 1024 * 1024]);
  expect(firmwareStatuses(rig)).toEqual(whole);
});

test('a power cut while it waits to be installed: it is verified again, and installed when the station is free', async () => {
  const bench = await started();
  await bench.rig.charge(1);
  await order(bench);
  await bench.until(() => bench.progress?.waitsFor === 'transactions');
  await bench.settled(1_000);
  await bench.repower('none');
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'Installed'));
  expect(firmwareStatuses(bench.rig)).toEqual(whole);
});

test('a power cut on trial: the new release is started again, proves itself and is kept', async () => {
  const bench = await onTrial();
  bench.provesItself = true;
  await bench.repower('none');
  await bench.until(isTold(bench, 'Installed'));
  expect(bench.slots.running()).toEqual({ version: newRelease });
  expect(firmwareStatuses(bench.rig)).toEqual(whole);
});

test('a new release that dies at each start: after three of them the old one boots, and InstallationFailed is told once', async () => {
  const bench = await onTrial();
  for (let starts = 1; bench.slots.running()?.version === newRelease; starts += 1) {
    expect(starts).toBeLessThanOrEqual(3);
    await bench.repower('none');
  }
  await bench.until(isTold(bench, 'InstallationFailed'));
  await bench.repower('none');
  await bench.settled(60_000);
  const boots = story(bench).filter((line) => `${line}`.startsWith('boot'));
  expect(boots.slice(1, 4)).toEqual(Array(3).fill(`boot of ${newRelease}`));
  expect(boots[4]).not.toBe(`boot of ${newRelease}`);
  expect(firmwareStatuses(bench.rig)).toEqual([...whole.slice(0, 3), 'InstallationFailed']);
  await bench.rig.charge(1);
});

test('one that never proves itself goes back, and the reason is in the log; the next order is taken', async () => {
  const bench = await onTrial();
  expect(await order(bench)).toEqual({ callError: 'GenericError' });
  await bench.updates.giveUp('did not prove itself within 30 minutes: connector 1 has not reported yet');
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'InstallationFailed'));
  expect(story(bench).slice(-2)).toEqual([expect.stringMatching(/^boot of (?!greenup-2)/), 'InstallationFailed']);
  expect(bench.rig.warnings).toContainEqual(expect.stringContaining('did not prove itself within 30 minutes'));
  bench.provesItself = true;
  expect(await order(bench)).toEqual({});
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'Installed'));
  expect(firmwareStatuses(bench.rig)).toEqual([...whole.slice(0, 3), 'InstallationFailed', ...whole]);
});

test('a central system that is away while it is installed and tried hears of every step when it is back, after the boot', async () => {
  const bench = await started();
  const { rig } = bench;
  await rig.charge(1);
  await order(bench);
  await bench.until(() => bench.progress?.waitsFor === 'transactions');
  await bench.settled(1_000);
  rig.central.down();
  await bench.settled(10_000);
  rig.present('04A1B2C3');
  await bench.untilRestarted();
  await bench.until(() => bench.progress?.step === 'installed', 10_000);
  await bench.repower('none');
  expect(firmwareStatuses(rig)).toEqual(whole.slice(0, 2));
  rig.central.up();
  await bench.until(isTold(bench, 'Installed'), 10_000);
  expect(story(bench).slice(-3)).toEqual([`boot of ${newRelease}`, 'Installing', 'Installed']);
  expect(firmwareStatuses(rig)).toEqual(whole);
});

test('a second order takes the place of one that is fetched', async () => {
  const bench = await started();
  const { rig } = bench;
  rig.transfer.isUnreachable = true;
  await order(bench, { retryInterval: 3_600 });
  await bench.until(() => bench.progress?.waitsFor === 'retry');
  rig.transfer.isUnreachable = false;
  const location = 'http://files.test/greenup-3.zip';
  rig.transfer.files.set(location, Buffer.from('a newer release'));
  expect(await order(bench, { location })).toEqual({});
  await bench.untilRestarted();
  await bench.until(isTold(bench, 'Installed'));
  expect(bench.slots.running()).toEqual({ version: 'greenup-3' });
  expect(firmwareStatuses(rig)).toEqual(['Downloading', ...whole]);
});
