/** Rules often got wrong, C: what StatusNotification tells, and when (OCPP 1.6, 4.9). */
import { closeTheBooks, Rig } from '../support/rig';
import { card, dead, expectEnergy, plugIn } from './support';

afterEach(closeTheBooks);

const statusesOf = (rig: Rig, connectorId: number) =>
  rig
    .since('StatusNotification')
    .filter((r) => r.payload.connectorId === connectorId)
    .map((r) => r.payload.status);

test('Rule 22 (4.9): a charge of every status in between is told in the order of the table', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  await rig.advance(5_000);
  rig.present(card);
  await rig.advance(20_000);
  rig.ev(1, { paused: true });
  await rig.advance(20_000);
  await rig.call('ChangeConfiguration', { key: 'chargingStationMaxLimit', value: '0' });
  await rig.advance(20_000);
  await rig.call('ChangeConfiguration', { key: 'chargingStationMaxLimit', value: '32' });
  rig.ev(1, { paused: false });
  await rig.advance(20_000);
  rig.present(card);
  await rig.advance(5_000);
  rig.unplug(1);
  await rig.advance(5_000);
  const told = statusesOf(rig, 1).join(' ');
  expect(told).toMatch(/^Preparing Charging SuspendedEV SuspendedEVSE (SuspendedEV )?Charging Finishing Available$/);
});

test('Rule 22 (4.9): a way that the table does not have leads through Available, such as Finishing to Reserved', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.present(card);
  await rig.expectStatus(1, 'Finishing');
  // Preparing may not become Unavailable, but the station may.
  await rig.call('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
  await rig.expectStatus(1, 'Unavailable');
  await rig.call('ChangeAvailability', { connectorId: 1, type: 'Operative' });
  await rig.expectStatus(1, 'Preparing');
  await rig.call('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
  await rig.expectStatus(1, 'Available');
  await rig.expectStatus(1, 'Unavailable');
});

test('Rule 22 (4.9): a change that had to wait keeps its place among those after it', async () => {
  const rig = await Rig.start();
  const change = (type: string) => rig.call('ChangeAvailability', { connectorId: 1, type });
  rig.central.answer('StatusNotification', () => ({ afterMs: 3_000, answer: {} }));
  rig.plug(1);
  await rig.advance(2_000);
  await change('Inoperative');
  await change('Operative');
  await rig.advance(40_000);
  // Preparing may become Unavailable only by way of Available.
  expect(statusesOf(rig, 1)).toEqual(['Preparing', 'Available', 'Unavailable', 'Preparing']);
  expect(rig.status(1)).toBe('Preparing');
});

test('Rule 23 (4.9, 9.1.20): a status is told after MinimumStatusDuration, with the time when it began', async () => {
  const rig = await Rig.start();
  await rig.configure('MinimumStatusDuration', '20');
  const before = rig.clock.now();
  const unixBefore = rig.central.now();
  rig.plug(1);
  const preparing = await rig.expectStatus(1, 'Preparing');
  expect((preparing.at - before) / 1_000).toBeGreaterThanOrEqual(20);
  expect(Math.abs(Date.parse(String(preparing.payload.timestamp)) - unixBefore)).toBeLessThan(3_000);
});

test('Rule 23 (4.9, 9.1.20): what does not last MinimumStatusDuration is skipped', async () => {
  const rig = await Rig.start();
  await rig.configure('MinimumStatusDuration', '20');
  rig.plug(1);
  await rig.advance(8_000);
  rig.unplug(1);
  await rig.expectNone('StatusNotification', 120_000);
  await rig.charge(1).catch(() => undefined);
  await rig.advance(25_000);
  expect(statusesOf(rig, 1)).not.toContain('Available');
  expect(rig.central.calls('StatusNotification').at(-1)?.payload).toMatchObject({ connectorId: 1, status: 'Charging' });
});

test('Rule 24 (4.9): connector 0 stays Available whatever its connectors do, and is never told anything else but Unavailable and Faulted', async () => {
  const rig = await Rig.start();
  rig.fault(1, 'overTemperature');
  await rig.expectStatus(1, 'Faulted');
  await rig.call('ChangeAvailability', { connectorId: 3, type: 'Inoperative' });
  await rig.expectStatus(3, 'Unavailable');
  expect(rig.status(0)).toBe('Available');
  rig.fault(0, 'underVoltage');
  await rig.advance(5_000);
  const told = rig.central.calls('StatusNotification').filter((r) => r.payload.connectorId === 0);
  for (const { payload } of told) expect(['Available', 'Unavailable', 'Faulted']).toContain(payload.status);
});

test('Rule 25 (4.9): EVCommunicationError comes with Preparing, SuspendedEV, SuspendedEVSE or Finishing only', async () => {
  const rig = await Rig.start();
  rig.plug(1);
  rig.fault(1, 'pilotShort');
  await rig.advance(10_000);
  rig.present(card);
  await rig.advance(70_000);
  rig.fault(1, 'pilotShort', false);
  await rig.advance(10_000);
  rig.unplug(1);
  await rig.advance(5_000);
  const errors = rig.central.calls('StatusNotification').filter((r) => r.payload.errorCode === 'EVCommunicationError');
  expect(errors.length).toBeGreaterThan(0);
  for (const { payload } of errors) {
    expect(['Preparing', 'SuspendedEV', 'SuspendedEVSE', 'Finishing']).toContain(payload.status);
  }
});

test('Rule 26 (4.9, rule 4): a triggered status that overtakes is not followed by older ones', async () => {
  const rig = await Rig.start();
  rig.central.answer('StatusNotification', () => ({ afterMs: 3_000, answer: {} }));
  rig.plug(1);
  await rig.advance(1_000);
  rig.unplug(1);
  await rig.advance(1_000);
  rig.plug(1);
  await rig.advance(500);
  await rig.call('TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
  await rig.advance(40_000);
  const times = rig
    .since('StatusNotification')
    .filter((r) => r.payload.connectorId === 1)
    .map((r) => String(r.payload.timestamp));
  expect(times).toEqual([...times].sort());
  // The first was on its way; of the others only the present one is told.
  expect(statusesOf(rig, 1)).toEqual(['Preparing', 'Preparing']);
});

test('Rule 26 (4.9, rule 3): after a silence the present status alone is told, without the steps that led to it', async () => {
  const rig = await Rig.start({ config: { AllowOfflineTxForUnknownId: 'true' } });
  await rig.charge(1);
  rig.present(card);
  await rig.expectStatus(1, 'Finishing');
  rig.central.down();
  await rig.advance(5_000);
  rig.present(card);
  await expectEnergy(rig, 1);
  rig.central.up();
  await rig.until('connected', () => rig.central.connected, 200_000);
  await rig.advance(5_000);
  expect(statusesOf(rig, 1)).toEqual(['Charging']);
});

test('Rule 28 (4.9, I3): a fault that passes leads a charge back to Charging', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await expectEnergy(rig, 1);
  rig.fault(1, 'overTemperature');
  await rig.expectStatus(1, 'Faulted');
  await rig.advance(1_000);
  expect(rig.truth(1)).toMatchObject(dead);
  rig.fault(1, 'overTemperature', false);
  await rig.expectStatus(1, 'Charging', 900_000);
  await expectEnergy(rig, 1);
  expect(rig.central.calls('StopTransaction')).toEqual([]);
});

test('Rule 29 (5.2): what it is already is Accepted, also while a transaction runs', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  const change = (connectorId: number, type: string) => rig.call('ChangeAvailability', { connectorId, type });
  expect(await change(1, 'Operative')).toEqual({ status: 'Accepted' });
  expect(await change(0, 'Operative')).toEqual({ status: 'Accepted' });
  expect(await change(1, 'Inoperative')).toEqual({ status: 'Scheduled' });
  expect(await change(1, 'Operative')).toEqual({ status: 'Accepted' });
  rig.present(card);
  await rig.expectStatus(1, 'Finishing');
  expect(await change(-1, 'Inoperative')).toEqual({ status: 'Rejected' });
});

test('Rule 30 (3.5.2): a card that the list accepts and the central system does not: LocalListConflict, and the list stays', async () => {
  const rig = await Rig.start({ config: { LocalAuthListEnabled: 'true', LocalPreAuthorize: 'true' } });
  const localAuthorizationList = [{ idTag: card, idTagInfo: { status: 'Accepted' } }];
  await rig.call('SendLocalList', { listVersion: 3, updateType: 'Full', localAuthorizationList });
  rig.central.answer('StartTransaction', () => ({ transactionId: 9, idTagInfo: { status: 'Blocked' } }));
  await plugIn(rig);
  rig.present(card);
  await rig.expectCall('StartTransaction');
  await rig.expectCall('StatusNotification', {
    connectorId: 0,
    status: 'Available',
    errorCode: 'LocalListConflict',
  });
  expect(await rig.call('GetLocalListVersion', {})).toEqual({ listVersion: 3 });
});
