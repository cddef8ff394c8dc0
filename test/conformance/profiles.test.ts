/** A feature profile that is not in SupportedFeatureProfiles is truly off (OCPP 1.6, 3.3 and 9.1.29). */
import { closeTheBooks, Rig } from '../support/rig';
import { card, expectEnergy, plugIn } from './support';

afterEach(closeTheBooks);

const all = ['Core', 'FirmwareManagement', 'LocalAuthListManagement', 'RemoteTrigger', 'Reservation', 'SmartCharging'];

/** A station with all profiles but one. */
async function startWithout(profile: string, config: Record<string, string> = {}): Promise<Rig> {
  const SupportedFeatureProfiles = all.filter((name) => name !== profile).join(',');
  const rig = await Rig.start({ config: { SupportedFeatureProfiles, ...config } });
  const { configurationKey } = await rig.call('GetConfiguration', { key: ['SupportedFeatureProfiles'] });
  expect(configurationKey).toMatchObject([{ value: SupportedFeatureProfiles, readonly: true }]);
  return rig;
}

const limit = (purpose: string, amps: number) => ({
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: purpose,
  chargingProfileKind: 'Relative',
  chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: amps }] },
});

test('without LocalAuthListManagement: version -1, NotSupported, and a list kept from before decides nothing', async () => {
  const rig = await startWithout('LocalAuthListManagement', {
    LocalAuthListEnabled: 'true',
    LocalPreAuthorize: 'true',
  });
  expect(await rig.call('GetLocalListVersion', {})).toEqual({ listVersion: -1 });
  const localAuthorizationList = [{ idTag: card, idTagInfo: { status: 'Accepted' } }];
  const update = { listVersion: 1, updateType: 'Full', localAuthorizationList };
  expect(await rig.call('SendLocalList', update)).toEqual({ status: 'NotSupported' });
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('Authorize', { idTag: card });
  await expectEnergy(rig, 1);
});

test('without Reservation: ReserveNow is Rejected, CancelReservation a CALLERROR', async () => {
  const rig = await startWithout('Reservation');
  const expiryDate = new Date(rig.central.now() + 60_000).toISOString();
  const request = { connectorId: 1, expiryDate, idTag: card, reservationId: 1 };
  expect(await rig.call('ReserveNow', request)).toEqual({ status: 'Rejected' });
  expect(await rig.call('CancelReservation', { reservationId: 1 })).toMatchObject({ callError: 'NotSupported' });
  await rig.advance(1_000);
  expect(rig.status(1)).toBe('Available');
});

test('without RemoteTrigger: TriggerMessage is a CALLERROR, and nothing is sent', async () => {
  const rig = await startWithout('RemoteTrigger');
  for (const requestedMessage of ['Heartbeat', 'StatusNotification', 'NoSuchMessage']) {
    expect(await rig.call('TriggerMessage', { requestedMessage })).toMatchObject({ callError: 'NotSupported' });
  }
  await rig.advance(5_000);
  expect(rig.since()).toEqual([]);
});

test('without SmartCharging: CALLERRORs, and a profile of a remote start is ignored (5.11)', async () => {
  const rig = await startWithout('SmartCharging');
  const set = { connectorId: 0, csChargingProfiles: limit('TxDefaultProfile', 6) };
  expect(await rig.call('SetChargingProfile', set)).toMatchObject({ callError: 'NotSupported' });
  expect(await rig.call('ClearChargingProfile', {})).toMatchObject({ callError: 'NotSupported' });
  const composite = { connectorId: 1, duration: 60 };
  expect(await rig.call('GetCompositeSchedule', composite)).toMatchObject({ callError: 'NotSupported' });
  await plugIn(rig);
  for (const purpose of ['TxProfile', 'TxDefaultProfile']) {
    const answer = await rig.call('RemoteStartTransaction', {
      connectorId: 1,
      idTag: card,
      chargingProfile: limit(purpose, 6),
    });
    // The second finds the connector taken; its profile is not what it is rejected for.
    expect(answer).toEqual({ status: purpose === 'TxProfile' ? 'Accepted' : 'Rejected' });
  }
  await expectEnergy(rig, 1);
  await rig.advance(30_000);
  expect(rig.truth(1).currentA).toEqual([32, 32, 32]);
});

test('profiles installed before SmartCharging was switched off restrain nothing', async () => {
  const first = await Rig.start();
  await first.call('SetChargingProfile', { connectorId: 0, csChargingProfiles: limit('TxDefaultProfile', 6) });
  const rig = await startWithout('SmartCharging');
  // The store of a station that had the profile, in the hands of one that has not.
  await rig.cutPower();
  rig.store = first.store;
  await rig.powerOn();
  await rig.advance(2_000);
  await rig.charge(1);
  await rig.advance(30_000);
  expect(rig.truth(1).currentA).toEqual([32, 32, 32]);
});

test('without FirmwareManagement: CALLERRORs, and its statuses cannot be triggered', async () => {
  const rig = await startWithout('FirmwareManagement');
  const location = 'ftp://files.test/x';
  const update = { location, retrieveDate: '2026-05-04T09:00:00Z' };
  expect(await rig.call('UpdateFirmware', update)).toMatchObject({ callError: 'NotSupported' });
  expect(await rig.call('GetDiagnostics', { location })).toMatchObject({ callError: 'NotSupported' });
  for (const requestedMessage of ['FirmwareStatusNotification', 'DiagnosticsStatusNotification']) {
    expect(await rig.call('TriggerMessage', { requestedMessage })).toEqual({ status: 'NotImplemented' });
  }
  await rig.advance(5_000);
  expect(rig.since()).toEqual([]);
});
