/** NTC thermistors: degrees by the beta formula, steps that are told, and sensors that are open, shorted or lost. */
import * as fc from 'fast-check';
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import type { AdsSample } from '../../../src/drivers/pi/i2c/ads1115';
import { AdsThermometer, temperatureOf } from '../../../src/drivers/pi/thermometer';
import type { ThermometerWiring } from '../../../src/hal/wiring';

const wiring: ThermometerWiring = {
  address: 0x48,
  input: 3,
  gain: 1,
  offset: 0,
  pullUpOhms: 10_000,
  supplyV: 3.3,
  ohmsAt25: 10_000,
  beta: 3950,
};

function volts(celsius: number): number {
  const ohms = wiring.ohmsAt25 * Math.exp(wiring.beta * (1 / (celsius + 273.15) - 1 / 298.15));
  return (wiring.supplyV * ohms) / (ohms + wiring.pullUpOhms);
}

function sample(value: number): AdsSample {
  return { kind: 'volts', volts: value, atMs: 0 };
}

function bench() {
  const clock = new VirtualClock();
  let hear: (sample: AdsSample) => void = () => {};
  const joined: unknown[][] = [];
  const sampler = {
    add: (input: number, every: string, listener: (sample: AdsSample) => void) => {
      joined.push([input, every]);
      hear = listener;
      return () => {
        hear = () => {};
      };
    },
  };
  const thermometer = new AdsThermometer({ wiring, sampler: () => sampler, clock });
  const heard: (number | undefined)[] = [];
  thermometer.watch((celsius) => heard.push(celsius === undefined ? undefined : Math.round(celsius * 10) / 10));
  return { clock, thermometer, heard, joined, feed: (fed: AdsSample) => hear(fed) };
}

test('any temperature from −40 to 150 °C comes back from its voltage', () => {
  fc.assert(
    fc.property(fc.double({ min: -39.99, max: 149.99, noNaN: true }), (celsius) => {
      expect(temperatureOf(sample(volts(celsius)), wiring)).toBeCloseTo(celsius, 6);
    }),
  );
});

test('two points of a real part: a 10 kΩ NTC with beta 3950 has about 27.4 kΩ at 3.7 °C, 1.36 kΩ at 80 °C', () => {
  expect(temperatureOf(sample((3.3 * 27_400) / 37_400), wiring)).toBeCloseTo(3.8, 0);
  expect(temperatureOf(sample((3.3 * 1270) / 11_270), wiring)).toBeCloseTo(80, 0);
  expect(temperatureOf(sample(1.65), wiring)).toBeCloseTo(25, 9);
});

test.each([
  ['open', sample(3.3)],
  ['above the supply', sample(3.5)],
  ['shorted', sample(0)],
  ['below 0 V', sample(-0.5)],
  ['below −40 °C', sample(volts(-41))],
  ['above 150 °C', sample(volts(151))],
  ['not measured', { kind: 'invalid', reason: 'x', atMs: 0 } as const],
])('a sensor that is %s has no temperature', (_what, fed) => {
  expect(temperatureOf(fed, wiring)).toBeUndefined();
});

test('it joins as a slow input, tells steps of half a degree and the loss of the sensor, once each', async () => {
  const { clock, heard, joined, feed, thermometer } = bench();
  expect(joined).toEqual([[3, 'slow']]);
  for (const celsius of [20, 20.4, 19.6, 20.51, 20.2, 20]) feed(sample(volts(celsius)));
  for (const fed of [sample(3.3), sample(0), sample(volts(20))]) feed(fed);
  expect(heard).toEqual([20, 20.5, 20, undefined, 20]);
  const late: (number | undefined)[] = [];
  feed(sample(3.3));
  thermometer.watch((celsius) => late.push(celsius));
  expect(late).toEqual([]);
  await clock.advance(0);
  expect(late).toEqual([undefined]);
  thermometer.release();
  feed(sample(volts(50)));
  expect(late.length).toBe(1);
});
