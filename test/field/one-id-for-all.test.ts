/** A central system that numbers the profiles of every connector alike lifts no limit but the one it means (OCPP 1.6, 5.16). */
import { composite, install, profile, setProfile } from '../support/profiles';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const stationLimit = { chargingProfilePurpose: 'ChargePointMaxProfile' } as const;
const right = 1;
const left = 3;

async function bothCharge(rig: Rig): Promise<void> {
  await rig.charge(right, { card: 'AAAA0001' });
  await rig.charge(left, { card: 'BBBB0002' });
}

const offers = (rig: Rig) => [right, left].map((id) => Math.round(rig.truth(id).offerA));

test('the same id on two connectors is two limits, each replaced by its own connector only', async () => {
  const rig = await Rig.start();
  await bothCharge(rig);
  await install(rig, right, profile([[0, 10]]));
  await install(rig, left, profile([[0, 20]]));
  await rig.advance(6_000);
  expect(offers(rig)).toEqual([10, 20]);
  await install(rig, left, profile([[0, 0]]));
  await rig.advance(6_000);
  expect(offers(rig)).toEqual([10, 0]);
});

test('nor does it lift the limit of the station, which is a connector of its own', async () => {
  const rig = await Rig.start();
  await bothCharge(rig);
  await install(rig, 0, profile([[0, 14]], stationLimit));
  await install(rig, right, profile([[0, 20]]));
  await rig.advance(15_000);
  expect(offers(rig).reduce((sum, amps) => sum + amps, 0)).toBe(14);
  expect((await composite(rig, 0, 60)).periods[0]?.limit).toBe(14);
});

test('ClearChargingProfile by id clears both, for good', async () => {
  const rig = await Rig.start();
  await bothCharge(rig);
  await install(rig, right, profile([[0, 10]]));
  await install(rig, left, profile([[0, 20]]));
  await install(rig, left, profile([[0, 30]], { chargingProfileId: 2, stackLevel: 1 }));
  expect(await rig.call('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Accepted' });
  await rig.advance(12_000);
  expect(offers(rig)).toEqual([32, 30]);
  expect(await rig.call('ClearChargingProfile', { id: 1 })).toEqual({ status: 'Unknown' });
  expect([...rig.store.durable.keys()].filter((key) => key.startsWith('profile/'))).toEqual(['profile/3/2']);
});

test('on one connector the same id with another purpose lifts a limit, and the log says so', async () => {
  const rig = await Rig.start();
  const told = (purpose: string, old: string) =>
    `a ${purpose} with the chargingProfileId 1 replaces the ${old} with that id, whose limit ends`;
  await install(rig, 0, profile([[0, 10]], stationLimit));
  await install(rig, 0, profile([[0, 12]], stationLimit));
  await install(rig, right, profile([[0, 10]]));
  expect(rig.warnings).toEqual([]);
  await install(rig, 0, profile([[0, 20]]));
  expect(rig.warnings).toEqual([told('TxDefaultProfile', 'ChargePointMaxProfile')]);
  await rig.charge(right);
  await install(rig, right, profile([[0, 16]], { chargingProfilePurpose: 'TxProfile' }));
  expect(rig.warnings).toHaveLength(2);
  expect(rig.warnings[1]).toBe(told('TxProfile', 'TxDefaultProfile'));
});

test('so does the profile of a remote start', async () => {
  const rig = await Rig.start();
  await install(rig, right, profile([[0, 10]]));
  rig.plug(right);
  await rig.expectStatus(right, 'Preparing');
  const chargingProfile = profile([[0, 16]], { chargingProfilePurpose: 'TxProfile' });
  await rig.call('RemoteStartTransaction', { connectorId: right, idTag: 'AAAA0001', chargingProfile });
  await rig.expectStatus(right, 'Charging');
  expect(rig.warnings).toEqual([expect.stringContaining('replaces the TxDefaultProfile with that id')]);
});

test('both are there after a power cut', async () => {
  const rig = await Rig.start();
  await install(rig, right, profile([[0, 10]]));
  await install(rig, left, profile([[0, 20]]));
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(2_000);
  rig.forget();
  await bothCharge(rig);
  await rig.advance(6_000);
  expect(offers(rig)).toEqual([10, 20]);
});

test.each([
  ['Absolute', 'Daily'],
  ['Relative', 'Weekly'],
] as const)('%s with a recurrencyKind: the profile is followed once, and the log says what is ignored', async (kind, recurrencyKind) => {
  const rig = await Rig.start();
  const wire = profile([[0, 10]], { chargingProfileKind: kind, recurrencyKind }, { duration: 600 });
  expect(await setProfile(rig, right, wire)).toBe('Accepted');
  expect(rig.warnings).toEqual([expect.stringContaining(`recurrencyKind ${recurrencyKind} is for Recurring profiles`)]);
  await rig.charge(right);
  expect(rig.truth(right).offerA).toBeCloseTo(10, 1);
  await rig.advance(610_000);
  expect(rig.truth(right).offerA).toBeCloseTo(32, 1);
  // Neither the next day nor the next week.
  expect((await composite(rig, right, 8 * 86_400)).periods.map((p) => p.limit)).toEqual([32]);
});
