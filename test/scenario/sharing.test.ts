/** Two vehicles share the current of one station: never more than the limit, nobody without cause, and no restlessness. */
import { limitOf } from '../../src/station/limits';
import { install, observe, profile } from '../support/profiles';
import { closeTheBooks, doubleBoard, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

const stationLimit = { chargingProfilePurpose: 'ChargePointMaxProfile' } as const;
/** A vehicle must have followed a lower offer by then (IEC 61851-1), in ms. */
const follow_ms = 5_500;
const right = 1;
const left = 3;

/** Watches the sum of the currents of each phase ten times a second, and how often offers change. */
class Watch {
  changes = 0;
  highest = 0;
  private readonly limits: { at: number; amps: number }[];
  private before: string | undefined;

  constructor(
    private readonly rig: Rig,
    limitA: number,
  ) {
    this.limits = [{ at: Number.NEGATIVE_INFINITY, amps: limitA }];
  }

  limitIs(amps: number): void {
    this.limits.push({ at: this.rig.clock.now(), amps });
  }

  async pass(ms: number): Promise<void> {
    this.changes = 0;
    this.highest = 0;
    await observe(this.rig, ms, 100, ({ at, offersA, drawnA }) => {
      // What was in force at any time since vehicles must have followed.
      const recent = this.limits.filter((_, i) => (this.limits[i + 1]?.at ?? at) > at - follow_ms);
      const allowed = Math.max(...recent.map((l) => l.amps));
      for (const phase of [0, 1, 2]) {
        const sum = drawnA.reduce((total, amps) => total + (amps[phase] ?? 0), 0);
        this.highest = Math.max(this.highest, sum);
        if (sum > allowed + 1e-6)
          throw new Error(`${at} ms: ${sum} A on phase ${phase + 1} are more than ${allowed} A`);
      }
      const offers = offersA.map((amps) => amps.toFixed(1)).join();
      if (this.before !== undefined && offers !== this.before) this.changes += 1;
      this.before = offers;
    });
  }
}

const drawn = (rig: Rig, connectorId: number) => rig.truth(connectorId).currentA[0] ?? 0;

const limit = (rig: Rig, connectorId: number) =>
  limitOf(rig.running.station.state, rig.running.station.config, connectorId);

/** As slow as the standard allows: three seconds of thought, then a ramp. */
const slow = { followMs: 3_000, rampAPerSecond: 20 };

async function plugAndPresent(rig: Rig, connectorId: number, card: string, ev = {}): Promise<void> {
  rig.plug(connectorId, { ev: { ...slow, ...ev } });
  await rig.until('Preparing', () => rig.status(connectorId) === 'Preparing');
  rig.present(card, connectorId === right ? 'right' : 'left');
}

describe.each([20, 32, 40])('%i A for the station', (limitA) => {
  const half = limitA / 2;

  test.each<[string, (rig: Rig) => Promise<void>]>([
    ['chargingStationMaxLimit', (rig) => rig.configure('chargingStationMaxLimit', String(limitA))],
    ['ChargePointMaxProfile', (rig) => install(rig, 0, profile([[0, limitA]], stationLimit))],
  ])('by %s: joining, drawing less, pausing, wanting more and leaving never exceed it', async (_name, give) => {
    const rig = await Rig.start();
    await give(rig);
    const watch = new Watch(rig, limitA);
    await plugAndPresent(rig, right, 'AAAA0001');
    await watch.pass(20_000);
    expect(drawn(rig, right)).toBeCloseTo(Math.min(32, limitA), 1);

    await plugAndPresent(rig, left, 'BBBB0002');
    await watch.pass(25_000);
    expect(drawn(rig, right)).toBeCloseTo(half, 1);
    expect(drawn(rig, left)).toBeCloseTo(half, 1);
    await watch.pass(60_000);
    expect(watch.changes).toBe(0);

    // Half a minute after the right one draws less, the left one has most of the rest; in the next one, all but 2 A.
    rig.ev(right, { maxCurrentA: 6 });
    await watch.pass(45_000);
    expect(drawn(rig, left)).toBeGreaterThan(Math.min(32, limitA - 10));
    await watch.pass(45_000);
    expect(drawn(rig, right)).toBeCloseTo(6, 1);
    expect(drawn(rig, left)).toBeCloseTo(Math.min(32, limitA - 8), 1);
    await watch.pass(120_000);
    expect(watch.changes).toBe(0);

    rig.ev(right, { maxCurrentA: 32 });
    await watch.pass(40_000);
    expect(drawn(rig, right)).toBeCloseTo(half, 1);
    expect(drawn(rig, left)).toBeCloseTo(half, 1);

    rig.ev(left, { paused: true });
    await watch.pass(90_000);
    expect(drawn(rig, right)).toBeCloseTo(Math.min(32, limitA - 6), 1);
    rig.ev(left, { paused: false });
    await watch.pass(40_000);
    expect(drawn(rig, left)).toBeCloseTo(half, 1);
    expect(watch.highest).toBeCloseTo(limitA, 1);

    rig.present('AAAA0001');
    await watch.pass(25_000);
    expect(drawn(rig, right)).toBe(0);
    expect(drawn(rig, left)).toBeCloseTo(Math.min(32, limitA), 1);
    expect(rig.central.calls('StopTransaction')).toHaveLength(1);
  });
});

test('a limit that drops is followed by both within the time vehicles have, and one waits when there is not enough', async () => {
  const rig = await Rig.start({ config: { chargingStationMaxLimit: '40' } });
  const watch = new Watch(rig, 40);
  await plugAndPresent(rig, right, 'AAAA0001');
  await watch.pass(20_000);
  await plugAndPresent(rig, left, 'BBBB0002');
  await watch.pass(30_000);
  await install(rig, 0, profile([[0, 20]], stationLimit));
  watch.limitIs(20);
  await watch.pass(30_000);
  expect([drawn(rig, right), drawn(rig, left)].map(Math.round)).toEqual([10, 10]);
  await install(rig, 0, profile([[0, 11]], stationLimit));
  watch.limitIs(11);
  await watch.pass(30_000);
  // Who began first charges (6 A are the least a pilot can offer), the other is suspended by the station.
  expect([drawn(rig, right), drawn(rig, left)].map(Math.round)).toEqual([11, 0]);
  expect([rig.status(right), rig.status(left)]).toEqual(['Charging', 'SuspendedEVSE']);
  await watch.pass(60_000);
  expect(watch.changes).toBe(0);
  rig.present('AAAA0001');
  await watch.pass(30_000);
  expect([drawn(rig, right), drawn(rig, left)].map(Math.round)).toEqual([0, 11]);
  await install(rig, 0, profile([[0, 32]], stationLimit));
  watch.limitIs(32);
  await watch.pass(20_000);
  expect(drawn(rig, left)).toBeCloseTo(32, 1);
});

test('a schedule for the whole station that goes up and down is never exceeded', async () => {
  const rig = await Rig.start();
  const watch = new Watch(rig, 64);
  await plugAndPresent(rig, right, 'AAAA0001');
  await plugAndPresent(rig, left, 'BBBB0002');
  await watch.pass(20_000);
  const pairs = [
    [0, 30],
    [40, 14],
    [80, 40],
    [120, 5],
    [160, 24],
    [200, 12],
  ] as const;
  const start = Math.ceil((startOfTime + rig.clock.now()) / 1_000) * 1_000;
  const startSchedule = new Date(start).toISOString();
  await install(rig, 0, profile(pairs, { ...stationLimit, chargingProfileKind: 'Absolute' }, { startSchedule }));
  await rig.advance(start - startOfTime - rig.clock.now());
  for (const [, amps] of pairs) {
    watch.limitIs(amps);
    await watch.pass(40_000);
    const each = amps < 6 ? 0 : amps / 2;
    expect([drawn(rig, right), drawn(rig, left)].map((a) => Math.round(a * 10) / 10)).toEqual([each, each]);
  }
});

test('what the installation gives a point bounds it, however much the station has', async () => {
  const board = doubleBoard();
  const points = board.points.map((p) => ({ ...p, installationCurrentA: p.side === 'right' ? 16 : 20 }));
  const rig = await Rig.start({ board: { ...board, points } });
  const watch = new Watch(rig, 36);
  await plugAndPresent(rig, right, 'AAAA0001');
  await plugAndPresent(rig, left, 'BBBB0002');
  await watch.pass(60_000);
  expect([drawn(rig, right), drawn(rig, left)].map(Math.round)).toEqual([16, 20]);
  const { configurationKey } = await rig.call('GetConfiguration', {
    key: ['MaxCurrentInstallationRight', 'MaxCurrentInstallationLeft'],
  });
  expect(configurationKey).toMatchObject([{ value: '16' }, { value: '20' }]);
  await rig.configure('chargingStationMaxLimit', '24');
  watch.limitIs(24);
  await watch.pass(30_000);
  expect([drawn(rig, right), drawn(rig, left)].map(Math.round)).toEqual([12, 12]);
});

test('a vehicle that ignores its lower offer keeps the other waiting, and the sum within what it draws itself', async () => {
  const rig = await Rig.start({ config: { chargingStationMaxLimit: '32' } });
  await plugAndPresent(rig, right, 'AAAA0001', { ignoresOffer: true });
  await rig.advance(20_000);
  const watch = new Watch(rig, 32);
  await plugAndPresent(rig, left, 'BBBB0002');
  // The contactor ends it: over-current. Then the other may charge.
  await watch.pass(60_000);
  expect(rig.truth(right).contactorClosed).toBe(false);
  expect(drawn(rig, left)).toBeCloseTo(32, 1);
});

test('beside a domestic outlet: it gets what its cord draws, and the sum stays within the limit', async () => {
  const rig = await Rig.start({ config: { chargingStationMaxLimit: '20' } });
  const watch = new Watch(rig, 20);
  rig.plug(2);
  await rig.until('Preparing', () => rig.status(2) === 'Preparing');
  rig.present('AAAA0001');
  await watch.pass(60_000);
  expect(drawn(rig, 2)).toBeCloseTo(10, 1);
  await plugAndPresent(rig, left, 'BBBB0002');
  await watch.pass(60_000);
  expect([drawn(rig, 2), drawn(rig, left)].map(Math.round)).toEqual([10, 10]);
  // The domestic vehicle rests for a long time; its outlet stays on and its share stays its own.
  rig.ev(2, { paused: true });
  await watch.pass(180_000);
  expect(rig.truth(2).contactorClosed).toBe(true);
  expect(watch.changes).toBe(0);
  rig.ev(2, { paused: false });
  await watch.pass(20_000);
  expect([drawn(rig, 2), drawn(rig, left)].map(Math.round)).toEqual([10, 10]);
});

test('a cord that needs more than half of a small limit is not switched off for it', async () => {
  const rig = await Rig.start({ config: { chargingStationMaxLimit: '16' } });
  const watch = new Watch(rig, 16);
  rig.plug(2);
  await rig.until('Preparing', () => rig.status(2) === 'Preparing');
  rig.present('AAAA0001');
  await watch.pass(30_000);
  await plugAndPresent(rig, left, 'BBBB0002', { phases: 1 });
  // The half ampere of grace for the meter is the cord's.
  watch.limitIs(16.5);
  await watch.pass(120_000);
  expect(drawn(rig, 2)).toBeCloseTo(10, 1);
  expect(drawn(rig, left)).toBeGreaterThanOrEqual(6);
  expect(rig.status(left)).toBe('Charging');
});

test('the command line names the share when it rules, and the limits behind it', async () => {
  const rig = await Rig.start({ config: { chargingStationMaxLimit: '20' } });
  await plugAndPresent(rig, right, 'AAAA0001');
  await plugAndPresent(rig, left, 'BBBB0002');
  await rig.advance(30_000);
  await install(rig, 0, profile([[0, 18]], { chargingProfileId: 1, ...stationLimit }));
  await install(rig, right, profile([[0, 12]], { chargingProfileId: 2 }));
  await rig.advance(10_000);
  expect(limit(rig, right)).toMatchObject({ by: 'sharing', amps: 9 });
  const named = Object.fromEntries(limit(rig, right).sources.map(({ source, amps }) => [source, amps]));
  expect(named).toEqual({
    cable: 32,
    socket: 32,
    installation: 32,
    station: 20,
    profile: 12,
    stationProfile: 18,
    sharing: 9,
  });
  await install(rig, right, profile([[0, 7]], { chargingProfileId: 2 }));
  await rig.advance(10_000);
  expect(limit(rig, right)).toMatchObject({ by: 'profile', amps: 7 });
  expect(limit(rig, left)).toMatchObject({ by: 'sharing', amps: 11 });
});

test('a charging profile that rules is named by purpose and id, and one of the station is none of the connector', async () => {
  const rig = await Rig.start();
  const names = (id: number) =>
    limit(rig, id).sources.flatMap(({ source, profile: p }) => (p ? [[source, p.purpose, p.id]] : []));
  await plugAndPresent(rig, right, 'AAAA0001');
  await rig.advance(30_000);
  await install(rig, 0, profile([[0, 10]], { chargingProfileId: 1, ...stationLimit }));
  await rig.advance(1_000);
  expect(limit(rig, right)).toMatchObject({ by: 'stationProfile', amps: 10 });
  expect(names(right)).toEqual([['stationProfile', 'ChargePointMaxProfile', 1]]);
  // The same limit from another profile, from the hundredth second of the transaction on.
  await install(rig, right, profile([[0, 8]], { chargingProfileId: 2, stackLevel: 1 }, { duration: 100 }));
  await install(rig, right, profile([[0, 8]], { chargingProfileId: 3, stackLevel: 0 }));
  await rig.advance(1_000);
  expect(limit(rig, right)).toMatchObject({ by: 'profile', amps: 8 });
  expect(names(right)).toContainEqual(['profile', 'TxDefaultProfile', 2]);
  const { session } = rig.running.station.state.connectors[right - 1] ?? {};
  const startedAt = session?.kind === 'running' ? session.tx.startedAt : Number.NaN;
  await rig.until('the other one rules', () => names(right).some(([, , id]) => id === 3), 120_000);
  const afterMs = rig.clock.now() - startedAt;
  expect(afterMs).toBeGreaterThanOrEqual(100_000);
  expect(afterMs).toBeLessThan(100_500);
});

test('half a minute after one draws less the other has the rest, where nothing else happens meanwhile', async () => {
  const rig = await Rig.start({ config: { MeterValueSampleInterval: '0', HeartbeatInterval: '86400' } });
  await rig.configure('chargingStationMaxLimit', '32');
  const watch = new Watch(rig, 32);
  await plugAndPresent(rig, right, 'AAAA0001');
  await plugAndPresent(rig, left, 'BBBB0002');
  await watch.pass(60_000);
  expect(limit(rig, left).amps).toBeCloseTo(16, 1);
  rig.ev(right, { maxCurrentA: 6 });
  await watch.pass(40_000);
  expect(limit(rig, left).amps).toBeGreaterThan(16);
});
