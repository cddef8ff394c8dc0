/** What both kinds of outlet have in common: meter, mains and heat. */
import type { FaultId } from '../../../src/station/faults';
import { drawnA } from '../../../src/station/socket/current';
import { thermalLimitA } from '../../../src/station/socket/heat';
import * as power from '../../../src/station/socket/power';
import { initialPower } from '../../../src/station/socket/power-state';
import type { SocketConfig } from '../../../src/station/socket/types';
import { charging, OutletBench } from './bench';
import { domesticConfig, reading, type2Config } from './machine';

describe.each([
  { name: 'Mode 3', config: type2Config },
  { name: 'Mode 2', config: domesticConfig },
])('$name', ({ config }) => {
  const charged = (amps = 16) => charging(amps, config);

  describe('meter', () => {
    test('three readings without an answer make it silent: energy is withdrawn, and returns with a valid one', () => {
      const b = charged();
      b.meter(undefined);
      b.meter(undefined);
      expect(b.faults).toEqual([]);
      b.meter(undefined);
      expect(b.faults).toContain('meterSilent');
      b.advance(6_100);
      expect(b.closeCommanded).toBe(false);
      b.meter({});
      expect(b.faults).toEqual([]);
    });

    test('failures count only in a row', () => {
      const b = charged();
      for (let i = 0; i < 10; i++) {
        b.meter(undefined);
        b.meter(undefined);
        b.meter({});
      }
      expect(b.faults).toEqual([]);
    });

    test.each([
      ['energy that is no number', { energyWh: Number.NaN }],
      ['negative energy', { energyWh: -1 }],
      ['energy that falls', { energyWh: 99 }],
      ['power that is no number', { powerW: Number.NaN }],
      ['power beyond any outlet', { powerW: 1e9 }],
      ['current beyond any outlet', { currentA: [0, 0, 1e4] }],
      ['current that is no number', { currentA: [Number.NaN] }],
      ['infinite voltage', { voltageV: [Number.POSITIVE_INFINITY] }],
      ['voltage beyond any mains', { voltageV: [230, 230, 999] }],
      ['negative voltage', { voltageV: [-230] }],
    ])('%s counts as no answer, and is not reported', (_what, change) => {
      const b = charged();
      b.meter({ energyWh: 100 });
      const before = b.report.meter;
      for (let i = 0; i < 3; i++) b.meter(change);
      expect(b.faults).toContain('meterSilent');
      expect(b.report.meter).toEqual(before);
    });
  });

  describe('mains', () => {
    const limits = [
      { name: 'under', fault: 'underVoltage', bad: 195, good: 196 },
      { name: 'over', fault: 'overVoltage', bad: 253.5, good: 252.5 },
    ] as const;
    test.each(limits)('$name voltage beyond 0.85 or 1.10 of 230 V for three readings', ({ fault, bad, good }) => {
      const b = charged();
      for (let i = 0; i < 10; i++) b.meter({ voltageV: [good] });
      expect(b.faults).toEqual([]);
      b.meter({ voltageV: [bad] });
      b.meter({ voltageV: [bad] });
      expect(b.faults).toEqual([]);
      b.meter({ voltageV: [bad] });
      expect(b.faults).toEqual([fault]);
      b.advance(6_100);
      expect(b.closeCommanded).toBe(false);
      for (let second = 0; second < 15; second += 1) {
        b.meter({ voltageV: [good] });
        expect(b.faults).toEqual([fault]);
        b.advance(1_000);
      }
      b.meter({ voltageV: [good] });
      expect(b.faults).toEqual([]);
    });

    test.each(limits)('$name voltage that is right for some readings again and again is one fault', ({
      fault,
      bad,
      good,
    }) => {
      const b = charged();
      for (let second = 0; second < 300; second += 1) {
        b.meter({ voltageV: [second % 14 < 10 && second >= 10 ? good : bad] });
        if (second >= 2) expect(b.faults).toEqual([fault]);
        b.advance(1_000);
      }
    });

    test('mains that go from too low to too high are too low no longer once they are right', () => {
      const b = charged();
      for (const volts of [190, 190, 190, 260, 260, 260]) b.meter({ voltageV: [volts] });
      expect(b.faults).toEqual(['underVoltage', 'overVoltage']);
      for (let second = 0; second <= 15; second += 1) {
        b.meter({ voltageV: [230] });
        b.advance(1_000);
      }
      expect(b.faults).toEqual([]);
    });

    test('a supply that is lost opens at once and leaves no fault of the contactor behind', () => {
      const b = charged();
      b.later(5, () => b.send({ kind: 'supply', present: false }));
      // The coil has no power either: the contacts fall off, before or after the news.
      b.later(3, () => b.send({ kind: 'contactor', feedback: 'open' }));
      b.advance(5);
      expect(b.opens()).toEqual([b.now]);
      expect(b.faults).toEqual(['supplyLost']);
      b.advance(60_000);
      expect(b.faults).toEqual(['supplyLost']);
      b.send({ kind: 'supply', present: true });
      b.advance(1_000);
      expect(b.faults).toEqual([]);
      b.advance(70_000);
      expect(b.closes()).toHaveLength(1);
      expect(b.faults).toEqual([]);
    });

    test('a supply that is lost while closing leaves no fault of the contactor behind', () => {
      const b = new OutletBench(config);
      b.troubles.contactor = 'stuckOpen';
      b.untilClosing();
      b.advance(5);
      b.send({ kind: 'supply', present: false });
      expect(b.closeCommanded).toBe(false);
      b.advance(60_000);
      expect(b.faults.filter((id: FaultId) => id.startsWith('contactor'))).toEqual([]);
    });

    test('after a supply loss the residual current monitor is tested again', () => {
      const b = charged();
      b.send({ kind: 'supply', present: false });
      b.advance(1_000);
      b.log.length = 0;
      b.send({ kind: 'supply', present: true });
      b.advance(70_000);
      expect(b.times((e) => e.kind === 'residualTest')).toHaveLength(1);
    });
  });

  describe('heat', () => {
    test('at 75 °C it opens at once; below 60 °C it resumes', () => {
      const b = charged();
      b.send({ kind: 'temperature', celsius: 74.9 });
      expect(b.faults).toEqual([]);
      b.send({ kind: 'temperature', celsius: 75 });
      expect(b.opens()).toEqual([b.now]);
      expect(b.faults).toEqual(['overTemperature']);
      b.send({ kind: 'temperature', celsius: 60.1 });
      expect(b.faults).toEqual(['overTemperature']);
      b.send({ kind: 'temperature', celsius: 59.9 });
      expect(b.faults).toEqual([]);
      b.advance(70_000);
      expect(b.closes()).toHaveLength(1);
    });

    test('a thermometer that goes silent while too hot does not cool the outlet', () => {
      const b = charged();
      b.send({ kind: 'temperature', celsius: 80 });
      b.send({ kind: 'temperature', celsius: undefined });
      b.advance(100_000);
      expect(b.faults).toContain('overTemperature');
      expect(b.closes()).toEqual([]);
    });

    test('a silent thermometer is a warning', () => {
      const b = charged();
      b.send({ kind: 'temperature', celsius: undefined });
      expect(b.faults).toEqual(['thermometerSilent']);
      expect(b.report.thermalA).toBe(6);
      b.send({ kind: 'temperature', celsius: Number.NaN });
      expect(b.faults).toEqual(['thermometerSilent']);
      b.send({ kind: 'temperature', celsius: 25 });
      expect(b.faults).toEqual([]);
      expect(b.report.thermalA).toBeUndefined();
    });
  });
});

describe('thermal derating: the rating up to 65 °C, in a straight line to 6 A at 72 °C', () => {
  const limitAt = (celsius: number | undefined, config: SocketConfig = type2Config) => {
    const s = initialPower(0);
    power.absorbPower(s, { kind: 'temperature', celsius }, 0, config, []);
    return thermalLimitA(s, config);
  };

  test.each([
    [-20, undefined],
    [65, undefined],
    [66, 32 - 26 / 7],
    [68.5, 19],
    [71, 6 + 26 / 7],
    [72, 6],
    [74, 6],
    [undefined, 6],
  ])('at %s °C %s A of 32', (celsius, amps) => {
    const limit = limitAt(celsius);
    if (amps === undefined) expect(limit).toBeUndefined();
    else expect(limit).toBeCloseTo(amps, 9);
  });

  test('the line starts at the rating of the outlet', () => {
    expect(limitAt(68.5, domesticConfig)).toBeCloseTo(11, 9);
  });
});

describe('an outlet near 65 to 72 °C', () => {
  /** A sensor of such readings, one each second for some minutes: how often the pilot changes. */
  function dutiesUnder(minutes: number, celsiusAt: (second: number) => number | undefined): OutletBench {
    const b = charging(32);
    for (let second = 0; second < minutes * 60; second += 1) {
      b.send({ kind: 'temperature', celsius: celsiusAt(second) });
      b.advance(1_000);
    }
    return b;
  }

  test('a sensor that wavers by a degree changes the pilot no more after the first minute', () => {
    const b = dutiesUnder(10, (second) => 68 + Math.round(10 * Math.sin(second)) / 10);
    expect(b.duties().length).toBeLessThan(10);
    expect(b.duties().filter(({ at }) => at > (b.duties()[0]?.at ?? 0) + 60_000)).toEqual([]);
  });

  test.each([
    ['swings by four degrees', (second: number) => (second % 10 < 5 ? 66 : 70)],
    ['goes silent again and again', (second: number) => (second % 10 < 5 ? undefined : 25)],
  ])('a sensor that %s changes the pilot twice a minute at most', (_what, celsiusAt) => {
    const minutes = 10;
    expect(dutiesUnder(minutes, celsiusAt).duties().length).toBeLessThanOrEqual(2 * (minutes + 1));
  });

  test('warmer is followed at once, cooler from three degrees on', () => {
    const b = charging(32);
    const limits = [66, 68.5, 67, 65.6, 65.5].map((celsius) => {
      b.send({ kind: 'temperature', celsius });
      return b.report.thermalA;
    });
    expect(limits.map((amps) => amps?.toFixed(1))).toEqual(['28.3', '19.0', '19.0', '19.0', '30.1']);
  });

  test('a second raise waits for its minute, and comes without another reading', () => {
    const b = charging(32);
    for (const celsius of [72, 25, 72, 25]) b.send({ kind: 'temperature', celsius });
    expect(b.report.thermalA).toBe(6);
    b.advance(59_999);
    expect(b.report.thermalA).toBe(6);
    b.advance(1);
    expect(b.report.thermalA).toBeUndefined();
  });
});

describe('drawn current', () => {
  test('is that of the busiest phase, whichever way round its transformer is', () => {
    const s = initialPower(0);
    expect(drawnA(s)).toBe(0);
    const drawn = (currentA: number[]) => {
      power.absorbPower(s, { kind: 'meter', reading: reading({ currentA }), at: 1 }, 1, type2Config, []);
      return drawnA(s);
    };
    expect(drawn([1, 7, 3])).toBe(7);
    expect(drawn([-20, 7, 3])).toBe(20);
    expect(drawn([])).toBe(0);
  });
});

test('a lost phase beside live ones is an under-voltage; a meter behind open contacts is none', () => {
  const b = new OutletBench();
  for (let i = 0; i < 5; i++) b.meter({ voltageV: [0, 0, 0] });
  expect(b.faults).toEqual([]);
  for (let i = 0; i < 3; i++) b.meter({ voltageV: [230, 0, 230] });
  expect(b.faults).toEqual(['underVoltage']);
});

test('phases that are not wired are not judged', () => {
  const b = new OutletBench({ ...type2Config, phases: 1 });
  for (let i = 0; i < 5; i++) b.meter({ voltageV: [230, 0, 0] });
  expect(b.faults).toEqual([]);
});
