/** The Mode 3 machine against the sequences of IEC 61851-1, Table A.6: the way to energy and the way out. */
import { charging, OutletBench, offered, samplingMs } from './bench';
import { endHolding, endNow, permit, type2Config } from './machine';

const ventilated = { ...type2Config, ventilation: true };

describe('the way to energy', () => {
  test('plug, permission, lock, self test, PWM, vehicle ready, contactor: in this order', () => {
    const b = new OutletBench();
    b.plug();
    expect(b.log).toEqual([]);
    b.wish(permit(16));
    b.advance(3_000);
    b.drive('C');
    b.advance(1_000);
    expect(b.log.map(({ effect }) => effect)).toEqual([
      { kind: 'lock', lock: true },
      { kind: 'residualTest' },
      { kind: 'pilot', output: { kind: 'pwm', dutyPercent: 16 / 0.6 } },
      { kind: 'contactor', close: true },
    ]);
    expect(b.report).toMatchObject({ contactor: 'closed', locked: true, offeredA: 16, cableA: 32, faults: [] });
  });

  test('sequence 4: a vehicle that closes S2 (B2 to C2) has energy within 3 s', () => {
    const b = offered();
    const ready = b.now;
    b.drive('C');
    b.advance(3_000);
    const [closed = Number.POSITIVE_INFINITY] = b.closes();
    expect(closed - ready).toBeLessThanOrEqual(3_000 - 100);
    expect(b.contacts).toBe('closed');
  });

  test('without permission there is neither lock nor PWM nor energy, whatever the vehicle does', () => {
    const b = new OutletBench();
    b.plug();
    for (const vehicle of ['C', 'D', 'B', 'C'] as const) {
      b.drive(vehicle);
      b.advance(5_000);
    }
    expect(b.log).toEqual([]);
  });

  test('C1: a vehicle with S2 closed and no PWM gets no energy', () => {
    const b = new OutletBench();
    b.plug('C');
    b.wish(permit(0));
    b.advance(60_000);
    expect(b.closes()).toEqual([]);
    expect(b.duties()).toEqual([]);
  });

  test('a vehicle that is in C from the start gets energy after PWM has shown its diode', () => {
    const b = new OutletBench();
    b.plug('C');
    b.wish(permit(16));
    b.advance(5_000);
    const [pwm] = b.duties();
    const [closed = 0] = b.closes();
    expect(closed).toBeGreaterThan(pwm?.at ?? Number.POSITIVE_INFINITY);
  });

  test('a contact that bounces for less than 250 ms closes nothing', () => {
    const b = offered();
    for (let i = 0; i < 20; i++) {
      b.drive('C');
      b.advance(240);
      b.drive('B');
      b.advance(240);
    }
    expect(b.closes()).toEqual([]);
  });

  test('no closing at a moment at which the pilot says otherwise', () => {
    const b = new OutletBench();
    b.plug('C');
    b.send({ kind: 'twin', open: false });
    b.wish(permit(16));
    b.advance(5_000);
    b.send({ kind: 'twin', open: true });
    b.advance(450);
    b.send({ kind: 'pilot', reading: { kind: 'invalid', reason: 'noise' } });
    b.advance(60);
    expect(b.closes()).toEqual([]);
    b.sample();
    expect(b.closes()).toEqual([b.now]);
  });
});

test('no closing at a moment at which the proximity contact says otherwise', () => {
  const b = offered();
  b.drive('C');
  b.advance(samplingMs + 250);
  b.proximity(1500);
  b.advance(100);
  expect(b.closes()).toEqual([]);
  b.proximity(220);
  expect(b.closes()).toEqual([b.now]);
});

describe('the way out', () => {
  /** From the change at the vehicle until the contactor is told to open, and until the contacts are open. */
  function timeToOpen(b: OutletBench, change: () => void): { told: number; open: number } {
    const start = b.now;
    change();
    while (b.contacts === 'closed' && b.now < start + 10_000) b.advance(1);
    return { told: (b.opens()[0] ?? Number.POSITIVE_INFINITY) - start, open: b.now - start };
  }

  test.each([
    ['2.2: unplugged, C2 to A', 'A'],
    ['8.1: S2 opened, C2 to B2', 'B'],
    ['12: pilot shorted, C2 to E', 'E'],
    ['state D without ventilation, C2 to D2', 'D'],
  ] as const)('%s: told to open within 100 ms, with sampling and 40 ms of release to spare', (_name, vehicle) => {
    const b = charging();
    const { told, open } = timeToOpen(b, () => b.drive(vehicle));
    expect(told).toBeLessThanOrEqual(100 - 40);
    expect(open).toBeLessThanOrEqual(100);
  });

  test('2.2 in D, with ventilation', () => {
    const b = charging(16, ventilated);
    b.drive('D');
    b.advance(1_000);
    expect(b.contacts).toBe('closed');
    expect(timeToOpen(b, () => b.drive('A')).open).toBeLessThanOrEqual(100);
  });

  test('unplugged by way of B: still within 100 ms', () => {
    const b = charging();
    const { told } = timeToOpen(b, () => {
      b.drive('B');
      b.later(15, () => b.drive('A'));
    });
    expect(told).toBeLessThanOrEqual(60);
  });

  test('8.2: S2 opened after PWM was withdrawn, C1 to B1', () => {
    const b = charging();
    b.draw(16, 1_000);
    b.wish(endHolding);
    b.draw(16, 1_000);
    expect(b.contacts).toBe('closed');
    expect(timeToOpen(b, () => b.drive('B')).told).toBeLessThanOrEqual(60);
  });

  test('an invalid pilot is bridged for less than 100 ms and opens then', () => {
    const b = charging();
    b.send({ kind: 'pilot', reading: { kind: 'invalid', reason: 'noise' } });
    b.advance(99);
    expect(b.opens()).toEqual([]);
    b.sample();
    b.advance(1_000);
    expect(b.opens()).toEqual([]);
    const start = b.now;
    b.send({ kind: 'pilot', reading: { kind: 'volts', high: Number.NaN, low: -12 } });
    b.advance(105);
    expect(b.opens()).toEqual([start + 100]);
    expect(b.faults).toEqual(['pilotInvalid']);
    expect(b.pilot).toEqual({ kind: 'steady' });
  });

  test('a pilot that shows anything but C, never the same for long, opens within 100 ms', () => {
    const b = charging();
    const start = b.now;
    const noise = [9, 12, 0, Number.NaN, 9, -12, 3, 12];
    for (let i = 0; i < 30; i++) {
      b.send({ kind: 'pilot', reading: { kind: 'volts', high: noise[i % noise.length] ?? 0, low: -12 } });
      b.advance(samplingMs);
    }
    expect(b.opens()).toHaveLength(1);
    expect((b.opens()[0] ?? 0) - start).toBeLessThanOrEqual(100);
  });

  test('10.1: permission withdrawn: x1 at once; the contactor opens when the vehicle has opened S2', () => {
    const b = charging();
    b.draw(16, 1_000);
    b.log.length = 0;
    const asked = b.now;
    b.wish(endHolding);
    expect(b.log).toEqual([{ at: asked, effect: { kind: 'pilot', output: { kind: 'steady' } } }]);
    b.draw(16, 2_000);
    expect(b.contacts).toBe('closed');
    expect(timeToOpen(b, () => b.drive('B')).told).toBeLessThanOrEqual(60);
  });

  test.each([
    ['permission withdrawn', (b: OutletBench) => b.wish(endHolding)],
    ['limit below 6 A', (b: OutletBench) => b.wish(permit(5.9))],
    ['no limit that is a number', (b: OutletBench) => b.wish(permit(Number.NaN))],
    ['a fault that asks first', (b: OutletBench) => [1, 2, 3].map(() => b.meter(undefined))],
  ])('10.2: %s, and a vehicle that does not react: opened under load after 6 s', (_name, withdraw) => {
    const b = charging();
    b.meter({ currentA: [16, 16, 16] });
    const asked = b.now;
    withdraw(b);
    expect(b.pilot).toEqual({ kind: 'steady' });
    b.advance(10_000);
    expect(b.opens()).toEqual([asked + 6_000]);
  });

  test('10.2: permission that returns meanwhile does not prolong it, and energy comes back after x1', () => {
    const b = charging();
    b.meter({ currentA: [16] });
    const asked = b.now;
    b.wish(endHolding);
    b.advance(3_000);
    b.wish(permit(16));
    b.draw(16, 4_000);
    expect(b.opens()).toEqual([asked + 6_000]);
    b.meter({ currentA: [0] });
    b.advance(10_000);
    expect(b.closes()).toHaveLength(1);
  });

  test('10: a vehicle that stopped drawing but stays in C is switched off without waiting for 6 s', () => {
    const b = charging();
    b.draw(16, 1_000);
    const asked = b.now;
    b.wish(endHolding);
    b.advance(1_000);
    // This one was asked for before the pilot changed.
    b.send({ kind: 'meter', reading: undefined, at: b.now });
    b.send({
      kind: 'meter',
      reading: { energyWh: 200, powerW: 0, currentA: [0], voltageV: [230] },
      at: asked,
    });
    expect(b.opens()).toEqual([]);
    b.meter({ energyWh: 200, currentA: [1] });
    expect(b.opens()).toEqual([]);
    b.meter({ energyWh: 200, currentA: [0.9] });
    expect(b.opens()).toEqual([b.now]);
  });

  test('a wish that cannot wait opens in the same step', () => {
    const b = charging();
    b.wish(endNow);
    expect(b.opens()).toEqual([b.now]);
    expect(b.pilot).toEqual({ kind: 'steady' });
  });

  test('after the way out energy returns only by the whole way in', () => {
    const b = charging();
    b.drive('B');
    b.advance(1_000);
    expect(b.pilot.kind).toBe('pwm');
    const start = b.now;
    b.drive('C');
    b.advance(3_000);
    expect(b.closes()).toHaveLength(1);
    expect((b.closes()[0] ?? 0) - start).toBeGreaterThan(250);
  });

  test('2.1: a vehicle that is pulled off its end of the cable has no PWM within 2 s, and none as long as it is away', () => {
    for (const b of [offered(), charging()]) {
      b.drive('A');
      b.advance(2_000);
      expect(b.pilot).toEqual({ kind: 'steady' });
      expect(b.report).toMatchObject({ plugged: true, evConnected: false, offeredA: 0, contactor: 'open' });
      b.advance(60_000);
      expect(b.pilot).toEqual({ kind: 'steady' });
      b.drive('B');
      b.advance(1_000);
      expect(b.pilot.kind).toBe('pwm');
    }
  });
});
