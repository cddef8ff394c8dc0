/** Firmware management: diagnostics are sent where they are wanted (OCPP 1.6, 4.4 and 5.9). */
import { closeTheBooks, Rig, startOfTime } from '../support/rig';
import { bytesOf, unzip } from '../support/unzip';

afterEach(closeTheBooks);

const location = 'ftp://station:p%40ss%3Aword@files.test:2121/in/';
const fileName = 'greenup-GREENUP-1-20260504T080002Z.zip';

async function start(): Promise<Rig> {
  const rig = await Rig.start();
  rig.central.answer('DiagnosticsStatusNotification', () => ({}));
  return rig;
}

/** The statuses that came, in order. */
const statuses = (rig: Rig): unknown[] =>
  rig.central.calls('DiagnosticsStatusNotification').map(({ payload }) => payload.status);

test('TC_045_1_CS Get Diagnostics', async () => {
  const rig = await start();
  expect(await rig.call('GetDiagnostics', { location, retries: 0 })).toEqual({ fileName });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Uploading' });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Uploaded' });
  await rig.advance(600_000);
  expect(statuses(rig)).toEqual(['Uploading', 'Uploaded']);
  expect([...rig.transfer.files.keys()]).toEqual([`ftp://files.test:2121/in/${fileName}`]);
  expect(rig.transfer.uploads).toEqual([
    expect.objectContaining({
      url: 'ftp://files.test:2121/in/',
      credentials: { user: 'station', password: 'p@ss:word' },
      resumes: false,
    }),
  ]);
  expect(rig.spool.isUsed).toBe(false);
});

test('TC_045_2_CS Get Diagnostics - Upload failed', async () => {
  const rig = await start();
  rig.transfer.isUnreachable = true;
  expect(await rig.call('GetDiagnostics', { location, retries: 0 })).toEqual({ fileName });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Uploading' });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'UploadFailed' });
  await rig.advance(600_000);
  expect(statuses(rig)).toEqual(['Uploading', 'UploadFailed']);
  expect(rig.warnings.filter((line) => line.includes('diagnostics'))).toEqual([
    expect.stringMatching(/^diagnostics could not be sent: ftp:\/\/files\.test.*nobody answers$/),
  ]);
});

test('what is sent is a whole report of the time that is asked for', async () => {
  const rig = await start();
  rig.spool.readsContent = true;
  await rig.charge(1);
  const startTime = new Date(startOfTime + 1_000).toISOString();
  await rig.call('GetDiagnostics', { location: 'https://files.test', startTime, stopTime: '2026-05-04T09:00:00Z' });
  // Compressing is done by threads, which virtual time does not wait for.
  for (let turn = 0; rig.transfer.files.size === 0 && turn < 100_000; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  const [zip = Buffer.alloc(0)] = rig.transfer.files.values();
  const files = await unzip(zip);
  expect(files.get('contents.txt')).toMatch(`from ${startTime} until 2026-05-04T09:00:00.000Z`);
  expect(files.get('frames.jsonl')).toMatch('StartTransaction');
  expect(files.get('frames.jsonl')).not.toMatch('BootNotification');
  expect(await bytesOf(rig.running.report().content())).not.toHaveLength(0);
});

test.each([
  ['another protocol', 'scp://files.test/'],
  ['no URL', 'ftp://'],
  ['no host', 'sftp:///in'],
])('there is no file name in the answer, and no status, where nothing will be sent: %s', async (_what, wrong) => {
  const rig = await start();
  expect(await rig.call('GetDiagnostics', { location: wrong })).toEqual({});
  await rig.advance(120_000);
  expect(statuses(rig)).toEqual([]);
  expect(rig.transfer.uploads).toEqual([]);
});

test('a shorter list of SupportedFileTransferProtocols forbids the others', async () => {
  const rig = await start();
  await rig.configure('SupportedFileTransferProtocols', 'HTTPS,SFTP');
  expect(await rig.call('GetDiagnostics', { location })).toEqual({});
  expect(await rig.call('GetDiagnostics', { location: 'SFTP://files.test/' })).toMatchObject({
    fileName: expect.any(String),
  });
});

test('Idle is told on trigger alone, Uploading while one is sent or waits to be sent again', async () => {
  const rig = await start();
  const trigger = { requestedMessage: 'DiagnosticsStatusNotification' };
  expect(await rig.call('TriggerMessage', trigger)).toEqual({ status: 'Accepted' });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Idle' });
  rig.transfer.isUnreachable = true;
  await rig.call('GetDiagnostics', { location, retries: 1, retryInterval: 600 });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Uploading' });
  await rig.advance(60_000);
  await rig.call('TriggerMessage', trigger);
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Uploading' });
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'UploadFailed' }, 700_000);
  await rig.call('TriggerMessage', trigger);
  await rig.expectCall('DiagnosticsStatusNotification', { status: 'Idle' });
});
