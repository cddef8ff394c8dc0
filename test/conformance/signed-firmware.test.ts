/** Compliance group 25, secure firmware updates: what is ordered, checked and told (security whitepaper, L01). */
import { GreenupError } from '../../src/hal/errors';
import type { UpdateProgress } from '../../src/hal/firmware-updates';
import { closeTheBooks, type Rig, startOfTime } from '../support/rig';
import { Maker, signedUpdate } from '../support/signing';
import { firmwareStatuses, restartForUpdate, startUpdatable, update } from '../support/updates';

const status = 'SignedFirmwareStatusNotification';
const file = Buffer.from('a new release');
const location = 'https://files.test/greenup-2.0.0.zip';
const maker = new Maker();

afterEach(closeTheBooks);

const request = (change: object = {}, firmware: object = {}) => {
  const made = signedUpdate(maker, location, file);
  return { ...made, ...change, firmware: { ...made.firmware, ...firmware } };
};

async function started(config: Record<string, string> = {}) {
  const started = await startUpdatable({ config });
  await maker.isTrustedBy(started.rig);
  return started;
}

const told = (rig: Rig) => firmwareStatuses(rig, status);
const numbers = (rig: Rig) => new Set(rig.central.calls(status).map(({ payload }) => payload.requestId));
const events = (rig: Rig, type: string) =>
  rig.central.calls('SecurityEventNotification').filter(({ payload }) => payload.type === type);
const reasons = (rig: Rig): string[] => {
  const texts: string[] = [];
  rig.running.notices.on('requestRefused', ({ text }) => texts.push(text));
  return texts;
};

test('TC_080_CS Secure Firmware Update', async () => {
  const { rig, updates } = await started();
  const ordered = request();
  expect(await rig.call('SignedUpdateFirmware', ordered)).toEqual({ status: 'Accepted' });
  expect(updates.orders).toEqual([
    {
      ...{ source: { from: 'url', url: location }, by: 'centralSystem' },
      notBeforeUnixMs: Date.UTC(2026, 0, 1),
      ...{ retries: 1, retryIntervalMs: 10_000 },
      signed: {
        request: 123,
        signer: maker.rsa.cert,
        signature: ordered.firmware.signature,
      },
    },
  ]);
  for (const [step, word] of [
    ['downloading', 'Downloading'],
    ['downloaded', 'Downloaded'],
    ['verified', 'SignatureVerified'],
    ['installing', 'Installing'],
    ['rebooting', 'InstallRebooting'],
  ] as const) {
    updates.is(step);
    await rig.expectCall(status, { status: word, requestId: 123 });
  }
  await restartForUpdate(rig);
  updates.is('trial');
  await rig.expectCall('BootNotification');
  await rig.advance(60_000);
  updates.is('installed');
  await rig.expectCall(status, { status: 'Installed', requestId: 123 });
  await rig.advance(600_000);
  expect(told(rig)).toEqual([
    ...['Downloading', 'Downloaded', 'SignatureVerified', 'Installing', 'InstallRebooting', 'Installed'],
  ]);
  expect(firmwareStatuses(rig)).toEqual([]);
});

test('TC_081_CS Secure Firmware Update - Invalid Signature', async () => {
  const { rig, updates } = await started();
  expect(await rig.call('SignedUpdateFirmware', request())).toEqual({ status: 'Accepted' });
  updates.is('downloading', 'downloaded');
  updates.becomes({ step: 'invalidSignature', reason: 'the file is not what was signed' });
  await rig.expectCall('SecurityEventNotification', { type: 'InvalidFirmwareSignature' });
  await rig.advance(600_000);
  expect(told(rig)).toEqual(['Downloading', 'Downloaded', 'InvalidSignature']);
  expect(numbers(rig)).toEqual(new Set([123]));
  expect(events(rig, 'InvalidFirmwareSignature').map(({ payload }) => payload.techInfo)).toEqual([
    'of request 123: the file is not what was signed',
  ]);
});

test('L01.FR.01: each state in between is told: scheduled, paused, and going on again', async () => {
  const { rig, updates } = await started();
  const future = { retrieveDateTime: '2026-06-01T00:00:00Z', installDateTime: '2026-06-02T00:00:00+02:00' };
  await rig.call('SignedUpdateFirmware', request({}, future));
  expect(updates.orders).toMatchObject([
    { notBeforeUnixMs: Date.UTC(2026, 5, 1), installNotBeforeUnixMs: Date.UTC(2026, 5, 1, 22) },
  ]);
  const pause: Partial<UpdateProgress>[] = [
    { step: 'downloading', waitsFor: 'retry' },
    { step: 'downloading', waitsFor: undefined },
  ];
  updates.becomes({ waitsFor: 'date' });
  updates.is('downloading');
  for (const change of [...pause, ...pause]) updates.becomes(change);
  updates.is('downloaded');
  updates.becomes({ step: 'verified', waitsFor: 'date' });
  updates.becomes({ step: 'verified', waitsFor: 'transactions' });
  updates.is('installing', 'rebooting', 'trial', 'installed');
  await rig.advance(60_000);
  expect(told(rig)).toEqual([
    ...['DownloadScheduled', 'Downloading', 'DownloadPaused', 'Downloading', 'DownloadPaused', 'Downloading'],
    ...['Downloaded', 'SignatureVerified', 'InstallScheduled', 'Installing', 'InstallRebooting', 'Installed'],
  ]);
  expect(numbers(rig)).toEqual(new Set([123]));
});

test.each([
  ['downloadFailed', ['Downloading', 'DownloadFailed']],
  ['installationFailed', ['Downloading', 'Downloaded', 'InstallationFailed']],
  ['verificationFailed', ['Downloading', 'Downloaded', 'SignatureVerified', 'InstallVerificationFailed']],
] as const)('an end that is none wished for: %s', async (end, statuses) => {
  const { rig, updates } = await started();
  await rig.call('SignedUpdateFirmware', request());
  updates.is('downloading');
  if (end !== 'downloadFailed') updates.is('downloaded');
  updates.is(end);
  await rig.advance(60_000);
  expect(told(rig)).toEqual(statuses);
  expect(rig.central.calls('SecurityEventNotification')).toEqual([]);
});

describe('L01.FR.23 to 25: the certificate is looked at before the order is taken', () => {
  const day = 86_400_000;
  test.each<[string, () => object, RegExp]>([
    [
      'of another maker',
      () => ({ signingCertificate: new Maker().rsa.cert }),
      /issued by no certificate that is installed/,
    ],
    ['that is none', () => ({ signingCertificate: 'hello' }), /no certificate in PEM/],
    ['that has expired', () => ({ signingCertificate: maker.issue({ to: startOfTime - day }).cert }), /has expired/],
    ['for servers', () => ({ signingCertificate: maker.issue({ use: 'server' }).cert }), /codeSigning/],
  ])('one %s is InvalidCertificate, and an event, with security profile 0 as well', async (_, change, why) => {
    const { rig, updates } = await started();
    const texts = reasons(rig);
    expect(await rig.call('SignedUpdateFirmware', request({}, change()))).toEqual({ status: 'InvalidCertificate' });
    const event = await rig.expectCall('SecurityEventNotification', { type: 'InvalidFirmwareSigningCertificate' });
    expect(event.payload.techInfo).toMatch(why);
    await rig.advance(600_000);
    expect([updates.orders, told(rig), texts.length]).toEqual([[], [], 1]);
    expect(texts[0]).toMatch(why);
  });

  test('without a root of the maker none is valid, and the log says what to install', async () => {
    const { rig } = await startUpdatable();
    const texts = reasons(rig);
    expect(await rig.call('SignedUpdateFirmware', request())).toEqual({ status: 'InvalidCertificate' });
    await rig.expectCall('SecurityEventNotification', { type: 'InvalidFirmwareSigningCertificate' });
    expect(texts).toEqual([expect.stringContaining('install that of the maker by InstallCertificate')]);
  });

  test('one that was revoked is RevokedCertificate, and an event, also after a power cut', async () => {
    const { rig } = await started();
    const gone = maker.issue();
    const { revocations } = rig.running.chargePoint.security;
    expect(await revocations.install(maker.revocationListOf(gone))).toHaveLength(1);
    await rig.cutPower('none');
    await rig.powerOn();
    await rig.advance(5_000);
    expect(await rig.call('SignedUpdateFirmware', request({}, { signingCertificate: gone.cert }))).toEqual({
      status: 'RevokedCertificate',
    });
    await rig.expectCall('SecurityEventNotification', { type: 'InvalidFirmwareSigningCertificate' });
    expect(await rig.call('SignedUpdateFirmware', request())).toEqual({ status: 'Accepted' });
  });

  test('a wrong one ends no update that goes on', async () => {
    const { rig, updates } = await started();
    await rig.call('SignedUpdateFirmware', request());
    updates.is('downloading');
    const wrong = request({ requestId: 124 }, { signingCertificate: 'hello' });
    expect(await rig.call('SignedUpdateFirmware', wrong)).toEqual({ status: 'InvalidCertificate' });
    updates.is('downloaded');
    await rig.advance(10_000);
    expect([told(rig), updates.cancelled]).toEqual([['Downloading', 'Downloaded'], 0]);
    expect(numbers(rig)).toEqual(new Set([123]));
  });
});

describe('L01.FR.26 and 27: a second order', () => {
  test('takes the place of one that can be cancelled, which is heard of no more', async () => {
    const { rig, updates } = await started();
    await rig.call('SignedUpdateFirmware', request());
    updates.is('downloading');
    await rig.expectCall(status, { status: 'Downloading' });
    expect(await rig.call('SignedUpdateFirmware', request({ requestId: 124 }))).toEqual({ status: 'AcceptedCanceled' });
    updates.is('downloading', 'downloaded');
    await rig.advance(10_000);
    expect(updates.orders).toHaveLength(2);
    expect(rig.central.calls(status).map(({ payload }) => [payload.status, payload.requestId])).toEqual([
      ['Downloading', 123],
      ['Downloading', 124],
      ['Downloaded', 124],
    ]);
    updates.is('downloadFailed');
    expect(await rig.call('SignedUpdateFirmware', request({ requestId: 125 }))).toEqual({ status: 'Accepted' });
  });

  test('of a file that cannot be had ends the one that goes on, and is Rejected where none does', async () => {
    const { rig, updates } = await started();
    const wrong = request({ requestId: 124 }, { location: 'scp://files.test/f.zip' });
    const texts = reasons(rig);
    expect(await rig.call('SignedUpdateFirmware', wrong)).toEqual({ status: 'Rejected' });
    expect(texts).toEqual([expect.stringContaining('valid: ')]);
    await rig.advance(10_000);
    expect(told(rig)).toEqual([]);
    await rig.call('SignedUpdateFirmware', request());
    updates.is('downloading');
    await rig.advance(10_000);
    expect(await rig.call('SignedUpdateFirmware', wrong)).toEqual({ status: 'AcceptedCanceled' });
    await rig.expectCall(status, { status: 'DownloadFailed', requestId: 124 });
    await rig.advance(600_000);
    expect([told(rig), updates.cancelled, updates.orders.length]).toEqual([['Downloading', 'DownloadFailed'], 1, 1]);
  });

  test('of a file that cannot be had leaves that of a person alone', async () => {
    const { rig, updates } = await started();
    await updates.order({ source: { from: 'handed' }, by: 'person', retries: 0, retryIntervalMs: 1_000 });
    const wrong = request({}, { location: 'scp://files.test/f.zip' });
    expect(await rig.call('SignedUpdateFirmware', wrong)).toEqual({ status: 'Rejected' });
    expect([updates.cancelled, told(rig)]).toEqual([0, []]);
  });

  test.each(['installing', 'rebooting', 'trial'] as const)('is Rejected while the first is %s', async (step) => {
    const { rig, updates } = await started();
    await rig.call('SignedUpdateFirmware', request());
    updates.is(step);
    for (const location of ['https://files.test/other.zip', 'scp://files.test/f.zip']) {
      expect(await rig.call('SignedUpdateFirmware', request({ requestId: 124 }, { location }))).toEqual({
        status: 'Rejected',
      });
    }
    updates.is('installed');
    await rig.advance(60_000);
    expect(updates.orders).toHaveLength(1);
    expect(told(rig).at(-1)).toBe('Installed');
    expect(numbers(rig)).toEqual(new Set([123]));
  });

  test.each([
    ['now', new GreenupError('command.invalid', 'release greenup-3 is on trial')],
    ['on this disk', new Error('no space left')],
  ])('that does not come about %s is Rejected', async (_, error) => {
    const { rig, updates } = await started();
    const texts = reasons(rig);
    updates.durable = () => Promise.reject(error);
    expect(await rig.call('SignedUpdateFirmware', request())).toEqual({ status: 'Rejected' });
    expect(texts).toEqual([expect.stringContaining(error.message)]);
  });
});

describe('L01.FR.20: one way at a time is open', () => {
  const plain = { ...update, location };

  test('with a root of the maker UpdateFirmware is NotSupported, and nothing is begun; when it is deleted it is back', async () => {
    const { rig, updates } = await started();
    expect(await rig.call('UpdateFirmware', plain)).toEqual({
      callError: 'NotSupported',
      description: expect.stringContaining('SignedUpdateFirmware'),
    });
    await rig.advance(60_000);
    expect([updates.orders, firmwareStatuses(rig), told(rig)]).toEqual([[], [], []]);
    const { certificateHashData } = await rig.call('GetInstalledCertificateIds', {
      certificateType: 'ManufacturerRootCertificate',
    });
    const [hash] = certificateHashData as object[];
    expect(await rig.call('DeleteCertificate', { certificateHashData: hash })).toEqual({ status: 'Accepted' });
    expect(await rig.call('UpdateFirmware', plain)).toEqual({});
    expect(updates.orders).toHaveLength(1);
  });

  test('a root of the central system closes nothing', async () => {
    const { rig, updates } = await startUpdatable();
    const certificateType = 'CentralSystemRootCertificate';
    await rig.call('InstallCertificate', { certificateType, certificate: maker.root.pem });
    expect(await rig.call('UpdateFirmware', plain)).toEqual({});
    expect(updates.orders).toHaveLength(1);
  });

  test('it is one of the whitepaper, and needs no feature profile of OCPP 1.6', async () => {
    const { rig } = await started({ SupportedFeatureProfiles: 'Core' });
    expect(await rig.call('SignedUpdateFirmware', request())).toEqual({ status: 'Accepted' });
  });
});

describe('triggers', () => {
  const asked = async (rig: Rig, action: string) => {
    const before = rig.central.received.length;
    expect(await rig.call(action, { requestedMessage: 'FirmwareStatusNotification' })).toEqual({ status: 'Accepted' });
    await rig.advance(2_000);
    return rig.central.received
      .slice(before)
      .filter(({ action: name }) => /Firmware/.test(name))
      .map(({ action: name, payload }) => [name, payload]);
  };
  const plain = 'FirmwareStatusNotification';

  test('where nothing was ordered each asks for its own, and it is Idle (4.5; 6.12 of the whitepaper)', async () => {
    const { rig } = await started();
    expect(await asked(rig, 'TriggerMessage')).toEqual([[plain, { status: 'Idle' }]]);
    expect(await asked(rig, 'ExtendedTriggerMessage')).toEqual([[status, { status: 'Idle' }]]);
  });

  test('while a signed order goes on both ask for the signed message; then the last status, and Idle after Installed (L01.FR.28, 29)', async () => {
    const { rig, updates } = await started();
    await rig.call('SignedUpdateFirmware', request());
    updates.is('downloading');
    updates.becomes({ waitsFor: 'retry' });
    await rig.advance(2_000);
    for (const action of ['TriggerMessage', 'ExtendedTriggerMessage']) {
      expect(await asked(rig, action)).toEqual([[status, { status: 'DownloadPaused', requestId: 123 }]]);
    }
    updates.becomes({ waitsFor: undefined });
    await rig.advance(2_000);
    expect(await asked(rig, 'ExtendedTriggerMessage')).toEqual([[status, { status: 'Downloading', requestId: 123 }]]);
    updates.is('downloadFailed');
    await rig.advance(2_000);
    await rig.cutPower('none');
    await rig.powerOn();
    await rig.advance(5_000);
    expect(await asked(rig, 'ExtendedTriggerMessage')).toEqual([
      [status, { status: 'DownloadFailed', requestId: 123 }],
    ]);
    expect(await asked(rig, 'TriggerMessage')).toEqual([[plain, { status: 'Idle' }]]);
    await rig.call('SignedUpdateFirmware', request({ requestId: 124 }));
    updates.is('downloading', 'downloaded', 'verified', 'installing', 'rebooting', 'trial', 'installed');
    await rig.advance(2_000);
    expect(await asked(rig, 'ExtendedTriggerMessage')).toEqual([[status, { status: 'Idle' }]]);
  });

  test('while one goes on that was not signed both ask for FirmwareStatusNotification', async () => {
    const { rig, updates } = await startUpdatable();
    await rig.call('UpdateFirmware', { ...update, location });
    updates.is('downloading');
    await rig.advance(2_000);
    for (const action of ['TriggerMessage', 'ExtendedTriggerMessage']) {
      expect(await asked(rig, action)).toEqual([[plain, { status: 'Downloading' }]]);
    }
    updates.is('installed');
    await rig.advance(2_000);
    expect(await asked(rig, 'ExtendedTriggerMessage')).toEqual([[status, { status: 'Idle' }]]);
  });
});
