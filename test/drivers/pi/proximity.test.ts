/** Proximity contact and thermometer on a modelled converter: ohms, degrees, what is told, and what cannot be measured. */
import * as fc from 'fast-check';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { BusRest } from '../../../src/drivers/pi/bus-rest';
import { AdsSampler, adsStepV } from '../../../src/drivers/pi/i2c/ads1115';
import { SafetyLoop } from '../../../src/drivers/pi/loop';
import { AdsProximity } from '../../../src/drivers/pi/proximity';
import type { ProximityReading } from '../../../src/hal/parts';
import type { DividerWiring } from '../../../src/hal/wiring';
import { Ads1115Model, FakeI2cBus } from './i2c/ads1115-model';

const plain: DividerWiring = { address: 0x48, input: 2, gain: 1, offset: 0, pullUpOhms: 330, supplyV: 3.3 };

function bench(wiring: DividerWiring = plain) {
  const clock = new VirtualClock({ startMs: 1000 });
  const chip = new Ads1115Model(clock);
  const loop = new SafetyLoop(clock);
  const bus = new FakeI2cBus(new Map([[0x48, chip]]));
  const sampler = new AdsSampler(bus, 0x48, { loop, clock, rest: new BusRest(clock), report: () => {} });
  const proximity = new AdsProximity({ wiring, sampler: () => sampler, clock });
  const heard: ProximityReading[] = [];
  proximity.watch((reading) => heard.push(reading));
  const resistor = (ohms: number): void => {
    const share = ohms === Number.POSITIVE_INFINITY ? 1 : ohms / (ohms + wiring.pullUpOhms);
    chip.set(2, (wiring.supplyV * share - wiring.offset) / wiring.gain);
  };
  loop.start();
  return { clock, chip, bus, loop, proximity, heard, resistor };
}

function texts(heard: readonly ProximityReading[]): (number | string)[] {
  return heard.map((reading) => (reading.kind === 'ohms' ? Math.round(reading.ohms) : reading.reason));
}

test('plugs of every rating, and none, are told in ohms', async () => {
  const { clock, heard, resistor } = bench();
  for (const ohms of [Number.POSITIVE_INFINITY, 1500, 680, 220, 100, Number.POSITIVE_INFINITY]) {
    resistor(ohms);
    await clock.advance(150);
  }
  const told = texts(heard);
  expect(told).toEqual([Number.POSITIVE_INFINITY, 1500, 680, 220, 100, Number.POSITIVE_INFINITY]);
});

test('any resistor and calibration: ohms are true to a step of the converter', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 0.5, max: 2, noNaN: true }),
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.double({ min: 1, max: 9000, noNaN: true }),
      async (gain, offset, ohms) => {
        const wiring = { ...plain, gain, offset };
        const { clock, heard, resistor, chip } = bench(wiring);
        resistor(ohms);
        const inputV = ((3.3 * ohms) / (ohms + 330) - offset) / gain;
        fc.pre(Math.abs(inputV) < 4.09);
        await clock.advance(150);
        const [reading] = heard;
        if (reading?.kind !== 'ohms') throw new Error('no ohms');
        const seenV = (3.3 * reading.ohms) / (reading.ohms + 330);
        expect(Math.abs(seenV - (3.3 * ohms) / (ohms + 330))).toBeLessThanOrEqual(adsStepV * gain);
        expect(chip.violations).toBe(0);
      },
    ),
    { numRuns: 60 },
  );
});

test('from 97 % of the supply on no plug is there; a little below 0 V is 0 ohms, more is a fault', async () => {
  const { clock, chip, heard } = bench();
  for (const volts of [0.972 * 3.3, 3.4, 0.968 * 3.3, -0.05, -0.15, 0]) {
    chip.set(2, volts);
    await clock.advance(150);
  }
  expect(texts(heard)).toEqual([
    Number.POSITIVE_INFINITY,
    9980, // 0.968 / 0.032 × 330 Ω, by steps of 125 µV
    0,
    '-0.15 V at the divider: look for a wrong wire or offset',
    0,
  ]);
});

test('changes up to 5 % are not told, greater ones are, counted from what was last told', async () => {
  const { clock, heard, resistor } = bench();
  for (const ohms of [220, 228, 213, 229, 235, 240, 223.5]) {
    resistor(ohms);
    await clock.advance(150);
  }
  expect(texts(heard)).toEqual([220, 235, 223]);
});

test('noise at a short circuit is not told', async () => {
  const { clock, heard, resistor } = bench();
  for (const ohms of [0.1, 0.2, 0.05, 0.3]) {
    resistor(ohms);
    await clock.advance(150);
  }
  expect(heard.length).toBe(1);
});

test('a lost chip is told once with the reason, and the plug again when it is back', async () => {
  const { clock, chip, heard, resistor } = bench();
  resistor(220);
  await clock.advance(300);
  chip.losePower({ returns: false });
  await clock.advance(1000);
  chip.powered = true;
  await clock.advance(300);
  expect(texts(heard)).toEqual([220, 'I2C bus 1, address 0x48: no device answers', 220]);
});

test('late watchers hear the present value by a timer; after release nobody hears anything', async () => {
  const { clock, proximity, resistor, heard, chip } = bench();
  resistor(220);
  await clock.advance(150);
  const late: ProximityReading[] = [];
  proximity.watch((reading) => late.push(reading));
  expect(late).toEqual([]);
  await clock.advance(0);
  expect(texts(late)).toEqual([220]);
  proximity.release();
  resistor(100);
  const starts = chip.starts.length;
  await clock.advance(300);
  expect(chip.starts.length).toBe(starts);
  expect([heard.length, late.length]).toEqual([1, 1]);
});
