/** Lines of a part on a bus that is stuck: they do not hold the loop up again and again. */
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { BusRests } from '../../../../src/drivers/pi/bus-rest';
import type { GpioLines } from '../../../../src/drivers/pi/gpio/lines';
import { PartLines } from '../../../../src/drivers/pi/gpio/part-lines';
import { SafetyLoop } from '../../../../src/drivers/pi/loop';
import type { Clock } from '../../../../src/hal/clock';
import { GreenupError } from '../../../../src/hal/errors';
import type { Trouble } from '../../../../src/hal/trouble';

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
  const gpio: GpioLines = {
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
  const lines = new PartLines('lock', {
    gpio,
    loop: new SafetyLoop(clock),
    clock,
    rests: new BusRests(clock),
    report: ({ text }) => troubles.push(text),
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

describe('lines of an expander', () => {
  /** Two parts on one bus, whose uses take `takes` ms and give `level`, or fail. */
  function expander() {
    const clock = new BlockingClock();
    const bus = { takes: 0, fails: false, uses: [] as string[] };
    const use = (what: string): boolean => {
      bus.uses.push(what);
      clock.time += bus.takes;
      if (bus.fails) throw new GreenupError('part.failed', 'the bus is stuck');
      return true;
    };
    const gpio: GpioLines = {
      output: () => ({
        bus: 'i2c-1',
        write: (active) => void use(`write ${active}`),
        release: () => void use('release'),
      }),
      input: () => ({ bus: 'i2c-1', read: () => use('read'), release: () => {} }),
    };
    const troubles: string[] = [];
    const loop = new SafetyLoop(clock);
    const context = {
      gpio,
      loop,
      clock,
      rests: new BusRests(clock),
      report: ({ text }: Trouble) => troubles.push(text),
    };
    const [one, two] = [new PartLines('lock', context), new PartLines('indicator', context)];
    const wiring = { chip: 'a', line: 1, activeLow: false };
    return { clock, bus, troubles, one, two, wiring };
  }

  test('share one rest: what one part found stuck the other does not try', () => {
    const { clock, bus, troubles, one, two, wiring } = expander();
    const [input, other] = [one.input('line', wiring), two.input('line', wiring)];
    const output = two.output('lamp', wiring);
    expect([input.read(), other.read(), output.set(true)]).toEqual([true, true, true]);
    Object.assign(bus, { takes: 1_000, fails: true });
    expect(input.read()).toBeUndefined();
    bus.uses.length = 0;
    expect([other.read(), output.set(false), output.isOff]).toEqual([undefined, false, false]);
    output.retry();
    expect(bus.uses).toEqual([]);
    expect(troubles).toEqual(['lock line: the bus is stuck']);
    Object.assign(bus, { takes: 0, fails: false });
    clock.time += 10_000;
    output.retry();
    expect([input.read(), other.read(), output.isOff]).toEqual([true, true, true]);
    expect(troubles).toEqual(['lock line: the bus is stuck', 'lock line: works again']);
  });

  test('are not believed when the answer took so long: the driver hides that the chip did not answer', () => {
    const { bus, troubles, one, wiring } = expander();
    const input = one.input('line', wiring);
    expect(input.read()).toBe(true);
    bus.takes = 1_000;
    expect(input.read()).toBeUndefined();
    expect(troubles).toEqual(['lock line: its bus held its users up for 1000 ms and is left alone for a while']);
  });

  test('that are written slowly rest as well, and are made safe at the end all the same', () => {
    const { bus, one, wiring } = expander();
    const output = one.output('motor', wiring);
    output.set(true);
    Object.assign(bus, { takes: 1_000, fails: true });
    expect(output.set(false)).toBe(false);
    bus.uses.length = 0;
    for (let turn = 0; turn < 5; turn += 1) output.retry();
    expect(bus.uses).toEqual([]);
    one.release();
    expect(bus.uses).toEqual(['write false', 'release']);
  });
});

test('an output that another thread works is off when that says so, and what it cannot do is told when it is known', async () => {
  const clock = new VirtualClock();
  const loop = new SafetyLoop(clock);
  const far = { isTaken: true, failure: undefined as string | undefined };
  const output = {
    get isTaken() {
      return far.isTaken;
    },
    write: () => {
      if (far.failure !== undefined) throw new GreenupError('part.failed', far.failure);
    },
    release: () => {},
  };
  const troubles: string[] = [];
  const gpio: GpioLines = { output: () => output, input: () => ({ read: () => true, release: () => {} }) };
  const report = ({ text }: Trouble): void => void troubles.push(text);
  const lines = new PartLines('lock', { gpio, loop, clock, rests: new BusRests(clock), report });
  const motor = lines.output('line', { chip: 'a', line: 1, activeLow: false });
  lines.start();
  loop.start();
  expect(motor.set(true)).toBe(true);
  far.isTaken = false;
  expect([motor.set(false), motor.isOff]).toEqual([true, false]);
  await clock.advance(20);
  expect([motor.isOff, troubles]).toEqual([false, []]);
  far.failure = 'chip lost';
  await clock.advance(20);
  expect([motor.isOff, troubles]).toEqual([false, ['lock line: chip lost']]);
  Object.assign(far, { isTaken: true, failure: undefined });
  await clock.advance(20);
  expect([motor.isOff, troubles]).toEqual([true, ['lock line: chip lost', 'lock line: works again']]);
});
