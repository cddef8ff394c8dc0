/** The pilot on a modelled converter: calibration, what is told and when, settling, and everything that makes it invalid. */
import * as fc from 'fast-check';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { BusRest } from '../../../src/drivers/pi/bus-rest';
import { AdsSampler, adsStepV } from '../../../src/drivers/pi/i2c/ads1115';
import { SafetyLoop } from '../../../src/drivers/pi/loop';
import { PwmPilot, pilotSettleMs, pilotSilenceMs, pilotStartMs } from '../../../src/drivers/pi/pilot';
import { AdsProximity } from '../../../src/drivers/pi/proximity';
import type { PilotReading } from '../../../src/hal/parts';
import type { Trouble } from '../../../src/hal/trouble';
import type { PilotWiring } from '../../../src/hal/wiring';
import { Ads1115Model, FakeI2cBus } from './i2c/ads1115-model';

class FakePwm {
  readonly duties: number[] = [];
  refuses = false;
  broken = false;
  stopped = false;

  drive(dutyPercent: number): void {
    this.duties.push(dutyPercent);
    this.broken = this.refuses;
  }

  stop(): void {
    this.stopped = true;
  }
}

/** ±13 V at the terminal become 0.2 to 3.1 V at the input. */
const calibration = { gain: -9, offset: 15 };

interface Heard {
  atMs: number;
  reading: PilotReading;
}

function bench(options: { gain: number; offset: number } = calibration) {
  const clock = new VirtualClock({ startMs: 1000 });
  const chip = new Ads1115Model(clock);
  const bus = new FakeI2cBus(new Map([[0x49, chip]]));
  const loop = new SafetyLoop(clock);
  const troubles: string[] = [];
  const report = ({ text }: Trouble): void => {
    troubles.push(text);
  };
  const sampler = new AdsSampler(bus, 0x49, { loop, clock, rest: new BusRest(clock), report });
  const wiring: PilotWiring = {
    pwm: { chip: 'pwmchip0', channel: 0 },
    high: { address: 0x49, input: 0, ...options },
    low: { address: 0x49, input: 1, ...options },
  };
  const pwm = new FakePwm();
  const pilot = new PwmPilot({ wiring, pwm, sampler: () => sampler, clock, report });
  const heard: Heard[] = [];
  const stopWatching = pilot.watch((reading) => heard.push({ atMs: clock.now(), reading }));
  /** Volts at the pilot terminal that the peak-holds show from now on. */
  const volts = (high: number, low: number): void => {
    chip.set(0, (high - options.offset) / options.gain);
    chip.set(1, (low - options.offset) / options.gain);
  };
  loop.start();
  return { clock, chip, bus, loop, sampler, pwm, pilot, heard, volts, troubles, stopWatching };
}

function rounded({ reading }: Heard): string {
  if (reading.kind === 'invalid') return reading.reason;
  return `${reading.high.toFixed(1)}/${reading.low.toFixed(1)}`;
}

test('it drives +12 V from the start, and each output by its duty', () => {
  const { pilot, pwm } = bench();
  expect(pwm.duties).toEqual([100]);
  pilot.drive({ kind: 'pwm', dutyPercent: 26.67 });
  pilot.drive({ kind: 'unavailable' });
  pilot.drive({ kind: 'steady' });
  expect(pwm.duties.slice(1)).toEqual([26.67, 0, 100]);
});

test('without PWM both plateaus are that of the level which is driven; the other peak-hold is not believed', async () => {
  const { clock, pilot, volts, heard } = bench();
  volts(9, 40);
  await clock.advance(100);
  expect(heard.map(rounded)).toEqual(['9.0/9.0']);
  pilot.drive({ kind: 'pwm', dutyPercent: 20 });
  volts(9, -12);
  await clock.advance(100);
  expect(heard.slice(1).map(rounded)).toEqual(['9.0/-12.0']);
  pilot.drive({ kind: 'unavailable' });
  volts(40, -12);
  await clock.advance(100);
  expect(heard.slice(2).map(rounded)).toEqual(['-12.0/-12.0']);
});

test('any calibration and voltage: the reading is true to one step of the converter', async () => {
  const gain = fc.oneof(fc.double({ min: 1, max: 12, noNaN: true }), fc.double({ min: -12, max: -1, noNaN: true }));
  const input = fc.double({ min: -4, max: 4, noNaN: true });
  await fc.assert(
    fc.asyncProperty(gain, fc.double({ min: -20, max: 20, noNaN: true }), input, input, async (g, offset, a, b) => {
      const { clock, pilot, volts, heard } = bench({ gain: g, offset });
      const [high, low] = [a * g + offset, b * g + offset];
      pilot.drive({ kind: 'pwm', dutyPercent: 50 });
      volts(high, low);
      await clock.advance(100);
      const last = heard.at(-1)?.reading;
      if (last?.kind !== 'volts') throw new Error('no volts');
      expect(Math.abs(last.high - high)).toBeLessThanOrEqual(adsStepV * Math.abs(g));
      expect(Math.abs(last.low - low)).toBeLessThanOrEqual(adsStepV * Math.abs(g));
    }),
    { numRuns: 60 },
  );
});

test('a vehicle that leaves (6 to 12 V) at any instant is told within 25 ms, with slow inputs on the same chip', async () => {
  let longestMs = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 1300 }), async (tenths) => {
      const { clock, pilot, volts, heard, sampler } = bench();
      sampler.add(2, 'slow', () => {});
      sampler.add(3, 'slow', () => {});
      pilot.drive({ kind: 'pwm', dutyPercent: 50 });
      volts(6, -12);
      await clock.advance(300 + tenths / 10);
      const left = clock.now();
      volts(12, -12);
      await clock.advance(100);
      const told = heard.find(({ reading }) => reading.kind === 'volts' && reading.high > 11.9);
      longestMs = Math.max(longestMs, (told?.atMs ?? Number.POSITIVE_INFINITY) - left);
      expect(longestMs).toBeLessThanOrEqual(25);
    }),
    { numRuns: 200 },
  );
  // So the bound above is a real one.
  expect(longestMs).toBeGreaterThan(10);
});

test('a plateau is told again when it moves by 0.2 V, or by less into another state', async () => {
  const { clock, pilot, volts, heard } = bench();
  pilot.drive({ kind: 'pwm', dutyPercent: 50 });
  volts(9, -12);
  await clock.advance(100);
  heard.length = 0;
  for (const high of [9.1, 8.85, 9.15, 9.05]) {
    volts(high, -12);
    await clock.advance(50);
  }
  expect(heard).toEqual([]);
  for (const high of [9.25, 9.4, 9.5, 7.55, 7.45, 7.4, 7.55]) {
    volts(high, -12);
    await clock.advance(50);
  }
  // 9.5 is the first that lies 0.2 V from the last one told, 9.25.
  const highs = heard.map(({ reading }) => (reading.kind === 'volts' ? reading.high : Number.NaN));
  expect(highs.map((high) => Math.round(high * 20) / 20)).toEqual([9.25, 9.5, 7.55, 7.45, 7.55]);
  heard.length = 0;
  for (const low of [-11.9, -10.04, -9.96, -9.98]) {
    volts(7.55, low);
    await clock.advance(50);
  }
  expect(heard.map((told) => rounded(told).split('/')[1])).toEqual(['-10.0', '-10.0']);
});

test('after a change of output nothing is told until the peak-holds have followed, and then in any case', async () => {
  const { clock, pilot, volts, heard } = bench();
  volts(9, 9);
  await clock.advance(102);
  heard.length = 0;
  const changed = clock.now();
  pilot.drive({ kind: 'pwm', dutyPercent: 50 });
  // On their way they pass through what would be states C, D and E.
  for (const [high, low] of [
    [6, 5],
    [3, 0],
    [1, -6],
    [6, -9],
    [9, -12],
  ] as const) {
    volts(high, low);
    await clock.advance(pilotSettleMs / 5);
  }
  await clock.advance(100);
  expect(heard.map(rounded)).toEqual(['9.0/-12.0']);
  expect((heard[0]?.atMs ?? 0) - changed).toBeLessThanOrEqual(pilotSettleMs + 25);
  pilot.drive({ kind: 'steady' });
  pilot.drive({ kind: 'pwm', dutyPercent: 20 });
  await clock.advance(100);
  expect(heard.slice(1).map(rounded)).toEqual(['9.0/-12.0']);
});

test('a change of duty alone holds nothing back', async () => {
  const { clock, pilot, volts, heard } = bench();
  pilot.drive({ kind: 'pwm', dutyPercent: 50 });
  volts(6, -12);
  await clock.advance(102);
  heard.length = 0;
  pilot.drive({ kind: 'pwm', dutyPercent: 20 });
  volts(12, -12);
  await clock.advance(25);
  expect(heard.map(rounded).at(-1)).toBe('12.0/-12.0');
});

test('watchers hear the present value soon, never from inside a call, and nothing after they let go', async () => {
  const { clock, pilot, volts, heard, stopWatching } = bench();
  volts(9, 9);
  await clock.advance(51);
  const late: string[] = [];
  pilot.watch((reading) => late.push(rounded({ atMs: 0, reading })));
  expect(late).toEqual([]);
  await clock.advance(0);
  expect(late).toEqual(['9.0/9.0']);
  stopWatching();
  volts(12, 12);
  await clock.advance(50);
  expect(late.at(-1)).toBe('12.0/12.0');
  expect(heard.map(rounded)).toEqual(['9.0/9.0']);
});

test('an input out of its range, or a lost chip, makes the reading invalid with the reason, and it comes back', async () => {
  const { clock, pilot, volts, heard, chip, troubles } = bench();
  pilot.drive({ kind: 'pwm', dutyPercent: 50 });
  volts(9, -12);
  await clock.advance(100);
  volts(9, -60);
  await clock.advance(30);
  expect(heard.map(rounded).at(-1)).toBe('low plateau: above the range of the input (4.096 V)');
  volts(9, -12);
  await clock.advance(50);
  expect(heard.map(rounded).at(-1)).toBe('9.0/-12.0');
  chip.losePower({ returns: false });
  heard.length = 0;
  const lost = clock.now();
  await clock.advance(1000);
  // Each channel by itself is invalid; the plateau that is named is the first of them.
  const reasons = heard.map(rounded);
  expect(reasons.length).toBeLessThanOrEqual(2);
  for (const reason of reasons)
    expect(reason).toMatch(/^(high|low) plateau: I2C bus 1, address 0x49: no device answers$/);
  expect((heard[0]?.atMs ?? 0) - lost).toBeLessThanOrEqual(20);
  chip.powered = true;
  await clock.advance(100);
  expect(heard.map(rounded).at(-1)).toBe('9.0/-12.0');
  expect(troubles.map((line) => line.split(':')[0])).toEqual(['analogue inputs', 'analogue inputs']);
});

test('a chip that loses its supply for a moment while a vehicle charges is not noticed at the pilot', async () => {
  const { clock, pilot, volts, heard, chip } = bench();
  pilot.drive({ kind: 'pwm', dutyPercent: 50 });
  volts(6, -12);
  await clock.advance(101);
  heard.length = 0;
  for (const wait of [23, 41, 37, 52.5, 61]) {
    chip.losePower({ returns: true });
    await clock.advance(wait);
  }
  expect(heard).toEqual([]);
});

test('a loop that stands still makes the reading invalid after 50 ms, told once', async () => {
  const { clock, volts, heard, loop, troubles } = bench();
  volts(9, 9);
  await clock.advance(100);
  loop.stop();
  const stopped = clock.now();
  await clock.advance(500);
  expect(heard.map(rounded)).toEqual(['9.0/9.0', `no measurement for ${pilotSilenceMs} ms`]);
  expect((heard[1]?.atMs ?? 0) - stopped).toBeLessThanOrEqual(pilotSilenceMs);
  expect(troubles).toEqual(['pilot: no measurement for 50 ms']);
  loop.start();
  await clock.advance(100);
  expect(heard.map(rounded).at(-1)).toBe('9.0/9.0');
  expect(troubles.slice(1)).toEqual(['pilot: measured again']);
});

test('the first measurement may take a second: a thread that starts has other parts to set up', async () => {
  const { clock, heard, loop, troubles, volts } = bench();
  volts(9, 9);
  loop.stop();
  await clock.advance(pilotStartMs - 50);
  expect([heard, troubles]).toEqual([[], []]);
  loop.start();
  await clock.advance(40);
  expect(heard.map(rounded)).toEqual(['9.0/9.0']);
  // From then on 50 ms are enough.
  loop.stop();
  await clock.advance(60);
  expect(troubles).toEqual(['pilot: no measurement for 50 ms']);
});

test('without any measurement the reading is invalid after that second', async () => {
  const { clock, heard, loop } = bench();
  loop.stop();
  await clock.advance(pilotStartMs + 1);
  expect(heard.map(rounded)).toEqual(['no measurement for 50 ms']);
});

test('one channel alone that is not measured is enough', async () => {
  const clock = new VirtualClock();
  const listeners: ((sample: { kind: 'volts'; volts: number; atMs: number }) => void)[] = [];
  const sampler = {
    add: (_input: number, _every: string, hear: (typeof listeners)[number]) => {
      listeners.push(hear);
      return () => {};
    },
  };
  const wiring: PilotWiring = {
    pwm: { chip: 'pwmchip0', channel: 0 },
    high: { address: 0x48, input: 0, gain: 1, offset: 0 },
    low: { address: 0x48, input: 1, gain: 1, offset: 0 },
  };
  const pilot = new PwmPilot({ wiring, pwm: new FakePwm(), sampler: () => sampler, clock, report: () => {} });
  const heard: Heard[] = [];
  pilot.watch((reading) => heard.push({ atMs: clock.now(), reading }));
  pilot.drive({ kind: 'pwm', dutyPercent: 50 });
  for (let turn = 0; turn < 30; turn += 1) {
    await clock.advance(5);
    listeners[0]?.({ kind: 'volts', volts: 9, atMs: clock.now() });
    if (turn < 10) listeners[1]?.({ kind: 'volts', volts: -12, atMs: clock.now() });
  }
  expect(heard.map(rounded)).toEqual(['9.0/-12.0', 'no measurement for 50 ms']);
  expect(heard[1]?.atMs).toBe(100);
});

test('a generator that fails makes the reading invalid by a timer, is tried again, and settles when it works', async () => {
  const { clock, pilot, pwm, volts, heard } = bench();
  volts(9, 9);
  await clock.advance(101);
  heard.length = 0;
  pwm.refuses = true;
  pilot.drive({ kind: 'pwm', dutyPercent: 50 });
  expect(heard).toEqual([]);
  await clock.advance(0);
  expect(heard.map(rounded)).toEqual(['the generator of the pilot signal does not work']);
  const tries = pwm.duties.length;
  await clock.advance(1000);
  expect(pwm.duties.length - tries).toBeGreaterThanOrEqual(10);
  expect(pwm.duties.at(-1)).toBe(50);
  expect(heard.length).toBe(1);
  pwm.refuses = false;
  volts(9, -12);
  await clock.advance(200);
  expect(heard.slice(1).map(rounded)).toEqual(['9.0/-12.0']);
});

test('a generator that works again counts as a change of output: the peak-holds must follow first', async () => {
  const { clock, pilot, pwm, volts, heard } = bench();
  pilot.drive({ kind: 'pwm', dutyPercent: 50 });
  volts(9, -12);
  await clock.advance(101);
  pwm.refuses = true;
  pilot.drive({ kind: 'pwm', dutyPercent: 20 });
  await clock.advance(61);
  heard.length = 0;
  pwm.refuses = false;
  volts(3, 0);
  pilot.drive({ kind: 'pwm', dutyPercent: 20 });
  await clock.advance(pilotSettleMs - 1);
  volts(9, -12);
  await clock.advance(100);
  expect(heard.map(rounded)).toEqual(['9.0/-12.0']);
});

test('it shares its chip with a proximity contact and keeps its beat', async () => {
  const { clock, volts, heard, chip, sampler, pilot } = bench();
  const wiring = { address: 0x49, input: 2 as const, gain: 1, offset: 0, pullUpOhms: 330, supplyV: 3.3 };
  const proximity = new AdsProximity({ wiring, sampler: () => sampler, clock });
  const ohms: number[] = [];
  proximity.watch((reading) => ohms.push(reading.kind === 'ohms' ? Math.round(reading.ohms) : -1));
  pilot.drive({ kind: 'pwm', dutyPercent: 50 });
  volts(6, -12);
  chip.set(2, 3.3 / 4);
  await clock.advance(500);
  expect(ohms).toEqual([110]);
  expect(heard.map(rounded)).toEqual(['6.0/-12.0']);
});

test('release stops the signal and every timer', async () => {
  const { clock, pilot, pwm, volts, heard, loop, chip } = bench();
  volts(9, 9);
  await clock.advance(100);
  heard.length = 0;
  pilot.release();
  expect(pwm.stopped).toBe(true);
  pilot.drive({ kind: 'steady' });
  expect(pwm.duties).toEqual([100]);
  volts(12, 12);
  const starts = chip.starts.length;
  await clock.advance(200);
  expect(heard).toEqual([]);
  expect(chip.starts.length).toBe(starts);
  loop.stop();
  expect(clock.pendingTimers).toBe(0);
});

test('a listener may let the part go while it is told of silence', async () => {
  const { clock, pilot, volts, loop } = bench();
  volts(9, 9);
  await clock.advance(100);
  pilot.watch((reading) => {
    if (reading.kind === 'invalid') pilot.release();
  });
  loop.stop();
  await clock.advance(200);
  expect(clock.pendingTimers).toBe(0);
});
