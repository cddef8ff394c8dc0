/** The Mode 3 machine against the sequences of IEC 61851-1, Table A.6, and the rules of plug, lock and offer. */
import { faults } from '../../../src/station/faults';
import {
  end,
  endHolding,
  endNow,
  OutletBench,
  permit,
  samplingMs,
  tetheredConfig,
  type2Config,
  type Vehicle,
} from './bench';

const ventilated = { ...type2Config, ventilation: true };

function charging(amps = 16, config = type2Config): OutletBench {
  const b = new OutletBench(config);
  b.charge(amps);
  return b;
}

/** Permitted, PWM on, the vehicle waits in B2. */
function offered(amps = 16, config = type2Config): OutletBench {
  const b = new OutletBench(config);
  b.plug();
  b.wish(permit(amps));
  b.advance(3_000);
  expect(b.pilot.kind).toBe('pwm');
  expect(b.closes()).toEqual([]);
  return b;
}

const duty = (b: OutletBench) => (b.pilot.kind === 'pwm' ? b.pilot.dutyPercent : undefined);

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

describe('ventilation (state D)', () => {
  test.each(['C', 'B'] as const)('without it a vehicle that comes from %s to D gets no energy', (from) => {
    const b = from === 'C' ? charging() : offered();
    b.log.length = 0;
    b.drive('D');
    b.advance(20_000);
    expect(b.closes()).toEqual([]);
    expect(b.contacts).toBe('open');
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.faults).toEqual(['ventilationMissing']);
  });

  test('without it no PWM is put on for a vehicle that is in D already', () => {
    const b = new OutletBench();
    b.plug('D');
    b.wish(permit(16));
    b.advance(20_000);
    expect(b.duties()).toEqual([]);
    expect(b.closes()).toEqual([]);
  });

  test('the fault ends when the vehicle leaves D', () => {
    const b = offered();
    b.drive('D');
    b.advance(1_000);
    b.drive('B');
    b.advance(1_000);
    expect(b.faults).toEqual([]);
    b.drive('C');
    b.advance(5_000);
    expect(b.contacts).toBe('closed');
  });

  test('with it D is as good as C, both ways', () => {
    const b = offered(16, ventilated);
    b.drive('D');
    b.advance(3_000);
    expect(b.contacts).toBe('closed');
    b.drive('C');
    b.advance(3_000);
    b.drive('D');
    b.advance(3_000);
    expect(b.opens()).toEqual([]);
    expect(b.faults).toEqual([]);
  });
});

describe('diode', () => {
  test('missing: never closed, PWM off, until another vehicle comes', () => {
    const b = new OutletBench();
    b.troubles.diode = 'missing';
    b.plug();
    b.wish(permit(16));
    b.advance(2_000);
    b.drive('C');
    b.advance(60_000);
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['diodeMissing']);
    expect(b.pilot).toEqual({ kind: 'steady' });
    b.wish(end);
    b.troubles.diode = 'present';
    b.drive('A');
    b.proximity(Number.POSITIVE_INFINITY);
    b.advance(1_000);
    expect(b.faults).toEqual([]);
  });

  test('missing, with the vehicle in C already when PWM starts', () => {
    const b = new OutletBench();
    b.troubles.diode = 'missing';
    b.plug('C');
    b.wish(permit(16));
    b.advance(60_000);
    expect(b.closes()).toEqual([]);
  });

  test('lost under way: opened within 300 ms', () => {
    const b = charging();
    b.troubles.diode = 'missing';
    const start = b.now;
    b.sample();
    b.advance(1_000);
    expect(b.faults).toContain('diodeMissing');
    expect((b.opens()[0] ?? Number.POSITIVE_INFINITY) - start).toBeLessThanOrEqual(300);
  });

  test('what was read before PWM started is no proof of it', () => {
    const b = new OutletBench();
    b.troubles.diode = 'missing';
    b.plug('C');
    b.send({ kind: 'pilot', reading: { kind: 'volts', high: 6, low: -12 } });
    b.wish(permit(16));
    b.advance(10_000);
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['diodeMissing']);
  });

  test('it is looked for again at each start of PWM', () => {
    const b = charging();
    b.wish(permit(0));
    b.drive('B');
    b.advance(5_000);
    b.troubles.diode = 'missing';
    b.drive('C');
    b.wish(permit(16));
    b.advance(10_000);
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['diodeMissing']);
  });
});

describe('lock', () => {
  test('there is no PWM and no energy before the plug is locked', () => {
    const b = new OutletBench();
    b.troubles.lock = 'mute';
    b.plug('C');
    b.wish(permit(16));
    b.advance(7_000);
    expect(b.log.map(({ effect }) => effect)).toEqual([{ kind: 'lock', lock: true }]);
    b.send({ kind: 'lock', feedback: 'locked' });
    b.advance(5_000);
    expect(b.closes()).toHaveLength(1);
  });

  test.each([
    'jammed',
    'mute',
  ] as const)('a bolt that is %s: no energy, ConnectorLockFailure, cleared by unplugging', (how) => {
    const b = new OutletBench();
    b.troubles.lock = how;
    b.plug('C');
    b.wish(permit(16));
    b.advance(60_000);
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['lockFailed']);
    expect(faults.lockFailed.errorCode).toBe('ConnectorLockFailure');
    // The plug must not be caught for good.
    expect(b.log.at(-1)?.effect).toEqual({ kind: 'lock', lock: false });
    b.troubles.lock = 'obeys';
    b.wish(end);
    b.drive('A');
    b.proximity(Number.POSITIVE_INFINITY);
    b.advance(1_000);
    expect(b.faults).toEqual([]);
    b.charge();
    expect(b.contacts).toBe('closed');
  });

  test('a bolt whose switch was never read counts as not locked', () => {
    const b = new OutletBench();
    b.troubles.lock = 'mute';
    b.send({ kind: 'lock', feedback: 'unknown' });
    b.plug('C');
    b.wish(permit(16));
    b.advance(20_000);
    expect(b.faults).toEqual(['lockFailed']);
  });

  test('a lock that is lost while energy flows opens in the same step', () => {
    const b = charging();
    b.send({ kind: 'lock', feedback: 'unlocked' });
    expect(b.opens()).toEqual([b.now]);
    b.advance(20_000);
    expect(b.closes()).toEqual([]);
  });

  test('the plug is unlocked only after the contacts are open', () => {
    const b = charging();
    b.wish({ ...end, openNow: true });
    const told = b.now;
    b.advance(5_000);
    const unlocks = b.times((e) => e.kind === 'lock' && !e.lock);
    expect(unlocks).toEqual([told + 20]);
  });

  test('a plug that may be live stays locked: welded contacts, and contacts that cannot be read', () => {
    for (const feedback of ['closed', 'unknown'] as const) {
      const b = charging();
      b.troubles.contactor = 'welded';
      b.send({ kind: 'contactor', feedback });
      b.wish({ ...end, openNow: true });
      b.advance(60_000);
      expect(b.times((e) => e.kind === 'lock')).toEqual([]);
      b.send({ kind: 'contactor', feedback: 'open' });
      expect(b.times((e) => e.kind === 'lock' && !e.lock)).toEqual([b.now]);
    }
  });

  test('a plug is held without permission when the station wants it', () => {
    const b = charging();
    b.wish(endNow);
    b.advance(60_000);
    expect(b.report.locked).toBe(true);
    b.wish(end);
    b.advance(1_000);
    expect(b.report.locked).toBe(false);
  });

  test('a bolt that does not go back is a warning, ended by a bolt that does', () => {
    const b = charging();
    b.troubles.lock = 'jammed';
    b.wish({ ...end, openNow: true });
    b.advance(60_000);
    expect(b.faults).toEqual(['unlockFailed']);
    expect(faults.unlockFailed.shows).toBe('warning');
    b.send({ kind: 'lock', feedback: 'unlocked' });
    expect(b.faults).toEqual([]);
  });

  describe('after a start of the station with a locked plug', () => {
    function started(): OutletBench {
      return new OutletBench(type2Config, { bolt: 'locked', settleMs: 0, wished: false });
    }

    test('nothing happens until the station has spoken', () => {
      const b = started();
      b.plug();
      b.advance(60_000);
      expect(b.log).toEqual([]);
    });

    test('it is unlocked when no session wants it', () => {
      const b = started();
      b.plug();
      b.wish(end);
      b.advance(1_000);
      expect(b.times((e) => e.kind === 'lock' && !e.lock)).toHaveLength(1);
      expect(b.report.locked).toBe(false);
    });

    test('it stays locked all the time when a session goes on', () => {
      const b = started();
      b.wish(endHolding);
      b.plug();
      b.advance(60_000);
      expect(b.times((e) => e.kind === 'lock' && !e.lock)).toEqual([]);
      expect(b.report.locked).toBe(true);
      b.wish(end);
      b.advance(1_000);
      expect(b.report.locked).toBe(false);
    });
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

describe('proximity', () => {
  test('a vehicle in B with an open proximity contact: a fault, nothing is guessed', () => {
    const b = new OutletBench();
    b.wish(permit(16));
    b.drive('B');
    b.advance(10_000);
    expect(b.faults).toEqual(['proximityInvalid']);
    expect(b.log).toEqual([]);
    b.proximity(220);
    b.advance(10_000);
    expect(b.faults).toEqual([]);
    expect(b.report.offeredA).toBe(16);
  });

  test.each([50, 3_000, Number.NaN])('a resistor of %d Ω: a fault, no energy', (ohms) => {
    const b = new OutletBench();
    b.plug('C', ohms);
    b.wish(permit(16));
    b.advance(10_000);
    expect(b.faults).toEqual(['proximityInvalid']);
    expect(b.report.cableA).toBeUndefined();
    expect(b.closes()).toEqual([]);
  });

  test('a contact that breaks under way opens', () => {
    const b = charging();
    const start = b.now;
    b.proximity(Number.POSITIVE_INFINITY);
    b.advance(1_000);
    expect((b.opens()[0] ?? Number.POSITIVE_INFINITY) - start).toBeLessThanOrEqual(250);
    expect(b.faults).toEqual(['proximityInvalid']);
  });

  test('a contact that shows anything but the cable, never the same for long, opens', () => {
    const b = charging();
    for (let i = 0; i < 30; i++) {
      b.proximity([50, 3_000, 1500, Number.POSITIVE_INFINITY][i % 4] ?? 0);
      b.advance(50);
    }
    expect(b.opens()).toHaveLength(1);
  });

  test('a rating that changes under way opens and stays a fault until the plug is drawn', () => {
    const b = charging();
    b.proximity(1500);
    b.advance(1_000);
    expect(b.opens()).toHaveLength(1);
    expect(b.faults).toEqual(['cableChanged']);
    b.proximity(220);
    b.advance(60_000);
    expect(b.faults).toEqual(['cableChanged']);
    b.wish(end);
    b.drive('A');
    b.proximity(Number.POSITIVE_INFINITY);
    b.advance(1_000);
    expect(b.faults).toEqual([]);
    b.charge();
    expect(b.contacts).toBe('closed');
  });

  test('another cable at the next plug-in is no fault', () => {
    const b = charging();
    b.wish({ ...end, openNow: true });
    b.drive('A');
    b.advance(100);
    b.proximity(Number.POSITIVE_INFINITY);
    b.advance(1_000);
    b.plug('B', 1500);
    b.wish(permit(16));
    b.advance(3_000);
    expect(b.faults).toEqual([]);
    expect(b.report.offeredA).toBe(13);
  });
});

describe('a tethered cable', () => {
  test('has its rating from the board, no lock, and is plugged when a vehicle is there', () => {
    const b = new OutletBench(tetheredConfig);
    expect(b.report).toMatchObject({ plugged: false, locked: undefined, cableA: 20 });
    b.charge(32);
    expect(b.report).toMatchObject({ plugged: true, evConnected: true, offeredA: 20, contactor: 'closed', faults: [] });
    expect(b.times((e) => e.kind === 'lock')).toEqual([]);
  });

  test('opens within 100 ms when the vehicle leaves, and has no PWM then', () => {
    const b = new OutletBench(tetheredConfig);
    b.charge();
    const start = b.now;
    b.drive('A');
    b.advance(1_000);
    expect((b.opens()[0] ?? Number.POSITIVE_INFINITY) - start).toBeLessThanOrEqual(60);
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.report.plugged).toBe(false);
  });

  test('is still plugged while the pilot is shorted', () => {
    const b = new OutletBench(tetheredConfig);
    b.charge();
    b.drive('E');
    b.advance(1_000);
    expect(b.report).toMatchObject({ plugged: true, faults: ['pilotShort'] });
  });
});

describe('states E and F', () => {
  test('E: opened, no PWM; when the short is gone the charge goes on by the whole way in', () => {
    const b = charging();
    b.drive('E');
    b.advance(1_000);
    expect(b.contacts).toBe('open');
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.faults).toEqual(['pilotShort']);
    b.drive('C');
    b.advance(200);
    expect(b.faults).toEqual(['pilotShort']);
    b.advance(10_000);
    expect(b.faults).toEqual([]);
    expect(b.contacts).toBe('closed');
  });

  test('E is believed from any state, also with nothing permitted', () => {
    for (const from of ['A', 'B', 'C', 'D'] as Vehicle[]) {
      const b = new OutletBench();
      b.plug(from);
      b.drive('E');
      b.advance(60);
      expect(b.faults).toContain('pilotShort');
    }
  });

  test('a fault under load is shown as F for at least 300 ms, after the contacts have opened', () => {
    const b = charging();
    b.send({ kind: 'residual', reading: { tripped: true, test: 'none' } });
    b.advance(10_000);
    const f = b.times((e) => e.kind === 'pilot' && e.output.kind === 'unavailable');
    expect(f).toHaveLength(1);
    expect(f[0]).toBeGreaterThanOrEqual((b.opens()[0] ?? Number.POSITIVE_INFINITY) + 20);
    const back = b.times((e) => e.kind === 'pilot' && e.output.kind === 'steady').filter((at) => at > (f[0] ?? 0));
    expect((back[0] ?? 0) - (f[0] ?? 0)).toBeGreaterThanOrEqual(300);
    // Our own −12 V says nothing of the vehicle.
    expect(b.faults).toEqual(['residualCurrent']);
    expect(b.report).toMatchObject({ plugged: true, evConnected: true });
  });

  test('a fault in B goes to x1, not to F', () => {
    const b = offered();
    b.send({ kind: 'temperature', celsius: 80 });
    b.advance(5_000);
    expect(b.pilot).toEqual({ kind: 'steady' });
    expect(b.times((e) => e.kind === 'pilot' && e.output.kind === 'unavailable')).toEqual([]);
  });

  test('a vehicle that leaves during F is gone after it', () => {
    const b = charging();
    b.send({ kind: 'temperature', celsius: 80 });
    b.advance(100);
    expect(b.pilot).toEqual({ kind: 'unavailable' });
    b.drive('A');
    b.proximity(Number.POSITIVE_INFINITY);
    b.advance(2_000);
    expect(b.report).toMatchObject({ plugged: false, evConnected: false });
  });
});
