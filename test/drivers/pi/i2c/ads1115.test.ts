/** The sampler against a behavioural chip: right values, shares of the inputs, failures, power loss, foreign writes. */
import * as fc from 'fast-check';
import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import { BusRest } from '../../../../src/drivers/pi/bus-rest';
import { type AdsSample, AdsSampler, adsFailuresMax, adsStepV } from '../../../../src/drivers/pi/i2c/ads1115';
import { type Poll, SafetyLoop } from '../../../../src/drivers/pi/loop';
import { Ads1115Model, FakeI2cBus } from './ads1115-model';

function bench(slowness?: number) {
  const clock = new VirtualClock({ startMs: 1000 });
  const chip = new Ads1115Model(clock, slowness);
  const bus = new FakeI2cBus(new Map([[0x48, chip]]));
  const loop = new SafetyLoop(clock);
  const troubles: string[] = [];
  const sampler = new AdsSampler(bus, 0x48, {
    loop,
    clock,
    rest: new BusRest(clock),
    report: ({ text }) => troubles.push(text),
  });
  const heard: [AdsSample[], AdsSample[], AdsSample[], AdsSample[]] = [[], [], [], []];
  const join = (input: 0 | 1 | 2 | 3, every: 'fast' | 'slow') =>
    sampler.add(input, every, (sample) => heard[input].push(sample));
  loop.start();
  return { clock, chip, bus, loop, troubles, sampler, heard, join };
}

function values(samples: readonly AdsSample[]): (number | string)[] {
  return samples.map((sample) => (sample.kind === 'volts' ? Math.round(sample.volts * 1000) / 1000 : sample.reason));
}

function distinct(samples: readonly AdsSample[]): (number | string)[] {
  return [...new Set(values(samples))];
}

test.each([0x47, 0x4c, Number.NaN])('address %p is refused', (address) => {
  const { loop, clock, bus } = bench();
  expect(() => new AdsSampler(bus, address, { loop, clock, rest: new BusRest(clock), report: () => {} })).toThrow(
    /choose 0x48, 0x49, 0x4a or/,
  );
});

test('any voltage of any input within the range is read to half a step', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: 3 }),
      fc.double({ min: -4.0959, max: 4.0958, noNaN: true }),
      fc.double({ min: 0.9, max: 1.1, noNaN: true }),
      async (index, volts, slowness) => {
        const input = index as 0 | 1 | 2 | 3;
        const { clock, chip, join, heard } = bench(slowness);
        chip.set(input, volts);
        join(input, 'fast');
        await clock.advance(30);
        const last = heard[input].at(-1);
        if (last?.kind !== 'volts') throw new Error('no volts');
        expect(Math.abs(last.volts - volts)).toBeLessThanOrEqual(adsStepV / 2 + 1e-9);
        expect(chip.violations).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});

test('values outside of the range are invalid, and say on which side', async () => {
  const { clock, chip, join, heard } = bench();
  chip.set(0, 5);
  chip.set(1, -5);
  join(0, 'fast');
  join(1, 'fast');
  await clock.advance(40);
  expect(distinct(heard[0])).toEqual(['above the range of the input (4.096 V)']);
  expect(distinct(heard[1])).toEqual(['below the range of the input (−4.096 V)']);
});

test('fast inputs get 4 of 5 conversions and each keeps its own value; slow ones come about every 100 ms', async () => {
  const { clock, chip, join, heard, bus } = bench();
  for (const input of [0, 1, 2, 3] as const) {
    chip.set(input, input + 0.5);
    join(input, input < 2 ? 'fast' : 'slow');
  }
  await clock.advance(2000);
  const counts = heard.map((samples) => samples.length);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(398);
  expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBeGreaterThanOrEqual(320);
  expect(Math.abs((counts[0] ?? 0) - (counts[1] ?? 0))).toBeLessThanOrEqual(2);
  for (const input of [2, 3] as const) {
    expect(counts[input]).toBeGreaterThanOrEqual(17);
    expect(counts[input]).toBeLessThanOrEqual(21);
    const starts = chip.starts.filter((start) => start.input === input).map((start) => start.atMs);
    const gaps = starts.slice(1).map((at, index) => at - (starts[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(125);
  }
  const order = chip.starts.map((start) => (start.input < 2 ? 'f' : 's')).join('');
  expect(order.slice(5)).not.toMatch(/sf{0,3}s/);
  expect(heard.map(distinct)).toEqual([[0.5], [1.5], [2.5], [3.5]]);
  expect(chip.violations).toBe(0);
  // Three transfers each, and a fourth where the configuration is read back.
  expect(bus.transfers / chip.starts.length).toBeLessThan(3.15);
});

test('slow inputs alone leave the bus in peace between their conversions', async () => {
  const { clock, chip, join, heard } = bench();
  chip.set(2, 1);
  join(2, 'slow');
  await clock.advance(1000);
  expect(chip.starts.length).toBeLessThanOrEqual(11);
  expect(heard[2].length).toBeGreaterThanOrEqual(9);
});

test('samples bear the time at which their conversion was started', async () => {
  const { clock, chip, join, heard } = bench();
  chip.set(0, 1);
  join(0, 'fast');
  await clock.advance(50);
  expect(heard[0].map((sample) => sample.atMs)).toEqual(chip.starts.slice(0, -1).map((start) => start.atMs));
});

test('turns that crowd after a delay never read a conversion that still runs', async () => {
  const clock = new VirtualClock();
  const chip = new Ads1115Model(clock);
  const bus = new FakeI2cBus(new Map([[0x48, chip]]));
  const polls: Poll[] = [];
  const loop = {
    add: (poll: Poll) => {
      polls.push(poll);
      return () => {};
    },
  };
  const sampler = new AdsSampler(bus, 0x48, { loop, clock, rest: new BusRest(clock), report: () => {} });
  const heard: AdsSample[][] = [[], []];
  chip.set(0, 1);
  chip.set(1, 3);
  sampler.add(0, 'fast', (sample) => heard[0]?.push(sample));
  sampler.add(1, 'fast', (sample) => heard[1]?.push(sample));
  for (let turn = 0; turn < 400; turn += 1) {
    for (const poll of polls) poll(clock.now());
    await clock.advance([0, 0.4, 0.7, 5, 1.1][turn % 5] ?? 5);
  }
  expect(chip.violations).toBe(0);
  expect(heard.map(distinct)).toEqual([[1], [3]]);
});

test('a failed transfer is counted and tried again at the next turn, without a word', async () => {
  const { clock, chip, join, heard, bus, troubles, sampler } = bench();
  chip.set(0, 1);
  join(0, 'fast');
  await clock.advance(100);
  const before = heard[0].length;
  const first = bus.transfers;
  bus.fails = (transfer) => transfer === first || transfer === first + 1;
  await clock.advance(30);
  expect(sampler.errors).toBe(2);
  expect(heard[0].length - before).toBeGreaterThanOrEqual(2);
  expect(distinct(heard[0])).toEqual([1]);
  expect(troubles).toEqual([]);
});

test('a chip that is lost makes all its inputs invalid, says so once, and once more when it is back', async () => {
  const { clock, chip, join, heard, troubles, bus } = bench();
  chip.set(0, 1);
  chip.set(3, 2);
  join(0, 'fast');
  join(3, 'slow');
  await clock.advance(120);
  chip.losePower({ returns: false });
  const lost = clock.now();
  await clock.advance(5 * (adsFailuresMax + 1));
  const reason = 'I2C bus 1, address 0x48: no device answers';
  expect([values(heard[0]).at(-1), values(heard[3]).at(-1)]).toEqual([reason, reason]);
  expect(heard[0].find((sample) => sample.kind === 'invalid')?.atMs).toBeLessThanOrEqual(lost + 20);
  expect(troubles).toEqual([`analogue inputs: ${reason}; failed 3 times, invalid until it answers again`]);
  const transfers = bus.transfers;
  await clock.advance(1000);
  expect(bus.transfers - transfers).toBeLessThanOrEqual(21);
  expect(troubles.length).toBe(1);
  chip.powered = true;
  await clock.advance(70);
  expect([values(heard[0]).at(-1), values(heard[3]).at(-1)]).toEqual([1, 2]);
  expect(troubles.slice(1)).toEqual(['analogue inputs: the ADS1115 at 0x48 answers again']);
  expect(distinct(heard[0])).toEqual([1, reason]);
});

test('a stuck bus, which holds up each transfer for a second, is left in peace for ten; a slow failure is not yet one', () => {
  let now = 1000;
  const clock = { now: () => now, at: () => () => {}, systemTime: () => undefined };
  const polls: Poll[] = [];
  const loop = {
    add: (poll: Poll) => {
      polls.push(poll);
      return () => {};
    },
  };
  const chip = new Ads1115Model(clock);
  chip.set(0, 1);
  const bus = new FakeI2cBus(new Map([[0x48, chip]]));
  const troubles: string[] = [];
  const sampler = new AdsSampler(bus, 0x48, {
    loop,
    clock,
    rest: new BusRest(clock),
    report: ({ text }) => troubles.push(text),
  });
  const heard: AdsSample[] = [];
  sampler.add(0, 'fast', (sample) => heard.push(sample));
  const turns = (count: number): void => {
    for (let turn = 0; turn < count; turn += 1) {
      for (const poll of polls) poll(now);
      now += 5;
    }
  };
  let stuckMs = 1000;
  bus.fails = () => {
    now += stuckMs;
    return true;
  };
  turns(1000);
  expect(sampler.errors).toBe(1);
  expect(values(heard)).toEqual(['I2C bus 1, address 0x48: no device answers']);
  expect(troubles).toEqual([expect.stringMatching(/; held its users up for 1000 ms, invalid until/)]);
  turns(1010);
  expect(sampler.errors).toBe(2);
  bus.fails = () => false;
  turns(2010);
  expect(values(heard).at(-1)).toBe(1);
  expect(troubles.slice(1)).toEqual(['analogue inputs: the ADS1115 at 0x48 answers again']);
  stuckMs = 50;
  const first = bus.transfers;
  bus.fails = (transfer) => {
    if (transfer !== first) return false;
    now += stuckMs;
    return true;
  };
  turns(10);
  expect(values(heard).slice(-3)).toEqual([1, 1, 1]);
  expect([sampler.errors, troubles.length]).toEqual([3, 2]);
});

test('a start that fails each time loses the chip, too', async () => {
  const { clock, chip, join, heard, bus, troubles } = bench();
  chip.set(0, 1);
  join(0, 'fast');
  bus.fails = () => true;
  await clock.advance(30);
  expect(troubles.length).toBe(1);
  expect(distinct(heard[0])).toEqual(['I2C bus 1, address 0x48: no device answers']);
});

test('one that joins while the chip is lost hears so', async () => {
  const { clock, chip, join, heard } = bench();
  join(0, 'fast');
  chip.losePower({ returns: false });
  await clock.advance(100);
  join(1, 'slow');
  await clock.advance(60);
  expect(values(heard[1])).toContain('I2C bus 1, address 0x48: no device answers');
});

test('a supply that fails for a moment, at any instant, yields no wrong value', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double({ min: 0.1, max: 40, noNaN: true }), { maxLength: 20 }), async (waits) => {
      const { clock, chip, join, heard, troubles } = bench();
      for (const input of [0, 1, 2, 3] as const) {
        chip.set(input, input + 0.5);
        join(input, input < 2 ? 'fast' : 'slow');
      }
      for (const wait of waits) {
        await clock.advance(wait);
        chip.losePower({ returns: true });
      }
      await clock.advance(200);
      for (const [input, samples] of heard.entries()) {
        // Three losses within three turns are a lost chip, and said to be.
        const volts = samples.filter((sample) => sample.kind === 'volts');
        expect(distinct(volts)).toEqual([input + 0.5]);
      }
      expect(troubles.length % 2).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test('a supply that fails while a result is read yields no wrong value', async () => {
  const { clock, chip, join, heard } = bench();
  chip.set(0, 1);
  join(0, 'fast');
  for (let time = 0; time < 10; time += 1) {
    await clock.advance(37);
    chip.loseNextResult();
  }
  await clock.advance(100);
  expect(distinct(heard[0])).toEqual([1]);
});

test('an input whose conversion failed is measured again at once, be it slow', async () => {
  const { clock, chip, join, heard, bus } = bench();
  chip.set(2, 1);
  join(2, 'slow');
  bus.fails = (transfer) => transfer === 2;
  await clock.advance(20);
  expect(bus.errors).toBe(1);
  expect(values(heard[2])).toEqual([1]);
});

test('0 V is told as well as any other voltage, and at the same rate', async () => {
  const { clock, chip, join, heard } = bench();
  join(0, 'fast');
  chip.set(1, -adsStepV);
  join(1, 'fast');
  await clock.advance(200);
  expect(distinct(heard[0])).toEqual([0]);
  expect(heard[0].length).toBeGreaterThanOrEqual(19);
  expect(heard[1].length).toBeGreaterThanOrEqual(19);
});

test('another program that changes the configuration is found out', async () => {
  const { clock, chip, join, heard, troubles } = bench();
  chip.set(0, 1);
  join(0, 'fast');
  await clock.advance(100);
  for (let time = 0; time < 30; time += 1) {
    await clock.advance(5);
    chip.meddle();
  }
  expect(troubles.length).toBeGreaterThan(0);
  expect(troubles[0]).toMatch(/configuration is 0xf203 and not 0xc3e3: .*another program uses it/);
  expect(values(heard[0]).at(-1)).toMatch(/another program/);
});

test('error storms of any pattern yield right values or an invalid reading, and end well', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 60 }), async (pattern) => {
      const { clock, chip, join, heard, bus, sampler } = bench();
      for (const input of [0, 1, 2] as const) {
        chip.set(input, input + 0.5);
        join(input, input < 2 ? 'fast' : 'slow');
      }
      bus.fails = (transfer) => pattern[transfer] ?? false;
      await clock.advance(4000);
      expect(chip.violations).toBe(0);
      expect(sampler.errors).toBe(bus.errors);
      for (const [input, samples] of heard.slice(0, 3).entries()) {
        const wrong = samples.filter(
          (sample) => sample.kind === 'volts' && Math.abs(sample.volts - input - 0.5) > 1e-3,
        );
        expect(wrong).toEqual([]);
        expect(values(samples).at(-1)).toBe(input + 0.5);
      }
    }),
    { numRuns: 60 },
  );
});

test('several listeners share an input; who lets go hears nothing more, and the last one ends the conversions', async () => {
  const { clock, chip, join, heard, sampler } = bench();
  const second: AdsSample[] = [];
  chip.set(0, 1);
  const cancel = join(0, 'slow');
  const cancelSecond = sampler.add(0, 'fast', (sample) => second.push(sample));
  await clock.advance(50);
  expect(heard[0].length).toBe(second.length);
  expect(second.length).toBeGreaterThanOrEqual(9);
  cancelSecond();
  cancelSecond();
  await clock.advance(300);
  expect(second.length).toBeLessThanOrEqual(11);
  expect(heard[0].length).toBeGreaterThan(second.length);
  cancel();
  const starts = chip.starts.length;
  const before = heard[0].length;
  await clock.advance(300);
  expect(chip.starts.length).toBe(starts);
  expect(heard[0].length).toBe(before);
});

test('a listener that lets another go keeps it from hearing the same sample; release ends all', async () => {
  const { clock, chip, bus, sampler } = bench();
  const second: AdsSample[] = [];
  chip.set(0, 1);
  let cancelSecond = () => {};
  sampler.add(0, 'fast', () => cancelSecond());
  cancelSecond = sampler.add(0, 'fast', (sample) => second.push(sample));
  await clock.advance(50);
  expect(second).toEqual([]);
  sampler.release();
  const { transfers } = bus;
  await clock.advance(50);
  expect(bus.transfers).toBe(transfers);
});
