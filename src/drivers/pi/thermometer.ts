/** Temperature from an NTC thermistor in a divider, by the beta formula. */
import type { Cancel } from '../../hal/clock';
import type { Listener, Thermometer } from '../../hal/parts';
import { Watched } from '../../hal/watched';
import type { ThermometerWiring } from '../../hal/wiring';
import type { AdsSample } from './i2c/ads1115';
import { type DividerOptions, dividerReading } from './proximity';

/** Outside of this, in °C, the sensor is open, shorted or absent. */
export const temperatureRangeC = { lowest: -40, highest: 150 } as const;
/** A change of this is told, in °C. */
export const temperatureStepC = 0.5;
const zeroCelsiusK = 273.15;
const referenceK = 298.15;

/** Temperature in °C; undefined when the sensor does not answer. */
export function temperatureOf(sample: AdsSample, wiring: ThermometerWiring): number | undefined {
  // In the cold an NTC takes nearly all of the supply: only the range of temperatures tells that it is open.
  const reading = dividerReading(sample, wiring, 1);
  if (reading.kind === 'invalid') return undefined;
  const kelvin = 1 / (1 / referenceK + Math.log(reading.ohms / wiring.ohmsAt25) / wiring.beta);
  const celsius = kelvin - zeroCelsiusK;
  // Also refuses what 0 Ω and an open sensor make of the formula.
  const plausible = celsius >= temperatureRangeC.lowest && celsius <= temperatureRangeC.highest;
  return plausible ? celsius : undefined;
}

export class AdsThermometer implements Thermometer {
  private readonly watched: Watched<number | undefined>;
  private readonly cancel: Cancel;

  constructor({ wiring, sampler, clock }: DividerOptions<ThermometerWiring>) {
    this.watched = new Watched(clock);
    this.cancel = sampler(wiring.address).add(wiring.input, 'slow', (sample) => {
      const celsius = temperatureOf(sample, wiring);
      const told = this.watched.present;
      if (told === undefined || differs(told.value, celsius)) this.watched.setNow(celsius);
    });
  }

  watch(listener: Listener<number | undefined>): Cancel {
    return this.watched.watch(listener);
  }

  /** Tells nothing any more. */
  release(): void {
    this.cancel();
    this.watched.close();
  }
}

function differs(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return a !== b;
  return Math.abs(a - b) >= temperatureStepC;
}
