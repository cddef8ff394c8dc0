/** The table of configuration keys says what the guide says, and its values are sound. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { configurationKeys, findKey, measurands, writeMeanings } from '../../../src/ocpp/config-keys/index';
import { addressHint } from '../../../src/ocpp/config-keys/key-check';
import type { ValueType } from '../../../src/ocpp/config-keys/types';
import { checkValue, valueLengthMax } from '../../../src/ocpp/config-keys/values';
import { configurationKeysPage } from '../../../tools/docs/config-keys-page';

/** Read off the guide, "Configurations possibilities": key, column "OCPP 1.6", column "WRITE", column "BY DEFAULT". */
const guide = `
AllowOfflineTxForUnknownId Optional Accepted False
AuthorizationCacheEnabled Optional Accepted False
AuthorizeRemoteTxRequests Required Accepted True
BlinkRepeat Optional Accepted 60
ClockAlignedDataInterval Required Accepted 0
ConnectionTimeOut Required Accepted 60
GetConfigurationMaxKeys Required N.A 255
HeartbeatInterval Required Accepted 60
LightIntensity Optional Rejected 100
LocalAuthorizeOffline Required Accepted False
LocalPreAuthorize Required Accepted False
MaxEnergyOnInvalidId Optional Rejected 0
MeterValuesAlignedData Required Accepted
MeterValuesAlignedDataMaxLength Required Rejected 50
MeterValuesSampledData Required Accepted
MeterValuesSampledDataMaxLength Optional Rejected 50
MeterValueSampleInterval Required Accepted 30
MinimumStatusDuration Optional Accepted 0
NumberOfConnectors Required N.A 0
ResetRetries Required Accepted 1
ConnectorPhaseRotation Required Not_supported Unknown
ConnectorPhaseRotationMaxLength Optional N.A 1
StopTransactionOnEVSideDisconnect Required Accepted True
StopTransactionOnInvalidId Required Accepted False
StopTxnAlignedData Required Accepted
StopTxnAlignedDataMaxLength Optional N.A 10
StopTxnSampledData Required Accepted
StopTxnSampledDataMaxLength Optional N.A 10
SupportedFeatureProfiles Required N.A Core,FirmwareManagement,LocalAuthListManagement,RemoteTrigger,Reservation,SmartCharging
SupportedFeatureProfilesMaxLength Optional N.A 6
TransactionMessageAttempts Required Accepted 3
TransactionMessageRetryInterval Required Accepted 10
UnlockConnectorOnEVSideDisconnect Required Accepted True
WebSocketPingInterval Required Accepted 300
SupportedFileTransferProtocols Required OK FTP,SFTP,FTPS,HTTP,HTTPS
LocalAuthListEnabled Required Accepted False
LocalAuthListMaxLength Required N.A 500
SendLocalListMaxLength Required N.A 500
ReserveConnectorZeroSupported Optional N.A True
ChargeProfileMaxStackLevel Required N.A 100
ChargingScheduleAllowedChargingRateUnit Required N.A Current,Power
ChargingScheduleMaxPeriods Required N.A 100
ConnectorSwitch3to1PhaseSupported Optional N.A False
MaxChargingProfilesInstalled Required N.A 100
chargingStationMaxLimit N.A OK 64
confBasicTime N.A OK 10
confAuthorizeTime N.A OK 20
confBottNotificationTime N.A OK 30
defaultIdTag1 N.A OK LEGRAND001
defaultIdTag2 N.A OK LEGRAND002
MaxCurrentInstallationRight N.A N.A
MaxCurrentInstallationLeft N.A N.A
MaxCurrentCableRight N.A N.A
MaxCurrentCableLeft N.A N.A
MeterType N.A N.A Internal
networkEthernetAddress N.A N.A
networkEthernetNetmask N.A N.A
networkEthernetGateway N.A N.A
networkWiFiAddress N.A N.A
networkWiFiNetmask N.A N.A
networkWiFiGateway N.A N.A
oCPPPlugAndCharge N.A OK False
serverReconnectionTime N.A OK 30
UID N.A OK
URL N.A OK`
  .trim()
  .split('\n')
  .map((line): [string, string, string, string] => {
    const [key = '', requirement = '', write = '', byDefault = ''] = line.split(' ');
    return [key, requirement, write.replace('_', ' '), byDefault];
  });

/** Where the guide leaves the default empty and the specification (9.1.17) does not. */
const registerByDefault = ['MeterValuesAlignedData', 'MeterValuesSampledData'];

describe('the table against the guide', () => {
  test.each(guide)('%s: %s, write %s, default "%s"', (key, requirement, write, byDefault) => {
    const row = findKey(key);
    expect(row).toMatchObject({ key, requirement, write });
    expect(row?.source.guideTable).toBeDefined();
    const truth = /^(True|False)$/.test(byDefault) ? byDefault.toLowerCase() : byDefault;
    expect(row?.default ?? '').toBe(registerByDefault.includes(key) ? 'Energy.Active.Import.Register' : truth);
  });

  test('holds no other key in the name of the guide, and these beside it', () => {
    expect(
      configurationKeys
        .filter((row) => row.source.guideTable)
        .map((row) => row.key)
        .sort(),
    ).toEqual(guide.map(([key]) => key).sort());
    expect(
      configurationKeys
        .filter((row) => !row.source.guideTable)
        .map((row) => row.key)
        .sort(),
    ).toEqual([
      'AdditionalRootCertificateCheck',
      'AuthorizationKey',
      'CertificateRsaBits',
      'CertificateSignedMaxChainSize',
      'CertificateStoreMaxLength',
      'CpoName',
      'MessageTimeout',
      'SecurityEventsAlways',
      'SecurityProfile',
      'StopTransactionMaxMeterValues',
      'supportedMeterValuesAlignedData',
      'supportedMeterValuesSampledData',
      'supportedStopTxnAlignedData',
      'supportedStopTxnSampledData',
    ]);
  });
});

describe('the table by itself', () => {
  test('has each name once, whatever its case, and none longer than CiString50', () => {
    const names = configurationKeys.flatMap((row) => [row.key, ...(row.aliases ?? [])]);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    expect(names.filter((name) => name.length > 50)).toEqual([]);
  });

  test.each(configurationKeys.map((row) => [row.key, row] as const))('%s has a sound default', (_key, row) => {
    if (row.default === undefined) return expect(['integer', 'text', 'url']).toContain(row.type.kind);
    expect(checkValue(row.type, row.default)).toEqual({ ok: true, value: row.default });
  });

  test('bounds each list that can be written by keys that are in the table and read-only', () => {
    const named = configurationKeys.flatMap(({ type }) =>
      type.kind === 'list' ? [type.maxItemsKey, type.wordsKey].filter((name) => name !== undefined) : [],
    );
    expect(named).toHaveLength(8);
    for (const name of named) {
      const row = findKey(name);
      expect(row && writeMeanings[row.write]).toEqual({ answer: 'Rejected', readonly: true });
    }
  });

  test('knows the alias with the usual spelling of boot', () => {
    expect(findKey('confBootNotificationTime')).toBe(findKey('confBottNotificationTime'));
    expect(findKey('CONFBOTTNOTIFICATIONTIME')?.key).toBe('confBottNotificationTime');
    expect(findKey('confBattNotificationTime')).toBeUndefined();
  });

  test('keeps no value that GetConfiguration could not carry (CiString500)', () => {
    const longest: Record<ValueType['kind'], (type: ValueType) => number> = {
      boolean: () => 5,
      integer: (type) => (type.kind === 'integer' ? String(type.max).length : 0),
      text: (type) => (type.kind === 'text' ? type.maxLength : 0),
      url: (type) => (type.kind === 'url' ? type.maxLength : 0),
      list: (type) => (type.kind === 'list' ? type.words.join(',').length : 0),
    };
    const tooLong = configurationKeys.filter(({ type }) => longest[type.kind](type) > valueLengthMax);
    expect(tooLong).toEqual([]);
  });
});

describe('values', () => {
  const integer: ValueType = { kind: 'integer', min: 10, max: 99, zeroIsOff: true };
  const list: ValueType = { kind: 'list', words: measurands, minItems: 0 };
  const url: ValueType = { kind: 'url', schemes: ['ws:', 'wss:'], maxLength: 50 };

  test.each(['10', '99', '0', '50'])('the number %s is kept as written', (raw) => {
    expect(checkValue(integer, raw)).toEqual({ ok: true, value: raw });
  });

  test.each([
    '9',
    '100',
    '-10',
    '+10',
    '1e1',
    '0x10',
    '010',
    '00',
    '10.0',
    '10,5',
    ' 10',
    '10 ',
    '',
    '١٢',
  ])('the number "%s" is refused', (raw) => {
    expect(checkValue(integer, raw).ok).toBe(false);
  });

  test('a number is accepted exactly if it is in range', () => {
    const withoutZero: ValueType = { kind: 'integer', min: 10, max: 99 };
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 200 }), (value) => {
        expect(checkValue(withoutZero, String(value)).ok).toBe(value >= 10 && value <= 99);
      }),
    );
  });

  test.each([
    ['TRUE', 'true'],
    ['False', 'false'],
  ])('the boolean %s becomes %s', (raw, value) => {
    expect(checkValue({ kind: 'boolean' }, raw)).toEqual({ ok: true, value });
  });

  test.each(['1', '0', 'yes', '', ' true', 'truefalse'])('the boolean "%s" is refused', (raw) => {
    expect(checkValue({ kind: 'boolean' }, raw).ok).toBe(false);
  });

  test('a list loses blanks, case and repetitions, and keeps its order', () => {
    expect(checkValue(list, ' voltage , Current.Import,VOLTAGE')).toEqual({
      ok: true,
      value: 'Voltage,Current.Import',
    });
    expect(checkValue(list, '')).toEqual({ ok: true, value: '' });
    expect(checkValue(list, '  ')).toEqual({ ok: true, value: '' });
  });

  test.each([
    'Voltage,RPM',
    'Current.Import.L1',
    'Voltage.L1-N',
    'Voltage,',
    ',Voltage',
    'Voltage,,Frequency',
    'Voltage;Frequency',
  ])('the list "%s" is refused whole', (raw) => {
    expect(checkValue(list, raw).ok).toBe(false);
  });

  test('a list is refused above its greatest number of different items', () => {
    expect(checkValue(list, 'Voltage,Voltage,Frequency', { itemsMax: 2 }).ok).toBe(true);
    expect(checkValue(list, 'Voltage,Frequency,Temperature', { itemsMax: 2 })).toEqual({
      ok: false,
      reason: 'has 3 items; allowed are 0 to 2',
    });
  });

  test('a kept list is its own canonical form', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...measurands)), (words) => {
        const once = checkValue(list, words.join(' , '));
        expect(once).toEqual({ ok: true, value: [...new Set(words)].join(',') });
        if (once.ok) expect(checkValue(list, once.value)).toEqual(once);
      }),
    );
  });

  test.each([
    'ws://csms.example/ocpp',
    'wss://csms.example:8443/a/b?c=d',
    'WSS://10.0.0.1',
  ])('the URL %s is kept', (raw) => {
    expect(checkValue(url, raw)).toEqual({ ok: true, value: raw });
  });

  test.each([
    'http://csms.example/',
    'csms.example',
    '',
    'ws://',
    ' ws://csms.example',
    'ws://csms.example/a b',
    'wss://user:secret@csms.example/',
    'wss://csms.example/#part',
    `wss://csms.example/${'a'.repeat(50)}`,
  ])('the URL "%s" is refused', (raw) => {
    expect(checkValue(url, raw).ok).toBe(false);
  });

  test.each([
    ['http://csms.example:9000/a', '; was ws://csms.example:9000/a meant?'],
    ['HTTPS://csms.example', '; was wss://csms.example meant?'],
    ['csms.example:9000', '; was ws://csms.example:9000 meant?'],
    ['192.168.1.10/ocpp', '; was ws://192.168.1.10/ocpp meant?'],
    ['http://user:secret@csms.example', ''],
    ['ftp://csms.example', ''],
    ['', ''],
  ])('the URL "%s" is refused with what was likely meant: "%s"', (raw, question) => {
    const { reason } = checkValue(url, raw) as { reason: string };
    expect(reason).toMatch(/^must be a URL with ws:\/\/ or wss:\/\/, .* characters(; was \S+ meant\?)?$/);
    expect(reason.replace(/^.* characters/, '')).toBe(question);
  });

  test.each([
    ['ws://h/ocpp/CP1', 'CP1', 'ws://h/ocpp'],
    ['ws://h/CP1/', 'CP1', 'ws://h'],
    ['ws://h/ocpp/CP%201', 'CP 1', 'ws://h/ocpp'],
    ['ws://h/ocpp', 'CP1', undefined],
    ['ws://h/xCP1', 'CP1', undefined],
    ['ws://CP1', 'CP1', undefined],
  ])('the address %s for %s: was %s meant?', (address, identity, meant) => {
    const told = addressHint(address, identity);
    if (meant === undefined) expect(told).toBeUndefined();
    else expect(told).toMatch(new RegExp(`ends with the identity ${identity}, .*: was ${meant} meant\\?$`));
  });

  test('a card number is 1 to 20 printable characters without blanks at its ends', () => {
    const type = findKey('defaultIdTag1')?.type;
    const verdicts = ['A', 'a'.repeat(20), 'A B', '', 'a'.repeat(21), ' A', 'A ', 'é', 'A\n'].map(
      (raw) => type && checkValue(type, raw).ok,
    );
    expect(verdicts).toEqual([true, true, true, false, false, false, false, false, false]);
  });
});

test('the page in docs is the one the table makes', () => {
  // To renew it, write the text that configurationKeysPage() returns to docs/configuration-keys.md.
  const page = readFileSync(join(__dirname, '../../../docs/configuration-keys.md'), 'utf8');
  expect(page).toBe(configurationKeysPage());
});

test('the page has one line for each key, with as many cells as headings', () => {
  const lines = configurationKeysPage().split('\n');
  const cells = (line: string): number => line.replaceAll('\\|', '').split('|').length;
  for (const { key } of configurationKeys) {
    const found = lines.filter((line) => line.startsWith(`| \`${key}\``));
    expect(found.map(cells)).toEqual([10]);
  }
});
