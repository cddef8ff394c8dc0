/** The clock of a world: its timers are those of the clock below, as long as the world is there. */
import fc from 'fast-check';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { WorldClock } from '../../../src/drivers/sim/world-clock';
import type { Cancel } from '../../../src/hal/clock';
import { runs } from '../../support/soak';

const anyDeed = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('ask' as const), delayMs: fc.nat(20) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), which: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(10) }) },
);

test('each timer runs once, unless it is withdrawn before or the world ends, whatever becomes of the others', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyDeed, { maxLength: 40 }), fc.nat(10), async (deeds, restMs) => {
      const below = new VirtualClock();
      const clock = new WorldClock(below);
      const ran: number[] = [];
      const cancels: Cancel[] = [];
      const due = new Map<number, number>();
      for (const deed of deeds) {
        if (deed.kind === 'ask') {
          const number = cancels.length;
          due.set(number, below.now() + deed.delayMs);
          cancels.push(clock.after(deed.delayMs, () => ran.push(number)));
        } else if (deed.kind === 'withdraw') {
          cancels[deed.which]?.();
          if (!ran.includes(deed.which)) due.delete(deed.which);
        } else await below.advance(deed.ms);
      }
      await below.advance(restMs);
      const expected = [...due].filter(([, at]) => at <= below.now()).map(([number]) => number);
      expect([...ran].sort((a, b) => a - b)).toEqual(expected);
      expect(below.pendingTimers).toBe(due.size - expected.length);
      clock.close();
      expect(below.pendingTimers).toBe(0);
      for (const cancel of cancels) cancel();
      clock.after(1, () => ran.push(-1));
      await below.advance(100);
      expect(ran).toHaveLength(expected.length);
    }),
    { numRuns: runs(200) },
  );
});
