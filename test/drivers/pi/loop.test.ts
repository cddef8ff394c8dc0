/** The beat of the safety thread: absolute instants, statistics, and changes while a turn runs. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { loopPeriodMs, loopStandMs, SafetyLoop } from '../../../src/drivers/pi/loop';
import type { Cancel, Clock } from '../../../src/hal/clock';

/** A machine that wakes late and whose work takes time, both as told; timers are the virtual clock's. */
class LateClock implements Clock {
  lateMs = 0;
  private spentMs = 0;

  constructor(private readonly virtual: VirtualClock) {}

  now(): number {
    return this.virtual.now() + this.spentMs;
  }

  at(dueMs: number, run: () => void): Cancel {
    return this.virtual.at(dueMs + this.lateMs, () => {
      this.spentMs = 0;
      run();
    });
  }

  /** The caller works for so long; time is on again at the next timer. */
  work(ms: number): void {
    this.spentMs += ms;
  }

  systemTime(): undefined {
    return undefined;
  }
}

function bench() {
  const virtual = new VirtualClock({ startMs: 1_000 });
  const clock = new LateClock(virtual);
  const loop = new SafetyLoop(clock);
  const turns: number[] = [];
  loop.add((now) => turns.push(now));
  return { virtual, clock, loop, turns };
}

test('a turn each 5 ms, the first from a timer and not from inside start()', async () => {
  const { virtual, loop, turns } = bench();
  loop.start();
  expect(turns).toEqual([]);
  await virtual.advance(3 * loopPeriodMs);
  expect(turns).toEqual([1_000, 1_005, 1_010, 1_015]);
});

test('a machine that always wakes late does not drift: turns stay on the grid', async () => {
  const { virtual, clock, loop, turns } = bench();
  clock.lateMs = 1.5;
  loop.start();
  await virtual.advance(1_000);
  expect(turns).toHaveLength(200);
  expect(turns.at(-1)).toBe(1_000 + 199 * loopPeriodMs + 1.5);
});

test('work within the period does not move the next turn', async () => {
  const { virtual, clock, loop, turns } = bench();
  loop.add(() => clock.work(3));
  loop.start();
  await virtual.advance(20);
  expect(turns).toEqual([1_000, 1_005, 1_010, 1_015, 1_020]);
});

test('turns that were missed are not made up for', async () => {
  const { virtual, clock, loop, turns } = bench();
  let once = 42;
  loop.add(() => {
    clock.work(once);
    once = 0;
  });
  loop.start();
  await virtual.advance(60);
  expect(turns).toEqual([1_000, 1_042, 1_047, 1_052, 1_057]);
});

test('statistics: turns, the longest gap and the share of the time at work, since they were last taken', async () => {
  const { virtual, clock, loop } = bench();
  let takes = 1;
  loop.add(() => clock.work(takes));
  expect(loop.takeStatistics()).toEqual({ turns: 0, longestGapMs: 0, busyShare: 0 });
  loop.start();
  await virtual.advance(99);
  expect(loop.takeStatistics()).toEqual({ turns: 20, longestGapMs: 5, busyShare: expect.closeTo(0.2, 2) });
  takes = 12;
  await virtual.advance(6);
  takes = 0;
  await virtual.advance(95);
  expect(loop.takeStatistics()).toMatchObject({ longestGapMs: 12 });
  await virtual.advance(50);
  expect(loop.takeStatistics()).toEqual({ turns: 10, longestGapMs: 5, busyShare: 0 });
});

test('a gap is counted across the moment of taking, and not across a stop', async () => {
  const { virtual, clock, loop } = bench();
  let takes = 30;
  loop.add(() => clock.work(takes));
  loop.start();
  await virtual.advance(0);
  loop.takeStatistics();
  takes = 0;
  await virtual.advance(30);
  expect(loop.takeStatistics().longestGapMs).toBe(30);
  loop.stop();
  await virtual.advance(500);
  loop.start();
  await virtual.advance(5);
  expect(loop.takeStatistics()).toMatchObject({ turns: 2, longestGapMs: 5 });
});

test('a stand of the loop is told before the turn that follows it, wherever it came from', async () => {
  const { virtual, clock, loop } = bench();
  const heard: string[] = [];
  let works = 0;
  loop.watchStands((gapMs) => heard.push(`stood ${gapMs}`));
  loop.add(() => {
    heard.push('turn');
    clock.work(works);
    works = 0;
  });
  loop.start();
  works = loopStandMs;
  await virtual.advance(0);
  await virtual.advance(loopStandMs);
  expect(heard).toEqual(['turn', 'turn']);
  // In a turn.
  works = loopStandMs + 1;
  await virtual.advance(5);
  heard.length = 0;
  await virtual.advance(loopStandMs + 1);
  expect(heard).toEqual([`stood ${loopStandMs + 1}`, 'turn']);
  // Between two.
  clock.lateMs = 1_000;
  await virtual.advance(5);
  heard.length = 0;
  await virtual.advance(1_005);
  expect(heard).toEqual(['stood 1005', 'turn']);
});

test('a loop that was stopped has not stood still', async () => {
  const { virtual, loop } = bench();
  const stands: number[] = [];
  const cancel = loop.watchStands((gapMs) => stands.push(gapMs));
  loop.start();
  await virtual.advance(100);
  loop.stop();
  await virtual.advance(10_000);
  loop.start();
  await virtual.advance(100);
  expect(stands).toEqual([]);
  cancel();
});

test('who joins during a turn is heard from the next one on; who leaves during a turn is not called any more', async () => {
  const { virtual, loop } = bench();
  const heard: string[] = [];
  const cancels: Cancel[] = [];
  cancels.push(
    loop.add(() => {
      heard.push('first');
      cancels[1]?.();
      if (heard.length === 1) loop.add(() => heard.push('new'));
    }),
  );
  cancels.push(loop.add(() => heard.push('second')));
  loop.start();
  await virtual.advance(0);
  expect(heard).toEqual(['first']);
  await virtual.advance(5);
  expect(heard).toEqual(['first', 'first', 'new']);
  cancels[0]?.();
  cancels[0]?.();
  await virtual.advance(5);
  expect(heard).toEqual(['first', 'first', 'new', 'new']);
});

test('no turn after a stop, and it can start anew with a grid of its own', async () => {
  const { virtual, loop, turns } = bench();
  loop.start();
  await virtual.advance(7);
  loop.stop();
  loop.stop();
  await virtual.advance(100);
  expect(turns).toEqual([1_000, 1_005]);
  expect(virtual.pendingTimers).toBe(0);
  loop.start();
  await virtual.advance(5);
  expect(turns.slice(2)).toEqual([1_107, 1_112]);
});

test('a stop from inside a turn is the end, too', async () => {
  const { virtual, loop, turns } = bench();
  const cancel = loop.add(() => loop.stop());
  loop.start();
  await virtual.advance(100);
  expect(turns).toEqual([1_000]);
  expect(virtual.pendingTimers).toBe(0);
  cancel();
});

test('started twice it beats once', async () => {
  const { virtual, loop, turns } = bench();
  loop.start();
  loop.start();
  await virtual.advance(5);
  expect(turns).toEqual([1_000, 1_005]);
});
