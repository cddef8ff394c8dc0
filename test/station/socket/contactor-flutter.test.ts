/** Feedback of a contactor that wavers: a moment in which it is right neither hides a contactor that fails, nor moves a bolt. */
import type { ContactorFeedback } from '../../../src/hal/parts';
import { charging, OutletBench } from './bench';
import { domesticConfig, end, endHolding, endNow, permit, type2Config } from './machine';

type TurnsMs = { [Feedback in ContactorFeedback]?: number };

/** One after the other, each for so long, until all this time has passed. */
function alternate(b: OutletBench, turnsMs: TurnsMs, totalMs: number): void {
  const until = b.now + totalMs;
  while (b.now < until) {
    for (const feedback of ['closed', 'unknown', 'open'] as const) {
      if (turnsMs[feedback] === undefined) continue;
      b.send({ kind: 'contactor', feedback });
      b.advance(turnsMs[feedback]);
    }
  }
}

const moves = (b: OutletBench) => b.times(({ kind }) => kind === 'lock').length;

describe.each([
  { name: 'Mode 3', config: type2Config },
  { name: 'Mode 2', config: domesticConfig },
])('$name', ({ config }) => {
  test.each<[string, TurnsMs]>([
    ['open for two samples of forty', { closed: 380, open: 20 }],
    ['open every other sample', { closed: 10, open: 10 }],
    ['not to be read now and then', { closed: 300, unknown: 50, open: 50 }],
  ])('a welded contactor that shows %s is told all the same, and stays told', (_name, turnsMs) => {
    const b = charging(16, config);
    b.troubles.contactor = 'welded';
    b.wish(endNow);
    b.log.length = 0;
    alternate(b, turnsMs, 1_500);
    expect(b.faults).toContain('contactorWelded');
    alternate(b, turnsMs, 60_000);
    expect(b.faults).toContain('contactorWelded');
    expect(b.closes()).toEqual([]);
  });

  test('a contactor whose contacts can be read only now and then is told, without a break', () => {
    const b = charging(16, config);
    b.troubles.contactor = 'mute';
    alternate(b, { unknown: 400, closed: 20 }, 1_000);
    for (let i = 0; i < 20; i++) {
      expect(b.faults).toContain('internalError');
      b.send({ kind: 'contactor', feedback: i % 2 ? 'closed' : 'unknown' });
      b.advance(i % 2 ? 20 : 400);
    }
  });

  test('one that is steady again is well after eight times as long as it counts, 4 s at the most', () => {
    const b = new OutletBench(config);
    alternate(b, { unknown: 60_000 }, 60_000);
    expect(b.faults).toEqual(['internalError']);
    b.send({ kind: 'contactor', feedback: 'open' });
    b.advance(3_999);
    expect(b.faults).toEqual(['internalError']);
    b.advance(1);
    expect(b.faults).toEqual([]);
  });

  test('a tenth of the time wrong, each time for less than a bounce, is no fault', () => {
    const b = charging(16, config);
    alternate(b, { unknown: 20, closed: 180 }, 60_000);
    expect(b.faults).toEqual([]);
    expect(b.opens()).toEqual([]);
  });
});

describe('the bolt', () => {
  test('of an empty outlet stays where it is while the feedback flickers', () => {
    const b = new OutletBench(type2Config);
    alternate(b, { closed: 20, open: 400 }, 30_000);
    expect(moves(b)).toBe(0);
  });

  test('goes out when contacts stay closed by themselves, and back when they are steadily open, not at each change', () => {
    const b = new OutletBench(type2Config);
    b.plug();
    b.log.length = 0;
    b.send({ kind: 'contactor', feedback: 'closed' });
    b.advance(29);
    expect(moves(b)).toBe(0);
    b.advance(1);
    expect(b.log.at(-1)?.effect).toEqual({ kind: 'lock', lock: true });
    alternate(b, { open: 30, closed: 30 }, 3_000);
    expect(moves(b)).toBe(1);
    b.send({ kind: 'contactor', feedback: 'open' });
    b.advance(4_000);
    expect(b.log.at(-1)?.effect).toEqual({ kind: 'lock', lock: false });
  });

  test('is not drawn back in a moment in which the contacts are seen closed', () => {
    const b = new OutletBench(type2Config);
    b.plug();
    b.wish(endHolding);
    b.advance(1_000);
    b.log.length = 0;
    b.send({ kind: 'contactor', feedback: 'closed' });
    b.advance(10);
    b.wish(end);
    b.advance(10);
    expect(moves(b)).toBe(0);
    b.send({ kind: 'contactor', feedback: 'open' });
    expect(b.log.at(-1)).toEqual({ at: b.now, effect: { kind: 'lock', lock: false } });
  });

  test('of a welded contactor that flutters lets the plug go once at the most', () => {
    const b = charging();
    b.troubles.contactor = 'welded';
    b.wish({ ...end, opening: 'now' });
    b.log.length = 0;
    alternate(b, { closed: 400, open: 20 }, 60_000);
    expect(b.times((e) => e.kind === 'lock' && !e.lock).length).toBeLessThanOrEqual(1);
    expect(b.report.locked).toBe(true);
  });
});

test('nothing closes while the contacts of an open contactor are in doubt', () => {
  const b = new OutletBench(type2Config);
  b.plug('C');
  b.send({ kind: 'contactor', feedback: 'closed' });
  b.advance(400);
  b.send({ kind: 'contactor', feedback: 'open' });
  const steadyFrom = b.now;
  b.wish(permit(16));
  b.advance(20_000);
  expect(b.contacts).toBe('closed');
  expect(b.closes()[0]).toBeGreaterThanOrEqual(steadyFrom + 8 * 400);
});
