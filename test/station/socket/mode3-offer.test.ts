/** What the Mode 3 machine offers by PWM, and what it does when a vehicle draws more. */
import { charging, OutletBench, offered } from './bench';
import { endHolding, permit, reading, type2Config } from './machine';

const duty = (b: OutletBench) => (b.pilot.kind === 'pwm' ? b.pilot.dutyPercent : undefined);

describe('PWM', () => {
  test.each([
    [6, 10],
    [13, 13 / 0.6],
    [32, 32 / 0.6],
  ])('%d A are offered as %d %%', (amps, percent) => {
    expect(duty(offered(amps))).toBeCloseTo(percent, 9);
  });

  test('below 6 A nothing is offered', () => {
    const b = new OutletBench();
    b.plug();
    b.wish(permit(5.99));
    b.advance(10_000);
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.report.offeredA).toBe(0);
  });

  test('the offer is the least of wish, outlet, cable and temperature', () => {
    const b = new OutletBench();
    b.plug('B', 680);
    b.wish(permit(63));
    b.advance(3_000);
    expect(b.report).toMatchObject({ offeredA: 20, cableA: 20 });
    b.send({ kind: 'temperature', celsius: 70 });
    expect(b.report.offeredA).toBeCloseTo(32 - (26 * 5) / 7, 9);
    const large = new OutletBench();
    large.plug('B', 100);
    large.wish(permit(63));
    large.advance(3_000);
    expect(large.report).toMatchObject({ offeredA: 32, cableA: 63 });
  });

  test('a reduction is told at once, even one after the other', () => {
    const b = charging(32);
    for (const amps of [31, 20, 6]) {
      b.advance(10);
      b.wish(permit(amps));
      expect(b.duties().at(-1)).toEqual({ at: b.now, duty: amps / 0.6 });
    }
  });

  test('a raise is told at most every 5 s, and the last wish counts', () => {
    const b = charging(6);
    b.advance(10_000);
    b.log.length = 0;
    const start = b.now;
    for (const amps of [10, 12, 20, 16]) {
      b.wish(permit(amps));
      b.advance(1_000);
    }
    b.advance(10_000);
    expect(b.duties()).toEqual([
      { at: start, duty: 10 / 0.6 },
      { at: start + 5_000, duty: 16 / 0.6 },
    ]);
  });

  test('a reduction during the opening of the contactor is told, too', () => {
    const b = charging(32);
    b.drive('B');
    b.advance(30);
    expect(b.contacts).toBe('closed');
    b.wish(permit(6));
    expect(duty(b)).toBe(10);
    b.wish(endHolding);
    expect(b.pilot).toEqual({ kind: 'steady' });
  });

  test('x1 lasts 3 s before PWM starts again', () => {
    const b = offered();
    b.wish(permit(0));
    expect(b.pilot).toEqual({ kind: 'steady' });
    const stopped = b.now;
    b.log.length = 0;
    b.advance(100);
    b.wish(permit(16));
    b.advance(10_000);
    expect(b.duties()).toEqual([{ at: stopped + 3_000, duty: 16 / 0.6 }]);
  });

  test('x1 after state F lasts 3 s, too', () => {
    const b = charging();
    b.send({ kind: 'temperature', celsius: 80 });
    b.advance(200);
    expect(b.pilot).toEqual({ kind: 'unavailable' });
    b.send({ kind: 'temperature', celsius: 20 });
    b.advance(10_000);
    const [steady = 0] = b.times((e) => e.kind === 'pilot' && e.output.kind === 'steady').slice(-1);
    expect(b.duties()[0]?.at).toBeGreaterThanOrEqual(steady + 3_000);
  });

  test('x1 lasts 3 s after a start of the station that finds a vehicle in C', () => {
    const started = new OutletBench(type2Config, { settleMs: 0 });
    started.plug('C');
    started.wish(permit(16));
    const boot = started.bootedAt;
    started.advance(10_000);
    expect((started.duties()[0]?.at ?? 0) - boot).toBeGreaterThanOrEqual(3_000);
    expect((started.closes()[0] ?? 0) - boot).toBeGreaterThanOrEqual(3_000);
  });
});

describe('over-current', () => {
  test('above 110 % and 0.5 A for 10 s: asked to stop, then opened, until the plug is drawn', () => {
    const b = charging(16);
    b.advance(6_000);
    b.draw(16 * 1.1 + 0.4, 60_000);
    expect(b.faults).toEqual([]);
    const start = b.now;
    b.draw(16 * 1.1 + 0.6, 9_999);
    expect(b.faults).toEqual([]);
    b.advance(1);
    expect(b.now).toBe(start + 10_000);
    expect(b.faults).toEqual(['overCurrent']);
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.opens()).toEqual([]);
    b.draw(20, 6_000);
    expect(b.opens()).toEqual([start + 16_000]);
    b.draw(0, 60_000);
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['overCurrent']);
  });

  test('less than 10 s of it are forgiven', () => {
    const b = charging(16);
    b.advance(6_000);
    for (let i = 0; i < 5; i++) {
      b.draw(19, 9_000);
      b.draw(16, 1_000);
    }
    expect(b.faults).toEqual([]);
  });

  test('above 150 % for 2 s: opened at once', () => {
    const b = charging(16);
    b.advance(6_000);
    b.draw(23.9, 5_000);
    expect(b.faults).toEqual([]);
    const start = b.now;
    b.draw(24.1, 1_999);
    expect(b.opens()).toEqual([]);
    b.advance(1);
    expect(b.opens()).toEqual([start + 2_000]);
    expect(b.faults).toContain('overCurrentFast');
  });

  test('any phase counts', () => {
    const b = charging(16);
    b.advance(6_000);
    b.meter({ currentA: [0, 0, 40] });
    b.advance(2_000);
    expect(b.faults).toContain('overCurrentFast');
  });

  test('after a reduction the vehicle has 5 s and a meter reading to follow', () => {
    const b = charging(32);
    b.draw(32, 10_000);
    b.wish(permit(6));
    b.draw(32, 6_000);
    b.draw(6, 10_000);
    expect(b.faults).toEqual([]);
    expect(b.opens()).toEqual([]);
  });

  test('after several reductions in a row, too', () => {
    const b = charging(32);
    b.draw(32, 10_000);
    b.wish(permit(16));
    b.draw(32, 1_000);
    b.wish(permit(6));
    b.draw(32, 4_000);
    b.draw(6, 10_000);
    expect(b.faults).toEqual([]);
  });

  test('but no longer: a vehicle that does not follow is opened', () => {
    const b = charging(32);
    b.draw(32, 10_000);
    const reduced = b.now;
    b.wish(permit(10));
    b.draw(32, 10_000);
    expect(b.faults).toContain('overCurrentFast');
    expect(b.opens()[0]).toBeLessThanOrEqual(reduced + 6_000 + 2_000);
  });

  test('a reading counts from when that time is over, and then without another one', () => {
    const b = charging(16);
    b.meter({ currentA: [16, 0, 0] });
    b.wish(permit(12));
    b.advance(6_000);
    b.meter({ currentA: [16, 0, 0] });
    // 6 s to follow, then 10 s above 110 % and 0.5 A.
    b.advance(9_999);
    expect(b.faults).toEqual([]);
    b.advance(1);
    expect(b.faults).toEqual(['overCurrent']);
  });

  test.each([
    ['none is lost', 6_000, 0],
    ['two are lost', 6_000, 2],
    ['all are late', 5_999, 0],
  ])('a reading from before that time is over is not held against the vehicle: %s', (_name, lastMs, lost) => {
    const b = charging(32);
    b.draw(32, 10_000);
    b.wish(permit(6));
    b.advance(lastMs - 1);
    b.meter({ currentA: [32, 0, 0] });
    for (let i = 0; i < lost; i++) {
      b.advance(1_000);
      b.meter(undefined);
    }
    // The vehicle follows at the last moment; nobody can see it.
    b.advance(30_000);
    expect(b.faults).toEqual([]);
    expect(b.opens()).toEqual([]);
    b.meter({ currentA: [6, 0, 0] });
    b.advance(30_000);
    expect(b.faults).toEqual([]);
  });

  test('a reading that was asked for in time and comes late counts for when it was asked', () => {
    const b = charging(32);
    b.draw(32, 10_000);
    const reduced = b.now;
    b.wish(permit(6));
    b.advance(7_000);
    b.send({ kind: 'meter', reading: reading({ currentA: [32, 0, 0] }), at: reduced + 5_900 });
    b.advance(2_500);
    expect(b.faults).toEqual([]);
  });

  test('an older offer is not forgotten with the next one while the last reading is from its time', () => {
    const b = charging(32);
    b.draw(32, 10_000);
    b.wish(permit(20));
    b.advance(7_000);
    b.wish(permit(10));
    b.advance(10_000);
    expect(b.faults).toEqual([]);
  });

  test('offers that change all the time do not let an old one live on', () => {
    const b = charging(32);
    b.draw(32, 10_000);
    for (let i = 0; i < 20 && b.closeCommanded; i++) {
      b.wish(permit(i % 2 ? 7 : 6));
      b.draw(32, 1_000);
    }
    expect(b.faults).toContain('overCurrentFast');
  });
});
