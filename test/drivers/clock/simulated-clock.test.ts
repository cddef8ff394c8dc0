/** Simulated time goes from event to event: nothing is late because the machine was, and it can stand still. */
import fc from 'fast-check';
import { lagMaxMs, SimulatedClock } from '../../../src/drivers/clock/simulated-clock';
import { FakeHost } from '../../support/fake-host';

function clockOf(options: { speed?: number; stepped?: boolean } = {}): { clock: SimulatedClock; host: FakeHost } {
  const host = new FakeHost();
  return { host, clock: new SimulatedClock({ ...options, host }) };
}

test('at speed 1 time and timers go with the machine', async () => {
  const { clock, host } = clockOf();
  const ran: number[] = [];
  clock.at(100, () => ran.push(clock.now()));
  expect(ran).toEqual([]);
  await host.stall(99);
  expect(ran).toEqual([]);
  expect(clock.now()).toBe(99);
  await host.stall(1);
  expect(ran).toEqual([100]);
  expect(clock.systemTime()).toBe(Date.UTC(2026, 0, 1) + 100);
});

test('a speed of 60 makes a minute of a second, on both clocks', async () => {
  const { clock, host } = clockOf({ speed: 60 });
  const ran: number[] = [];
  clock.at(60_000, () => ran.push(clock.now()));
  await host.stall(999);
  expect(ran).toEqual([]);
  await host.stall(1);
  expect(ran).toEqual([60_000]);
  expect(clock.systemTime()).toBe(Date.UTC(2026, 0, 1) + 60_000);
});

test('a timer is never run from inside the call, even when it is due', async () => {
  const { clock, host } = clockOf();
  let runs = 0;
  clock.at(-5, () => {
    runs += 1;
  });
  expect(runs).toBe(0);
  await host.stall(0);
  expect(runs).toBe(1);
});

test.each([0, 0.5, 1001, Number.NaN])('speed %p is refused', (speed) => {
  expect(() => new SimulatedClock({ speed })).toThrow('choose 1 to 1000');
});

test('a machine that was away makes nothing late: each timer runs at its time, and sees what those before it asked for', async () => {
  const { clock, host } = clockOf({ speed: 300 });
  const ran: string[] = [];
  const each = (name: string, everyMs: number): void => {
    const next = (dueMs: number): void => {
      clock.at(dueMs, () => {
        ran.push(`${name}@${clock.now()}`);
        next(dueMs + everyMs);
      });
    };
    next(everyMs);
  };
  each('a', 1_000);
  each('b', 2_500);
  await host.stall(20); // 6 s in one piece
  expect(ran).toEqual(['a@1000', 'a@2000', 'b@2500', 'a@3000', 'a@4000', 'b@5000', 'a@5000', 'a@6000']);
});

test('between timers time never passes the next one, however late the machine is', async () => {
  const { clock, host } = clockOf({ speed: 1000 });
  clock.at(5_000, () => undefined);
  clock.at(70_000, () => undefined);
  await host.turn(3);
  expect(clock.now()).toBe(3_000);
  // The turn of this question ends.
  await host.turn();
  // What a socket tells now, before the timer has run, is told in time.
  const seen: number[] = [];
  host.after(1, () => seen.push(clock.now()));
  await host.turn(50);
  expect(seen).toEqual([5_000]);
  await host.stall(0);
  expect(clock.now()).toBe(53_000);
});

test('files and sockets have their turn after every timer', async () => {
  const { clock, host } = clockOf({ speed: 1000 });
  const order: string[] = [];
  for (const dueMs of [10, 20, 30]) {
    clock.at(dueMs, () => {
      order.push(`timer ${dueMs}`);
      host.soon(() => order.push(`socket ${clock.now()}`));
    });
  }
  await host.stall(1);
  expect(order[0]).toBe('timer 10');
  expect(order.filter((what) => what.startsWith('timer'))).toEqual(['timer 10', 'timer 20', 'timer 30']);
  for (const dueMs of [20, 30]) {
    const at = order.indexOf(`timer ${dueMs}`);
    expect(order.slice(0, at).filter((what) => what.startsWith('socket')).length).toBeGreaterThanOrEqual(
      dueMs / 10 - 2,
    );
  }
  expect(order[order.indexOf('timer 20') - 1] ?? order[1]).toMatch(/^(socket|timer 10)/);
});

test('what cannot be caught up with is not: after a long sleep of the machine time goes on from where it stood', async () => {
  const { clock, host } = clockOf({ speed: 10 });
  const ran: number[] = [];
  const next = (dueMs: number): void => {
    clock.at(dueMs, () => {
      ran.push(clock.now());
      next(dueMs + 1_000);
    });
  };
  next(1_000);
  await host.stall(3_600_000);
  expect(clock.now()).toBeGreaterThanOrEqual(1_000 + lagMaxMs * 10 - 1);
  expect(clock.now()).toBeLessThan(1_000 + lagMaxMs * 10 + 1_000);
  expect(ran).toEqual(ran.map((_, index) => 1_000 * (index + 1)));
});

test('with no timer at all an idle hour is an hour', async () => {
  const { clock, host } = clockOf();
  await host.turn(3_600_000);
  expect(clock.now()).toBe(3_600_000);
});

test('at speed 1 the wall clock is that of the simulated instant, also while it lags, and follows corrections', async () => {
  const { clock, host } = clockOf();
  const seen: (number | undefined)[] = [];
  clock.at(100, () => seen.push(clock.systemTime()));
  await host.stall(250);
  expect(seen).toEqual([Date.UTC(2026, 0, 1) + 100]);
  host.systemOffsetMs += 5_000;
  expect(clock.systemTime()).toBe(Date.UTC(2026, 0, 1) + 5_250);
  host.systemOffsetMs = 0;
  expect(clock.systemTime()).toBeUndefined();
});

test('another pace begins where time is, and its wall clock goes on without a leap', async () => {
  const { clock, host } = clockOf();
  const ran: number[] = [];
  for (const dueMs of [2_000, 40_000, 61_500]) clock.at(dueMs, () => ran.push(clock.now()));
  await host.stall(1_000);
  expect([clock.isReal, clock.now()]).toEqual([true, 1_000]);
  // The machine's wall clock is corrected before its time is left.
  host.systemOffsetMs += 5_000;
  clock.setPace({ speed: 60 });
  await host.stall(1_000);
  expect([clock.isReal, clock.speed, ran, clock.now()]).toEqual([false, 60, [2_000, 40_000], 61_000]);
  clock.setPace({ stepped: true });
  await host.stall(5_000);
  expect([clock.now(), clock.speed]).toEqual([61_000, 60]);
  clock.setPace({ speed: 1, stepped: false });
  await host.stall(1_000);
  expect([clock.now(), ran]).toEqual([62_000, [2_000, 40_000, 61_500]]);
  // The machine is behind: its own wall clock would be a leap back.
  expect([clock.isReal, clock.systemTime()]).toEqual([false, Date.UTC(2026, 0, 1) + 67_000]);
});

test('within one turn of the event loop time stands still, however long the machine takes for it', async () => {
  const { clock, host } = clockOf({ speed: 60 });
  const seen: number[] = [];
  let hostMs = 0;
  jest.spyOn(host, 'nowMs').mockImplementation(() => hostMs);
  host.after(0, () => {
    seen.push(clock.now());
    hostMs += 50;
    seen.push(clock.now());
  });
  for (let turn = 0; turn < 3; turn += 1) await host.turn(1);
  expect(seen).toEqual([0, 0]);
  expect(clock.now()).toBe(3_000);
});

test('what a timer sets going at once is of its instant', async () => {
  const { clock, host } = clockOf({ speed: 60 });
  const seen: number[] = [];
  let hostMs = 0;
  jest.spyOn(host, 'nowMs').mockImplementation(() => hostMs);
  clock.at(30, () => {
    hostMs += 100;
    void Promise.resolve().then(() => {
      hostMs += 100;
      seen.push(clock.now());
    });
  });
  hostMs = 1;
  for (let turn = 0; turn < 3; turn += 1) await host.turn(1);
  expect(seen).toEqual([30]);
});

test('timers of one instant are counted', async () => {
  const { clock, host } = clockOf({ stepped: true });
  const seen: number[] = [];
  for (const dueMs of [10, 10, 20]) clock.at(dueMs, () => seen.push(clock.ranNow));
  let over = false;
  void clock.advanceTo(20).then(() => {
    over = true;
  });
  while (!over) await host.turn(7);
  expect([seen, clock.ranNow, clock.now()]).toEqual([[1, 2, 1], 1, 20]);
  over = false;
  void clock.advanceTo(30).then(() => {
    over = true;
  });
  while (!over) await host.turn(7);
  expect([clock.ranNow, clock.now()]).toEqual([0, 30]);
});

test('a pace that is refused changes nothing', async () => {
  const { clock, host } = clockOf();
  expect(() => clock.setPace({ speed: 0, stepped: true })).toThrow('choose 1 to 1000');
  expect([clock.speed, clock.stepped, clock.isReal]).toEqual([1, false, true]);
  await host.stall(100);
  expect(clock.now()).toBe(100);
});

test('a pace that changes during an advance begins at its end', async () => {
  const { clock, host } = clockOf({ stepped: true });
  const advanced = clock.advance(10_000);
  clock.at(5_000, () => clock.setPace({ stepped: false }));
  let over = false;
  void advanced.then(() => {
    over = true;
  });
  while (!over) await host.turn(7);
  const endMs = clock.now();
  await host.stall(500);
  expect(clock.now() - endMs).toBe(500);
});

test('time stands still while it is held, and then goes on from there', async () => {
  const { clock, host } = clockOf({ speed: 100 });
  const ran: number[] = [];
  clock.at(1_000, () => ran.push(clock.now()));
  await host.stall(5);
  const first = clock.hold();
  const second = clock.hold();
  await host.stall(60_000);
  expect(clock.now()).toBe(500);
  first();
  first();
  await host.stall(60_000);
  expect([clock.now(), ran]).toEqual([500, []]);
  second();
  await host.stall(4);
  expect([clock.now(), ran]).toEqual([900, []]);
  await host.stall(1);
  expect(ran).toEqual([1_000]);
});

test('a timer that throws does not stop the others', async () => {
  const { clock, host } = clockOf();
  let runs = 0;
  clock.at(1, () => {
    throw new Error('thrown');
  });
  clock.at(2, () => {
    runs += 1;
  });
  await expect(host.stall(5)).rejects.toThrow('thrown');
  await host.stall(0);
  expect(runs).toBe(1);
});

test('a withdrawn timer does not run, and nothing wakes for it twice', async () => {
  const { clock, host } = clockOf();
  let runs = 0;
  const cancel = clock.at(10, () => {
    runs += 1;
  });
  cancel();
  cancel();
  await host.stall(100);
  expect(runs).toBe(0);
});

test('whatever the machine does, timers run in the order of a sorted list, each at its due time', async () => {
  const timer = fc.record({ dueMs: fc.integer({ min: 0, max: 5_000 }), again: fc.integer({ min: 0, max: 300 }) });
  const stalls = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(timer, { maxLength: 40 }),
      stalls,
      fc.constantFrom(1, 7, 250, 1000),
      async (timers, pieces, speed) => {
        const { clock, host } = clockOf({ speed });
        const ran: number[] = [];
        let last = 0;
        const at = (dueMs: number, again: number): void => {
          clock.at(dueMs, () => {
            ran.push(clock.now() - dueMs);
            expect(clock.now()).toBeGreaterThanOrEqual(last);
            last = clock.now();
            if (again > 0) at(clock.now() + again, again - 1);
          });
        };
        for (const { dueMs, again } of timers) at(dueMs, again % 4);
        for (const ms of pieces) {
          await host.stall(ms);
          expect(clock.now()).toBeGreaterThanOrEqual(last);
          last = clock.now();
        }
        await host.stall(60_000);
        // None was run before its time, and none after it.
        expect(ran.every((late) => late === 0)).toBe(true);
      },
    ),
    { numRuns: 100 },
  );
});

describe('step mode', () => {
  async function advanced(host: FakeHost, clock: SimulatedClock, ms: number): Promise<void> {
    let over = false;
    const done = clock.advance(ms).finally(() => {
      over = true;
    });
    while (!over) await host.turn(7);
    await done;
  }

  test('time stands still until it is told, and then passes timer by timer', async () => {
    const { clock, host } = clockOf({ stepped: true });
    const ran: number[] = [];
    for (const dueMs of [10, 500, 500, 501]) clock.at(dueMs, () => ran.push(clock.now()));
    await host.stall(3_600_000);
    expect([clock.now(), ran]).toEqual([0, []]);
    await advanced(host, clock, 500);
    expect([clock.now(), ran]).toEqual([500, [10, 500, 500]]);
    await host.stall(3_600_000);
    expect(clock.now()).toBe(500);
    expect(clock.systemTime()).toBe(Date.UTC(2026, 0, 1) + 500);
  });

  test('what is due now needs no step', async () => {
    const { clock, host } = clockOf({ stepped: true });
    let runs = 0;
    clock.at(clock.now(), () => {
      runs += 1;
    });
    await host.stall(0);
    expect(runs).toBe(1);
  });

  test('an advance waits for real work that holds time, and for what that work sets going', async () => {
    const { clock, host } = clockOf({ stepped: true });
    const seen: string[] = [];
    clock.at(100, () => {
      const release = clock.hold();
      host.after(5_000, () => {
        seen.push(`answer@${clock.now()}`);
        clock.at(clock.now() + 50, () => seen.push(`then@${clock.now()}`));
        release();
      });
    });
    clock.at(120, () => seen.push(`timer@${clock.now()}`));
    await advanced(host, clock, 200);
    expect(seen).toEqual(['answer@100', 'timer@120', 'then@150']);
  });

  test('advances come one after the other; 0 ms let everything settle', async () => {
    const { clock, host } = clockOf({ stepped: true });
    const both = [clock.advance(10), clock.advance(5)];
    let over = 0;
    for (const one of both) void one.then(() => ++over);
    while (over < 2) await host.turn();
    expect(clock.now()).toBe(15);
    await advanced(host, clock, 0);
    expect(clock.now()).toBe(15);
  });

  test('a timer that throws ends the advance, and the next goes on', async () => {
    const { clock, host } = clockOf({ stepped: true });
    clock.at(10, () => {
      throw new Error('thrown');
    });
    await expect(advanced(host, clock, 20)).rejects.toThrow('thrown');
    expect(clock.now()).toBe(10);
    await advanced(host, clock, 20);
    expect(clock.now()).toBe(30);
  });

  test('where time runs by itself it cannot be advanced, and never backwards', async () => {
    await expect(clockOf().clock.advance(1)).rejects.toMatchObject({ code: 'command.invalid' });
    await expect(clockOf({ stepped: true }).clock.advance(-1)).rejects.toThrow('0 ms or more');
  });
});
