/** Compliance group 19, firmware updates: what is ordered, and what the central system hears of it (OCPP 1.6, 4.5 and 5.19). */
import { closeTheBooks, Rig } from '../support/rig';
import { firmwareStatuses, restartForUpdate, startUpdatable, update } from '../support/updates';

afterEach(closeTheBooks);

const status = 'FirmwareStatusNotification';

test('TC_044_1_CS Firmware Update - Download and Install', async () => {
  const { rig, updates } = await startUpdatable();
  expect(await rig.call('UpdateFirmware', { ...update, retries: 2, retryInterval: 30 })).toEqual({});
  expect(updates.orders).toEqual([
    {
      source: {
        from: 'url',
        url: 'ftp://files.test:2121/greenup-2.0.0.zip',
        credentials: { user: 'station', password: 'p@ss' },
      },
      by: 'centralSystem',
      notBeforeUnixMs: Date.UTC(2026, 4, 4, 8),
      retries: 2,
      retryIntervalMs: 30_000,
    },
  ]);
  updates.is('downloading');
  await rig.expectCall(status, { status: 'Downloading' });
  updates.is('downloaded');
  await rig.expectCall(status, { status: 'Downloaded' });
  updates.is('installing');
  await rig.expectCall(status, { status: 'Installing' });
  await restartForUpdate(rig);
  updates.is('trial');
  await rig.expectCall('BootNotification');
  await rig.advance(60_000);
  updates.is('installed');
  await rig.expectCall(status, { status: 'Installed' });
  await rig.advance(600_000);
  expect(firmwareStatuses(rig)).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed']);
});

test('TC_044_2_CS Firmware Update - Download failed', async () => {
  const { rig, updates } = await startUpdatable();
  expect(await rig.call('UpdateFirmware', update)).toEqual({});
  updates.is('downloading');
  await rig.expectCall(status, { status: 'Downloading' });
  updates.is('downloadFailed');
  await rig.expectCall(status, { status: 'DownloadFailed' });
  await rig.advance(600_000);
  expect(firmwareStatuses(rig)).toEqual(['Downloading', 'DownloadFailed']);
  expect(rig.central.calls('BootNotification')).toHaveLength(1);
});

test('TC_044_3_CS Firmware Update - Installation failed', async () => {
  const { rig, updates } = await startUpdatable();
  expect(await rig.call('UpdateFirmware', update)).toEqual({});
  updates.is('downloading', 'downloaded', 'installing');
  await rig.expectCall(status, { status: 'Installing' });
  updates.is('installationFailed');
  await rig.expectCall(status, { status: 'InstallationFailed' });
  await rig.advance(600_000);
  expect(firmwareStatuses(rig)).toEqual(['Downloading', 'Downloaded', 'Installing', 'InstallationFailed']);
});

test('a station that cannot be updated answers with CALLERROR NotSupported, and nothing follows', async () => {
  const rig = await Rig.start();
  const update = { location: 'ftp://files.test/firmware.bin', retrieveDate: '2026-05-04T09:00:00Z' };
  expect(await rig.call('UpdateFirmware', update)).toMatchObject({ callError: 'NotSupported' });
  await rig.advance(120_000);
  expect(rig.central.calls('FirmwareStatusNotification')).toEqual([]);
});

test.each([
  ['left to the station: three times more, a minute apart', {}, 3, 60_000],
  ['what cannot be meant', { retries: -1, retryInterval: 0 }, 3, 60_000],
  ['none', { retries: 0, retryInterval: 5 }, 0, 5_000],
  ['more than anybody waits for', { retries: 1_000, retryInterval: 1_000_000 }, 100, 86_400_000],
])('retries (6.55; E 3.50): %s', async (_what, request, retries, retryIntervalMs) => {
  const { rig, updates } = await startUpdatable();
  await rig.call('UpdateFirmware', { ...update, ...request });
  expect(updates.orders).toMatchObject([{ retries, retryIntervalMs }]);
});

test('"a date and time after which the Charge Point is allowed to retrieve" (5.19): any offset, and also past', async () => {
  const { rig, updates } = await startUpdatable();
  await rig.call('UpdateFirmware', { ...update, retrieveDate: '2026-05-05T10:30:00.5+02:00' });
  await rig.call('UpdateFirmware', { ...update, retrieveDate: '2001-01-01T00:00:00Z' });
  const dates = updates.orders.map(({ notBeforeUnixMs }) => notBeforeUnixMs);
  expect(dates).toEqual([Date.UTC(2026, 4, 5, 8, 30, 0, 500), Date.UTC(2001, 0, 1)]);
  await rig.advance(600_000);
  expect(firmwareStatuses(rig)).toEqual([]);
});

test.each([
  ['another protocol', 'scp://files.test/f.zip', 'valid: '],
  ['one that is not among SupportedFileTransferProtocols', 'ftp://u:hunter2@files.test/f.zip', 'valid: https://'],
  ['no URL', 'ftp://', 'the location is no URL'],
])('where the file cannot be had it is answered (5.19), and has failed, once: %s', async (_what, location, why) => {
  const { rig, updates } = await startUpdatable();
  const texts: string[] = [];
  rig.running.notices.on('requestRefused', ({ text }) => texts.push(text));
  await rig.configure('SupportedFileTransferProtocols', 'HTTPS');
  expect(await rig.call('UpdateFirmware', { ...update, location })).toEqual({});
  await rig.expectCall(status, { status: 'DownloadFailed' });
  await rig.advance(600_000);
  expect(firmwareStatuses(rig)).toEqual(['DownloadFailed']);
  expect(updates.orders).toEqual([]);
  expect(texts).toEqual([expect.stringContaining(why)]);
  expect(texts[0]).not.toContain('hunter2');
});

test.each([
  'installing',
  'trial',
] as const)('what cannot be done now is answered with a CALLERROR, and goes on as it was: %s', async (step) => {
  const { rig, updates } = await startUpdatable();
  await rig.call('UpdateFirmware', update);
  updates.is(step);
  for (const location of [update.location, 'scp://files.test/f.zip']) {
    expect(await rig.call('UpdateFirmware', { ...update, location })).toEqual({
      callError: 'GenericError',
      description: expect.stringContaining('an update is'),
    });
  }
  updates.is('installed');
  await rig.advance(60_000);
  expect(updates.orders).toHaveLength(1);
  expect(firmwareStatuses(rig)).toEqual(['Downloading', 'Downloaded', 'Installing', 'Installed']);
});

test('Idle is told on trigger alone (4.5); at each step the present status is', async () => {
  const { rig, updates } = await startUpdatable();
  const asked = async () => {
    rig.forget();
    expect(await rig.call('TriggerMessage', { requestedMessage: status })).toEqual({ status: 'Accepted' });
    return (await rig.expectCall(status)).payload.status;
  };
  expect(await asked()).toBe('Idle');
  await rig.call('UpdateFirmware', update);
  expect(await asked()).toBe('Idle');
  const steps = [
    ['downloading', 'Downloading'],
    ['downloaded', 'Downloaded'],
    ['installing', 'Installing'],
    ['trial', 'Installing'],
    ['installed', 'Idle'],
    ['downloadFailed', 'Idle'],
    ['installationFailed', 'Idle'],
  ] as const;
  for (const [step, present] of steps) {
    updates.is(step);
    await rig.advance(1_000);
    expect([step, await asked()]).toEqual([step, present]);
  }
});
