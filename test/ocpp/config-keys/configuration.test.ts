/** GetConfiguration and ChangeConfiguration answer as the guide and the specification say, and nothing accepted is lost. */
import fc from 'fast-check';
import { Configuration } from '../../../src/ocpp/config-keys/configuration';
import type { ConfigurationOptions } from '../../../src/ocpp/config-keys/configuration-options';
import {
  type ConfigurationStatus,
  configurationKeys,
  type KeyName,
  measurands,
} from '../../../src/ocpp/config-keys/index';
import { runs } from '../../support/soak';

function station(options: Partial<ConfigurationOptions> = {}) {
  const disk = new Map<string, string>(options.persisted);
  const writes: string[] = [];
  const configuration = new Configuration({
    persist: async (key, value) => {
      writes.push(`${key}=${value}`);
      disk.set(key, value);
    },
    numberOfConnectors: 4,
    ...options,
    persisted: disk,
  });
  const read = (key: string): string | undefined => configuration.get([key]).configurationKey[0]?.value;
  return { configuration, disk, writes, read };
}

/** The guide's Write column: what each key answers to a value it could hold. */
const guideAnswers: Record<string, [ConfigurationStatus, string]> = {
  AllowOfflineTxForUnknownId: ['Accepted', 'true'],
  AuthorizationCacheEnabled: ['Accepted', 'true'],
  AuthorizeRemoteTxRequests: ['Accepted', 'false'],
  BlinkRepeat: ['Accepted', '3'],
  ClockAlignedDataInterval: ['Accepted', '900'],
  ConnectionTimeOut: ['Accepted', '90'],
  GetConfigurationMaxKeys: ['Rejected', '100'],
  HeartbeatInterval: ['Accepted', '300'],
  LightIntensity: ['Rejected', '50'],
  LocalAuthorizeOffline: ['Accepted', 'true'],
  LocalPreAuthorize: ['Accepted', 'true'],
  MaxEnergyOnInvalidId: ['Rejected', '1000'],
  MeterValuesAlignedData: ['Accepted', 'Power.Active.Import,Voltage'],
  MeterValuesAlignedDataMaxLength: ['Rejected', '5'],
  MeterValuesSampledData: ['Accepted', 'Energy.Active.Import.Register,Current.Import'],
  MeterValuesSampledDataMaxLength: ['Rejected', '5'],
  MeterValueSampleInterval: ['Accepted', '60'],
  MinimumStatusDuration: ['Accepted', '5'],
  NumberOfConnectors: ['Rejected', '2'],
  ResetRetries: ['Accepted', '2'],
  ConnectorPhaseRotation: ['NotSupported', '1.RST'],
  ConnectorPhaseRotationMaxLength: ['Rejected', '1'],
  StopTransactionOnEVSideDisconnect: ['Accepted', 'false'],
  StopTransactionOnInvalidId: ['Accepted', 'true'],
  StopTxnAlignedData: ['Accepted', 'Energy.Active.Import.Interval'],
  StopTxnAlignedDataMaxLength: ['Rejected', '5'],
  StopTxnSampledData: ['Accepted', 'Temperature'],
  StopTxnSampledDataMaxLength: ['Rejected', '5'],
  SupportedFeatureProfiles: ['Rejected', 'Core'],
  SupportedFeatureProfilesMaxLength: ['Rejected', '6'],
  TransactionMessageAttempts: ['Accepted', '5'],
  TransactionMessageRetryInterval: ['Accepted', '20'],
  UnlockConnectorOnEVSideDisconnect: ['Accepted', 'false'],
  WebSocketPingInterval: ['Accepted', '60'],
  SupportedFileTransferProtocols: ['Accepted', 'SFTP,HTTPS'],
  LocalAuthListEnabled: ['Accepted', 'true'],
  LocalAuthListMaxLength: ['Rejected', '100'],
  SendLocalListMaxLength: ['Rejected', '100'],
  ReserveConnectorZeroSupported: ['Rejected', 'false'],
  ChargeProfileMaxStackLevel: ['Rejected', '10'],
  ChargingScheduleAllowedChargingRateUnit: ['Rejected', 'Current'],
  ChargingScheduleMaxPeriods: ['Rejected', '10'],
  ConnectorSwitch3to1PhaseSupported: ['Rejected', 'true'],
  MaxChargingProfilesInstalled: ['Rejected', '10'],
  chargingStationMaxLimit: ['Accepted', '32'],
  confBasicTime: ['Accepted', '15'],
  confAuthorizeTime: ['Accepted', '15'],
  confBottNotificationTime: ['Accepted', '15'],
  defaultIdTag1: ['Accepted', 'HOME'],
  defaultIdTag2: ['Accepted', 'GUEST'],
  MaxCurrentInstallationRight: ['Rejected', '16'],
  MaxCurrentInstallationLeft: ['Rejected', '16'],
  MaxCurrentCableRight: ['Rejected', '16'],
  MaxCurrentCableLeft: ['Rejected', '16'],
  MeterType: ['Rejected', 'External'],
  networkEthernetAddress: ['Rejected', '192.168.1.201'],
  networkEthernetNetmask: ['Rejected', '255.255.255.0'],
  networkEthernetGateway: ['Rejected', '192.168.1.1'],
  networkWiFiAddress: ['Rejected', '192.168.1.201'],
  networkWiFiNetmask: ['Rejected', '255.255.255.0'],
  networkWiFiGateway: ['Rejected', '192.168.1.1'],
  oCPPPlugAndCharge: ['Accepted', 'true'],
  serverReconnectionTime: ['Accepted', '60'],
  UID: ['Accepted', 'RDAM 123'],
  URL: ['Accepted', 'wss://csms.example/ocpp'],
};

describe('the Write column of the guide', () => {
  test.each(Object.entries(guideAnswers))('%s', async (key, [answer, value]) => {
    const { configuration, disk, read } = station();
    const before = read(key);
    expect(await configuration.change(key, value, 'central system')).toBe(answer);
    expect(configuration.get([key]).configurationKey[0]?.readonly).toBe(answer !== 'Accepted');
    expect(read(key)).toBe(answer === 'Accepted' ? value : before);
    expect([...disk]).toEqual(answer === 'Accepted' ? [[key, value]] : []);
  });

  test.each([
    ['MessageTimeout', '20', 'Accepted'], // errata 3.83: RW
    ['StopTransactionMaxMeterValues', '50', 'Rejected'], // errata 3.91: R
    ['supportedMeterValuesAlignedData', 'Voltage', 'Rejected'],
    ['supportedMeterValuesSampledData', 'Voltage', 'Rejected'],
    ['supportedStopTxnAlignedData', 'Voltage', 'Rejected'],
    ['supportedStopTxnSampledData', 'Voltage', 'Rejected'],
  ])('beside it, %s', async (key, value, answer) => {
    const { configuration } = station();
    expect(await configuration.change(key, value, 'central system')).toBe(answer);
    expect(configuration.get([key]).configurationKey[0]?.readonly).toBe(answer === 'Rejected');
  });

  test('is tried for each key of the guide', () => {
    const inGuide = configurationKeys.filter((row) => row.source.guideTable).map((row) => row.key);
    expect(Object.keys(guideAnswers).sort()).toEqual([...inGuide].sort());
  });
});

describe('change', () => {
  // "requests with out-of-range values and requests with values that do not conform to an expected format" (5.3)
  test.each([
    ['HeartbeatInterval', ['9', '86401', '60.0', 'often'], ['10', '86400']],
    ['MeterValueSampleInterval', ['1', '9', '86401'], ['0', '10', '86400']],
    ['ClockAlignedDataInterval', ['-1', '86401'], ['86400', '0']],
    ['WebSocketPingInterval', ['-1', '-300'], ['0', '1']],
    ['chargingStationMaxLimit', ['65', '-6', '6.5'], ['0', '5', '6', '63']],
    ['confBasicTime', ['0'], ['1']],
    ['confBottNotificationTime', ['0'], ['1']],
    ['serverReconnectionTime', ['0'], ['1']],
    ['MessageTimeout', ['0'], ['1', '3600']],
    ['defaultIdTag1', ['', '123456789012345678901'], ['12345678901234567890']],
    ['SupportedFileTransferProtocols', ['', 'SCP', 'FTP,SCP'], ['HTTPS', 'http, ftp']],
    ['URL', ['', 'https://csms.example'], ['ws://csms.example:9000/x']],
    ['UID', ['', 'a'.repeat(101)], ['a'.repeat(100)]],
    ['oCPPPlugAndCharge', ['1', ''], ['TRUE']],
    ['MeterValuesSampledData', ['Energy.Active.Export.Register', 'Voltage.L1'], ['', measurands.join(',')]],
  ])('%s keeps to its bounds', async (key, bad, good) => {
    const { configuration, read } = station();
    for (const value of bad) {
      const before = read(key);
      expect([value, await configuration.change(key, value, 'central system')]).toEqual([value, 'Rejected']);
      expect(read(key)).toBe(before);
    }
    for (const value of good)
      expect([value, await configuration.change(key, value, 'central system')]).toEqual([value, 'Accepted']);
  });

  test('"If "key" does not correspond to a configuration setting supported by Charge Point": NotSupported (5.3)', async () => {
    const { configuration, disk } = station();
    expect(await configuration.change('NoSuchKey', 'true', 'central system')).toBe('NotSupported');
    expect(await configuration.change('', 'true', 'central system')).toBe('NotSupported');
    expect(await configuration.change('__proto__', 'true', 'central system')).toBe('NotSupported');
    expect(disk.size).toBe(0);
  });

  test.each([
    'MeterValuesAlignedData',
    'MeterValuesSampledData',
    'StopTxnAlignedData',
    'StopTxnSampledData',
  ] as const)('%s with one measurand too many in kind: "No changes SHALL be made" (3.16.4)', async (key) => {
    const { configuration, read, writes } = station();
    expect(await configuration.change(key, 'Voltage,Current.Import', 'central system')).toBe('Accepted');
    expect(await configuration.change(key, 'Power.Active.Import,Power.Reactive.Import', 'central system')).toBe(
      'Rejected',
    );
    expect(read(key)).toBe('Voltage,Current.Import');
    expect(configuration.list(key)).toEqual(['Voltage', 'Current.Import']);
    expect(writes).toHaveLength(1);
  });

  test('a MaxLength key bounds its list (5.3)', async () => {
    const { configuration } = station({ initial: { StopTxnSampledDataMaxLength: '2' } });
    expect(await configuration.change('StopTxnSampledData', 'Voltage,Frequency,Temperature', 'central system')).toBe(
      'Rejected',
    );
    expect(await configuration.change('StopTxnSampledData', 'Voltage,Frequency', 'central system')).toBe('Accepted');
    expect(await configuration.change('StopTxnAlignedData', 'Voltage,Frequency,Temperature', 'central system')).toBe(
      'Accepted',
    );
  });

  test('a station without a thermometer refuses Temperature', async () => {
    const live = { supportedMeterValuesSampledData: () => 'Energy.Active.Import.Register,Voltage' };
    const { configuration, read } = station({ live });
    expect(await configuration.change('MeterValuesSampledData', 'Voltage,Temperature', 'central system')).toBe(
      'Rejected',
    );
    expect(await configuration.change('MeterValuesSampledData', 'Voltage', 'central system')).toBe('Accepted');
    expect(await configuration.change('MeterValuesAlignedData', 'Temperature', 'central system')).toBe('Accepted');
    expect(read('supportedMeterValuesSampledData')).toBe('Energy.Active.Import.Register,Voltage');
  });

  test('keeps repeated words once, booleans in small letters, and protocols in the usual spelling', async () => {
    const { configuration, writes } = station();
    await configuration.change('metervaluessampleddata', 'Voltage, voltage ,Frequency', 'central system');
    await configuration.change('LOCALPREAUTHORIZE', 'True', 'central system');
    await configuration.change('SupportedFileTransferProtocols', 'https,sftp', 'central system');
    expect(writes).toEqual([
      'MeterValuesSampledData=Voltage,Frequency',
      'LocalPreAuthorize=true',
      'SupportedFileTransferProtocols=HTTPS,SFTP',
    ]);
  });

  test('takes the alias of confBottNotificationTime and keeps it under the spelling of the guide', async () => {
    const { configuration, writes } = station();
    expect(await configuration.change('confBootNotificationTime', '45', 'central system')).toBe('Accepted');
    expect(configuration.integer('confBottNotificationTime')).toBe(45);
    expect(writes).toEqual(['confBottNotificationTime=45']);
    expect(configuration.get(['confbootnotificationtime', 'confBottNotificationTime'])).toEqual({
      configurationKey: [{ key: 'confBottNotificationTime', readonly: false, value: '45' }],
      unknownKey: [],
    });
  });
});

describe('durability', () => {
  test('the value is on disk before it is in effect, in effect before it is told, and told before the answer', async () => {
    const steps: string[] = [];
    let flushed = (): void => undefined;
    const configuration = new Configuration({
      persisted: new Map(),
      numberOfConnectors: 1,
      persist: (key, value) => {
        steps.push(`persist ${key}=${value} while ${configuration.integer('HeartbeatInterval')}`);
        return new Promise((resolve) => {
          flushed = resolve;
        });
      },
    });
    configuration.onChange((key) => steps.push(`told ${key} while ${configuration.integer('HeartbeatInterval')}`));
    const answer = configuration
      .change('HeartbeatInterval', '300', 'central system')
      .then((status) => steps.push(status));
    await new Promise(setImmediate);
    expect(steps).toEqual(['persist HeartbeatInterval=300 while 60']);
    expect(configuration.integer('HeartbeatInterval')).toBe(60);
    flushed();
    await answer;
    expect(steps.slice(1)).toEqual(['told HeartbeatInterval while 300', 'Accepted']);
  });

  test('a disk that fails: Rejected, the old value stays, nobody is told, and the next change works', async () => {
    let broken = true;
    const persist = async (): Promise<void> => {
      if (broken) throw new Error('read-only file system');
    };
    const { configuration, read } = station({ persist });
    const told: KeyName[] = [];
    configuration.onChange((key) => told.push(key));
    expect(await configuration.change('ResetRetries', '5', 'central system')).toBe('Rejected');
    expect(read('ResetRetries')).toBe('1');
    expect(told).toEqual([]);
    broken = false;
    expect(await configuration.change('ResetRetries', '5', 'central system')).toBe('Accepted');
    expect(read('ResetRetries')).toBe('5');
    expect(told).toEqual(['ResetRetries']);
  });

  test('who wanted the change is told with it', async () => {
    const { configuration } = station();
    const told: string[] = [];
    configuration.onChange((key, origin) => told.push(`${key} by ${origin}`));
    for (const origin of ['person', 'central system'] as const)
      await configuration.change('resetretries', String(told.length + 2), origin);
    expect(told).toEqual(['ResetRetries by person', 'ResetRetries by central system']);
  });

  test('the value that is already there is Accepted without a flush and without telling', async () => {
    const { configuration, writes } = station();
    const told: KeyName[] = [];
    configuration.onChange((key) => told.push(key));
    expect(await configuration.change('ConnectionTimeOut', '60', 'central system')).toBe('Accepted');
    expect(await configuration.change('AuthorizeRemoteTxRequests', 'TRUE', 'central system')).toBe('Accepted');
    expect(await configuration.change('ConnectionTimeOut', '61', 'central system')).toBe('Accepted');
    expect(await configuration.change('ConnectionTimeOut', '61', 'central system')).toBe('Accepted');
    expect(writes).toEqual(['ConnectionTimeOut=61']);
    expect(told).toEqual(['ConnectionTimeOut']);
  });

  test('changes asked for together take effect in the order they came, even if the first flush is slow', async () => {
    const flushes: (() => void)[] = [];
    const disk = new Map<string, string>();
    const configuration = new Configuration({
      persisted: new Map(),
      numberOfConnectors: 1,
      persist: (key, value) =>
        new Promise((resolve) => {
          flushes.push(() => {
            disk.set(key, value);
            resolve();
          });
        }),
    });
    const answers = Promise.all(
      ['2', '3', '1'].map((value) => configuration.change('ResetRetries', value, 'central system')),
    );
    for (const _ of [1, 2, 3]) {
      await new Promise(setImmediate);
      expect(flushes).toHaveLength(1); // one at a time
      flushes.pop()?.();
    }
    expect(await answers).toEqual(['Accepted', 'Accepted', 'Accepted']);
    expect(disk.get('ResetRetries')).toBe('1');
    expect(configuration.integer('ResetRetries')).toBe(1);
  });

  test('after any changes, a restart from the disk reads what was read before', async () => {
    const writable = configurationKeys.filter((row) => row.write === 'Accepted' || row.write === 'OK');
    const change = fc.tuple(
      fc.constantFrom(...writable.map((row) => row.key)),
      fc.oneof(
        fc.nat(400).map(String),
        fc.boolean().map(String),
        fc.constantFrom(...measurands, 'FTP', 'ws://a/b', ''),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 20 }), async (changes) => {
        const { configuration, disk } = station();
        for (const [key, value] of changes) await configuration.change(key, value, 'central system');
        const restarted = station({ persisted: disk }).configuration;
        expect(restarted.get()).toEqual(configuration.get());
        expect(restarted.warnings).toEqual([]);
      }),
      { numRuns: runs(50) },
    );
  });

  test('a listener that has left is told nothing more', async () => {
    const { configuration } = station();
    const told: string[] = [];
    const leave = configuration.onChange(() => {
      told.push('first');
      leave();
    });
    configuration.onChange(() => told.push('second'));
    await configuration.change('ResetRetries', '2', 'central system');
    await configuration.change('ResetRetries', '3', 'central system');
    expect(told).toEqual(['first', 'second', 'second']);
  });
});

describe('start', () => {
  test('a persisted value comes before an initial one, and that before the default', () => {
    const { configuration } = station({
      persisted: new Map([['ConnectionTimeOut', '90']]),
      initial: {
        connectiontimeout: '120',
        RESETRETRIES: '4',
        url: 'ws://csms.example',
        ChargeProfileMaxStackLevel: '8',
      },
    });
    expect(configuration.integer('ConnectionTimeOut')).toBe(90);
    expect(configuration.integer('ResetRetries')).toBe(4);
    expect(configuration.integer('ChargeProfileMaxStackLevel')).toBe(8);
    expect(configuration.text('URL')).toBe('ws://csms.example');
    expect(configuration.integer('HeartbeatInterval')).toBe(60);
    expect(configuration.warnings).toEqual([]);
  });

  test('what cannot be used is named, and the next best value holds', () => {
    const { configuration } = station({
      persisted: new Map([
        ['HeartbeatInterval', '5'],
        ['LocalAuthListMaxLength', '7'],
        ['ForgottenKey', 'x'],
      ]),
      initial: { HeartbeatInterval: '120', BlinkRepeat: 'often', Colour: 'red', NumberOfConnectors: '3' },
    });
    expect(configuration.warnings).toEqual([
      'initial value of Colour ignored: there is no such configuration key',
      'initial value of NumberOfConnectors ignored: the station itself gives it',
      'initial value of BlinkRepeat ignored: "often" must be a whole number from 0 to 1000 times',
      'persisted value of LocalAuthListMaxLength ignored: the key is read-only',
      'persisted value of ForgottenKey ignored: there is no such configuration key',
      'persisted value of HeartbeatInterval ignored: "5" must be a whole number from 10 to 86400 s',
    ]);
    expect(configuration.integer('HeartbeatInterval')).toBe(120);
    expect(configuration.integer('BlinkRepeat')).toBe(60);
    expect(configuration.integer('LocalAuthListMaxLength')).toBe(500);
    expect(configuration.integer('NumberOfConnectors')).toBe(4);
  });

  test('a value that cannot be used is named without what is secret of it', () => {
    const { configuration } = station({
      persisted: new Map([['AuthorizationKey', 'Mark-short']]),
      initial: { URL: 'ws://user:Mark-in-url@host/ocpp' },
    });
    expect(configuration.warnings).toEqual([
      expect.stringMatching(/^initial value of URL ignored: "ws:\/\/\*\*\*@host\/ocpp" must be /),
      expect.stringMatching(/^persisted value of AuthorizationKey ignored: \*\*\* /),
    ]);
    expect(configuration.refusalOf('URL', 'ws://user:Mark-in-url@host/ocpp')).toContain('"ws://***@host/ocpp" must be');
  });

  test('the bound of a list counts before the list, in whatever order they come', () => {
    const initial = { StopTxnAlignedData: 'Voltage,Frequency', StopTxnAlignedDataMaxLength: '1' };
    const { configuration } = station({ initial });
    expect(configuration.list('StopTxnAlignedData')).toEqual([]);
    expect(configuration.warnings).toEqual([
      'initial value of StopTxnAlignedData ignored: "Voltage,Frequency" has 2 items; allowed are 0 to 1',
    ]);
  });
});

describe('get', () => {
  test('"If the list of keys in the request PDU is empty or missing": all settings (5.8)', () => {
    const { configuration } = station();
    const all = configuration.get();
    expect(all.configurationKey.map(({ key }) => key)).toEqual(configurationKeys.map(({ key }) => key));
    expect(all.unknownKey).toEqual([]);
    expect(configuration.get([])).toEqual(all);
  });

  test('unknown names go to unknownKey as they were written, each once', () => {
    const { configuration } = station();
    expect(configuration.get(['heartbeatINTERVAL', 'Foo', 'HeartbeatInterval', 'FOO', 'MeterType'])).toEqual({
      configurationKey: [
        { key: 'HeartbeatInterval', readonly: false, value: '60' },
        { key: 'MeterType', readonly: true, value: 'Internal' },
      ],
      unknownKey: ['Foo'],
    });
  });

  test('answers the first GetConfigurationMaxKeys different names', () => {
    const { configuration } = station({ initial: { GetConfigurationMaxKeys: '3' } });
    const report = configuration.get(['UID', 'uid', 'Foo', 'URL', 'ResetRetries', 'Bar']);
    expect(report).toEqual({
      configurationKey: [
        { key: 'UID', readonly: false },
        { key: 'URL', readonly: false },
      ],
      unknownKey: ['Foo'],
    });
    const names = Array.from({ length: 300 }, (_, index) => `Unknown${index}`);
    expect(station().configuration.get(names).unknownKey).toHaveLength(255);
  });

  test('a key that is not set has no value, an empty list has an empty one (7.29)', () => {
    const live = { networkWiFiAddress: () => '', networkEthernetAddress: () => '192.168.1.200' };
    const { configuration } = station({ live });
    const names = ['URL', 'MaxCurrentCableLeft', 'networkWiFiAddress', 'networkEthernetAddress', 'StopTxnSampledData'];
    expect(configuration.get(names).configurationKey).toEqual([
      { key: 'URL', readonly: false },
      { key: 'MaxCurrentCableLeft', readonly: true },
      { key: 'networkWiFiAddress', readonly: true },
      { key: 'networkEthernetAddress', readonly: true, value: '192.168.1.200' },
      { key: 'StopTxnSampledData', readonly: false, value: '' },
    ]);
    expect(configuration.text('URL')).toBe('');
  });

  test('no value is longer than CiString500 or of another kind than its row', () => {
    const live = { networkEthernetGateway: () => 'x'.repeat(501) };
    const { configuration } = station({ live });
    const lengths = configuration.get().configurationKey.map(({ value }) => value?.length ?? 0);
    expect(Math.max(...lengths)).toBe(500);
    const booleans = configurationKeys.filter(({ type }) => type.kind === 'boolean').map(({ key }) => key);
    for (const { value } of configuration.get(booleans).configurationKey) expect(['true', 'false']).toContain(value);
  });

  test('the longest list a central system can write can be read back', async () => {
    const { configuration, read } = station();
    const all = measurands.join(',');
    expect(await configuration.change('MeterValuesSampledData', all, 'central system')).toBe('Accepted');
    expect(read('MeterValuesSampledData')).toBe(all);
    expect(all.length).toBeLessThanOrEqual(500);
  });
});

describe('live values', () => {
  test('are asked for at each reading', () => {
    let cable = 20;
    const { configuration, read } = station({ live: { MaxCurrentCableRight: () => String(cable) } });
    expect(read('MaxCurrentCableRight')).toBe('20');
    cable = 32;
    expect(read('MaxCurrentCableRight')).toBe('32');
    expect(configuration.integer('NumberOfConnectors')).toBe(4);
    expect(read('NumberOfConnectors')).toBe('4');
  });

  test('make a key read-only: a tethered cable is never unlocked (errata 3.84)', async () => {
    const { configuration, writes } = station({ live: { UnlockConnectorOnEVSideDisconnect: () => 'false' } });
    expect(await configuration.change('UnlockConnectorOnEVSideDisconnect', 'true', 'central system')).toBe('Rejected');
    expect(await configuration.change('UnlockConnectorOnEVSideDisconnect', 'false', 'central system')).toBe('Rejected');
    expect(configuration.boolean('UnlockConnectorOnEVSideDisconnect')).toBe(false);
    expect(configuration.get(['UnlockConnectorOnEVSideDisconnect']).configurationKey).toEqual([
      { key: 'UnlockConnectorOnEVSideDisconnect', readonly: true, value: 'false' },
    ]);
    expect(writes).toEqual([]);
  });

  test('that do not fit their row are reported to the program that asks, by name', () => {
    const { configuration } = station({ live: { NumberOfConnectors: () => 'many' } });
    expect(() => configuration.integer('NumberOfConnectors')).toThrow(
      'live value of NumberOfConnectors: "many" must be a whole number from 0 to 4',
    );
  });
});

test('typed readings take only keys of their kind', () => {
  const { configuration } = station();
  expect(configuration.integer('TransactionMessageAttempts')).toBe(3);
  expect(configuration.boolean('AuthorizeRemoteTxRequests')).toBe(true);
  expect(configuration.boolean('LocalPreAuthorize')).toBe(false);
  expect(configuration.text('defaultIdTag2')).toBe('LEGRAND002');
  expect(configuration.list('SupportedFileTransferProtocols')).toEqual(['FTP', 'SFTP', 'FTPS', 'HTTP', 'HTTPS']);
  // @ts-expect-error a boolean is no number
  configuration.integer('LocalPreAuthorize');
  // @ts-expect-error a number without a default may have none
  configuration.integer('MaxCurrentCableLeft');
  // @ts-expect-error no such key
  expect(() => configuration.text('Colour')).toThrow('configuration key Colour is not in the table');
  // @ts-expect-error the protocols hold no measurand
  configuration.list('SupportedFileTransferProtocols').includes('Voltage');
});

describe('several keys at once', () => {
  const batchOf: NonNullable<ConfigurationOptions['batchOf']> = (key, value) => ({ put: [[key, value]], del: [] });

  test('are stored together, in effect when that is durable, and told then; what is the same is left out', async () => {
    const { configuration, read } = station({ batchOf });
    const told: string[] = [];
    configuration.onChange((key) => told.push(key));
    const seen: unknown[] = [];
    const values = [
      ['connectiontimeout', '90'],
      ['ResetRetries', '1'],
      ['LocalPreAuthorize', 'TRUE'],
    ] as const;
    await configuration.changeTogether(values, 'person', async (batch) => {
      seen.push(batch, read('ConnectionTimeOut'), [...told]);
    });
    const put = [
      ['ConnectionTimeOut', '90'],
      ['LocalPreAuthorize', 'true'],
    ];
    expect(seen).toEqual([{ put, del: [] }, '60', []]);
    expect([read('ConnectionTimeOut'), read('LocalPreAuthorize')]).toEqual(['90', 'true']);
    expect(told).toEqual(['ConnectionTimeOut', 'LocalPreAuthorize']);
  });

  test.each([
    ['a value that is not valid', [['HeartbeatInterval', '5']], /HeartbeatInterval: must be/],
    ['a key that is none', [['Humidity', '5']], /there is no such key/],
    ['a key that is read-only', [['NumberOfConnectors', '5']], /read-only/],
  ] as const)('none of them with %s', async (_what, wrong, words) => {
    const { configuration, read } = station({ batchOf });
    const store = jest.fn(async () => {});
    const together = configuration.changeTogether([['ConnectionTimeOut', '90'], ...wrong], 'person', store);
    await expect(together).rejects.toThrow(words);
    expect(store).not.toHaveBeenCalled();
    expect(read('ConnectionTimeOut')).toBe('60');
  });

  test('none of them when the disk refuses, and the next change is taken', async () => {
    const { configuration, read } = station({ batchOf });
    const refuse = async () => {
      throw new Error('full');
    };
    const together = configuration.changeTogether([['ConnectionTimeOut', '90']], 'person', refuse);
    const next = configuration.change('ResetRetries', '2', 'person');
    await expect(together).rejects.toThrow('full');
    expect(await next).toBe('Accepted');
    expect([read('ConnectionTimeOut'), read('ResetRetries')]).toEqual(['60', '2']);
  });
});
