/** GetCompositeSchedule: what is promised is what the pilot offers, to the second, online and offline (OCPP 1.6, 5.7). */
import fc from 'fast-check';
import type { ChargingProfile } from '../../src/ocpp/messages';
import { absolute, composite, install, limitAt, observe, profile, setProfile } from '../support/profiles';
import { boardWith, closeTheBooks, Rig, startOfTime } from '../support/rig';
import { runs } from '../support/soak';

afterEach(closeTheBooks);

const stationLimit = { chargingProfilePurpose: 'ChargePointMaxProfile' } as const;
const wall = (rig: Rig) => startOfTime + rig.clock.now();

describe('the answer', () => {
  test('in A by default, in W when asked; phases and connector are told, startSchedule is not (E3.57)', async () => {
    const rig = await Rig.start();
    await install(
      rig,
      1,
      profile([
        [0, 10],
        [60, 6.5],
      ]),
    );
    expect((await composite(rig, 1, 100)).periods).toEqual([
      { startPeriod: 0, limit: 10, numberPhases: 3 },
      { startPeriod: 60, limit: 6.5, numberPhases: 3 },
    ]);
    const answer = await rig.call('GetCompositeSchedule', { connectorId: 1, duration: 100, chargingRateUnit: 'W' });
    expect(answer).toEqual({
      status: 'Accepted',
      connectorId: 1,
      scheduleStart: expect.stringMatching(/^2026-05-04T08:00:\d\d\.000Z$/),
      chargingSchedule: {
        duration: 100,
        chargingRateUnit: 'W',
        chargingSchedulePeriod: [
          { startPeriod: 0, limit: 6_900, numberPhases: 3 },
          { startPeriod: 60, limit: 4_485, numberPhases: 3 },
        ],
      },
    });
  });

  test('watts come back as they were set, for three phases, for one, and on a single-phase socket (E3.34)', async () => {
    const watts = { chargingRateUnit: 'W' as const };
    const rig = await Rig.start();
    await install(
      rig,
      1,
      profile(
        [
          [0, 6_000],
          [60, 2_300, 1],
        ],
        {},
        watts,
      ),
    );
    expect((await composite(rig, 1, 100, 'W')).periods).toEqual([
      { startPeriod: 0, limit: 6_000, numberPhases: 3 },
      { startPeriod: 60, limit: 2_300, numberPhases: 3 },
    ]);
    const single = await Rig.start({ board: boardWith({ phases: 1 }) });
    await install(single, 1, profile([[0, 3_680]], {}, watts));
    expect((await composite(single, 1, 100, 'W')).periods).toEqual([{ startPeriod: 0, limit: 3_680, numberPhases: 1 }]);
    expect((await composite(single, 1, 100, 'A')).periods).toEqual([{ startPeriod: 0, limit: 16, numberPhases: 1 }]);
    await single.charge(1);
    expect(single.truth(1).offerA).toBeCloseTo(16, 1);
  });

  test('boundaries on whole seconds are told exactly, whenever the question comes', async () => {
    const rig = await Rig.start();
    const wire = absolute(rig, [
      [0, 20],
      [100, 10],
    ]);
    await install(rig, 1, wire);
    const boundary = Date.parse(String(wire.chargingSchedule.startSchedule)) + 100_000;
    for (const waitMs of [0, 130, 490, 777, 2_345]) {
      await rig.advance(waitMs);
      const { start, periods } = await composite(rig, 1, 300);
      expect(start + (periods[1]?.startPeriod ?? 0) * 1_000).toBe(boundary);
      expect(wall(rig) - start).toBeLessThan(1_100);
    }
  });

  test('without profiles: what board, settings and cable allow', async () => {
    const rig = await Rig.start({ config: { chargingStationMaxLimit: '25' } });
    expect((await composite(rig, 1, 60)).periods).toEqual([{ startPeriod: 0, limit: 25, numberPhases: 3 }]);
    expect((await composite(rig, 2, 60)).periods).toEqual([{ startPeriod: 0, limit: 16, numberPhases: 1 }]);
    await rig.charge(1, { plug: { cableA: 13 } });
    expect((await composite(rig, 1, 60)).periods).toEqual([{ startPeriod: 0, limit: 13, numberPhases: 3 }]);
  });

  test('a limit that was just given is in it from the first second', async () => {
    const rig = await Rig.start();
    for (const wire of [
      profile([[0, 9]], stationLimit),
      absolute(rig, [[0, 8]], { chargingProfileKind: 'Absolute' }),
    ]) {
      await rig.advance(1_337);
      await install(rig, 0, wire);
      expect((await composite(rig, 1, 60)).periods[0]?.limit).toBe(
        wire.chargingSchedule.chargingSchedulePeriod[0]?.limit,
      );
    }
  });

  test('connector 0: what all points together may draw, within the limit of the station', async () => {
    const rig = await Rig.start();
    expect((await composite(rig, 0, 60)).periods).toEqual([{ startPeriod: 0, limit: 64, numberPhases: 3 }]);
    await install(
      rig,
      0,
      absolute(
        rig,
        [
          [0, 10],
          [30, 12],
        ],
        { chargingProfileId: 1 },
      ),
    );
    await install(rig, 3, absolute(rig, [[0, 20]], { chargingProfileId: 2 }));
    await rig.advance(1_000);
    // Right 10 and then 12 A, left 20 A; of the two sockets of a point one is used at a time.
    const { periods, start } = await composite(rig, 0, 100);
    expect(periods.map((p) => p.limit)).toEqual([30, 32]);
    await install(rig, 0, absolute(rig, [[0, 31]], { chargingProfileId: 3, ...stationLimit }));
    await rig.advance(1_000);
    const limited = await composite(rig, 0, 100);
    expect(limited.periods.map((p) => p.limit)).toEqual([30, 31]);
    expect(limited.start + (limited.periods[1]?.startPeriod ?? 0) * 1_000).toBe(
      start + (periods[1]?.startPeriod ?? 0) * 1_000,
    );
    expect((await composite(rig, 0, 100, 'W')).periods[0]).toEqual({ startPeriod: 0, limit: 20_700, numberPhases: 3 });
  });

  test('an unknown connector, or a negative duration: Rejected, with nothing else', async () => {
    const rig = await Rig.start();
    for (const connectorId of [5, -1]) {
      expect(await rig.call('GetCompositeSchedule', { connectorId, duration: 60 })).toEqual({ status: 'Rejected' });
    }
    expect(await rig.call('GetCompositeSchedule', { connectorId: 1, duration: -1 })).toEqual({ status: 'Rejected' });
  });

  test('a unit that does not exist is a PropertyConstraintViolation (E3.24)', async () => {
    const rig = await Rig.start();
    const answer = await rig.call('GetCompositeSchedule', { connectorId: 1, duration: 60, chargingRateUnit: 'kW' });
    expect(answer.callError).toBe('PropertyConstraintViolation');
  });

  test('duration 0: the limit now', async () => {
    const rig = await Rig.start();
    await install(
      rig,
      1,
      profile([
        [0, 10],
        [1, 20],
      ]),
    );
    await rig.charge(1);
    const { durationS, periods } = await composite(rig, 1, 0);
    expect([durationS, periods]).toEqual([0, [{ startPeriod: 0, limit: 20, numberPhases: 3 }]]);
  });

  test('the longest question is answered to its end, or no further than it is told in detail', async () => {
    const rig = await Rig.start();
    expect((await composite(rig, 1, 2_147_483_647)).durationS).toBe(2_147_483_647);
    // Two hundred periods a day, in two halves.
    for (const half of [0, 1]) {
      const pairs = Array.from({ length: 100 }, (_, i) => [i * 400, 6 + (i % 2) + half * 2] as const);
      const startSchedule = new Date(startOfTime - 3_600_000 + half * 40_000_000).toISOString();
      const change = { chargingProfileId: half, stackLevel: half, chargingProfileKind: 'Recurring' } as const;
      await install(
        rig,
        1,
        profile(pairs, { ...change, recurrencyKind: 'Daily' }, { startSchedule, duration: 40_000 }),
      );
    }
    const { durationS, periods } = await composite(rig, 1, 604_800);
    expect(periods).toHaveLength(1_000);
    const last = periods[999]?.startPeriod ?? 0;
    expect(durationS).toBe(last + 400);
    expect(durationS).toBeLessThan(604_800);
    expect((await composite(rig, 1, 86_400)).durationS).toBe(86_400);
  });

  test('before the station knows the time it cannot tell: Rejected, and no date of 1970', async () => {
    const rig = Rig.prepare({ systemTimeMs: null });
    rig.central.once('BootNotification', () => 'silence');
    await rig.powerOn();
    await rig.advance(1_000);
    expect(await rig.call('GetCompositeSchedule', { connectorId: 1, duration: 60 })).toEqual({ status: 'Rejected' });
    expect(
      await setProfile(
        rig,
        0,
        profile(
          [
            [0, 10],
            [300, 12],
          ],
          stationLimit,
        ),
      ),
    ).toBe('Accepted');
    const given = rig.clock.now();
    await rig.until('registered', () => rig.running.chargePoint.registration === 'Accepted', 200_000);
    await rig.charge(1);
    expect(rig.truth(1).offerA).toBeCloseTo(10, 1);
    // Given before the time was known, it counts from when it was given all the same.
    await rig.until('the next period', () => rig.truth(1).offerA > 11, 300_000);
    expect(Math.abs(rig.clock.now() - given - 300_000)).toBeLessThan(1_000);
    const days = JSON.stringify([...rig.store.durable]).match(/197\d-/);
    expect(days).toBeNull();
  });
});

/** Contacts that have closed three times in ten minutes rest a minute before each closing, with nothing offered. */
class WatchedContacts {
  private closed = true;
  private openedAt = 0;
  private readonly closings: number[];

  constructor(firstClosing: number) {
    this.closings = [firstClosing];
  }

  look(now: number, closed: boolean): void {
    if (closed && !this.closed) this.closings.push(now);
    if (!closed && this.closed) this.openedAt = now;
    this.closed = closed;
  }

  mayRest(now: number, patience: number): boolean {
    const lately = this.closings.filter((at) => at > now - 600_000).length;
    return !this.closed && lately >= 3 && now < this.openedAt + 60_000 + patience;
  }
}

describe('the promise', () => {
  const kinds = fc.constantFrom('Absolute' as const, 'Relative' as const, 'Recurring' as const);
  const given = fc.record({
    purpose: fc.constantFrom('ChargePointMaxProfile' as const, 'TxDefaultProfile' as const, 'TxProfile' as const),
    level: fc.integer({ min: 0, max: 3 }),
    kind: kinds,
    startS: fc.integer({ min: -60, max: 150 }),
    durationS: fc.option(fc.integer({ min: 5, max: 120 }), { nil: undefined }),
    watts: fc.boolean(),
    phases: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    gapsAndAmps: fc.array(fc.tuple(fc.integer({ min: 3, max: 60 }), fc.integer({ min: 0, max: 320 })), {
      minLength: 1,
      maxLength: 5,
    }),
  });

  /** All boundaries lie whole seconds from the start of the transaction: a pause of less than one would not be told. */
  function wireOf(
    g: typeof given extends fc.Arbitrary<infer T> ? T : never,
    id: number,
    startedAt: number,
  ): ChargingProfile {
    // Relative to its receipt, the limit of the station would begin between two seconds.
    const kind = g.kind === 'Relative' && g.purpose === 'ChargePointMaxProfile' ? 'Absolute' : g.kind;
    let at = 0;
    const pairs = g.gapsAndAmps.map(([gap, tenths], i) => {
      at += i === 0 ? 0 : gap;
      const limit = g.watts ? Math.round((tenths / 10) * 230 * (g.phases ?? 3)) : tenths / 10;
      return g.phases === undefined ? ([at, limit] as const) : ([at, limit, g.phases] as const);
    });
    const startSchedule = new Date(startedAt + g.startS * 1_000 - (g.kind === 'Recurring' ? 86_400_000 : 0));
    return profile(
      pairs,
      {
        chargingProfileId: id,
        stackLevel: g.level,
        chargingProfilePurpose: g.purpose,
        chargingProfileKind: kind,
        ...(g.kind === 'Recurring' ? { recurrencyKind: 'Daily' as const } : {}),
      },
      {
        chargingRateUnit: g.watts ? 'W' : 'A',
        ...(kind === 'Relative' ? {} : { startSchedule: startSchedule.toISOString() }),
        ...(g.durationS === undefined ? {} : { duration: g.durationS }),
      },
    );
  }

  const story = fc.record({
    given: fc.array(given, { minLength: 1, maxLength: 5 }),
    waitMs: fc.integer({ min: 0, max: 40_000 }),
    offline: fc.boolean(),
  });

  test('whatever profiles there are, the vehicle is offered what was told, for three minutes', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ given: list, waitMs, offline }) => {
        const rig = await Rig.start();
        await rig.charge(1, { plug: { ev: { rampAPerSecond: 100 } } });
        await rig.advance(waitMs);
        const { session } = rig.running.station.state.connectors[0] ?? {};
        const startedAt = startOfTime + (session?.kind === 'running' ? session.tx.startedAt : Number.NaN);
        for (const [i, g] of list.entries()) {
          await install(rig, g.purpose === 'ChargePointMaxProfile' ? 0 : 1, wireOf(g, i + 1, startedAt));
        }
        // Asked before the wait, it also tells what led to the first offers that are looked at.
        const promise = await composite(rig, 1, 220);
        const contacts = new WatchedContacts(startedAt);
        const look = () => contacts.look(wall(rig), rig.truth(1).contactorClosed);
        await observe(rig, 12_000, 250, look);
        if (offline) rig.central.down();
        const wrong: string[] = [];
        /** Below 6 A a pilot offers nothing. */
        const promised = (at: number) => {
          const amps = limitAt(promise, Math.max(at, promise.start));
          return amps < 6 ? 0 : amps;
        };
        const over = (from: number, to: number) => {
          const values: number[] = [];
          for (let at = to; at >= from; at -= 250) values.push(promised(at));
          return values;
        };
        let offeredBefore = 0;
        await observe(rig, 180_000, 1_000, ({ offersA }) => {
          const now = wall(rig);
          const [offered = Number.NaN] = offersA;
          // Reductions within a second. One decimal and whole seconds are told; the duty cycle is read back.
          const most = Math.max(...over(now - 1_000, now + 500));
          if (offered > most + 0.11)
            wrong.push(`${(now - promise.start) / 1_000} s: ${offered} A are more than ${most} A`);
          // Raises at most each 5 s; out of a pause the vehicle must have stopped and the pilot rested.
          const patience = offeredBefore > 0 ? 6_500 : 11_000;
          const least = Math.min(...over(now - patience, now + 500));
          look();
          if (offered < least - 0.11 && !contacts.mayRest(now, patience))
            wrong.push(`${(now - promise.start) / 1_000} s: ${offered} A are less than ${least} A`);
          offeredBefore = offered;
        });
        expect(wrong).toEqual([]);
        if (offline) rig.central.up();
      }),
      { numRuns: runs(15) },
    );
  });
});
