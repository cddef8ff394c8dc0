/** Signals that waver: what shows the right thing for a moment, again and again, is not right. */
import * as fc from 'fast-check';
import type { PilotReading } from '../../../src/hal/parts';
import { emptyAt, fullAt, hasCome, type Leaky, nothingWrong, turnLeaky } from '../../../src/station/socket/leaky';
import { charging, OutletBench, plateaus, samplingMs } from './bench';
import { end, permit, tetheredConfig, type2Config } from './machine';

const volts = (high: number, low = -12): PilotReading => ({ kind: 'volts', high, low });
const invalid: PilotReading = { kind: 'invalid', reason: 'noise' };

/** The pilot shows `other` and the vehicle in turn until the contactor is told to open, at most 30 s; how long it took. */
function flutter(b: OutletBench, other: PilotReading, awayMs: number, backMs: number): number | undefined {
  const start = b.now;
  while (b.now - start < 30_000 && b.opens().length === 0) {
    b.send({ kind: 'pilot', reading: other });
    b.advance(awayMs);
    b.sample();
    b.advance(backMs);
  }
  const [opened] = b.opens();
  return opened === undefined ? undefined : opened - start;
}

describe.each([
  ['A', volts(plateaus.A)],
  ['B', volts(plateaus.B)],
  ['D without ventilation', volts(plateaus.D)],
  ['E', volts(plateaus.E)],
  ['invalid', invalid],
  ['no number', volts(Number.NaN)],
])('C in turn with %s', (_name, other) => {
  test('each for one sample: opened within 250 ms, with a fault, and not closed while it goes on', () => {
    const b = charging();
    expect(flutter(b, other, samplingMs, samplingMs)).toBeLessThanOrEqual(250);
    expect(b.faults).toEqual(['pilotInvalid']);
    flutter(b, other, samplingMs, samplingMs);
    for (let i = 0; i < 1_000; i++) {
      b.send({ kind: 'pilot', reading: other });
      b.advance(samplingMs);
      b.sample();
      b.advance(samplingMs);
    }
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['pilotInvalid']);
  });

  test('an attached cable opens as well, and the vehicle is not taken for gone', () => {
    const b = new OutletBench(tetheredConfig);
    b.charge();
    expect(flutter(b, other, samplingMs, samplingMs)).toBeLessThanOrEqual(250);
    expect(b.report.plugged).toBe(true);
  });

  test('one sample in ten is bridged', () => {
    const b = charging();
    expect(flutter(b, other, samplingMs, 9 * samplingMs)).toBeUndefined();
    expect(b.faults).toEqual([]);
  });

  test('when it is steady again the charge goes on', () => {
    const b = charging();
    flutter(b, other, samplingMs, samplingMs);
    b.sample();
    b.advance(120_000);
    expect(b.contacts).toBe('closed');
    expect(b.faults).toEqual([]);
  });
});

test('C in turn with D is steady where there is ventilation', () => {
  const b = charging(16, { ...type2Config, ventilation: true });
  expect(flutter(b, volts(plateaus.D), samplingMs, samplingMs)).toBeUndefined();
});

test('a pilot that is really lost opens within 100 ms of it, whatever it did before', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(volts(plateaus.A), volts(plateaus.B), volts(plateaus.E), invalid),
      fc.array(fc.record({ awayMs: fc.integer({ min: 1, max: 19 }), backMs: fc.integer({ min: 1, max: 100 }) }), {
        maxLength: 30,
      }),
      (other, before) => {
        const b = charging();
        for (const { awayMs, backMs } of before) {
          b.send({ kind: 'pilot', reading: invalid });
          b.advance(awayMs);
          b.sample();
          b.advance(backMs);
        }
        const lost = b.now;
        b.send({ kind: 'pilot', reading: other });
        b.advance(100);
        const [opened = Number.POSITIVE_INFINITY] = b.opens();
        expect(opened).toBeLessThanOrEqual(lost + 100);
      },
    ),
  );
});

describe('diode', () => {
  /** C for 150 ms, something else for one sample: too short to be believed. */
  function waver(b: OutletBench, other: PilotReading, ms: number): void {
    const start = b.now;
    while (b.now - start < ms) {
      b.send({ kind: 'pilot', reading: volts(plateaus.C, -plateaus.C) });
      b.advance(150);
      b.send({ kind: 'pilot', reading: other });
      b.advance(samplingMs);
    }
  }

  test.each([
    ['A', volts(plateaus.A)],
    ['B', volts(plateaus.B, -plateaus.B)],
    ['E', volts(plateaus.E)],
    ['invalid', invalid],
  ])('lost while the level flickers to %s: opened all the same', (_name, other) => {
    const b = charging();
    const start = b.now;
    waver(b, other, 500);
    expect(b.faults).toContain('diodeMissing');
    expect((b.opens()[0] ?? Number.POSITIVE_INFINITY) - start).toBeLessThanOrEqual(300);
  });

  test('one that shows in every other sample is missing, and nothing is closed meanwhile', () => {
    const b = new OutletBench();
    b.plug('B');
    b.wish(permit(16));
    for (let ms = 0; b.pilot.kind !== 'pwm' && ms < 10_000; ms++) b.advance(1);
    for (let i = 0; i < 30; i++) {
      b.send({ kind: 'pilot', reading: volts(plateaus.C, -plateaus.C) });
      b.advance(samplingMs);
      b.send({ kind: 'pilot', reading: volts(plateaus.C, -12) });
      b.advance(samplingMs);
    }
    expect(b.closes()).toEqual([]);
    expect(b.faults).toEqual(['diodeMissing']);
  });

  test('a vehicle whose diode showed late gets its energy', () => {
    const b = new OutletBench();
    b.plug('C');
    b.wish(permit(16));
    for (let ms = 0; b.pilot.kind !== 'pwm' && ms < 10_000; ms++) b.advance(1);
    b.send({ kind: 'pilot', reading: volts(plateaus.C, -plateaus.C) });
    b.advance(50);
    b.sample();
    b.advance(5_000);
    expect(b.contacts).toBe('closed');
  });
});

describe('proximity', () => {
  test.each([
    ['no plug', Number.POSITIVE_INFINITY],
    ['another cable', 1_500],
    ['a short', 10],
  ])('the cable in turn with %s, each for 50 ms: opened within 1 s, with a fault', (_name, ohms) => {
    const b = charging();
    const start = b.now;
    for (let i = 0; i < 20; i++) {
      b.proximity(ohms);
      b.advance(50);
      b.proximity(220);
      b.advance(50);
    }
    expect((b.opens()[0] ?? Number.POSITIVE_INFINITY) - start).toBeLessThanOrEqual(1_000);
    expect(b.faults).toEqual(['proximityInvalid']);
    expect(b.report.plugged).toBe(true);
  });

  test('a plug whose contact bounces as it is drawn is gone without a fault', () => {
    const b = charging();
    b.wish({ ...end, opening: 'now' });
    b.advance(1_000);
    const faults = new Set<string>();
    b.observer = {
      before: () => {},
      after: (_event, _effects, _now, report) => {
        for (const id of report.faults) faults.add(id);
      },
    };
    b.drive('A');
    for (let i = 0; i < 3; i++) {
      b.proximity(Number.POSITIVE_INFINITY);
      b.advance(30);
      b.proximity(220);
      b.advance(10);
    }
    b.proximity(Number.POSITIVE_INFINITY);
    b.advance(1_000);
    expect([...faults]).toEqual([]);
    expect(b.report.plugged).toBe(false);
  });
});

test('a signal that wavers opens at the instant at which the count is full, not at the next reading', () => {
  const pilot = charging();
  const start = pilot.now;
  pilot.send({ kind: 'pilot', reading: invalid });
  pilot.advance(90);
  pilot.sample();
  pilot.advance(8);
  pilot.send({ kind: 'pilot', reading: invalid });
  pilot.advance(100);
  expect(pilot.opens()).toEqual([start + 90 + 8 + 11]);
  const proximity = charging();
  for (let i = 0; i < 4; i++) {
    proximity.proximity(1_500);
    proximity.advance(150);
    proximity.proximity(220);
    proximity.advance(50);
  }
  expect(proximity.opens()).toEqual([start + 2 * 200 + 400 - 2 * (150 - 50 / 8)]);
});

test('the count is full and empty at the instants that are told before, and at none earlier', () => {
  const anyTurn = fc.record({
    since: fc.constantFrom('wrong' as const, 'right' as const, 'unknown' as const),
    ms: fc.double({ min: 0, max: 500, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(anyTurn), (turns) => {
      let leaky: Leaky = nothingWrong;
      let now = 1_000;
      let count = 0;
      for (const { since, ms } of turns) {
        leaky = turnLeaky(leaky, since, now);
        const full = fullAt(leaky, 200);
        if (full !== undefined) expect(Math.max(0, full - now)).toBeCloseTo(Math.max(0, 200 - count), 3);
        const empty = emptyAt(leaky);
        if (empty !== undefined) expect(Math.max(0, empty - now)).toBeCloseTo(8 * count, 3);
        expect(hasCome(full, now)).toBe(full !== undefined && full <= now);
        now += ms;
        if (since === 'wrong') count += ms;
        if (since === 'right') count = Math.max(0, count - ms / 8);
      }
    }),
  );
});
