/** The real clock runs with the machine; jest's fake timers stand in for the machine here. */
import { RealClock } from '../../../src/drivers/clock/real-clock';

const start = Date.UTC(2026, 0, 1);

beforeEach(() => {
  jest.useFakeTimers({ now: start });
});
afterEach(() => {
  jest.useRealTimers();
});

test('time and timers go with the machine', () => {
  const clock = new RealClock();
  const ran: number[] = [];
  const from = clock.now();
  clock.at(from + 100, () => ran.push(clock.now() - from));
  expect(ran).toEqual([]);
  jest.advanceTimersByTime(99);
  expect(ran).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(ran).toEqual([100]);
  expect(clock.systemTime()).toBe(start + 100);
});

test('a timer is never run from inside the call, even when it is due', () => {
  const clock = new RealClock();
  let runs = 0;
  clock.at(-5, () => {
    runs += 1;
  });
  expect(runs).toBe(0);
  jest.advanceTimersByTime(1);
  expect(runs).toBe(1);
});

test('waits beyond 2^31 ms are cut in pieces, and can be withdrawn in any of them', () => {
  const clock = new RealClock();
  const longMs = 2 ** 31 + 5_000;
  let runs = 0;
  clock.at(longMs, () => {
    runs += 1;
  });
  const cancel = clock.at(longMs, () => {
    runs += 100;
  });
  jest.advanceTimersByTime(longMs - 1);
  expect(runs).toBe(0);
  cancel();
  cancel();
  jest.advanceTimersByTime(1);
  expect(runs).toBe(1);
  expect(jest.getTimerCount()).toBe(0);
});

test('an untrusted wall clock, or one that was never set, is unknown', () => {
  let trusted = false;
  const clock = new RealClock({ systemTimeTrusted: () => trusted });
  expect(clock.systemTime()).toBeUndefined();
  trusted = true;
  expect(clock.systemTime()).toBe(start);
  jest.setSystemTime(5_000);
  expect(clock.systemTime()).toBeUndefined();
});
