/** Single values of the store are not as they should be: the station starts, tells, loses nothing, and goes on. */
import type { JsonValue } from '../../src/hal/store';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

/** The power is gone; what lies on the medium is changed; the power is back. */
async function withDamage(rig: Rig, damage: (disk: Map<string, JsonValue>) => void): Promise<void> {
  await rig.cutPower();
  damage(rig.store.durable);
  rig.forget();
  await rig.powerOn();
}

const without = (value: JsonValue | undefined, field: string): JsonValue => {
  const { [field]: gone, ...rest } = value as Record<string, JsonValue>;
  return { ...rest, renamed: gone ?? null };
};

test.each([
  'key',
  'token',
  'meterStartWh',
  'lastWh',
])('an open transaction whose %s cannot be read ends at the central system all the same', async (field) => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(600_000);
  const register = rig.truth(1).energyWh;
  await withDamage(rig, (disk) => disk.set('station/transaction/1', without(disk.get('station/transaction/1'), field)));
  const stop = await rig.expectCall('StopTransaction', { transactionId: 1001, reason: 'PowerLoss' });
  expect(Math.abs(Number(stop.payload.meterStop) - register)).toBeLessThanOrEqual(1);
  expect(rig.warnings.filter((line) => line.includes('station/transaction/1 cannot be read'))).toHaveLength(1);
  // Told once, and another charge begins.
  await withDamage(rig, () => {});
  expect(rig.warnings.filter((line) => line.includes('cannot be read'))).toHaveLength(1);
  await rig.expectStatus(1, 'Preparing');
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Charging');
});

test('a message of an unknown kind is set aside with its transaction; the station boots, and charges anew', async () => {
  const rig = await Rig.start({ config: { LocalAuthorizeOffline: 'true', AllowOfflineTxForUnknownId: 'true' } });
  // What lies in quarantine is missing in the central system's books.
  rig.audited = false;
  rig.central.down();
  rig.plug(1);
  await rig.advance(5_000);
  rig.present('04A1B2C3');
  await rig.until('charging', () => rig.status(1) === 'Charging');
  await rig.advance(120_000);
  await withDamage(rig, (disk) => {
    const [key, start] = [...disk].find(([name]) => name.startsWith('outbox/')) ?? [];
    if (key === undefined) throw new Error('nothing waits for delivery');
    disk.set(key, { ...(start as Record<string, JsonValue>), body: { kind: 'pause' } });
  });
  rig.central.up();
  await rig.expectCall('BootNotification');
  await rig.expectStatus(1, 'Finishing');
  await rig.expectNone('StopTransaction', 60_000);
  expect(rig.central.calls('MeterValues')).toEqual([]);
  const quarantine = [...rig.store.durable.keys()].filter((key) => key.startsWith('quarantine/outbox/'));
  // The start, its values, and the stop that came of the restart.
  expect(quarantine.length).toBeGreaterThanOrEqual(3);
  rig.present('04A1B2C3');
  await rig.expectCall('StartTransaction', { connectorId: 1 });
  await rig.expectStatus(1, 'Charging');
  expect(rig.running.chargePoint.outbox.size).toBe(0);
});

test('availability that cannot be read is out of use, until the central system says otherwise', async () => {
  const rig = await Rig.start();
  await withDamage(rig, (disk) => disk.set('station/inoperative/1', 'perhaps'));
  await rig.expectStatus(1, 'Unavailable');
  await withDamage(rig, () => {});
  await rig.expectStatus(1, 'Unavailable');
  expect(await rig.call('ChangeAvailability', { connectorId: 1, type: 'Operative' })).toEqual({ status: 'Accepted' });
  await rig.expectStatus(1, 'Available');
});

test('a local list that lost an entry has no version any more, so that all of it is sent again', async () => {
  const rig = await Rig.start();
  await rig.configure('LocalAuthListEnabled', 'true');
  const localAuthorizationList = ['A', 'B'].map((idTag) => ({ idTag, idTagInfo: { status: 'Accepted' } }));
  await rig.call('SendLocalList', { listVersion: 7, updateType: 'Full', localAuthorizationList });
  await withDamage(rig, (disk) => disk.set('list/entry/a', { idTag: 'A', status: 'Perhaps' }));
  await rig.expectCall('BootNotification');
  expect(await rig.call('GetLocalListVersion', {})).toEqual({ listVersion: 0 });
  await withDamage(rig, () => {});
  await rig.expectCall('BootNotification');
  expect(await rig.call('GetLocalListVersion', {})).toEqual({ listVersion: 0 });
});

test.each<[string, JsonValue]>([
  ['boot/count', 'many'],
  ['config/HeartbeatInterval', { seconds: 5 }],
  ['key-note/HeartbeatInterval', { by: 'nobody', at: null }],
  ['cache/04a1b2c3', { idTag: 7 }],
  ['profile/1', { id: 1, periods: 'none' }],
  ['connection/former', 'ws://'],
  ['registration/accepted', 'yes'],
  ['time/1', 'noon'],
  ['transaction-id/1-1', 'x'],
  ['stop-data/1-1/000000000001', []],
  ['station/reservation/1', [1]],
  ['station/scheduled/1', 5],
])('%s that is %j: the station starts and charges, and ids are new', async (key, value) => {
  const rig = await Rig.start();
  // Without its id the stop names none (E3.18), and cannot be found in the central system's books.
  rig.audited = !key.startsWith('transaction-id/');
  await rig.charge(1);
  const before = rig.central.received.map(({ id }) => id);
  await withDamage(rig, (disk) => disk.set(key, value));
  await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
  rig.present('04A1B2C3');
  await rig.expectStatus(1, 'Charging');
  expect(rig.warnings.filter((line) => line.includes(`stored value ${key} cannot be read`))).toHaveLength(1);
  const after = rig.central.received.map(({ id }) => id).slice(before.length);
  expect(after.filter((id) => before.includes(id))).toEqual([]);
});
