/** Lines of a part on a bus that is stuck: they do not hold the loop up again and again. */
import type { GpioBackend } from '../../../../src/drivers/pi/gpio/lines';
import { PartLines } from '../../../../src/drivers/pi/gpio/part-lines';
import { SafetyLoop } from '../../../../src/drivers/pi/loop';
import type { Clock } from '../../../../src/hal/clock';
import { GreenupError } from '../../../../src/hal/errors';

/** A clock that a blocking call moves. */
class BlockingClock implements Clock {
  time = 0;
  now(): number {
    return this.time;
  }
  at(): () => void {
    return () => {};
  }
  systemTime(): undefined {
    return undefined;
  }
}

function bench() {
  const clock = new BlockingClock();
  const bus = { failsAfterMs: undefined as number | undefined, reads: 0 };
  const gpio: GpioBackend = {
    output: () => ({ write: () => {}, release: () => {} }),
    input: () => ({
      read: () => {
        bus.reads += 1;
        if (bus.failsAfterMs === undefined) return true;
        clock.time += bus.failsAfterMs;
        throw new GreenupError('part.failed', 'the bus is stuck');
      },
      release: () => {},
    }),
  };
  const troubles: string[] = [];
  const lines = new PartLines('part', {
    gpio,
    loop: new SafetyLoop(clock),
    clock,
    trouble: (line) => troubles.push(line),
  });
  return { clock, bus, troubles, input: lines.input('line', { chip: 'a', line: 1, activeLow: false }) };
}

test('a reading that fails after a long time is unknown at once, and the line is left alone ten times as long', () => {
  const { clock, bus, troubles, input } = bench();
  expect(input.read()).toBe(true);
  bus.failsAfterMs = 1_000;
  expect(input.read()).toBeUndefined();
  expect(troubles).toHaveLength(1);
  const reads = bus.reads;
  clock.time += 9_900;
  expect([input.read(), bus.reads]).toEqual([undefined, reads]);
  clock.time += 200;
  bus.failsAfterMs = undefined;
  expect([input.read(), bus.reads]).toEqual([true, reads + 1]);
});

test('a reading that fails quickly is tried at the next turn', () => {
  const { bus, input } = bench();
  expect(input.read()).toBe(true);
  bus.failsAfterMs = 1;
  expect([input.read(), input.read()]).toEqual([true, undefined]);
  expect(bus.reads).toBe(3);
});
