/** Compliance group 23, smart charging: the answers, and what the vehicle is offered (OCPP 1.6, 3.13, 5.5, 5.7, 5.11, 5.16). */
import { absolute, composite, install, profile, setProfile } from '../support/profiles';
import { closeTheBooks, Rig } from '../support/rig';
import { card, dead, expectEnergy, keyValue, plugIn } from './support';

afterEach(closeTheBooks);

const txProfile = { chargingProfilePurpose: 'TxProfile' } as const;
const stationLimit = { chargingProfilePurpose: 'ChargePointMaxProfile' } as const;

/** What the vehicle is offered, after it has followed. */
async function offered(rig: Rig, connectorId = 1): Promise<number> {
  await rig.advance(6_000);
  const { offerA, currentA } = rig.truth(connectorId);
  expect(currentA[0]).toBeLessThanOrEqual(offerA + 0.1);
  return Math.round(offerA * 10) / 10;
}

test('TC_056_CS Central Smart Charging - TxDefaultProfile', async () => {
  const rig = await Rig.start();
  expect(await setProfile(rig, 1, profile([[0, 10]], {}, { duration: 86_400 }))).toBe('Accepted');
  await rig.charge(1, { card });
  await expectEnergy(rig, 1);
  expect(await offered(rig)).toBe(10);
  expect(rig.truth(1).currentA[0]).toBeCloseTo(10, 1);
});

test('TC_057_CS Central Smart Charging - TxProfile', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card });
  await expectEnergy(rig, 1);
  const wire = profile([[0, 8]], { ...txProfile, transactionId: 1001 }, { duration: 3_600 });
  expect(await setProfile(rig, 1, wire)).toBe('Accepted');
  expect(await offered(rig)).toBe(8);
  expect(rig.truth(1).currentA[0]).toBeCloseTo(8, 1);
});

test('TC_058_1_CS Central Smart Charging - No ongoing transaction', async () => {
  const rig = await Rig.start();
  expect(await setProfile(rig, 1, profile([[0, 6]], { ...txProfile, transactionId: 1001 }))).toBe('Rejected');
  // 3.13.1: the profile is discarded; the transaction that follows knows nothing of it.
  await rig.charge(1, { card });
  expect(await offered(rig)).toBe(32);
});

test('TC_058_2_CS Central Smart Charging - Wrong transactionId', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card });
  expect(await setProfile(rig, 1, profile([[0, 6]], { ...txProfile, transactionId: 1002 }))).toBe('Rejected');
  expect(await offered(rig)).toBe(32);
});

test('TC_059_CS Remote Start with Charging Profile', async () => {
  const rig = await Rig.start();
  await plugIn(rig);
  const chargingProfile = profile([[0, 6]], txProfile, { duration: 86_400 });
  const request = { connectorId: 1, idTag: card, chargingProfile };
  expect(await rig.call('RemoteStartTransaction', request)).toEqual({ status: 'Accepted' });
  await rig.expectCall('StartTransaction', { connectorId: 1, idTag: card });
  await rig.expectStatus(1, 'Charging');
  await expectEnergy(rig, 1);
  expect(rig.truth(1).offerA).toBeCloseTo(6, 1);
  expect((await composite(rig, 1, 60)).periods).toEqual([{ startPeriod: 0, limit: 6, numberPhases: 3 }]);
});

test('TC_060_CS Remote Start with Charging Profile - Rejected', async () => {
  const rig = await Rig.start();
  await plugIn(rig);
  const chargingProfile = profile([[0, 6]]);
  const request = { connectorId: 1, idTag: card, chargingProfile };
  expect(await rig.call('RemoteStartTransaction', request)).toEqual({ status: 'Rejected' });
  await rig.expectNone('StartTransaction', 15_000);
  expect(rig.truth(1)).toMatchObject(dead);
});

test('TC_066_CS Get Composite Schedule', async () => {
  const rig = await Rig.start();
  expect(Number(await keyValue(rig, 'MaxChargingProfilesInstalled'))).toBeGreaterThanOrEqual(3);
  expect(Number(await keyValue(rig, 'ChargingScheduleMaxPeriods'))).toBeGreaterThanOrEqual(5);
  await rig.charge(1, { card });
  const whole = absolute(rig, [[0, 10]], { chargingProfileId: 1, ...stationLimit });
  const { startSchedule } = whole.chargingSchedule;
  const schedule = (duration: number) => ({ startSchedule: String(startSchedule), duration });
  const fixed = { chargingProfileKind: 'Absolute' } as const;
  await install(rig, 0, { ...whole, chargingSchedule: { ...whole.chargingSchedule, duration: 86_400 } });
  await install(
    rig,
    1,
    profile(
      [
        [0, 6],
        [60, 10],
        [120, 8],
      ],
      { chargingProfileId: 2, ...fixed },
      schedule(300),
    ),
  );
  const own = { chargingProfileId: 3, ...fixed, ...txProfile, transactionId: 1001 };
  await install(
    rig,
    1,
    profile(
      [
        [0, 8],
        [50, 11],
        [140, 16],
        [200, 6],
        [240, 12],
      ],
      own,
      schedule(260),
    ),
  );
  const begins = Date.parse(String(startSchedule));
  await rig.advance(1_000);
  const { start, periods, unit, durationS } = await composite(rig, 1, 400, 'A');
  expect([unit, durationS]).toEqual(['A', 400]);
  const told = periods.map((p) => [Math.max(0, start + p.startPeriod * 1_000 - begins) / 1_000, p.limit]);
  // The TxProfile within the limit of the station; after its 260 s the default profile, after its 300 s the limit alone.
  expect(told.slice(1)).toEqual([
    [50, 10],
    [200, 6],
    [240, 10],
    [260, 8],
    [300, 10],
  ]);
  expect(told[0]?.[1]).toBe(8);
  // And the vehicle is offered just that.
  for (const [i, [seconds = 0, amps]] of told.entries()) {
    const next = told[i + 1]?.[0] ?? 390;
    await rig.until('this period', () => rig.central.now() >= begins + seconds * 1_000 + 6_000, 100_000);
    expect(rig.truth(1).offerA).toBeCloseTo(Number(amps), 1);
    await rig.until('its end', () => rig.central.now() >= begins + next * 1_000 - 1_000, 200_000);
    expect(rig.truth(1).offerA).toBeCloseTo(Number(amps), 1);
  }
});

test('TC_067_CS Clear Charging Profile', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card });
  await install(rig, 0, profile([[0, 6]], { chargingProfileId: 1 }));
  expect(await offered(rig)).toBe(6);
  expect(await rig.call('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Accepted' });
  expect(await offered(rig)).toBe(32);
  await install(rig, 0, profile([[0, 8]], { chargingProfileId: 2, stackLevel: 1 }));
  expect(await offered(rig)).toBe(8);
  const criteria = { connectorId: 0, chargingProfilePurpose: 'TxDefaultProfile', stackLevel: 1 };
  expect(await rig.call('ClearChargingProfile', { ...criteria, stackLevel: 2 })).toEqual({ status: 'Unknown' });
  expect(await offered(rig)).toBe(8);
  expect(await rig.call('ClearChargingProfile', criteria)).toEqual({ status: 'Accepted' });
  expect(await offered(rig)).toBe(32);
  expect(await rig.call('ClearChargingProfile', {})).toEqual({ status: 'Unknown' });
});

test('TC_072_CS Stacking Charging Profiles', async () => {
  const rig = await Rig.start();
  const low = absolute(
    rig,
    [
      [0, 6],
      [100, 8],
      [200, 10],
    ],
    { chargingProfileId: 1, stackLevel: 0 },
  );
  const startSchedule = String(low.chargingSchedule.startSchedule);
  const begins = Date.parse(startSchedule);
  await install(rig, 0, { ...low, chargingSchedule: { ...low.chargingSchedule, duration: 400 } });
  const high = { chargingProfileId: 2, stackLevel: 1, chargingProfileKind: 'Absolute' } as const;
  await install(
    rig,
    0,
    profile(
      [
        [0, 7],
        [100, 9],
      ],
      high,
      { startSchedule, duration: 150 },
    ),
  );
  await rig.charge(1, { card });
  const { start, periods } = await composite(rig, 1, 350);
  const told = periods.slice(1).map((p) => [(start + p.startPeriod * 1_000 - begins) / 1_000, p.limit]);
  expect(periods[0]?.limit).toBe(7);
  expect(told.slice(0, 3)).toEqual([
    [100, 9],
    [150, 8],
    [200, 10],
  ]);
  const at = async (seconds: number) => {
    await rig.until('the moment', () => rig.central.now() >= begins + seconds * 1_000, 300_000);
    return Math.round(rig.truth(1).offerA * 10) / 10;
  };
  expect(await at(90)).toBe(7);
  expect(await at(106)).toBe(9);
  expect(await at(149)).toBe(9);
  expect(await at(152)).toBe(8);
  expect(await at(206)).toBe(10);
  expect(await at(399)).toBe(10);
  expect(await at(406)).toBe(32);
});

test('TC_082_CS TxDefaultProfile - with ongoing transaction', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card });
  await expectEnergy(rig, 1);
  await install(rig, 1, profile([[0, 10]], { chargingProfileId: 1 }));
  expect(await offered(rig)).toBe(10);
  await install(rig, 1, profile([[0, 7]], { chargingProfileId: 2 }));
  expect(await offered(rig)).toBe(7);
  // E3.8: removed, the transaction goes on without it.
  expect(await rig.call('ClearChargingProfile', { id: 2 })).toEqual({ status: 'Accepted' });
  expect(await offered(rig)).toBe(32);
  expect(rig.central.calls('StartTransaction')).toHaveLength(1);
  expect(rig.central.calls('StopTransaction')).toHaveLength(0);
});
