/** The analogue inputs of a board on emulated ADS1115 chips: what the circuits around them put on each input. */
import type { AnalogWiring, DividerWiring, ThermometerWiring } from '../../../../src/hal/wiring';
import type { ChipMemory } from './chip-memory';

const zeroCelsiusK = 273.15;

export class AnalogInputs {
  constructor(private readonly chip: ChipMemory) {}

  /** Sets the value that the station is to measure, in V: the circuit is the inverse of the board's calibration. */
  set(wiring: AnalogWiring, value: number): void {
    this.chip.attachAnalog(wiring.address);
    this.chip.setVolts(wiring.address, wiring.input, (value - wiring.offset) / wiring.gain);
  }

  /** Sets the resistance below the pull-up resistor; `Infinity`: open. */
  setOhms(wiring: DividerWiring, ohms: number): void {
    const part = Number.isFinite(ohms) ? ohms / (wiring.pullUpOhms + ohms) : 1;
    this.set(wiring, wiring.supplyV * part);
  }

  /** Sets the temperature of an NTC, in °C; undefined: its wire is broken. */
  setTemperature(wiring: ThermometerWiring, celsius: number | undefined): void {
    if (celsius === undefined) {
      this.setOhms(wiring, Number.POSITIVE_INFINITY);
      return;
    }
    const inverse = 1 / (celsius + zeroCelsiusK) - 1 / (25 + zeroCelsiusK);
    this.setOhms(wiring, wiring.ohmsAt25 * Math.exp(wiring.beta * inverse));
  }
}
