/** A charging profile that comes with a remote start: it begins with its transaction, or not at all (OCPP 1.6, 5.11, 5.16.2). */
import type { ChargingProfile } from '../../src/ocpp/messages';
import { install, profile } from '../support/profiles';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const ofTransaction = { chargingProfilePurpose: 'TxProfile' } as const;

describe('a profile in RemoteStartTransaction (5.16.2)', () => {
  const start = (rig: Rig, chargingProfile?: ChargingProfile, idTag = '04A1B2C3') =>
    rig.call('RemoteStartTransaction', { connectorId: 1, idTag, ...(chargingProfile ? { chargingProfile } : {}) });
  const ten = profile(
    [
      [0, 10],
      [60, 16],
    ],
    ofTransaction,
  );

  test('applies from the first ampere, and its schedule counts from the start', async () => {
    const rig = await Rig.start();
    await install(rig, 1, profile([[0, 20]], { chargingProfileId: 9 }));
    expect(await start(rig, ten)).toEqual({ status: 'Accepted' });
    await rig.advance(40_000);
    rig.plug(1);
    await rig.until('an offer', () => rig.truth(1).offerA > 0);
    expect(rig.truth(1).offerA).toBeCloseTo(10, 1);
    await rig.advance(61_000);
    expect(rig.truth(1).offerA).toBeCloseTo(16, 1);
    // The central system may replace it under the id that the transaction got meanwhile.
    await install(rig, 1, profile([[0, 7]], { chargingProfileId: 77, transactionId: 1001, ...ofTransaction }));
    await rig.advance(1_000);
    expect(rig.truth(1).offerA).toBeCloseTo(7, 1);
    expect([...rig.store.durable.keys()].filter((key) => key.startsWith('profile/'))).toEqual([
      'profile/1/9',
      'profile/1/77',
    ]);
  });

  test.each<[string, ChargingProfile]>([
    ['another purpose', profile([[0, 10]])],
    ['a transactionId (E3.41)', { ...ten, transactionId: 1001 }],
    ['a profile that is wrong in itself', profile([[5, 10]], ofTransaction)],
    ['a stack level that is too high', { ...ten, stackLevel: 101 }],
  ])('%s: Rejected, and nothing starts', async (_what, wire) => {
    const rig = await Rig.start();
    rig.plug(1);
    await rig.expectStatus(1, 'Preparing');
    expect(await start(rig, wire)).toEqual({ status: 'Rejected' });
    await rig.expectNone('StartTransaction', 5_000);
  });

  test('is not left over when nobody came, even for the same card', async () => {
    const rig = await Rig.start({ config: { ConnectionTimeOut: '20' } });
    await start(rig, ten);
    await rig.until('Available again', () => rig.status(1) === 'Preparing');
    await rig.until('Available again', () => rig.status(1) === 'Available');
    await rig.charge(1);
    expect(rig.truth(1).offerA).toBeCloseTo(32, 1);
  });

  test('is not left over when the central system refuses the card afterwards', async () => {
    const rig = await Rig.start();
    rig.plug(1);
    await rig.expectStatus(1, 'Preparing');
    rig.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked' } }));
    await start(rig, ten);
    await rig.expectCall('Authorize');
    await rig.advance(2_000);
    rig.present('04A1B2C3');
    await rig.expectStatus(1, 'Charging');
    expect(rig.truth(1).offerA).toBeCloseTo(32, 1);
  });

  test('is not left over for the next transaction', async () => {
    const rig = await Rig.start();
    rig.plug(1);
    await rig.expectStatus(1, 'Preparing');
    await start(rig, ten);
    await rig.expectStatus(1, 'Charging');
    rig.present('04A1B2C3');
    await rig.expectCall('StopTransaction');
    await start(rig);
    await rig.expectStatus(1, 'Charging');
    expect(rig.truth(1).offerA).toBeCloseTo(32, 1);
  });

  test('lives through a power cut after the start, and ends with the transaction', async () => {
    const rig = await Rig.start();
    rig.plug(1);
    await rig.expectStatus(1, 'Preparing');
    await start(rig, ten);
    await rig.expectStatus(1, 'Charging');
    expect(rig.store.durable.has('profile/1/1')).toBe(true);
    await rig.cutPower();
    await rig.powerOn();
    await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
    await rig.advance(1_000);
    expect(rig.store.durable.has('profile/1/1')).toBe(false);
  });

  test('finds no room when all places are taken', async () => {
    const rig = await Rig.start({ config: { MaxChargingProfilesInstalled: '1' } });
    await install(rig, 3, profile([[0, 20]], { chargingProfileId: 9 }));
    expect(await start(rig, { ...ten, chargingProfileId: 9 })).toEqual({ status: 'Rejected' });
    await rig.call('ClearChargingProfile', {});
    await install(rig, 1, profile([[0, 20]], { chargingProfileId: 9 }));
    expect(await start(rig, ten)).toEqual({ status: 'Rejected' });
    expect(await start(rig, { ...ten, chargingProfileId: 9 })).toEqual({ status: 'Accepted' });
  });

  test('bears the id of one that goes in the same commit', async () => {
    const rig = await Rig.start();
    await rig.charge(1);
    await install(rig, 1, profile([[0, 8]], ofTransaction));
    await rig.call('RemoteStartTransaction', { connectorId: 3, idTag: 'BBBB0002', chargingProfile: ten });
    await rig.advance(1_000);
    const { session } = rig.running.station.state.connectors[0] ?? {};
    if (session?.kind !== 'running') throw new Error('nothing runs');
    const reading = { energyWh: 0, powerW: 0, currentA: [], voltageV: [] };
    const ended = { ...session.tx, lastWh: 0 };
    const begun = { ...session.tx, key: 'next', connectorId: 3, token: 'BBBB0002' };
    const { batch } = rig.running.chargePoint.entriesFor([
      { kind: 'stop', tx: ended, at: 0, reading, meterWh: 0, reason: 'Local', token: undefined },
      { kind: 'start', tx: begun, at: 0, reading, reservationId: undefined },
    ]);
    expect(batch.put).toContainEqual(['profile/3/1', expect.objectContaining({ connectorId: 3, tx: 'next' })]);
    expect(batch.del).not.toContain('profile/3/1');
    expect(batch.del).toContain('profile/1/1');
    // These records were made up: a power cut forgets them.
    await rig.cutPower();
  });
});
