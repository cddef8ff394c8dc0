/** Diagnostics that meet trouble: tries in vain, lost links, power cuts, a full disk, and a central system that changes its mind. */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const location = 'ftp://files.test/in';

async function start(): Promise<Rig> {
  const rig = await Rig.start();
  rig.central.answer('DiagnosticsStatusNotification', () => ({}));
  return rig;
}

const told = (rig: Rig) => rig.central.calls('DiagnosticsStatusNotification').filter(({ repeated }) => !repeated);
const statuses = (rig: Rig): unknown[] => told(rig).map(({ payload }) => payload.status);

/** Holds uploads up until the promise of the answer is let go. */
function holdUploads(rig: Rig): () => void {
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  rig.transfer.beforeUpload = () => held;
  return letGo;
}

test('it is tried again as often as it is asked, after the time that is asked, and goes on where the other side has a part', async () => {
  const rig = await start();
  rig.transfer.isUnreachable = true;
  await rig.call('GetDiagnostics', { location, retries: 2, retryInterval: 30 });
  await rig.advance(1_000);
  expect(rig.transfer.uploads).toHaveLength(1);
  await rig.advance(28_000);
  expect(rig.transfer.uploads).toHaveLength(1);
  await rig.advance(2_000);
  expect(rig.transfer.uploads).toHaveLength(2);
  rig.transfer.isUnreachable = false;
  await rig.advance(30_000);
  expect(rig.transfer.uploads.map(({ resumes }) => resumes)).toEqual([false, true, true]);
  expect(statuses(rig)).toEqual(['Uploading', 'Uploaded']);
});

test.each([
  ['left to the station: three tries more, a minute apart', {}, 4, 180_000],
  ['retries that cannot be meant', { retries: -1, retryInterval: 0 }, 4, 180_000],
  ['no retry', { retries: 0 }, 1, 0],
  ['more than anybody waits for', { retries: 1_000, retryInterval: 1 }, 101, 100_000],
])('retries: %s', async (_what, request, tries, ms) => {
  const rig = await start();
  rig.transfer.isUnreachable = true;
  await rig.call('GetDiagnostics', { location, ...request });
  await rig.advance(ms + 1_000);
  expect(rig.transfer.uploads).toHaveLength(tries);
  await rig.advance(3_600_000);
  expect(rig.transfer.uploads).toHaveLength(tries);
  expect(statuses(rig)).toEqual(['Uploading', 'UploadFailed']);
});

test('what another try would not change is not tried again', async () => {
  const rig = await start();
  rig.transfer.distrusts = true;
  await rig.call('GetDiagnostics', { location, retries: 5, retryInterval: 1 });
  await rig.advance(60_000);
  expect(rig.transfer.uploads).toHaveLength(1);
  expect(statuses(rig)).toEqual(['Uploading', 'UploadFailed']);
});

test('a try that never ends is ended after half an hour', async () => {
  const rig = await start();
  rig.transfer.beforeUpload = () => new Promise(() => {});
  await rig.call('GetDiagnostics', { location, retries: 0 });
  await rig.advance(1_799_000);
  expect(rig.transfer.uploads[0]?.signal?.aborted).toBe(false);
  await rig.advance(2_000);
  expect(rig.transfer.uploads[0]?.signal?.aborted).toBe(true);
});

test('the newest request counts: an upload that runs is abandoned, and has no end of its own', async () => {
  const rig = await start();
  const letGo = holdUploads(rig);
  await rig.call('GetDiagnostics', { location: 'ftp://wrong.test/' });
  await rig.advance(1_000);
  await rig.call('GetDiagnostics', { location: 'ftp://worse.test/' });
  await rig.call('GetDiagnostics', { location: 'ftp://right.test/' });
  await rig.advance(1_000);
  expect(rig.transfer.uploads[0]?.signal?.aborted).toBe(true);
  letGo();
  await rig.advance(5_000);
  expect(rig.transfer.uploads.map(({ url }) => url)).toEqual(['ftp://wrong.test/', 'ftp://right.test/']);
  expect([...rig.transfer.files.keys()]).toEqual([expect.stringMatching(/^ftp:\/\/right\.test\/greenup-.*\.zip$/)]);
  expect(statuses(rig)).toEqual(['Uploading', 'Uploading', 'Uploaded']);
});

test('what comes to its end without a link is told with the next one, once', async () => {
  const rig = await start();
  const letGo = holdUploads(rig);
  await rig.call('GetDiagnostics', { location });
  await rig.advance(1_000);
  rig.central.down();
  await rig.advance(5_000);
  letGo();
  await rig.advance(60_000);
  expect(statuses(rig)).toEqual(['Uploading']);
  rig.central.up();
  await rig.advance(120_000);
  expect(statuses(rig)).toEqual(['Uploading', 'Uploaded']);
  await rig.cutPower('all');
  await rig.powerOn();
  await rig.advance(60_000);
  expect(statuses(rig)).toEqual(['Uploading', 'Uploaded']);
});

test('a status that is not answered is told again with its id, and given up after five times', async () => {
  const rig = await start();
  rig.central.answer('DiagnosticsStatusNotification', () => 'silence');
  await rig.call('GetDiagnostics', { location });
  await rig.advance(3_600_000);
  expect(statuses(rig)).toEqual(['Uploading', 'Uploaded']);
  const all = rig.central.calls('DiagnosticsStatusNotification');
  expect(all).toHaveLength(10);
  expect(new Set(all.map(({ id }) => id)).size).toBe(2);
});

test.each([
  'none',
  'all',
] as const)('a power cut in its middle ends it: UploadFailed after the boot, once (%s of what was not flushed)', async (kept) => {
  const rig = await start();
  holdUploads(rig);
  await rig.call('GetDiagnostics', { location });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Uploading' });
  await rig.cutPower(kept);
  const cleared = rig.spool.cleared;
  await rig.powerOn();
  expect(rig.spool.cleared).toBe(cleared + 1);
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'UploadFailed' });
  await rig.advance(60_000);
  await rig.cutPower('all');
  await rig.powerOn();
  await rig.advance(60_000);
  expect(statuses(rig)).toEqual(['Uploading', 'UploadFailed']);
});

test('a power cut before its end was heard: the end is told after the boot', async () => {
  const rig = await start();
  rig.central.answer('DiagnosticsStatusNotification', ({ payload }) =>
    payload.status === 'Uploaded' ? 'silence' : {},
  );
  await rig.call('GetDiagnostics', { location });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Uploaded' });
  await rig.advance(1_000);
  await rig.cutPower('none');
  rig.central.answer('DiagnosticsStatusNotification', () => ({}));
  await rig.powerOn();
  await rig.advance(60_000);
  expect(statuses(rig)).toEqual(['Uploading', 'Uploaded']);
  // The same message once more.
  const [, first, again] = rig.central.calls('DiagnosticsStatusNotification');
  expect(again).toMatchObject({ id: first?.id, repeated: true, payload: { status: 'Uploaded' } });
});

test('a reset in its middle ends it as a power cut does', async () => {
  const rig = await start();
  holdUploads(rig);
  await rig.call('GetDiagnostics', { location });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Uploading' });
  await rig.call('Reset', { type: 'Soft' });
  await rig.restart();
  expect(rig.transfer.uploads[0]?.signal?.aborted).toBe(true);
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'UploadFailed' });
});

test('on a full disk diagnostics are sent all the same', async () => {
  const rig = await start();
  rig.store.full = true;
  await rig.call('GetDiagnostics', { location });
  await rig.advance(10_000);
  expect(statuses(rig)).toEqual(['Uploading', 'Uploaded']);
  rig.store.full = false;
});

test('a report that cannot be kept for sending has failed', async () => {
  const rig = await start();
  rig.spool.failure = new Error('no space left');
  await rig.call('GetDiagnostics', { location });
  await rig.advance(10_000);
  expect(statuses(rig)).toEqual(['Uploading', 'UploadFailed']);
  expect(rig.transfer.uploads).toEqual([]);
  expect(rig.warnings).toContain('diagnostics could not be sent: no space left');
});

test('a station that charges goes on charging', async () => {
  const rig = await start();
  await rig.charge(1);
  rig.transfer.isUnreachable = true;
  await rig.call('GetDiagnostics', { location, retries: 3, retryInterval: 1 });
  await rig.advance(60_000);
  expect(rig.truth(1).contactorClosed).toBe(true);
  expect(statuses(rig)).toEqual(['Uploading', 'UploadFailed']);
});
