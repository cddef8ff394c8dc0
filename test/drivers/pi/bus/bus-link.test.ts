/** What hangs on a bus as the safety thread sees it: values with an age, and outputs that are believed when they were obeyed. */
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { BusLink, type BusThread, busAgeMaxMs } from '../../../../src/drivers/pi/bus/bus-link';
import type { AdsSample } from '../../../../src/drivers/pi/i2c/ads1115';
import { loopPeriodMs, SafetyLoop } from '../../../../src/drivers/pi/loop';
import { FakeGpio, wire } from '../fake-gpio';
import { Ads1115Model, FakeI2cBus } from '../i2c/ads1115-model';
import { JoinedBus } from './joined-bus';

const address = 0x48;

async function bench() {
  const clock = new VirtualClock({ startMs: 1_000 });
  const loop = new SafetyLoop(clock);
  const chip = new Ads1115Model(clock);
  const gpio = new FakeGpio(() => clock.now());
  const troubles: string[] = [];
  const bus = new JoinedBus({
    clock,
    loop,
    i2c: new FakeI2cBus(new Map([[address, chip]])),
    gpio,
    report: ({ text }) => troubles.push(text),
  });
  loop.start();
  return { clock, loop, chip, gpio, troubles, bus, link: bus.link };
}

/** What is told of an input. */
function told(link: JoinedBus['link'], pace: 'fast' | 'slow'): AdsSample[] {
  const samples: AdsSample[] = [];
  link.sampling(address).add(pace === 'fast' ? 0 : 3, pace, (sample) => samples.push(sample));
  return samples;
}

const failure = (read: () => unknown): string => {
  try {
    return `it gave ${read()}`;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('analogue inputs', () => {
  test('are sampled at their pace, and bear the time of their measurement', async () => {
    const { clock, chip, link, troubles } = await bench();
    chip.set(0, 1.5);
    chip.set(3, 0.5);
    const fast = told(link, 'fast');
    const slow = told(link, 'slow');
    await clock.advance(1_000);
    expect(fast.length).toBeGreaterThan(100);
    expect(slow.length).toBeGreaterThanOrEqual(8);
    expect(fast.at(-1)).toMatchObject({ kind: 'volts', volts: expect.closeTo(1.5, 2) });
    expect(slow.at(-1)).toMatchObject({ kind: 'volts', volts: expect.closeTo(0.5, 2) });
    const { atMs = 0 } = fast.at(-1) ?? {};
    expect(clock.now() - atMs).toBeLessThanOrEqual(4 * loopPeriodMs);
    expect(chip.violations).toBe(0);
    expect(troubles).toEqual([]);
  });

  test('on a stuck bus become invalid once, when what they told is too old, and are told again with the bus', async () => {
    const { clock, link, bus, troubles } = await bench();
    const fast = told(link, 'fast');
    const slow = told(link, 'slow');
    await clock.advance(500);
    bus.stick();
    fast.length = 0;
    slow.length = 0;
    await clock.advance(busAgeMaxMs - 2 * loopPeriodMs);
    expect([...fast, ...slow]).toEqual([]);
    await clock.advance(10_000);
    for (const samples of [fast, slow]) {
      expect(samples).toEqual([{ kind: 'invalid', reason: expect.stringMatching(/i2c-1/), atMs: expect.any(Number) }]);
    }
    expect(troubles).toEqual([
      expect.stringMatching(/^I2C bus: nothing was heard of i2c-1 for 200 ms: a transfer is stuck/),
    ]);
    bus.letGo();
    await clock.advance(500);
    expect(fast.at(-1)?.kind).toBe('volts');
    expect(slow.at(-1)?.kind).toBe('volts');
    expect(troubles.slice(1)).toEqual(['I2C bus: i2c-1 answers again']);
  });

  test('of a chip that is lost are invalid while the bus lives, and its failures are counted', async () => {
    const { clock, chip, link, troubles } = await bench();
    const fast = told(link, 'fast');
    await clock.advance(100);
    chip.losePower({ returns: false });
    await clock.advance(100);
    expect(fast.at(-1)?.kind).toBe('invalid');
    expect(link.errors).toBeGreaterThanOrEqual(3);
    expect(troubles).toEqual([expect.stringMatching(/^analogue inputs: .*failed 3 times/)]);
  });

  test('who has let go hears nothing more', async () => {
    const { clock, link } = await bench();
    const samples: AdsSample[] = [];
    const cancel = link.sampling(address).add(0, 'fast', (sample) => samples.push(sample));
    await clock.advance(100);
    cancel();
    samples.length = 0;
    await clock.advance(100);
    expect(samples).toEqual([]);
  });
});

describe('inputs', () => {
  test('are read again and again, and are not known any more on a stuck bus', async () => {
    const { clock, gpio, link, bus } = await bench();
    const contact = link.input(wire(3));
    // From the start: nobody shall be told of a contact that is only not read yet.
    expect(contact.read()).toBe(false);
    gpio.set(3, true);
    await clock.advance(50);
    expect(contact.read()).toBe(true);
    bus.stick();
    await clock.advance(busAgeMaxMs - 2 * loopPeriodMs);
    expect(contact.read()).toBe(true);
    // It starts to count as lost before anybody could take an old value for a new one.
    gpio.set(3, false);
    await clock.advance(3 * loopPeriodMs);
    expect(failure(() => contact.read())).toMatch(/nothing was heard of i2c-1/);
    await clock.advance(2_000);
    bus.letGo();
    await clock.advance(50);
    expect(contact.read()).toBe(false);
  });

  test('one reading that fails is bridged, as in the loop; a line that fails for longer says why', async () => {
    const { clock, gpio, link } = await bench();
    const contact = link.input(wire(3));
    await clock.advance(50);
    gpio.fail(3, 'chip lost');
    await clock.advance(20);
    expect(contact.read()).toBe(false);
    await clock.advance(50);
    expect(failure(() => contact.read())).toBe('line 3: chip lost');
    gpio.fail(3, undefined);
    await clock.advance(50);
    expect(contact.read()).toBe(false);
  });
});

describe('outputs', () => {
  test('are believed when the line has taken the level', async () => {
    const { clock, gpio, link } = await bench();
    const motor = link.output(wire(4));
    expect(motor.isTaken).toBe(true);
    motor.write(true);
    expect(motor.isTaken).toBe(false);
    await clock.advance(2 * loopPeriodMs);
    expect([motor.isTaken, gpio.active(4)]).toEqual([true, true]);
  });

  test('on a stuck bus wait, and the last command is done when it is let go', async () => {
    const { clock, gpio, link, bus } = await bench();
    const motor = link.output(wire(4));
    motor.write(true);
    await clock.advance(50);
    bus.stick();
    motor.write(false);
    motor.write(true);
    motor.write(false);
    await clock.advance(5_000);
    expect([motor.isTaken, gpio.active(4)]).toEqual([false, true]);
    bus.letGo();
    await clock.advance(50);
    expect([motor.isTaken, gpio.active(4)]).toEqual([true, false]);
  });

  test('that cannot be written say why, are not believed, and are written again until it works', async () => {
    const { clock, gpio, link } = await bench();
    const motor = link.output(wire(4));
    gpio.fail(4, 'chip lost');
    motor.write(true);
    await clock.advance(50);
    expect(motor.isTaken).toBe(false);
    expect(failure(() => motor.write(true))).toBe('line 4: chip lost');
    gpio.fail(4, undefined);
    await clock.advance(50);
    expect([motor.isTaken, gpio.active(4)]).toEqual([true, true]);
    motor.write(true);
  });
});

test('a safety loop that stood still itself does not blame the bus', async () => {
  const { clock, loop, link, bus, troubles } = await bench();
  const fast = told(link, 'fast');
  await clock.advance(100);
  bus.deafen();
  loop.stop();
  fast.length = 0;
  await clock.advance(1_000);
  // Timers come before messages.
  loop.start();
  clock.at(clock.now(), () => clock.at(clock.now(), () => bus.hear()));
  await clock.advance(100);
  expect(fast.every(({ kind }) => kind === 'volts')).toBe(true);
  expect(fast.length).toBeGreaterThan(50);
  expect(troubles).toEqual([]);
});

test('turns of the thread that come late are measured; a bus that was stuck is no late turn', async () => {
  const { clock, link, bus } = await bench();
  await clock.advance(100);
  expect(link.takeLongestGapMs()).toBe(loopPeriodMs);
  bus.stick();
  await clock.advance(60);
  bus.letGo();
  await clock.advance(20);
  expect(link.takeLongestGapMs()).toBeGreaterThanOrEqual(60);
  bus.stick();
  await clock.advance(1_000);
  bus.letGo();
  await clock.advance(20);
  expect(link.takeLongestGapMs()).toBe(loopPeriodMs);
});

test('a line that cannot be had says so while the rig is set up', async () => {
  const { gpio, link, bus } = await bench();
  gpio.fail(5, 'busy');
  expect(failure(() => link.output(wire(5)))).toBe('line 5: busy');
  bus.stick();
  expect(failure(() => link.input(wire(6)))).toMatch(
    /line 6 of GPIO chip header: its bus i2c-1 does not let it be set up/,
  );
});

test('at the end outputs are inactive and lines free; a stuck bus keeps nobody', async () => {
  const { clock, gpio, link, bus } = await bench();
  link.output(wire(4)).write(true);
  link.input(wire(3));
  await clock.advance(50);
  link.close();
  expect([gpio.active(4), gpio.use(4), gpio.use(3), bus.stopped, bus.terminated]).toEqual([
    false,
    'free',
    'free',
    true,
    true,
  ]);
  const other = await bench();
  other.bus.stick();
  other.link.close();
  expect([other.bus.stopped, other.bus.terminated]).toEqual([false, true]);
});

test('a thread that ends is told, and all of its bus counts as lost', async () => {
  const { clock, link, bus, troubles } = await bench();
  const slow = told(link, 'slow');
  await clock.advance(500);
  bus.die('out of memory');
  await clock.advance(500);
  expect(slow.at(-1)?.kind).toBe('invalid');
  expect(troubles[0]).toBe(
    'I2C bus: the thread of i2c-1 has ended: out of memory; what hangs on it is lost until the next start',
  );
});

test('a thread that does not start is waited for once, and its lines no longer', () => {
  const clock = new VirtualClock();
  const waits: number[] = [];
  const thread: BusThread = {
    postMessage: () => {},
    onMessage: () => {},
    onEnd: () => {},
    answer: (withinMs) => {
      waits.push(withinMs);
      return undefined;
    },
    terminate: () => {},
  };
  const link = new BusLink({ thread, bus: 'i2c-1', loop: new SafetyLoop(clock), clock, report: () => {} });
  expect(failure(() => link.input(wire(1)))).toMatch(/does not let it be set up/);
  expect(failure(() => link.output(wire(2)))).toMatch(/does not let it be set up/);
  expect(waits).toEqual([5_000, 500, 500]);
});
