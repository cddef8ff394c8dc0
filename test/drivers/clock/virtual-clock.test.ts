/** The virtual clock fires timers at their own time, in order, and lets promises settle between them. */
import fc from 'fast-check';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';

test('timers run at their due time, earliest first, equal times in the order of asking', async () => {
  const clock = new VirtualClock({ startMs: 1000 });
  const ran: string[] = [];
  clock.at(1030, () => ran.push(`c@${clock.now()}`));
  clock.at(1010, () => ran.push(`a@${clock.now()}`));
  clock.at(1010, () => ran.push(`b@${clock.now()}`));
  clock.at(1031, () => ran.push('too late'));
  expect(ran).toEqual([]);
  await clock.advance(30);
  expect(ran).toEqual(['a@1010', 'b@1010', 'c@1030']);
  expect(clock.now()).toBe(1030);
  expect(clock.pendingTimers).toBe(1);
});

test('a due time in the past runs at the next advance, not inside the call, and time does not go back', async () => {
  const clock = new VirtualClock({ startMs: 500 });
  const seen: number[] = [];
  clock.at(3, () => seen.push(clock.now()));
  expect(seen).toEqual([]);
  await clock.advance(0);
  expect(seen).toEqual([500]);
});

test('chains of promises between two timers run to their end, however long', async () => {
  const clock = new VirtualClock();
  const order: string[] = [];
  clock.at(1, async () => {
    for (let turn = 0; turn < 200; turn += 1) await Promise.resolve();
    order.push('chain ended');
    clock.at(1, () => order.push('asked by the chain'));
  });
  clock.at(2, () => order.push('second timer'));
  await clock.advance(5);
  expect(order).toEqual(['chain ended', 'asked by the chain', 'second timer']);
});

test('a withdrawn timer does not run, and withdrawing twice or after running is harmless', async () => {
  const clock = new VirtualClock();
  let runs = 0;
  const cancel = clock.at(1, () => {
    runs += 1;
  });
  const cancelRun = clock.at(2, () => undefined);
  cancel();
  cancel();
  await clock.advance(3);
  cancelRun();
  clock.at(9, () => undefined);
  expect(runs).toBe(0);
  expect(clock.pendingTimers).toBe(1);
});

test('any mix of timers and withdrawals runs as a sorted list would', async () => {
  const step = fc.record({ due: fc.integer({ min: 0, max: 50 }), cancelled: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 300 }), async (steps) => {
      const clock = new VirtualClock();
      const ran: number[] = [];
      const cancels = steps.map(({ due }, index) => clock.at(due, () => ran.push(index)));
      for (const [index, { cancelled }] of steps.entries()) if (cancelled) cancels[index]?.();
      const expected = steps
        .map(({ due, cancelled }, index) => ({ due, cancelled, index }))
        .filter(({ cancelled }) => !cancelled)
        .sort((a, b) => a.due - b.due || a.index - b.index)
        .map(({ index }) => index);
      expect(clock.pendingTimers).toBe(expected.length);
      await clock.advance(50);
      expect(ran).toEqual(expected);
    }),
  );
});

test('the wall clock is unknown, known, moves with time and can be set', async () => {
  const clock = new VirtualClock();
  expect(clock.systemTime()).toBeUndefined();
  clock.setSystemTime(1_700_000_000_000);
  await clock.advance(250);
  expect(clock.systemTime()).toBe(1_700_000_000_250);
  clock.setSystemTime(undefined);
  expect(clock.systemTime()).toBeUndefined();
  expect(new VirtualClock({ startMs: 77, systemTimeMs: 5 }).systemTime()).toBe(5);
});

test('what a timer throws comes out of advance, and the clock can go on', async () => {
  const clock = new VirtualClock();
  let later = false;
  clock.at(1, () => {
    throw new Error('from a timer');
  });
  clock.at(2, () => {
    later = true;
  });
  await expect(clock.advance(5)).rejects.toThrow('from a timer');
  expect(clock.now()).toBe(1);
  await clock.advance(4);
  expect(later).toBe(true);
});

test('misuse is refused: two advances at once, negative steps, NaN, a timer that asks for itself without end', async () => {
  const clock = new VirtualClock();
  const first = clock.advance(1);
  await expect(clock.advance(1)).rejects.toThrow('already under way');
  await first;
  await expect(clock.advance(-1)).rejects.toThrow(RangeError);
  expect(() => clock.at(Number.NaN, () => undefined)).toThrow(RangeError);
  const again = (): void => {
    clock.at(0, again);
  };
  again();
  await expect(clock.advance(1)).rejects.toThrow('asks for itself again');
});

test('the settle hook is awaited after each timer', async () => {
  const settled: number[] = [];
  const clock: VirtualClock = new VirtualClock({
    settle: async () => {
      settled.push(clock.now());
    },
  });
  clock.at(5, () => undefined);
  await clock.advance(9);
  expect(settled).toEqual([0, 5]);
});

test('many timers stay cheap: withdrawn ones do not pile up', async () => {
  const clock = new VirtualClock();
  for (let index = 0; index < 100_000; index += 1) clock.at(1e9 + index, () => undefined)();
  expect(clock.pendingTimers).toBe(0);
  let runs = 0;
  for (let index = 0; index < 20_000; index += 1)
    clock.at((index * 7919) % 20_000, () => {
      runs += 1;
    });
  await clock.advance(20_000);
  expect(runs).toBe(20_000);
});
