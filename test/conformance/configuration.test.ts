/** Compliance groups 08 and 16, reading and writing configuration keys (OCPP 1.6, 5.3 and 5.8). */
import { configurationKeys } from '../../src/ocpp/config-keys/index';
import { closeTheBooks, Rig } from '../support/rig';
import { keyValue } from './support';

afterEach(closeTheBooks);

interface Key {
  key: string;
  readonly: boolean;
  value?: string;
}

/** Keys that OCPP 1.6 edition 2 marks "required" in 9.1 to 9.4, and whether they are read-only there. */
const required: [string, boolean][] = [
  ['AuthorizeRemoteTxRequests', false],
  ['ClockAlignedDataInterval', false],
  ['ConnectionTimeOut', false],
  ['GetConfigurationMaxKeys', true],
  ['HeartbeatInterval', false],
  ['LocalAuthorizeOffline', false],
  ['LocalPreAuthorize', false],
  ['MeterValuesAlignedData', false],
  ['MeterValuesSampledData', false],
  ['MeterValueSampleInterval', false],
  ['NumberOfConnectors', true],
  ['ResetRetries', false],
  ['StopTransactionOnEVSideDisconnect', false],
  ['StopTransactionOnInvalidId', false],
  ['StopTxnAlignedData', false],
  ['StopTxnSampledData', false],
  ['SupportedFeatureProfiles', true],
  ['TransactionMessageAttempts', false],
  ['TransactionMessageRetryInterval', false],
  ['UnlockConnectorOnEVSideDisconnect', false],
  ['LocalAuthListEnabled', false],
  ['LocalAuthListMaxLength', true],
  ['SendLocalListMaxLength', true],
  ['ChargeProfileMaxStackLevel', true],
  ['ChargingScheduleAllowedChargingRateUnit', true],
  ['ChargingScheduleMaxPeriods', true],
  ['MaxChargingProfilesInstalled', true],
];

test('TC_019_CS Retrieve Configuration', async () => {
  const rig = await Rig.start();
  const all = await rig.call('GetConfiguration', {});
  const keys = all.configurationKey as Key[];
  for (const [key, readonly] of required) expect(keys).toContainEqual({ key, readonly, value: expect.any(String) });
  expect(keys).toContainEqual({ key: 'ConnectorPhaseRotation', readonly: true, value: 'Unknown' });
  expect(keys.map((k) => k.key)).toEqual(configurationKeys.map((row) => row.key));
  expect(await rig.call('GetConfiguration', { key: ['SupportedFeatureProfiles'] })).toMatchObject({
    configurationKey: [
      {
        key: 'SupportedFeatureProfiles',
        readonly: true,
        value: 'Core,FirmwareManagement,LocalAuthListManagement,RemoteTrigger,Reservation,SmartCharging',
      },
    ],
  });
});

test('TC_021_CS Change/Set Configuration', async () => {
  const rig = await Rig.start();
  expect(await rig.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '120' })).toEqual({
    status: 'Accepted',
  });
  expect(await keyValue(rig, 'MeterValueSampleInterval')).toBe('120');
  // It is in effect, too: no sample in the first 100 s, one after 120 s.
  await rig.charge(1);
  await rig.expectNone('MeterValues', 100_000);
  await rig.expectCall('MeterValues', { connectorId: 1 });
});

test('TC_040_1_CS Configuration Keys - NotSupported', async () => {
  const rig = await Rig.start();
  expect(await rig.call('ChangeConfiguration', { key: 'NoSuchKey', value: 'x' })).toEqual({ status: 'NotSupported' });
  expect(await rig.call('GetConfiguration', { key: ['NoSuchKey'] })).toEqual({
    configurationKey: [],
    unknownKey: ['NoSuchKey'],
  });
});

test.each(['-1', 'soon', '', '1.5'])('TC_040_2_CS Configuration Keys - Invalid value "%s"', async (value) => {
  const rig = await Rig.start();
  const before = await keyValue(rig, 'MeterValueSampleInterval');
  expect(await rig.call('ChangeConfiguration', { key: 'MeterValueSampleInterval', value })).toEqual({
    status: 'Rejected',
  });
  expect(await keyValue(rig, 'MeterValueSampleInterval')).toBe(before);
});

test('the network keys of the guide tell the addresses of both interfaces, as they are when they are asked for', async () => {
  const ethernet = { address: '192.168.1.200', netmask: '255.255.255.0', gateway: '192.168.1.1' };
  const wifi = { address: '10.0.0.7', netmask: '255.0.0.0', gateway: '10.0.0.1' };
  const rig = await Rig.start({ network: { ethernet: () => ethernet, wifi: () => wifi } });
  expect(await keyValue(rig, 'networkEthernetAddress')).toBe('192.168.1.200');
  expect(await keyValue(rig, 'networkEthernetNetmask')).toBe('255.255.255.0');
  expect(await keyValue(rig, 'networkEthernetGateway')).toBe('192.168.1.1');
  expect(await keyValue(rig, 'networkWiFiAddress')).toBe('10.0.0.7');
  expect(await keyValue(rig, 'networkWiFiNetmask')).toBe('255.0.0.0');
  expect(await keyValue(rig, 'networkWiFiGateway')).toBe('10.0.0.1');
  wifi.address = '10.0.0.8';
  expect(await keyValue(rig, 'networkWiFiAddress')).toBe('10.0.0.8');
});
