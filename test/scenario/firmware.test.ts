/** Statuses of an update that meet trouble: restarts, lost links, power cuts, silence, a slow disk, and a second order. */
import { GreenupError } from '../../src/hal/errors';
import { closeTheBooks, type Rig } from '../support/rig';
import { firmwareStatuses, restartForUpdate, startUpdatable, update } from '../support/updates';

afterEach(closeTheBooks);

const status = 'FirmwareStatusNotification';
const whole = ['Downloading', 'Downloaded', 'Installing', 'Installed'];

async function ordered() {
  const started = await startUpdatable();
  await started.rig.call('UpdateFirmware', update);
  return started;
}

async function restartOf(rig: Rig, how: 'power cut' | 'reset'): Promise<void> {
  if (how === 'reset') await restartForUpdate(rig);
  else {
    await rig.cutPower('none');
    await rig.powerOn();
  }
  await rig.advance(5_000);
}

test.each([
  'reset',
  'power cut',
] as const)('a %s between any two steps: each status once, and in order', async (how) => {
  const { rig, updates } = await ordered();
  await restartOf(rig, how);
  for (const step of ['downloading', 'downloaded', 'installing', 'trial', 'installed'] as const) {
    updates.is(step);
    await rig.advance(5_000);
    await restartOf(rig, how);
  }
  expect(firmwareStatuses(rig)).toEqual(whole);
  // Nor is any repeated.
  expect(rig.central.calls(status)).toHaveLength(whole.length);
});

test('steps during which the station did not run are told after its start: an update that came through, and one that did not', async () => {
  const { rig, updates } = await ordered();
  updates.is('downloading');
  await rig.advance(1_000);
  await rig.cutPower('none');
  updates.is('downloaded', 'installing', 'trial', 'installed');
  await rig.powerOn();
  await rig.expectCall('BootNotification');
  await rig.advance(60_000);
  expect(firmwareStatuses(rig)).toEqual(whole);
  rig.forget();
  await rig.call('UpdateFirmware', update);
  updates.is('downloading', 'downloaded', 'installing');
  await rig.advance(1_000);
  await rig.cutPower('all');
  updates.is('trial', 'installationFailed');
  await rig.powerOn();
  await rig.expectCall('BootNotification');
  await rig.expectCall(status, { status: 'InstallationFailed' });
  await restartOf(rig, 'power cut');
  expect(firmwareStatuses(rig).slice(4)).toEqual(['Downloading', 'Downloaded', 'Installing', 'InstallationFailed']);
});

test('"SHALL notify the Central System after each step" (3.3): also of those of which nobody could hear', async () => {
  const { rig, updates } = await ordered();
  updates.is('downloading');
  await rig.advance(1_000);
  rig.central.down();
  await rig.advance(5_000);
  updates.is('downloaded', 'installing');
  await rig.advance(5_000);
  await rig.cutPower('none');
  await rig.powerOn();
  updates.is('trial', 'installed');
  await rig.advance(60_000);
  expect(firmwareStatuses(rig)).toEqual(['Downloading']);
  rig.central.up();
  await rig.expectCall('BootNotification', {}, 300_000);
  await rig.advance(60_000);
  expect(firmwareStatuses(rig)).toEqual(whole);
});

test('the end is told once the central system has accepted the boot, and not before', async () => {
  const { rig, updates } = await ordered();
  updates.is('downloading', 'downloaded', 'installing');
  await rig.advance(1_000);
  rig.central.answer('BootNotification', () => ({ status: 'Pending', currentTime: rig.central.time(), interval: 60 }));
  await restartForUpdate(rig);
  updates.is('trial', 'installed');
  await rig.advance(30_000);
  expect(firmwareStatuses(rig)).toEqual(whole.slice(0, 3));
  rig.central.answerAsUsual();
  await rig.expectCall(status, { status: 'Installed' }, 120_000);
});

test('one that is not answered is told again with its id, also after a restart, and given up after five times', async () => {
  const { rig, updates } = await ordered();
  rig.central.answer(status, () => 'silence');
  updates.is('downloading');
  await rig.advance(3_600_000);
  updates.is('downloaded');
  await rig.advance(45_000);
  await restartOf(rig, 'power cut');
  rig.central.answer(status, () => ({}));
  await rig.advance(120_000);
  updates.is('installationFailed');
  await rig.advance(10_000);
  expect(firmwareStatuses(rig)).toEqual(['Downloading', 'Downloaded', 'InstallationFailed']);
  expect(rig.central.calls(status).filter(({ payload }) => payload.status === 'Downloading')).toHaveLength(5);
  expect(rig.central.calls(status).filter(({ repeated }) => repeated).length).toBeGreaterThan(4);
});

test('the newest order is what is wanted: of the one before it nothing more is told', async () => {
  const { rig, updates } = await ordered();
  updates.is('downloading');
  await rig.expectCall(status, { status: 'Downloading' });
  await rig.call('UpdateFirmware', { ...update, location: 'https://files.test/greenup-3.0.0.zip' });
  await rig.advance(60_000);
  expect(firmwareStatuses(rig)).toEqual(['Downloading']);
  updates.is('downloading', 'downloadFailed');
  await rig.advance(10_000);
  expect(firmwareStatuses(rig)).toEqual(['Downloading', 'Downloading', 'DownloadFailed']);
});

test('of an update whose place another takes without a link, what was not told stays untold; the end of one that had ended is told', async () => {
  const { rig, updates } = await ordered();
  rig.central.down();
  await rig.advance(5_000);
  const again = () => updates.order({ ...(updates.orders[0] as (typeof updates.orders)[0]) });
  updates.is('downloading', 'downloaded');
  await again();
  updates.is('downloading', 'downloadFailed');
  await again();
  updates.is('downloading');
  await rig.advance(1_000);
  await rig.cutPower('none');
  await rig.powerOn();
  rig.central.up();
  await rig.advance(120_000);
  expect(firmwareStatuses(rig)).toEqual(['DownloadFailed', 'Downloading']);
});

test('a location that nobody can fetch ends the order before it, too', async () => {
  const { rig, updates } = await ordered();
  updates.is('downloading');
  await rig.advance(1_000);
  let cancelled = 0;
  updates.cancel = () => {
    cancelled += 1;
    return new Promise(() => {});
  };
  await rig.call('UpdateFirmware', { ...update, location: 'scp://files.test/f.zip' });
  updates.is('downloaded');
  await rig.advance(5_000);
  await restartOf(rig, 'power cut');
  expect(firmwareStatuses(rig)).toEqual(['Downloading', 'DownloadFailed']);
  expect(cancelled).toBe(1);
});

test('what a person has ordered is not told, also where the central system orders nothing that can be had meanwhile', async () => {
  const { rig, updates } = await startUpdatable();
  await updates.order({ source: { from: 'handed' }, by: 'person', retries: 0, retryIntervalMs: 1_000 });
  updates.is('downloading', 'downloaded');
  await rig.call('UpdateFirmware', { ...update, location: 'scp://files.test/f.zip' });
  updates.is('installing', 'trial', 'installed');
  await restartOf(rig, 'reset');
  expect(firmwareStatuses(rig)).toEqual(['DownloadFailed']);
  expect(updates.cancelled).toBe(0);
});

test('the answer leaves before the first status, and waits for a slow disk five seconds at most', async () => {
  const { rig, updates } = await startUpdatable();
  let letGo = (): void => {};
  updates.durable = () =>
    new Promise((resolve) => {
      letGo = resolve;
    });
  const begun = rig.clock.now();
  const answered = rig.call('UpdateFirmware', update);
  await answered;
  expect(rig.clock.now() - begun).toBeGreaterThanOrEqual(5_000);
  expect(rig.clock.now() - begun).toBeLessThan(5_200);
  letGo();
  await rig.advance(100);
  expect(updates.orders).toHaveLength(1);
  // In one instant with the answer.
  updates.durable = async () => {};
  updates.onStep(({ step }) => {
    if (step === 'waiting') updates.is('downloading');
  });
  rig.forget();
  const frames = rig.central.frames.length;
  await rig.call('UpdateFirmware', update);
  await rig.expectCall(status, { status: 'Downloading' });
  const order = rig.central.frames.slice(frames).map((frame) => /Notification|UpdateFirmware|\[3,/.exec(frame)?.[0]);
  expect(order.slice(0, 3)).toEqual(['UpdateFirmware', '[3,', 'Notification']);
});

test.each([
  [new GreenupError('command.invalid', 'an update is being installed'), 'GenericError'],
  [new Error('no space left'), 'InternalError'],
])('an order that does not come about is answered with a CALLERROR: %s', async (error, callError) => {
  const { rig, updates } = await startUpdatable();
  updates.durable = () => Promise.reject(error);
  expect(await rig.call('UpdateFirmware', update)).toEqual({ callError, description: error.message });
});

test('one that fails after it was answered is in the log', async () => {
  const { rig, updates } = await startUpdatable();
  updates.durable = () =>
    new Promise((_, reject) => rig.clock.at(rig.clock.now() + 8_000, () => reject(new Error('disk'))));
  expect(await rig.call('UpdateFirmware', update)).toEqual({});
  await rig.advance(10_000);
  expect(rig.warnings).toContain('an update that was ordered does not come: disk');
});
