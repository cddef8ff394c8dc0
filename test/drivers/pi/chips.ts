/** A machine with several scripted GPIO chips, told apart by the names of a board file. */
import type { GpioLines } from '../../../src/drivers/pi/gpio/lines';
import { FakeGpio } from './fake-gpio';

export interface Chips extends GpioLines {
  chip(name: string): FakeGpio;
}

export function chips(now: () => number): Chips {
  const made = new Map<string, FakeGpio>();
  const chip = (name: string): FakeGpio => {
    const gpio = made.get(name) ?? new FakeGpio(now);
    made.set(name, gpio);
    return gpio;
  };
  return {
    chip,
    output: (wiring) => chip(wiring.chip).output(wiring),
    input: (wiring) => chip(wiring.chip).input(wiring),
  };
}
