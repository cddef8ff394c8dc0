/** What both kinds of outlet have in common: contacts, residual current, meter, heat, mains and twin. */
import { type FaultId, faults } from '../../../src/station/faults';
import * as power from '../../../src/station/socket/power';
import type { SocketConfig } from '../../../src/station/socket/types';
import { domesticConfig, end, OutletBench, permit, reading, type2Config } from './bench';

const outlets = [
  { name: 'Mode 3', config: type2Config, unplug: (b: OutletBench) => unplugType2(b) },
  { name: 'Mode 2', config: domesticConfig, unplug: (b: OutletBench) => b.send({ kind: 'plug', present: false }) },
];

function unplugType2(b: OutletBench): void {
  b.drive('A');
  b.proximity(Number.POSITIVE_INFINITY);
}

describe.each(outlets)('$name', ({ config, unplug }) => {
  function charging(amps = 16): OutletBench {
    const bench = new OutletBench(config);
    bench.charge(amps);
    return bench;
  }

  /** Until the contactor has just been told to close. */
  function untilClosing(b: OutletBench): void {
    b.plug();
    b.wish(permit(16));
    if (config.mode === 'mode3') b.later(1_500, () => b.drive('C'));
    for (let i = 0; i < 5_000 && !b.closeCommanded; i++) b.advance(1);
    expect(b.closeCommanded).toBe(true);
  }

  /** How a fault is got rid of: the cause is gone already. */
  function afterUnplug(b: OutletBench): void {
    unplug(b);
    b.advance(1_000);
  }

  describe('contacts', () => {
    test('welded: told to open but still closed 500 ms later; the fault stays until a reset by hand', () => {
      const b = charging();
      b.troubles.contactor = 'welded';
      b.wish({ ...end, hold: true, openNow: true });
      b.advance(499);
      expect(b.faults).toEqual([]);
      b.advance(1);
      expect(b.faults).toContain('contactorWelded');
      b.contacts = 'open';
      b.send({ kind: 'contactor', feedback: 'open' });
      afterUnplug(b);
      expect(b.faults).toContain('contactorWelded');
      b.send({ kind: 'clearFaults' });
      expect(b.faults).toEqual([]);
    });

    test('welded: a reset by hand does not help while the contacts are closed', () => {
      const b = charging();
      b.troubles.contactor = 'welded';
      b.wish({ ...end, openNow: true });
      b.advance(600);
      b.send({ kind: 'clearFaults' });
      expect(b.faults).toContain('contactorWelded');
    });

    test('welded: found with nothing plugged, it keeps energy off for good', () => {
      const b = new OutletBench(config);
      b.send({ kind: 'contactor', feedback: 'closed' });
      b.advance(600);
      expect(b.faults).toContain('contactorWelded');
      b.plug();
      b.wish(permit(16));
      b.advance(20_000);
      expect(b.closes()).toEqual([]);
    });

    test('welded: contacts whose feedback flickers are found all the same', () => {
      const b = charging();
      b.troubles.contactor = 'welded';
      b.wish({ ...end, openNow: true });
      for (let i = 0; i < 10; i++) {
        b.send({ kind: 'contactor', feedback: i % 2 ? 'closed' : 'unknown' });
        b.advance(100);
      }
      expect(b.faults).toContain('contactorWelded');
    });

    test('stuck open: told to close but still open 500 ms later; opened again, latched until a reset by hand', () => {
      const b = new OutletBench(config);
      b.troubles.contactor = 'stuckOpen';
      untilClosing(b);
      b.advance(2_000);
      const [closed] = b.closes();
      expect(closed).toBeDefined();
      expect(b.opens()).toEqual([(closed ?? 0) + 500]);
      expect(b.faults).toContain('contactorStuckOpen');
      b.advance(120_000);
      expect(b.closes()).toHaveLength(1);
      afterUnplug(b);
      expect(b.faults).toContain('contactorStuckOpen');
      b.send({ kind: 'clearFaults' });
      expect(b.faults).toEqual([]);
    });

    test('contacts that fall off by themselves while supplying are stuck open after 500 ms', () => {
      const b = charging();
      b.send({ kind: 'contactor', feedback: 'open' });
      b.advance(500);
      expect(b.faults).toContain('contactorStuckOpen');
      expect(b.closeCommanded).toBe(false);
    });

    test('an auxiliary contact that cannot be read is a fault, and energy is withdrawn', () => {
      const b = charging();
      b.troubles.contactor = 'mute';
      b.send({ kind: 'contactor', feedback: 'unknown' });
      b.advance(10_000);
      expect(b.closeCommanded).toBe(false);
      expect(b.faults.some((id) => faults[id].shows === 'faulted')).toBe(true);
      b.send({ kind: 'contactor', feedback: 'open' });
      expect(b.faults).toEqual([]);
    });

    test('without feedback from the contacts nothing is closed', () => {
      const b = new OutletBench(config);
      b.send({ kind: 'contactor', feedback: 'unknown' });
      b.plug();
      b.wish(permit(16));
      b.advance(2_000);
      if (config.mode === 'mode3') b.drive('C');
      b.advance(10_000);
      expect(b.closes()).toEqual([]);
    });

    test('permission withdrawn while closing is not confirmed still opens, at the latest after 6 s', () => {
      const b = new OutletBench(config);
      b.troubles.contactor = 'mute';
      untilClosing(b);
      b.send({ kind: 'contactor', feedback: 'unknown' });
      b.wish({ ...end, hold: true });
      b.advance(6_000);
      expect(b.closeCommanded).toBe(false);
    });

    test('the report never says closed or open against the feedback', () => {
      const b = new OutletBench(config);
      expect(b.report.contactor).toBe('open');
      untilClosing(b);
      expect(b.report.contactor).toBe('unknown');
      b.advance(40);
      expect(b.report.contactor).toBe('closed');
      b.wish({ ...end, openNow: true });
      expect(b.report.contactor).toBe('closed');
      b.advance(40);
      expect(b.report.contactor).toBe('open');
    });
  });

  describe('residual current', () => {
    test('the monitor is tested before the first closing, which waits for the result', () => {
      const b = new OutletBench(config);
      untilClosing(b);
      const tests = b.times((e) => e.kind === 'residualTest');
      expect(tests).toHaveLength(1);
      expect(b.closes()[0]).toBeGreaterThanOrEqual((tests[0] ?? 0) + 700);
    });

    test.each(['fails', 'mute'] as const)('a test that %s leaves the outlet faulted until the plug is drawn', (how) => {
      const b = new OutletBench(config);
      b.troubles.residual = how;
      b.plug();
      b.wish(permit(16));
      if (config.mode === 'mode3') b.drive('C');
      b.advance(30_000);
      expect(b.closes()).toEqual([]);
      expect(b.faults).toContain('residualTestFailed');
      b.troubles.residual = 'passes';
      b.wish(end);
      afterUnplug(b);
      expect(b.faults).toEqual([]);
      b.charge();
      expect(b.closeCommanded).toBe(true);
    });

    test('each connection is tested anew, also when the result of the last one came after the plug was drawn', () => {
      const b = new OutletBench(config);
      b.plug();
      b.wish(permit(16));
      b.advance(100);
      unplug(b);
      b.advance(3_000);
      b.wish(end);
      b.advance(60_000);
      b.log.length = 0;
      b.plug();
      b.wish(permit(16));
      b.advance(500);
      expect(b.times((e) => e.kind === 'residualTest')).toHaveLength(1);
    });

    test('each charge is tested anew, also without drawing the plug', () => {
      const b = charging();
      b.wish({ ...end, hold: true });
      if (config.mode === 'mode3') b.later(1_500, () => b.drive('B'));
      b.advance(70_000);
      b.log.length = 0;
      b.wish(permit(16));
      b.advance(10);
      expect(b.times((e) => e.kind === 'residualTest')).toHaveLength(1);
      expect(b.closes()).toEqual([]);
    });

    test('a test that was never answered is not held against a charge an hour later', () => {
      const b = new OutletBench(config);
      b.troubles.residual = 'mute';
      b.plug();
      b.wish(permit(16));
      b.advance(100);
      b.wish({ ...end, hold: true });
      b.advance(3_600_000);
      b.troubles.residual = 'passes';
      b.wish(permit(16));
      b.advance(2_000);
      expect(b.faults).toEqual([]);
    });

    test('a trip opens in the same step, without asking, and stays until it is reset by hand', () => {
      const b = charging();
      b.send({ kind: 'residual', reading: { tripped: true, test: 'passed' } });
      expect(b.opens()).toEqual([b.now]);
      expect(b.faults).toContain('residualCurrent');
      b.advance(1_000);
      b.send({ kind: 'residual', reading: { tripped: false, test: 'passed' } });
      afterUnplug(b);
      expect(b.faults).toContain('residualCurrent');
      b.send({ kind: 'clearFaults' });
      expect(b.faults).toEqual([]);
    });

    test('a reset by hand resets the monitor, and the fault ends only when the monitor is no longer tripped', () => {
      const b = charging();
      b.send({ kind: 'residual', reading: { tripped: true, test: 'passed' } });
      b.advance(1_000);
      b.send({ kind: 'clearFaults' });
      expect(b.times((e) => e.kind === 'residualReset')).toEqual([b.now]);
      expect(b.faults).toContain('residualCurrent');
      b.advance(120_000);
      expect(b.closes()).toEqual([]);
      b.send({ kind: 'residual', reading: { tripped: false, test: 'passed' } });
      expect(b.faults).toEqual([]);
    });

    test('an outlet without monitor needs no test', () => {
      const b = new OutletBench({ ...config, residual: false });
      b.charge();
      expect(b.closeCommanded).toBe(true);
    });
  });

  describe('meter', () => {
    test('three readings without an answer make it silent: energy is withdrawn, and returns with a valid one', () => {
      const b = charging();
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
      const b = charging();
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
      const b = charging();
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
      const b = charging();
      for (let i = 0; i < 10; i++) b.meter({ voltageV: [good] });
      expect(b.faults).toEqual([]);
      b.meter({ voltageV: [bad] });
      b.meter({ voltageV: [bad] });
      expect(b.faults).toEqual([]);
      b.meter({ voltageV: [bad] });
      expect(b.faults).toEqual([fault]);
      b.advance(6_100);
      expect(b.closeCommanded).toBe(false);
      b.meter({ voltageV: [good] });
      expect(b.faults).toEqual([]);
    });

    test('a supply that is lost opens at once and leaves no fault of the contactor behind', () => {
      const b = charging();
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
      untilClosing(b);
      b.advance(5);
      b.send({ kind: 'supply', present: false });
      expect(b.closeCommanded).toBe(false);
      b.advance(60_000);
      expect(b.faults.filter((id: FaultId) => id.startsWith('contactor'))).toEqual([]);
    });

    test('after a supply loss the residual current monitor is tested again', () => {
      const b = charging();
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
      const b = charging();
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
      const b = charging();
      b.send({ kind: 'temperature', celsius: 80 });
      b.send({ kind: 'temperature', celsius: undefined });
      b.advance(100_000);
      expect(b.faults).toContain('overTemperature');
      expect(b.closes()).toEqual([]);
    });

    test('a silent thermometer is a warning', () => {
      const b = charging();
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

  describe('twin', () => {
    test('the twin has been open for 500 ms before this one closes', () => {
      const b = new OutletBench(config);
      b.send({ kind: 'twin', open: false });
      b.plug();
      b.wish(permit(16));
      b.advance(2_000);
      if (config.mode === 'mode3') b.drive('C');
      b.advance(10_000);
      expect(b.closes()).toEqual([]);
      const opened = b.now;
      b.send({ kind: 'twin', open: true });
      b.advance(400);
      b.send({ kind: 'twin', open: true });
      b.advance(1_000);
      expect(b.closes()).toEqual([opened + 500]);
    });

    test('a twin that closes against the rules opens this one at once', () => {
      const b = charging();
      b.send({ kind: 'twin', open: false });
      expect(b.opens()).toEqual([b.now]);
    });

    test('an outlet that has heard nothing of its twin stays open', () => {
      let s = power.initialPower(0);
      expect(power.twinClear(s, 1e9)).toBe(false);
      s = power.copyPower(s);
      power.absorbPower(s, { kind: 'twin', open: true }, 1_000, config, []);
      expect(power.twinClear(s, 1_499)).toBe(false);
      expect(power.twinClear(s, 1_500)).toBe(true);
    });
  });

  test('faults that need the plug drawn stay until then', () => {
    const b = charging(16);
    // The unplugging that counts is one of the plug: a permission withdrawn is none.
    b.meter({ currentA: [100, 0, 0] });
    b.advance(2_000);
    expect(b.faults).toContain('overCurrentFast');
    expect(b.closeCommanded).toBe(false);
    b.wish(end);
    b.meter({ currentA: [0, 0, 0] });
    b.advance(60_000);
    expect(b.faults).toContain('overCurrentFast');
    afterUnplug(b);
    expect(b.faults).toEqual([]);
  });
});

describe('thermal derating: the rating up to 65 °C, in a straight line to 6 A at 72 °C', () => {
  const limitAt = (celsius: number | undefined, config: SocketConfig = type2Config) => {
    const s = power.initialPower(0);
    power.absorbPower(s, { kind: 'temperature', celsius }, 0, config, []);
    return power.thermalLimitA(s, config);
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

describe('drawn current', () => {
  test('is that of the busiest phase, whichever way round its transformer is', () => {
    const s = power.initialPower(0);
    expect(power.drawnA(s)).toBe(0);
    const drawn = (currentA: number[]) => {
      power.absorbPower(s, { kind: 'meter', reading: reading({ currentA }), at: 1 }, 1, type2Config, []);
      return power.drawnA(s);
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
