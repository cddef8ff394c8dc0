/** One queue of timers for many stations: nothing early, nothing lost, order kept, and sockets are not kept waiting. */
import type { HostTime } from '../../../src/drivers/clock/host-time';
import { SharedClock } from '../../../src/drivers/clock/shared-clock';

/** A machine whose time the test moves; it counts the timers that it was asked for. */
function machine() {
  let nowMs = 1_000;
  let asked = 0;
  let waiting: { at: number; run: () => void }[] = [];
  const later = (at: number, run: () => void) => {
    asked += 1;
    const one = { at, run };
    waiting.push(one);
    return () => {
      waiting = waiting.filter((other) => other !== one);
    };
  };
  const host: HostTime = {
    nowMs: () => nowMs,
    systemMs: () => Date.UTC(2026, 4, 4, 8) + nowMs,
    after: (delayMs, run) => later(nowMs + Math.ceil(delayMs), run),
    soon: (run) => later(nowMs, run),
  };
  /** One turn of the event loop. */
  const turn = (): void => {
    const due = waiting.filter(({ at }) => at <= nowMs);
    waiting = waiting.filter(({ at }) => at > nowMs);
    for (const { run } of due) run();
  };
  const pass = (ms: number): void => {
    for (const end = nowMs + ms; nowMs < end; nowMs += 1) turn();
    turn();
  };
  return { host, turn, pass, asked: () => asked, waiting: () => waiting.length };
}

test('timers run when they are due, in their order, and never from inside the call that asked', () => {
  const { host, pass } = machine();
  const clock = new SharedClock(host);
  const ran: string[] = [];
  clock.at(20, () => ran.push(`b ${clock.now()}`));
  clock.at(10, () => ran.push(`a ${clock.now()}`));
  clock.at(20, () => ran.push(`c ${clock.now()}`));
  clock.at(0, () => ran.push(`now ${clock.now()}`));
  expect(ran).toEqual([]);
  pass(9);
  expect(ran).toEqual(['now 0']);
  pass(20);
  expect(ran).toEqual(['now 0', 'a 10', 'b 20', 'c 20']);
});

test('however many wait, the machine has one timer', () => {
  const { host, waiting, pass } = machine();
  const clock = new SharedClock(host);
  let ran = 0;
  for (let station = 0; station < 1_000; station += 1) {
    const again = (): void => {
      ran += 1;
      clock.at(clock.now() + 50, again);
    };
    clock.at(station % 50, again);
  }
  expect(waiting()).toBe(1);
  pass(49);
  expect(waiting()).toBe(1);
  expect(ran).toBe(1_000);
  pass(50);
  expect(ran).toBe(2_000);
});

test('one that is withdrawn does not run, before it is due and in the round in which it is', () => {
  const { host, pass } = machine();
  const clock = new SharedClock(host);
  const ran: string[] = [];
  const early = clock.at(5, () => ran.push('early'));
  early();
  early();
  clock.at(10, () => {
    ran.push('first');
    second();
  });
  const second = clock.at(10, () => ran.push('second'));
  clock.at(11, () => ran.push('third'));
  pass(20);
  expect(ran).toEqual(['first', 'third']);
});

test('an earlier one that comes later is not kept waiting by the one before', () => {
  const { host, pass } = machine();
  const clock = new SharedClock(host);
  const ran: number[] = [];
  clock.at(1_000, () => ran.push(clock.now()));
  clock.at(3, () => ran.push(clock.now()));
  pass(4);
  expect(ran).toEqual([3]);
});

test('of very many that are due at once files and sockets get their turn in between', () => {
  const { host, turn, pass } = machine();
  const clock = new SharedClock(host);
  let ran = 0;
  for (let station = 0; station < 1_000; station += 1)
    clock.at(1, () => {
      ran += 1;
    });
  pass(1);
  expect(ran).toBeLessThan(1_000);
  for (let turns = 0; turns < 10; turns += 1) turn();
  expect(ran).toBe(1_000);
});

test('what throws is seen, and takes no other timer along', () => {
  const { host, pass } = machine();
  const clock = new SharedClock(host);
  const ran: string[] = [];
  clock.at(1, () => {
    throw new Error('of one station');
  });
  clock.at(1, () => ran.push('another'));
  expect(() => pass(1)).toThrow('of one station');
  pass(1);
  expect(ran).toEqual(['another']);
});

test('the wall clock is that of the machine, and unknown where nobody has set it', () => {
  const { host } = machine();
  expect(new SharedClock(host).systemTime()).toBe(Date.UTC(2026, 4, 4, 8) + 1_000);
  expect(new SharedClock({ ...host, systemMs: () => 5_000 }).systemTime()).toBeUndefined();
});
