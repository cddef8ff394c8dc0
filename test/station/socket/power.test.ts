/** What both kinds of outlet have in common: contacts, residual current, twin, and faults that stay. */
import { faults } from '../../../src/station/faults';
import * as power from '../../../src/station/socket/power';
import { copyPower, initialPower } from '../../../src/station/socket/power-state';
import { charging, OutletBench } from './bench';
import { domesticConfig, end, endHolding, endNow, machineOf, permit, type2Config } from './machine';

describe.each([
  { name: 'Mode 3', config: type2Config },
  { name: 'Mode 2', config: domesticConfig },
])('$name', ({ config }) => {
  const charged = (amps = 16) => charging(amps, config);

  describe('contacts', () => {
    test('welded: told to open but still closed 500 ms later; the fault stays until a reset by hand', () => {
      const b = charged();
      b.troubles.contactor = 'welded';
      b.wish(endNow);
      b.advance(499);
      expect(b.faults).toEqual([]);
      b.advance(1);
      expect(b.faults).toContain('contactorWelded');
      b.contacts = 'open';
      b.send({ kind: 'contactor', feedback: 'open' });
      b.unplug();
      expect(b.faults).toContain('contactorWelded');
      b.send({ kind: 'clearFaults' });
      expect(b.faults).toEqual([]);
    });

    test('welded: a reset by hand does not help while the contacts are closed', () => {
      const b = charged();
      b.troubles.contactor = 'welded';
      b.wish({ ...end, opening: 'now' });
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
      const b = charged();
      b.troubles.contactor = 'welded';
      b.wish({ ...end, opening: 'now' });
      for (let i = 0; i < 10; i++) {
        b.send({ kind: 'contactor', feedback: i % 2 ? 'closed' : 'unknown' });
        b.advance(100);
      }
      expect(b.faults).toContain('contactorWelded');
    });

    test('stuck open: told to close but still open 500 ms later; opened again, latched until a reset by hand', () => {
      const b = new OutletBench(config);
      b.troubles.contactor = 'stuckOpen';
      b.untilClosing();
      b.advance(2_000);
      const [closed] = b.closes();
      expect(closed).toBeDefined();
      expect(b.opens()).toEqual([(closed ?? 0) + 500]);
      expect(b.faults).toContain('contactorStuckOpen');
      b.advance(120_000);
      expect(b.closes()).toHaveLength(1);
      b.unplug();
      expect(b.faults).toContain('contactorStuckOpen');
      b.send({ kind: 'clearFaults' });
      expect(b.faults).toEqual([]);
    });

    test('an auxiliary contact that cannot be read is a fault, and energy is withdrawn', () => {
      const b = charged();
      b.troubles.contactor = 'mute';
      b.send({ kind: 'contactor', feedback: 'unknown' });
      b.advance(10_000);
      expect(b.closeCommanded).toBe(false);
      expect(b.faults.some((id) => faults[id].shows === 'faulted')).toBe(true);
      b.send({ kind: 'contactor', feedback: 'open' });
      expect(b.faults).toEqual([]);
    });

    test('an auxiliary contact that has never been read is no fault for 10 s, and one after that', () => {
      const machine = machineOf(config, 0);
      machine.step({ kind: 'twin', open: true }, 0);
      machine.step({ kind: 'tick' }, 9_999);
      expect(machine.report().faults).toEqual([]);
      machine.step({ kind: 'contactor', feedback: 'unknown' }, 9_999);
      expect(machine.report().faults).toEqual([]);
      machine.step({ kind: 'tick' }, 10_000);
      expect(machine.report().faults).toEqual(['internalError']);
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
      b.untilClosing();
      b.send({ kind: 'contactor', feedback: 'unknown' });
      b.wish(endHolding);
      b.advance(6_000);
      expect(b.closeCommanded).toBe(false);
    });

    test('the report never says closed or open against the feedback', () => {
      const b = new OutletBench(config);
      expect(b.report.contactor).toBe('open');
      b.untilClosing();
      expect(b.report.contactor).toBe('unknown');
      b.advance(40);
      expect(b.report.contactor).toBe('closed');
      b.wish({ ...end, opening: 'now' });
      expect(b.report.contactor).toBe('closed');
      b.advance(40);
      expect(b.report.contactor).toBe('open');
    });
  });

  describe('residual current', () => {
    test('the monitor is tested before the first closing, which waits for the result', () => {
      const b = new OutletBench(config);
      b.untilClosing();
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
      b.unplug();
      expect(b.faults).toEqual([]);
      b.charge();
      expect(b.closeCommanded).toBe(true);
    });

    test('each connection is tested anew, also when the result of the last one came after the plug was drawn', () => {
      const b = new OutletBench(config);
      b.plug();
      b.wish(permit(16));
      b.advance(100);
      b.unplug();
      b.advance(2_000);
      b.wish(end);
      b.advance(60_000);
      b.log.length = 0;
      b.plug();
      b.wish(permit(16));
      b.advance(500);
      expect(b.times((e) => e.kind === 'residualTest')).toHaveLength(1);
    });

    test('another plug is tested anew, also when the permission stands', () => {
      const b = charged();
      b.unplug();
      b.log.length = 0;
      b.plug();
      b.advance(500);
      expect(b.times((e) => e.kind === 'residualTest')).toHaveLength(1);
    });

    test('each charge is tested anew, also without drawing the plug', () => {
      const b = charged();
      b.wish(endHolding);
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
      b.wish(endHolding);
      b.advance(3_600_000);
      b.troubles.residual = 'passes';
      b.wish(permit(16));
      b.advance(2_000);
      expect(b.faults).toEqual([]);
    });

    test('a trip opens in the same step, without asking, and stays until it is reset by hand', () => {
      const b = charged();
      b.send({ kind: 'residual', reading: { tripped: true, test: 'passed' } });
      expect(b.opens()).toEqual([b.now]);
      expect(b.faults).toContain('residualCurrent');
      b.advance(1_000);
      b.send({ kind: 'residual', reading: { tripped: false, test: 'passed' } });
      b.unplug();
      expect(b.faults).toContain('residualCurrent');
      b.send({ kind: 'clearFaults' });
      expect(b.faults).toEqual([]);
    });

    test('a reset by hand resets the monitor, and the fault ends only when the monitor is no longer tripped', () => {
      const b = charged();
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
      const b = charged();
      b.send({ kind: 'twin', open: false });
      expect(b.opens()).toEqual([b.now]);
    });

    test('an outlet that has heard nothing of its twin stays open', () => {
      let s = initialPower(0);
      expect(power.twinClear(s, 1e9)).toBe(false);
      s = copyPower(s);
      power.absorbPower(s, { kind: 'twin', open: true }, 1_000, config, []);
      expect(power.twinClear(s, 1_499)).toBe(false);
      expect(power.twinClear(s, 1_500)).toBe(true);
    });
  });

  test('faults that need the plug drawn stay until then', () => {
    const b = charged(16);
    // The unplugging that counts is one of the plug: a permission withdrawn is none.
    b.meter({ currentA: [100, 0, 0] });
    b.advance(2_000);
    expect(b.faults).toContain('overCurrentFast');
    expect(b.closeCommanded).toBe(false);
    b.wish(end);
    b.meter({ currentA: [0, 0, 0] });
    b.advance(60_000);
    expect(b.faults).toContain('overCurrentFast');
    b.unplug();
    expect(b.faults).toEqual([]);
  });
});
