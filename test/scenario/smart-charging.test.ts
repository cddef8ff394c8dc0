/** Charging profiles on the wire and on the pilot: what the central system was promised is what the vehicle is offered. */
import { absolute, changesOfOffer, composite, install, profile, setProfile } from '../support/profiles';
import { closeTheBooks, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const iso = (ms: number) => new Date(ms).toISOString();
const wall = (rig: Rig) => startOfTime + rig.clock.now();

const stationLimit = { chargingProfilePurpose: 'ChargePointMaxProfile' } as const;
const ofTransaction = { chargingProfilePurpose: 'TxProfile' } as const;

/** A vehicle that charges at the full 32 A. */
async function charging(rig: Rig, connectorId = 1): Promise<void> {
  await rig.charge(connectorId);
  await rig.advance(10_000);
  expect(rig.truth(connectorId).offerA).toBeCloseTo(32, 1);
}

describe('the pilot follows', () => {
  test('each boundary within a second, reductions first, raises not sooner than 5 s after the last change', async () => {
    const rig = await Rig.start();
    await charging(rig);
    const wire = absolute(rig, [
      [0, 20],
      [10, 10],
      [12, 16],
      [30, 8],
      [31, 6],
      [50, 32],
    ]);
    const start = Date.parse(String(wire.chargingSchedule.startSchedule)) - startOfTime;
    await install(rig, 1, wire);
    const changes = await changesOfOffer(rig, 1, 60_000);
    const told = changes.map(({ at, amps }) => [Math.round(amps), Math.floor((at - start) / 1_000)]);
    expect(told).toEqual([
      [20, 0],
      [10, 10],
      [16, 15], // asked at 12, which is too soon after 10
      [8, 30],
      [6, 31],
      [32, 50],
    ]);
  });

  test('never two raises within 5 s, whatever is asked', async () => {
    const rig = await Rig.start();
    await charging(rig);
    const pairs = Array.from({ length: 60 }, (_, i) => [i, i % 7 === 0 ? 8 : 8 + (i % 7) * 2] as const);
    await install(rig, 1, absolute(rig, pairs));
    const changes = await changesOfOffer(rig, 1, 61_000);
    let before = { at: 0, amps: 32 };
    let raises = 0;
    for (const change of changes) {
      if (change.amps > before.amps) {
        raises += 1;
        expect(change.at - before.at).toBeGreaterThanOrEqual(5_000);
      }
      before = change;
    }
    expect(raises).toBeGreaterThan(5);
  });

  test('below 6 A: SuspendedEVSE with the transaction alive and the contacts open, and back by itself', async () => {
    const rig = await Rig.start();
    await charging(rig);
    rig.forget();
    await install(
      rig,
      1,
      absolute(rig, [
        [0, 5.9],
        [60, 6],
      ]),
    );
    await rig.expectStatus(1, 'SuspendedEVSE');
    await rig.advance(8_000);
    expect(rig.truth(1)).toMatchObject({ offerA: 0, contactorClosed: false, locked: true });
    await rig.expectStatus(1, 'Charging', 60_000);
    await rig.advance(5_000);
    expect(rig.truth(1).currentA[0]).toBeCloseTo(6, 1);
    expect(rig.central.calls('StartTransaction')).toHaveLength(1);
    expect(rig.central.calls('StopTransaction')).toHaveLength(0);
  });

  test('0 A as evcc sends to pause, then a current, then nothing: one transaction through it all', async () => {
    const rig = await Rig.start();
    await charging(rig);
    const evcc = (limit: number) =>
      profile(
        [[0, limit, 3]],
        { validFrom: iso(wall(rig) - 60_000), chargingProfileKind: 'Absolute' },
        { startSchedule: iso(wall(rig) - 60_000) },
      );
    await install(rig, 1, evcc(0));
    await rig.until('suspended', () => rig.status(1) === 'SuspendedEVSE');
    await rig.until('no offer', () => rig.truth(1).offerA === 0, 1_000);
    await rig.advance(30_000);
    await install(rig, 1, evcc(7));
    await rig.until('charging', () => rig.status(1) === 'Charging');
    await rig.advance(10_000);
    expect(rig.truth(1).offerA).toBeCloseTo(7, 1);
    expect(await rig.call('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Accepted' });
    await rig.advance(6_000);
    expect(rig.truth(1).offerA).toBeCloseTo(32, 1);
    expect(rig.central.calls('StopTransaction')).toHaveLength(0);
  });

  test('a vehicle that would not stop is switched off when nothing may be offered', async () => {
    const rig = await Rig.start();
    await rig.charge(1, { plug: { ev: { reactsToPwmOff: false } } });
    await rig.advance(10_000);
    await install(rig, 1, profile([[0, 0]]));
    await rig.until('open', () => !rig.truth(1).contactorClosed, 7_000);
    expect(rig.truth(1).currentA).toEqual([0, 0, 0]);
  });
});

describe('a domestic outlet', () => {
  test('is switched off when the limit is under what its cord draws, and on again after a rest when there is room', async () => {
    const rig = await Rig.start();
    await rig.charge(2);
    await rig.advance(30_000);
    expect(rig.truth(2).currentA).toEqual([10]);
    await install(rig, 2, profile([[0, 9]]));
    await rig.until('off', () => !rig.truth(2).contactorClosed, 7_000);
    await rig.until('SuspendedEVSE', () => rig.status(2) === 'SuspendedEVSE', 2_000);
    const off = rig.clock.now();
    await install(rig, 2, profile([[0, 16]]));
    await rig.until('on again', () => rig.truth(2).contactorClosed, 90_000);
    expect(rig.clock.now() - off).toBeGreaterThan(55_000);
    await rig.until('charging', () => rig.status(2) === 'Charging', 5_000);
    expect(rig.central.calls('StartTransaction')).toHaveLength(1);
    expect(rig.central.calls('StopTransaction')).toHaveLength(0);
  });

  test('stays off while the limit is too low, however long', async () => {
    const rig = await Rig.start();
    await rig.charge(2);
    await rig.advance(30_000);
    await install(rig, 2, profile([[0, 7.9]]));
    await rig.until('off', () => !rig.truth(2).contactorClosed, 7_000);
    await rig.advance(600_000);
    expect(rig.truth(2).contactorClosed).toBe(false);
    expect(rig.status(2)).toBe('SuspendedEVSE');
  });
});

test('a relative limit of the station at stack level 100 without startSchedule is on the wire at once (field lesson 33)', async () => {
  const rig = await Rig.start();
  await charging(rig);
  const wire = profile([[0, 10]], { chargingProfileId: 8, stackLevel: 100, ...stationLimit });
  await install(rig, 0, wire);
  await rig.advance(1_000);
  expect(rig.truth(1).offerA).toBeCloseTo(10, 1);
  expect(rig.truth(1).pilotOutput).toMatchObject({ kind: 'pwm' });
  expect(await setProfile(rig, 0, { ...wire, stackLevel: 101 })).toBe('Rejected');
  await rig.advance(10_000);
  expect(rig.truth(1).currentA[0]).toBeCloseTo(10, 1);
});

describe('TxDefaultProfile', () => {
  test('a new one applies to the running transaction at once, deleting it frees the transaction (E3.8)', async () => {
    const rig = await Rig.start();
    await charging(rig);
    await install(rig, 0, profile([[0, 12]]));
    await rig.advance(500);
    expect(rig.truth(1).offerA).toBeCloseTo(12, 1);
    await rig.advance(5_000);
    expect(await rig.call('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Accepted' });
    await rig.advance(500);
    expect(rig.truth(1).offerA).toBeCloseTo(32, 1);
    expect(await rig.call('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Unknown' });
  });

  test('that of the connector replaces that of the station for this connector only (3.13.1)', async () => {
    const rig = await Rig.start();
    await install(rig, 0, profile([[0, 12]], { chargingProfileId: 1 }));
    await install(rig, 1, profile([[0, 20]], { chargingProfileId: 2 }));
    await rig.charge(1);
    await rig.charge(3);
    expect(rig.truth(1).offerA).toBeCloseTo(20, 1);
    expect(rig.truth(3).offerA).toBeCloseTo(12, 1);
  });

  test('a relative one counts from the start of each transaction', async () => {
    const rig = await Rig.start();
    await install(
      rig,
      0,
      profile([
        [0, 8],
        [60, 16],
      ]),
    );
    await rig.advance(300_000);
    await rig.charge(1);
    expect(rig.truth(1).offerA).toBeCloseTo(8, 1);
    await rig.advance(60_000);
    expect(rig.truth(1).offerA).toBeCloseTo(16, 1);
    rig.present('04A1B2C3');
    await rig.expectCall('StopTransaction');
    rig.present('04A1B2C3');
    await rig.expectCall('StartTransaction');
    await rig.expectStatus(1, 'Charging');
    expect(rig.truth(1).offerA).toBeCloseTo(8, 1);
  });
});

describe('TxProfile', () => {
  test('belongs to its transaction and goes with it (3.13.1)', async () => {
    const rig = await Rig.start();
    await install(rig, 1, profile([[0, 20]], { chargingProfileId: 1 }));
    await rig.charge(1);
    await install(rig, 1, profile([[0, 10]], { chargingProfileId: 2, transactionId: 1001, ...ofTransaction }));
    await rig.advance(1_000);
    expect(rig.truth(1).offerA).toBeCloseTo(10, 1);
    rig.present('04A1B2C3');
    await rig.expectCall('StopTransaction');
    expect(await rig.call('ClearChargingProfile', { id: 2 })).toEqual({ status: 'Unknown' });
    rig.present('04A1B2C3');
    await rig.expectCall('StartTransaction');
    await rig.expectStatus(1, 'Charging');
    expect(rig.truth(1).offerA).toBeCloseTo(20, 1);
  });

  test('of a transaction that a power cut ended is gone, too', async () => {
    const rig = await Rig.start();
    await rig.charge(1);
    await install(rig, 1, profile([[0, 10]], ofTransaction));
    await rig.cutPower();
    await rig.powerOn();
    await rig.expectCall('StopTransaction', { reason: 'PowerLoss' });
    await rig.advance(1_000);
    expect([...rig.store.durable.keys()].filter((key) => key.startsWith('profile/'))).toEqual([]);
  });

  test('two kinds of it cannot be: without transaction, on connector 0, of another transaction', async () => {
    const rig = await Rig.start();
    expect(await setProfile(rig, 1, profile([[0, 10]], ofTransaction))).toBe('Rejected');
    await rig.charge(1);
    expect(await setProfile(rig, 0, profile([[0, 10]], ofTransaction))).toBe('Rejected');
    expect(await setProfile(rig, 3, profile([[0, 10]], ofTransaction))).toBe('Rejected');
    expect(await setProfile(rig, 1, profile([[0, 10]], { ...ofTransaction, transactionId: 1002 }))).toBe('Rejected');
    await rig.advance(2_000);
    expect(rig.truth(1).offerA).toBeCloseTo(32, 1);
  });
});

describe('how much there may be', () => {
  test('100 profiles, not 101; one that replaces another always fits', async () => {
    const rig = await Rig.start();
    for (let level = 0; level <= 99; level++) {
      await install(rig, 1, profile([[0, 16]], { chargingProfileId: level + 1, stackLevel: level }));
    }
    expect(await setProfile(rig, 1, profile([[0, 8]], { chargingProfileId: 101, stackLevel: 100 }))).toBe('Rejected');
    expect(await setProfile(rig, 1, profile([[0, 8]], { chargingProfileId: 101, stackLevel: 99 }))).toBe('Accepted');
    await rig.charge(1);
    expect(rig.truth(1).offerA).toBeCloseTo(8, 1);
  });

  test('100 periods, not 101', async () => {
    const rig = await Rig.start();
    const periods = (count: number) => Array.from({ length: count }, (_, i) => [i * 60, 6 + (i % 20)] as const);
    expect(await setProfile(rig, 1, profile(periods(101)))).toBe('Rejected');
    expect(await setProfile(rig, 1, profile(periods(100)))).toBe('Accepted');
    expect((await composite(rig, 1, 86_400)).periods).toHaveLength(100);
  });

  test('units that the key does not name are Rejected, others accepted (E3.88)', async () => {
    const rig = await Rig.start({ config: { ChargingScheduleAllowedChargingRateUnit: 'Current' } });
    expect(await setProfile(rig, 1, profile([[0, 6_900]], {}, { chargingRateUnit: 'W' }))).toBe('Rejected');
    expect(await setProfile(rig, 1, profile([[0, 10]]))).toBe('Accepted');
  });

  test('a wrong connector or a wrong word is a PropertyConstraintViolation (E3.38, E3.39)', async () => {
    const rig = await Rig.start();
    expect(await setProfile(rig, 5, profile([[0, 10]]))).toBe('PropertyConstraintViolation');
    expect(await setProfile(rig, -1, profile([[0, 10]]))).toBe('PropertyConstraintViolation');
    const wire = profile([[0, 10]], {}, { chargingRateUnit: 'kW' as 'W' });
    expect(await setProfile(rig, 1, wire)).toBe('PropertyConstraintViolation');
  });

  test('without the SmartCharging profile everything of it is NotSupported (E3.39), and a remote start ignores its profile', async () => {
    const rig = await Rig.start({ config: { SupportedFeatureProfiles: 'Core,RemoteTrigger' } });
    expect(await setProfile(rig, 1, profile([[0, 10]]))).toBe('NotSupported');
    rig.plug(1);
    await rig.expectStatus(1, 'Preparing');
    await rig.call('RemoteStartTransaction', {
      connectorId: 1,
      idTag: '04A1B2C3',
      chargingProfile: profile([[0, 10]], ofTransaction),
    });
    await rig.expectStatus(1, 'Charging');
    expect(rig.truth(1).offerA).toBeCloseTo(32, 1);
  });
});
