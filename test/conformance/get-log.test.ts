/** GetLog and LogStatusNotification (security whitepaper, N01). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const remoteLocation = 'sftp://station:secret@files.test/in';

async function start(): Promise<Rig> {
  const rig = await Rig.start();
  rig.central.answer('LogStatusNotification', () => ({}));
  rig.spool.readsContent = true;
  return rig;
}

const getLog = (rig: Rig, requestId: number, more: object = {}, log: object = {}) =>
  rig.call('GetLog', { logType: 'SecurityLog', requestId, ...more, log: { remoteLocation, ...log } });
const told = (rig: Rig): unknown[] =>
  rig.central
    .calls('LogStatusNotification')
    .filter(({ repeated }) => !repeated)
    .map(({ payload }) => [payload.requestId, payload.status]);
const sent = (rig: Rig): string[] => [...rig.transfer.files.values()].map((bytes) => Buffer.from(bytes).toString());

test('TC_079_CS Get Security Log', async () => {
  const rig = await start();
  expect(await getLog(rig, 7)).toEqual({
    status: 'Accepted',
    filename: 'greenup-GREENUP-1-security-20260504T080002Z.txt',
  });
  await rig.until('the end', () => told(rig).length === 2);
  await rig.advance(600_000);
  expect(told(rig)).toEqual([
    [7, 'Uploading'],
    [7, 'Uploaded'],
  ]);
  expect(sent(rig)).toEqual([expect.stringMatching(/^2026-05-04T08:00:00\.\d{3}Z StartupOfTheDevice V01/)]);
  expect(rig.transfer.uploads).toMatchObject([{ credentials: { user: 'station', password: 'secret' } }]);
});

test('of a period there is only what was in it', async () => {
  const rig = await start();
  const later = { oldestTimestamp: '2026-05-04T09:00:00Z' };
  await getLog(rig, 1, {}, later);
  await rig.until('the end', () => told(rig).length === 2);
  expect(sent(rig)).toEqual(['']);
});

test('the diagnostics are the report (N01.FR.04)', async () => {
  const rig = await start();
  rig.spool.readsContent = false;
  const { status, filename } = await getLog(rig, 2, { logType: 'DiagnosticsLog' });
  expect([status, filename]).toEqual(['Accepted', 'greenup-GREENUP-1-20260504T080002Z.zip']);
  await rig.until('the end', () => told(rig).length === 2);
  expect([...rig.transfer.files.keys()]).toEqual([`sftp://files.test/in/${filename}`]);
});

test('a server that takes nothing: tried again as asked, then UploadFailure, once (N01.FR.10)', async () => {
  const rig = await start();
  rig.transfer.isUnreachable = true;
  await getLog(rig, 3, { retries: 2, retryInterval: 10 });
  await rig.advance(600_000);
  expect(rig.transfer.uploads).toHaveLength(3);
  expect(told(rig)).toEqual([
    [3, 'Uploading'],
    [3, 'UploadFailure'],
  ]);
});

test('a second request takes the place of the first, which has no word of its own any more (N01.FR.11, 07)', async () => {
  const rig = await start();
  let letGo = (): void => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  rig.transfer.beforeUpload = () => held;
  await getLog(rig, 4);
  await rig.until('the first', () => told(rig).length === 1);
  expect(await getLog(rig, 5)).toMatchObject({ status: 'AcceptedCanceled' });
  letGo();
  await rig.advance(60_000);
  expect(told(rig)).toEqual([
    [4, 'Uploading'],
    [5, 'Uploading'],
    [5, 'Uploaded'],
  ]);
});

test('a power cut ends it: UploadFailure with its requestId after the boot, once', async () => {
  const rig = await start();
  rig.transfer.beforeUpload = () => new Promise(() => {});
  await getLog(rig, 6);
  await rig.until('the beginning', () => told(rig).length === 1);
  await rig.advance(1_000);
  for (let n = 0; n < 2; n += 1) {
    await rig.cutPower();
    await rig.powerOn();
    await rig.advance(60_000);
  }
  expect(told(rig)).toEqual([
    [6, 'Uploading'],
    [6, 'UploadFailure'],
  ]);
});

test('it and GetDiagnostics leave one after the other, each with its own words', async () => {
  const rig = await start();
  rig.spool.readsContent = false;
  rig.central.answer('DiagnosticsStatusNotification', () => ({}));
  await rig.call('GetDiagnostics', { location: 'ftp://files.test/a' });
  await getLog(rig, 8);
  await rig.advance(60_000);
  expect(told(rig)).toEqual([
    [8, 'Uploading'],
    [8, 'Uploaded'],
  ]);
  expect(rig.central.calls('DiagnosticsStatusNotification').map(({ payload }) => payload)).toEqual([
    { status: 'Uploading' },
    { status: 'Uploaded' },
  ]);
  expect(rig.transfer.files.size).toBe(2);
});

test('a place that cannot be is Rejected, and nothing follows', async () => {
  const rig = await start();
  for (const place of ['scp://h/x', 'nowhere']) {
    expect(await getLog(rig, 9, {}, { remoteLocation: place })).toEqual({ status: 'Rejected' });
  }
  await rig.advance(60_000);
  expect(told(rig)).toEqual([]);
});

test('ExtendedTriggerMessage: Idle without a number, and what goes on with it (N01.FR.12); the messages of OCPP 1.6 as ever', async () => {
  const rig = await start();
  const ask = (requestedMessage: string) => rig.call('ExtendedTriggerMessage', { requestedMessage });
  expect(await ask('LogStatusNotification')).toEqual({ status: 'Accepted' });
  await rig.expectCall('LogStatusNotification', { status: 'Idle' });
  expect(rig.central.calls('LogStatusNotification').at(-1)?.payload).toEqual({ status: 'Idle' });
  rig.transfer.beforeUpload = () => new Promise(() => {});
  await getLog(rig, 10);
  await rig.advance(1_000);
  expect(await ask('LogStatusNotification')).toEqual({ status: 'Accepted' });
  await rig.advance(1_000);
  expect(told(rig)).toEqual([
    [undefined, 'Idle'],
    [10, 'Uploading'],
    [10, 'Uploading'],
  ]);
  const beats = rig.central.calls('Heartbeat').length;
  expect(await ask('Heartbeat')).toEqual({ status: 'Accepted' });
  await rig.advance(1_000);
  expect(rig.central.calls('Heartbeat')).toHaveLength(beats + 1);
  expect(await ask('SignChargePointCertificate')).toEqual({ status: 'Accepted' });
  expect(await ask('Nonsense')).toEqual({ status: 'NotImplemented' });
});
