/** Plug, lock and cable of a Mode 3 outlet: IEC 62196-1, Annex B, and the order of locking and energy. */
import { faults } from '../../../src/station/faults';
import { charging, OutletBench, offered } from './bench';
import { end, endHolding, endNow, permit, tetheredConfig, type2Config } from './machine';

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
    b.unplug();
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

  describe.each(['unlocked', 'unknown', 'moving'] as const)('a switch that shows %s while energy flows', (feedback) => {
    test('for 0.5 s: it opens, and does not close again', () => {
      const b = charging();
      b.send({ kind: 'lock', feedback });
      b.advance(499);
      expect(b.opens()).toEqual([]);
      expect(b.report.locked).toBe(true);
      b.advance(1);
      expect(b.opens()).toEqual([b.now]);
      expect(b.faults).toEqual(['lockFailed']);
      expect(b.report.locked).toBe(false);
      b.advance(20_000);
      expect(b.closes()).toEqual([]);
    });

    test('for less: nothing happens, and the bolt is not let go of', () => {
      const b = charging();
      for (let i = 0; i < 10; i++) {
        b.send({ kind: 'lock', feedback });
        b.advance(50);
        b.send({ kind: 'lock', feedback: 'locked' });
        b.advance(10_000);
      }
      expect(b.log).toEqual([]);
      expect(b.faults).toEqual([]);
    });

    test('again and again: it adds up', () => {
      const b = charging();
      const start = b.now;
      for (let i = 0; i < 40; i++) {
        b.send({ kind: 'lock', feedback });
        b.advance(50);
        b.send({ kind: 'lock', feedback: 'locked' });
        b.advance(50);
      }
      expect((b.opens()[0] ?? Number.POSITIVE_INFINITY) - start).toBeLessThanOrEqual(1_200);
      expect(b.faults).toEqual(['lockFailed']);
    });
  });

  test('a switch that flickers before the charge keeps the offer, but nothing starts before it shows the bolt', () => {
    const b = offered();
    b.send({ kind: 'lock', feedback: 'unlocked' });
    b.drive('C');
    b.advance(450);
    expect(b.pilot.kind).toBe('pwm');
    expect(b.closes()).toEqual([]);
    b.send({ kind: 'lock', feedback: 'locked' });
    expect(b.closes()).toEqual([b.now]);
  });

  test('PWM does not start while the switch flickers', () => {
    const b = offered();
    b.wish(permit(0));
    b.advance(2_900);
    b.wish(permit(16));
    b.send({ kind: 'lock', feedback: 'unknown' });
    b.advance(400);
    expect(b.pilot.kind).toBe('steady');
    b.send({ kind: 'lock', feedback: 'locked' });
    expect(b.pilot.kind).toBe('pwm');
  });

  test('a bolt that is free and whose switch flickers is no warning, one that stays out is', () => {
    const b = charging();
    b.wish({ ...end, opening: 'now' });
    b.advance(10_000);
    b.send({ kind: 'lock', feedback: 'locked' });
    b.advance(499);
    expect(b.faults).toEqual([]);
    expect(b.report.locked).toBe(false);
    b.advance(1);
    expect(b.faults).toEqual(['unlockFailed']);
    expect(b.report.locked).toBe(true);
  });

  test('the plug is unlocked only after the contacts are open', () => {
    const b = charging();
    b.wish({ ...end, opening: 'now' });
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
      b.wish({ ...end, opening: 'now' });
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

  test('a bolt on its way is not yet where it was told to be', () => {
    const b = new OutletBench();
    b.plug();
    b.wish(endHolding);
    b.advance(100);
    expect(b.report.locked).toBe(false);
    b.advance(1_000);
    expect(b.report.locked).toBe(true);
    b.wish(end);
    b.advance(100);
    expect(b.report.locked).toBe(true);
    b.advance(1_000);
    expect(b.report.locked).toBe(false);
  });

  test('a bolt that does not go back is a warning, ended by a bolt that does', () => {
    const b = charging();
    b.troubles.lock = 'jammed';
    b.wish({ ...end, opening: 'now' });
    b.advance(60_000);
    expect(b.faults).toEqual(['unlockFailed']);
    expect(faults.unlockFailed.shows).toBe('warning');
    b.send({ kind: 'lock', feedback: 'unlocked' });
    expect(b.faults).toEqual([]);
  });

  describe('a switch that always says locked', () => {
    test('is not believed: the bolt has to go back first, and there is no energy when it does not', () => {
      const b = new OutletBench(type2Config, { bolt: 'locked', wished: false });
      b.troubles.lock = 'jammed';
      b.wish(endHolding);
      b.plug('C');
      b.wish(permit(16));
      b.advance(60_000);
      expect(b.times((e) => e.kind === 'lock' && !e.lock)).toHaveLength(1);
      expect(b.closes()).toEqual([]);
      expect(b.duties()).toEqual([]);
      expect(b.faults).toEqual(['lockFailed']);
    });

    test.each([
      ['before there is a plug', (b: OutletBench) => b.advance(0)],
      [
        'between two charges',
        (b: OutletBench) => {
          b.charge();
          b.wish(end);
          b.advance(2_000);
          b.unplug();
          b.log.length = 0;
        },
      ],
    ])('one that says so although nobody told the bolt to move is not believed: %s', (_name, before) => {
      const b = new OutletBench();
      before(b);
      b.troubles.lock = 'jammed';
      b.send({ kind: 'lock', feedback: 'locked' });
      b.bolt = 'locked';
      b.advance(5_000);
      b.plug('C');
      b.wish(permit(16));
      b.advance(60_000);
      expect(b.closes()).toEqual([]);
      expect(b.duties()).toEqual([]);
      expect(b.faults).toContain('lockFailed');
    });

    test('a bolt that was out from before goes back and comes again, and then there is energy', () => {
      const b = new OutletBench(type2Config, { bolt: 'locked', wished: false });
      b.wish(endHolding);
      b.plug('C');
      b.wish(permit(16));
      b.advance(60_000);
      expect(b.log.filter(({ effect }) => effect.kind === 'lock').map(({ effect }) => effect)).toEqual([
        { kind: 'lock', lock: true },
        { kind: 'lock', lock: false },
        { kind: 'lock', lock: true },
      ]);
      expect(b.contacts).toBe('closed');
      expect(b.faults).toEqual([]);
    });

    test('a plug that is drawn while the switch says locked is told, and blocks until the switch has moved', () => {
      const b = charging();
      b.troubles.lock = 'jammed';
      b.unplug();
      expect(b.faults).toContain('lockStuck');
      expect(faults.lockStuck.errorCode).toBe('ConnectorLockFailure');
      b.wish(end);
      b.log.length = 0;
      b.advance(60_000);
      b.plug('C');
      b.wish(permit(16));
      b.advance(60_000);
      expect(b.closes()).toEqual([]);
      expect(b.duties()).toEqual([]);
      b.troubles.lock = 'obeys';
      b.bolt = 'unlocked';
      b.send({ kind: 'lock', feedback: 'unlocked' });
      b.advance(60_000);
      expect(b.faults).toEqual([]);
      expect(b.contacts).toBe('closed');
    });

    test.each([
      [300, []],
      [490, []],
      [60_000, ['lockStuck', 'unlockFailed']],
    ])('a plug that is drawn while the switch of a bolt that went back says locked for %d ms: %j', (flickerMs, told) => {
      const b = charging();
      b.wish({ ...end, opening: 'now' });
      b.advance(2_000);
      const during = Math.min(flickerMs, 1_000);
      b.send({ kind: 'lock', feedback: 'locked' });
      b.advance(during === flickerMs ? 0 : during);
      b.drive('A');
      b.proximity(Number.POSITIVE_INFINITY);
      const seen = new Set<string>();
      for (let i = 0; i < during; i++) {
        b.advance(1);
        for (const id of b.faults) seen.add(id);
      }
      expect([...seen].sort()).toEqual(told);
      b.send({ kind: 'lock', feedback: 'unlocked' });
      expect(b.faults).toEqual([]);
    });

    test('a bolt that was out from before a start is let go of also when energy is permitted at once', () => {
      const b = new OutletBench(type2Config, { bolt: 'locked', wished: false });
      b.plug('C');
      b.wish(permit(16));
      b.advance(60_000);
      expect(b.contacts).toBe('closed');
    });

    test('a plug that was drawn while the switch could not be read leaves no proof for the next one', () => {
      const b = charging();
      b.troubles.lock = 'mute';
      b.send({ kind: 'lock', feedback: 'unknown' });
      b.unplug();
      b.log.length = 0;
      b.send({ kind: 'lock', feedback: 'locked' });
      b.plug('C');
      b.advance(60_000);
      expect(b.closes()).toEqual([]);
      expect(b.duties()).toEqual([]);
      expect(b.faults).toEqual(['lockFailed']);
    });

    test('a plug that stays in is proved anew once its bolt was let go: a switch that sticks is not believed twice', () => {
      const b = charging();
      b.troubles.lock = 'jammed';
      b.drive('B');
      b.wish(end);
      b.advance(20_000);
      expect(b.faults).toEqual(['unlockFailed']);
      b.log.length = 0;
      b.wish(permit(16));
      b.advance(5_000);
      b.drive('C');
      b.advance(60_000);
      expect(b.closes()).toEqual([]);
      expect(b.duties()).toEqual([]);
      expect(b.faults).toContain('lockFailed');
    });

    test('a bolt that is wanted again before it has left its place shows that it moves before there is energy', () => {
      const b = charging();
      b.drive('B');
      b.wish({ ...end, opening: 'now' });
      b.advance(50);
      b.wish(permit(16));
      b.advance(10_000);
      b.drive('C');
      b.advance(60_000);
      expect(b.contacts).toBe('closed');
      const [opened] = b.opens();
      const [closed] = b.closes();
      const between = b.log.filter(({ at }) => at >= (opened ?? 0) && at <= (closed ?? 0));
      expect(between.filter(({ effect }) => effect.kind === 'lock').at(-1)?.effect).toEqual({
        kind: 'lock',
        lock: true,
      });
      expect(b.faults).toEqual([]);
    });

    test('a second charge with the same plug needs nothing of the user', () => {
      const b = charging();
      b.drive('B');
      b.wish(end);
      b.advance(10_000);
      expect(b.report.locked).toBe(false);
      b.log.length = 0;
      b.wish(permit(16));
      b.advance(5_000);
      b.drive('C');
      b.advance(5_000);
      expect(b.contacts).toBe('closed');
      expect(b.times((e) => e.kind === 'lock')).toHaveLength(1);
    });

    test('each plug is proved anew; one that stays locked is proved once', () => {
      const b = charging();
      b.wish(endNow);
      b.advance(1_000);
      b.wish(permit(16));
      b.drive('B');
      b.advance(10_000);
      b.drive('C');
      b.advance(60_000);
      expect(b.contacts).toBe('closed');
      expect(b.times((e) => e.kind === 'lock')).toEqual([]);
    });
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
    b.unplug();
    expect(b.faults).toEqual([]);
    b.charge();
    expect(b.contacts).toBe('closed');
  });

  test('another cable at the next plug-in is no fault', () => {
    const b = charging();
    b.wish({ ...end, opening: 'now' });
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
