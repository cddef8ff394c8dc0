/** Charging profiles over time: power cuts, restarts, lost connections, and clocks that are unknown or wrong. */
import { absolute, install, profile } from '../support/profiles';
import { closeTheBooks, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const iso = (ms: number) => new Date(ms).toISOString();
const wall = (rig: Rig) => startOfTime + rig.clock.now();

const stationLimit = { chargingProfilePurpose: 'ChargePointMaxProfile' } as const;
const ofTransaction = { chargingProfilePurpose: 'TxProfile' } as const;

/** A vehicle that charges at the full 32 A. */
async function charging(rig: Rig): Promise<void> {
  await rig.charge(1);
  await rig.advance(10_000);
  expect(rig.truth(1).offerA).toBeCloseTo(32, 1);
}

describe('profiles last', () => {
  const config = { AllowOfflineTxForUnknownId: 'true' };

  test('through a power cut, and rule before the connection is back (E3.37)', async () => {
    const rig = await Rig.start({ config });
    await install(rig, 0, profile([[0, 14]], { chargingProfileId: 1, ...stationLimit }));
    await install(
      rig,
      1,
      absolute(
        rig,
        [
          [0, 10],
          [600, 12],
        ],
        { chargingProfileId: 2 },
      ),
    );
    await rig.advance(1_000);
    await rig.cutPower();
    rig.central.down();
    await rig.powerOn();
    expect(rig.running.station.state).toMatchObject({
      stationProfileLimitA: 14,
      connectors: [{ profileLimitA: 10 }, {}, {}, {}],
    });
    rig.plug(1);
    await rig.until('Preparing', () => rig.status(1) === 'Preparing');
    rig.present('04A1B2C3');
    await rig.until('Charging', () => rig.status(1) === 'Charging');
    expect(rig.central.connected).toBe(false);
    expect(rig.truth(1).offerA).toBeCloseTo(10, 1);
    await rig.advance(600_000);
    expect(rig.truth(1).offerA).toBeCloseTo(12, 1);
  });

  test.each(['Soft', 'Hard'])('through a %s reset', async (type) => {
    const rig = await Rig.start();
    await install(rig, 1, profile([[0, 10]]));
    await rig.call('Reset', { type });
    await rig.restart();
    await rig.advance(5_000);
    rig.forget();
    await rig.charge(1);
    expect(rig.truth(1).offerA).toBeCloseTo(10, 1);
  });

  test('not when the power goes before the answer: what was not answered was not promised', async () => {
    const rig = await Rig.start();
    rig.flushMs = 200;
    void rig.central.callRaw('SetChargingProfile', { connectorId: 1, csChargingProfiles: profile([[0, 10]]) });
    await rig.advance(100);
    await rig.cutPower();
    await rig.powerOn();
    await rig.advance(3_000);
    expect(rig.central.exchanges.get('central-1')?.frame).toBeUndefined();
    rig.flushMs = 0;
    expect(await rig.call('ClearChargingProfile', {})).toEqual({ status: 'Unknown' });
  });

  test('while offline: TxProfile of the transaction, boundaries and all (3.13.6)', async () => {
    const rig = await Rig.start();
    await charging(rig);
    await install(
      rig,
      1,
      absolute(
        rig,
        [
          [0, 10],
          [60, 16],
          [120, 8],
        ],
        ofTransaction,
      ),
    );
    rig.central.down();
    await rig.advance(30_000);
    expect(rig.truth(1).offerA).toBeCloseTo(10, 1);
    await rig.advance(60_000);
    expect(rig.truth(1).offerA).toBeCloseTo(16, 1);
    rig.central.up();
    await rig.until('connected', () => rig.central.connected, 120_000);
    await rig.advance(60_000);
    expect(rig.truth(1).offerA).toBeCloseTo(8, 1);
  });
});

describe('the clock', () => {
  const config = { AllowOfflineTxForUnknownId: 'true' };

  test('unknown at boot: the clock governs nothing, what counts from a start does; then it becomes known', async () => {
    const rig = await Rig.start({ config, systemTimeMs: null });
    await install(rig, 1, absolute(rig, [[0, 8]], { chargingProfileId: 1, stackLevel: 2 }));
    await install(
      rig,
      1,
      profile(
        [
          [0, 12],
          [120, 14],
        ],
        { chargingProfileId: 2, stackLevel: 1 },
      ),
    );
    await install(
      rig,
      3,
      profile(
        [[0, 9]],
        { chargingProfileId: 3, chargingProfileKind: 'Recurring', recurrencyKind: 'Daily' },
        { startSchedule: '2026-01-01T00:00:00Z' },
      ),
    );
    await rig.cutPower();
    rig.central.down();
    await rig.powerOn();
    rig.plug(1);
    rig.plug(3);
    await rig.advance(2_000);
    rig.present('04A1B2C3');
    rig.present('DDDD0004', 'left');
    await rig.until('both charge', () => rig.status(1) === 'Charging' && rig.status(3) === 'Charging');
    await rig.advance(5_000);
    expect(rig.truth(1).offerA).toBeCloseTo(12, 1);
    expect(rig.truth(3).offerA).toBeCloseTo(32, 1);
    await rig.advance(120_000);
    expect(rig.truth(1).offerA).toBeCloseTo(14, 1);
    rig.central.up();
    await rig.until('the time is known', () => rig.truth(1).offerA < 9, 120_000);
    expect(rig.truth(1).offerA).toBeCloseTo(8, 1);
    expect(rig.truth(3).offerA).toBeCloseTo(9, 1);
  });

  test('unknown at boot: a relative limit of the station holds at its lowest value, lest the supply be overloaded', async () => {
    const rig = await Rig.start({ config, systemTimeMs: null });
    await install(
      rig,
      0,
      profile(
        [
          [0, 20],
          [60, 11],
          [7_200, 16],
        ],
        stationLimit,
      ),
    );
    await rig.cutPower();
    rig.central.down();
    await rig.powerOn();
    expect(rig.running.station.state.stationProfileLimitA).toBe(11);
    await rig.advance(30_000);
    rig.central.up();
    // Known again: it counts from its receipt.
    await rig.until('the time is known', () => rig.running.station.state.stationProfileLimitA === 20, 120_000);
  });

  test('set forward: schedules of the clock jump with it, those of the transaction do not', async () => {
    const rig = Rig.prepare({ systemTimeMs: startOfTime - 7_200_000 });
    // The central system is wrong as well, at first.
    rig.central.once('BootNotification', () => ({
      status: 'Accepted',
      currentTime: iso(rig.central.now() - 7_200_000),
      interval: 300,
    }));
    await rig.powerOn();
    await rig.advance(2_000);
    await rig.charge(1);
    await rig.charge(3);
    const noon = Math.floor(wall(rig) / 1_000) * 1_000 - 7_200_000;
    const byClock = profile(
      [
        [0, 20],
        [3_600, 10],
      ],
      { chargingProfileKind: 'Absolute' },
      { startSchedule: iso(noon) },
    );
    await install(rig, 1, byClock);
    await install(
      rig,
      3,
      profile(
        [
          [0, 20],
          [600, 10],
        ],
        { chargingProfileId: 2 },
      ),
    );
    await rig.advance(10_000);
    expect([rig.truth(1).offerA, rig.truth(3).offerA].map(Math.round)).toEqual([20, 20]);
    await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
    await rig.advance(1_000);
    expect([rig.truth(1).offerA, rig.truth(3).offerA].map(Math.round)).toEqual([10, 20]);
    await rig.advance(600_000);
    expect([rig.truth(1).offerA, rig.truth(3).offerA].map(Math.round)).toEqual([10, 10]);
  });

  test('set back: a relative limit of the station stays in force and keeps its own pace', async () => {
    const rig = Rig.prepare({ systemTimeMs: startOfTime + 7_200_000 });
    // Times told before the correction lie in the future.
    rig.audited = false;
    rig.central.once('BootNotification', () => ({
      status: 'Accepted',
      currentTime: iso(rig.central.now() + 7_200_000),
      interval: 300,
    }));
    await rig.powerOn();
    await rig.advance(2_000);
    await rig.charge(1);
    await install(
      rig,
      0,
      profile(
        [
          [0, 10],
          [120, 14],
        ],
        stationLimit,
      ),
    );
    await rig.advance(10_000);
    expect(rig.truth(1).offerA).toBeCloseTo(10, 1);
    await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
    await rig.advance(60_000);
    expect(rig.truth(1).offerA).toBeCloseTo(10, 1);
    await rig.advance(60_000);
    expect(rig.truth(1).offerA).toBeCloseTo(14, 1);
  });

  test('set back over a restart: no limit of the station waits for its own installation', async () => {
    const rig = Rig.prepare({ systemTimeMs: startOfTime + 7_200_000 });
    rig.audited = false;
    rig.central.once('BootNotification', () => ({
      status: 'Accepted',
      currentTime: iso(rig.central.now() + 7_200_000),
      interval: 300,
    }));
    await rig.powerOn();
    await rig.advance(2_000);
    await install(rig, 0, profile([[0, 10]], stationLimit));
    await rig.cutPower();
    rig.clock.setSystemTime(rig.central.now());
    await rig.powerOn();
    expect(rig.running.station.state.stationProfileLimitA).toBe(10);
  });
});
