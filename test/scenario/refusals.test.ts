/** Every no has a reason: what the station refuses, and what the central system refuses of it, is told in one line. */
import { ScriptedUpdates } from '../../src/drivers/mock/firmware-updates';
import { type Action, isCentralSystemAction, messages } from '../../src/ocpp/messages';
import type { NoticeOf } from '../../src/station/notices';
import { profile } from '../support/profiles';
import { closeTheBooks, Rig, type RigOptions } from '../support/rig';
import { Maker, signedUpdate } from '../support/signing';

afterEach(closeTheBooks);

type Told = NoticeOf<'requestRefused'>;

async function listening(options: RigOptions = {}): Promise<{ rig: Rig; told: Told[]; texts: () => string[] }> {
  const told: Told[] = [];
  const rig = await Rig.start({
    ...options,
    onNotice: (notice) => {
      if (notice.kind === 'requestRefused') told.push(notice);
    },
  });
  return { rig, told, texts: () => told.map(({ text }) => text) };
}

const updates = new ScriptedUpdates();
const maker = new Maker();
const file = Buffer.from('a release');

interface Row {
  action: string;
  request: Record<string, unknown>;
  answer: string;
  text: string;
  config?: Record<string, string>;
  updates?: RigOptions['updates'];
  before?: (rig: Rig) => Promise<unknown>;
}

const row = (
  action: string,
  request: Record<string, unknown>,
  answer: string,
  why: string,
  more: Pick<Row, 'config' | 'updates' | 'before'> = {},
): Row => ({ action, request, answer, text: why, ...more });

const without = (name: string): Pick<Row, 'config'> => ({
  config: {
    SupportedFeatureProfiles: ['Core', 'LocalAuthListManagement', 'Reservation', 'SmartCharging', 'RemoteTrigger']
      .filter((known) => known !== name)
      .join(','),
  },
});
const inAnHour = '2026-05-04T09:00:00Z';
const reserve = (connectorId: number, more: object = {}) => ({
  connectorId,
  expiryDate: inAnHour,
  idTag: 'A',
  reservationId: 7,
  ...more,
});
const enabled = { LocalAuthListEnabled: 'true' };
const list = (more: object) => ({ listVersion: 1, updateType: 'Full', ...more });
const csChargingProfiles = profile([[0, 10]], { chargingProfilePurpose: 'TxProfile' });

const rows: Row[] = [
  row('CancelReservation', { reservationId: 5 }, 'Rejected', 'reservation 5: Rejected, there is no such reservation'),
  row(
    'CancelReservation',
    { reservationId: 5 },
    'NotSupported',
    'Reservation is not supported',
    without('Reservation'),
  ),
  row(
    'ChangeAvailability',
    { connectorId: 5, type: 'Operative' },
    'Rejected',
    'connector 5: Rejected, there is no connector 5; this station has 0 to 4',
  ),
  row(
    'ChangeConfiguration',
    { key: 'MeterValueSampleInterval', value: '5' },
    'Rejected',
    'MeterValueSampleInterval "5": Rejected, must be',
  ),
  row(
    'ChangeConfiguration',
    { key: 'HartbeatInterval', value: '5' },
    'NotSupported',
    'there is no such key; did you mean HeartbeatInterval?',
  ),
  row('ChangeConfiguration', { key: 'NumberOfConnectors', value: '5' }, 'Rejected', 'the key is read-only'),
  row(
    'ChangeConfiguration',
    { key: 'MeterValuesSampledData', value: 'Voltage,Taste' },
    'Rejected',
    'has "Taste", which is none of',
  ),
  row('ChangeConfiguration', { key: 'SecurityProfile', value: '0' }, 'Rejected', 'a central system can only raise it'),
  row('ChangeConfiguration', { key: 'SecurityProfile', value: '1' }, 'Rejected', 'AuthorizationKey must be set first'),
  row('ClearCache', {}, 'Rejected', 'AuthorizationCacheEnabled is false', {
    config: { AuthorizationCacheEnabled: 'false' },
  }),
  row('ClearChargingProfile', { id: 9 }, 'Unknown', 'profile 9: Unknown, no profile is installed that fits'),
  row(
    'DataTransfer',
    { vendorId: 'com.x', messageId: 'm' },
    'UnknownVendorId',
    'com.x m: UnknownVendorId, the vendor is unknown; valid: none',
  ),
  row(
    'DeleteCertificate',
    {
      certificateHashData: {
        ...{ hashAlgorithm: 'SHA256', issuerNameHash: '0a', issuerKeyHash: '0b' },
        serialNumber: '1',
      },
    },
    'NotFound',
    'no such certificate is installed',
  ),
  row('CertificateSigned', { certificateChain: '' }, 'Rejected', 'no request waits for a certificate'),
  row('CertificateSigned', { certificateChain: 'x'.repeat(10_001) }, 'Rejected', 'it has 10001 characters'),
  row(
    'ExtendedTriggerMessage',
    { requestedMessage: 'SignV2GCertificate' },
    'NotImplemented',
    'this station sends no SignV2GCertificate when it is asked',
  ),
  row('GetCompositeSchedule', { connectorId: 9, duration: 60 }, 'Rejected', 'this station has 0 to 4'),
  row('GetCompositeSchedule', { connectorId: 1, duration: -1 }, 'Rejected', 'duration: found -1'),
  row(
    'GetLog',
    { logType: 'SecurityLog', requestId: 1, log: { remoteLocation: 'scp://u:hunter2@h/' } },
    'Rejected',
    'the location begins with scp://; valid: ftp://, sftp://, ftps://, http://, https://',
  ),
  row(
    'GetInstalledCertificateIds',
    { certificateType: 'ManufacturerRootCertificate' },
    'NotFound',
    'no ManufacturerRootCertificate is installed',
  ),
  row(
    'InstallCertificate',
    { certificateType: 'CentralSystemRootCertificate', certificate: 'hello' },
    'Rejected',
    'found 0 certificates in PEM, and must be one',
  ),
  row('GetConfiguration', { key: 3 }, 'TypeConstraintViolation', 'key: found'),
  row(
    'GetDiagnostics',
    { location: 'scp://u:hunter2@h/' },
    'refused',
    'the location begins with scp://; valid: ftp://, sftp://, ftps://, http://, https://',
  ),
  row(
    'GetLocalListVersion',
    {},
    'refused',
    'LocalAuthListManagement is not in SupportedFeatureProfiles',
    without('LocalAuthListManagement'),
  ),
  row(
    'RemoteStartTransaction',
    { idTag: 'A', connectorId: 9 },
    'Rejected',
    'connector 9: Rejected, there is no connector 9; this station has 1 to 4',
  ),
  row(
    'RemoteStartTransaction',
    { idTag: 'A', connectorId: 1 },
    'Rejected',
    'connector 1: Rejected, the connector is in use',
    { before: (rig) => rig.charge(1) },
  ),
  row(
    'RemoteStartTransaction',
    { idTag: 'A', connectorId: 1, chargingProfile: profile([[0, 10]], { chargingProfilePurpose: 'TxDefaultProfile' }) },
    'Rejected',
    'its charging profile: purpose TxDefaultProfile',
  ),
  row(
    'RemoteStopTransaction',
    { transactionId: 77 },
    'Rejected',
    'transaction 77: Rejected, there is no such transaction',
  ),
  row('ReserveNow', reserve(9), 'Rejected', 'connector 9 reservation 7: Rejected, there is no connector 9'),
  row('ReserveNow', reserve(0), 'Rejected', 'ReserveConnectorZeroSupported is false', {
    config: { ReserveConnectorZeroSupported: 'false' },
  }),
  row('ReserveNow', reserve(1, { expiryDate: '2026-05-04T07:00:00Z' }), 'Rejected', 'expiryDate has passed'),
  row('ReserveNow', reserve(1), 'Occupied', 'the connector is Charging', { before: (rig) => rig.charge(1) }),
  row('ReserveNow', reserve(2), 'Occupied', 'the other socket of the point is reserved', {
    before: (rig) => rig.call('ReserveNow', reserve(1, { reservationId: 8 })),
  }),
  row('ReserveNow', reserve(1), 'Rejected', 'Reservation is not in SupportedFeatureProfiles', without('Reservation')),
  row('Reset', { type: 'Warm' }, 'PropertyConstraintViolation', 'type: found "Warm"'),
  row('SendLocalList', list({}), 'NotSupported', 'version 1: NotSupported, LocalAuthListEnabled is false', {
    config: { LocalAuthListEnabled: 'false' },
  }),
  row(
    'SendLocalList',
    list({}),
    'NotSupported',
    'is not in SupportedFeatureProfiles',
    without('LocalAuthListManagement'),
  ),
  row('SendLocalList', list({ listVersion: 0 }), 'Failed', 'listVersion: found 0, valid is 1 or more', {
    config: enabled,
  }),
  row(
    'SendLocalList',
    list({ localAuthorizationList: [{ idTag: 'A' }] }),
    'Failed',
    'an entry of a Full list has no idTagInfo',
    { config: enabled },
  ),
  row(
    'SendLocalList',
    list({ localAuthorizationList: [{ idTag: 'A' }, { idTag: 'a' }] }),
    'Failed',
    'an idTag is there twice',
    { config: enabled },
  ),
  row(
    'SendLocalList',
    { listVersion: 3, updateType: 'Differential' },
    'VersionMismatch',
    'the list has version 3 already',
    { config: enabled, before: (rig) => rig.call('SendLocalList', list({ listVersion: 3 })) },
  ),
  row(
    'SetChargingProfile',
    { connectorId: 1, csChargingProfiles },
    'Rejected',
    'there is no transaction on the connector',
  ),
  row(
    'SetChargingProfile',
    { connectorId: 9, csChargingProfiles },
    'PropertyConstraintViolation',
    'connectorId: found 9, valid is 0 to 4',
  ),
  row(
    'TriggerMessage',
    { requestedMessage: 'MeterValues', connectorId: 9 },
    'Rejected',
    'MeterValues connector 9: Rejected, there is no connector 9; this station has 1 to 4',
  ),
  row(
    'TriggerMessage',
    { requestedMessage: 'StatusNotification', connectorId: 9 },
    'Rejected',
    'this station has 0 to 4',
  ),
  row('TriggerMessage', { requestedMessage: 'Authorize' }, 'NotImplemented', 'this station sends no Authorize'),
  row('UnlockConnector', { connectorId: 2 }, 'NotSupported', 'connector 2: NotSupported, the connector has no lock'),
  row('UnlockConnector', { connectorId: 9 }, 'NotSupported', 'there is no connector 9; this station has 1 to 4'),
  row('UnlockConnector', { connectorId: 1 }, 'UnlockFailed', 'the plug lock does not let go', {
    before: async (rig) => {
      await rig.charge(1);
      rig.fault(1, 'lockJammed');
    },
  }),
  row(
    'SignedUpdateFirmware',
    signedUpdate(maker, 'https://h/f?password=hunter2', file),
    'NotSupported',
    'SignedUpdateFirmware is not supported by this station',
  ),
  row(
    'SignedUpdateFirmware',
    signedUpdate(maker, 'https://h/f?password=hunter2', file),
    'InvalidCertificate',
    'no ManufacturerRootCertificate is installed: install that of the maker by InstallCertificate',
    { updates: () => new ScriptedUpdates() },
  ),
  row(
    'SignedUpdateFirmware',
    signedUpdate(maker, 'scp://u:hunter2@h/f', file),
    'Rejected',
    'the location begins with scp://; valid: ftp://, sftp://, ftps://, http://, https://',
    { updates: () => new ScriptedUpdates(), before: (rig) => maker.isTrustedBy(rig) },
  ),
  row(
    'SignedUpdateFirmware',
    signedUpdate(maker, 'https://h/f?password=hunter2', file),
    'RevokedCertificate',
    'was revoked by its authority',
    {
      updates: () => new ScriptedUpdates(),
      before: async (rig) => {
        await maker.isTrustedBy(rig);
        await rig.running.chargePoint.security.revocations.install(maker.revocationListOf(maker.rsa));
      },
    },
  ),
  row(
    'UpdateFirmware',
    { location: 'https://h/f?password=hunter2', retrieveDate: inAnHour },
    'NotSupported',
    'UpdateFirmware is not supported by this station',
  ),
  row(
    'UpdateFirmware',
    { location: 'https://h/f?password=hunter2', retrieveDate: inAnHour },
    'NotSupported',
    'a ManufacturerRootCertificate is installed: updates are ordered by SignedUpdateFirmware',
    { updates: () => new ScriptedUpdates(), before: (rig) => maker.isTrustedBy(rig) },
  ),
  row(
    'UpdateFirmware',
    { location: 'scp://u:hunter2@h/f', retrieveDate: inAnHour },
    'refused',
    'the location begins with scp://; valid: ftp://, sftp://, ftps://, http://, https://',
    {
      updates: () => updates,
      before: async (rig) => rig.central.answer('FirmwareStatusNotification', () => ({})),
    },
  ),
  row(
    'UpdateFirmware',
    { location: 'https://h/f?password=hunter2', retrieveDate: inAnHour },
    'GenericError',
    'an update is being installed; order the next one when it has ended',
    {
      updates: () => updates,
      before: async () => {
        const source = { from: 'url', url: 'https://h/former' } as const;
        await updates.order({ source, by: 'person', retries: 0, retryIntervalMs: 1_000 });
        updates.is('installing');
      },
    },
  ),
];

test.each(rows)('$action $request: $answer', async ({
  action,
  request,
  answer,
  text,
  config,
  updates: own,
  before,
}) => {
  const { rig, told } = await listening({ ...(config && { config }), ...(own && { updates: own }) });
  await before?.(rig);
  told.length = 0;
  await rig.call(action, request);
  expect(told).toEqual([
    { kind: 'requestRefused', by: 'station', message: action, answer, text: expect.stringContaining(text) },
  ]);
  expect(told[0]?.text).toMatch(new RegExp(`^${action}`));
  expect(told[0]?.text).not.toContain('hunter2');
});

test('every message of the central system is in the table', () => {
  const asked = (Object.keys(messages) as Action[]).filter(isCentralSystemAction);
  expect([...new Set(rows.map(({ action }) => action))].sort()).toEqual(asked.sort());
});

test('a yes is told to nobody', async () => {
  const { rig, told } = await listening();
  await rig.call('ChangeAvailability', { connectorId: 1, type: 'Operative' });
  await rig.call('ReserveNow', reserve(1));
  await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
  await rig.charge(3);
  await rig.call('ChangeAvailability', { connectorId: 3, type: 'Inoperative' });
  expect(told).toEqual([]);
});

test('broken frames, unknown messages and doubled ids are told as well', async () => {
  const { rig, texts } = await listening();
  rig.central.sendText('[2,"1","Reset"]', '[2,"2","Nonsense\\u001b[31m",{}]', '[2,"3","Heartbeat",{}]');
  await rig.advance(1_000);
  expect(texts()).toEqual([
    'a broken frame: ProtocolError, a CALL has 4 elements, found 3',
    'Nonsense [31m: NotImplemented, the action is not in OCPP 1.6',
    'Heartbeat: NotSupported, Heartbeat is sent by charge points only',
  ]);
  rig.central.sendText('[2,"4","UnlockConnector",{"connectorId":1}]', '[2,"4","UnlockConnector",{"connectorId":1}]');
  await rig.advance(10_000);
  expect(texts()[3]).toBe(
    'UnlockConnector connector 1: GenericError, a CALL with this message id is being handled already',
  );
});

test('requests are not answered at all while the station is rejected, which is told', async () => {
  const told: string[] = [];
  const rig = Rig.prepare({
    onNotice: (notice) => {
      if (notice.kind === 'requestRefused') told.push(notice.text);
    },
  });
  rig.central.answer('BootNotification', () => ({ status: 'Rejected', currentTime: rig.central.time(), interval: 60 }));
  await rig.powerOn();
  await rig.advance(2_000);
  rig.central.sendText('[2,"1","GetConfiguration",{}]');
  await rig.advance(1_000);
  expect(told).toEqual(['GetConfiguration: not answered, the central system has rejected this station']);
});

test('while Pending remote requests are refused for that reason', async () => {
  const told: string[] = [];
  const rig = Rig.prepare({
    onNotice: (notice) => {
      if (notice.kind === 'requestRefused') told.push(notice.text);
    },
  });
  rig.central.answer('BootNotification', () => ({ status: 'Pending', currentTime: rig.central.time(), interval: 60 }));
  await rig.powerOn();
  await rig.advance(2_000);
  await rig.call('RemoteStartTransaction', { idTag: 'A' });
  await rig.call('RemoteStopTransaction', { transactionId: 3 });
  expect(told).toEqual([
    'RemoteStartTransaction: Rejected, the central system has not accepted this station yet',
    'RemoteStopTransaction transaction 3: Rejected, the central system has not accepted this station yet',
  ]);
});

test('what the central system refuses is told with what it was about', async () => {
  const { rig, told } = await listening();
  rig.central.once('Authorize', () => ({ callError: 'InternalError' }));
  rig.present('04A1B2C3');
  await rig.advance(2_000);
  const text = 'Authorize: the central system answered InternalError, as the test wants';
  expect(told).toEqual([
    { kind: 'requestRefused', by: 'central system', message: 'Authorize', answer: 'InternalError', text },
  ]);
});

test('a secret is not repeated', async () => {
  const { rig, texts } = await listening();
  await rig.call('ChangeConfiguration', { key: 'AuthorizationKey', value: 'hunter2' });
  await rig.call('ChangeConfiguration', { key: 'URL', value: 'ws://u:hunter2@h/' });
  expect(texts()).toEqual([
    'ChangeConfiguration AuthorizationKey ***: Rejected, must be 16 to 40 characters: printable ASCII without blanks',
    expect.stringContaining('ChangeConfiguration URL "ws://***@h/": Rejected, must be a URL'),
  ]);
});

test('a flood is told in part, and how much was not told', async () => {
  const { rig, texts } = await listening();
  const request = (id: number) => JSON.stringify([2, `f${id}`, 'UnlockConnector', { connectorId: 9 }]);
  rig.central.sendText(...Array.from({ length: 500 }, (_, id) => request(id)));
  await rig.advance(5_000);
  expect(texts()).toHaveLength(30);
  await rig.advance(60_000);
  await rig.call('UnlockConnector', { connectorId: 9 });
  await rig.call('UnlockConnector', { connectorId: 9 });
  expect(texts().slice(30)).toEqual([
    'UnlockConnector connector 9: NotSupported, there is no connector 9; this station has 1 to 4 (470 refusals before it were not told)',
    'UnlockConnector connector 9: NotSupported, there is no connector 9; this station has 1 to 4',
  ]);
});
