/** A behavioural ADS1115 behind a bus of its own: pointer, configuration, conversion time, reset at power loss, NACK. */
import type { I2cBus } from '../../../../src/drivers/pi/i2c/bus';
import type { Clock } from '../../../../src/hal/clock';
import { GreenupError } from '../../../../src/hal/errors';

const fullScaleV = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256];
const samplesPerSecond = [8, 16, 32, 64, 128, 250, 475, 860];
const resetConfig = 0x8583;

interface Step {
  fromMs: number;
  volts: number;
}

export class Ads1115Model {
  powered = true;
  /** Starts by multiplexer setting, in order: 4 to 7 are inputs 0 to 3. */
  readonly starts: { input: number; atMs: number }[] = [];
  /** What a driver must never do: read a result, or start anew, while a conversion runs. */
  violations = 0;
  private dying = false;
  private pointer = 0;
  private config = resetConfig;
  private result = 0;
  private running: { config: number; startMs: number; endMs: number } | undefined;
  private readonly inputs: Step[][] = [0, 1, 2, 3].map(() => [{ fromMs: Number.NEGATIVE_INFINITY, volts: 0 }]);

  /** `slowness`: 1.1 is an oscillator that is 10 % slow, as the data sheet allows. */
  constructor(
    private readonly clock: Clock,
    private readonly slowness = 1.1,
  ) {}

  /** Volts at an input from now on. */
  set(input: number, volts: number): void {
    this.inputs[input]?.push({ fromMs: this.clock.now(), volts });
  }

  /** The supply fails for a moment, or for good: registers are reset, a running conversion is lost. */
  losePower(options: { returns: boolean }): void {
    this.powered = options.returns;
    this.pointer = 0;
    this.config = resetConfig;
    this.result = 0;
    this.running = undefined;
  }

  /** The supply fails for a moment while the next result is read: nobody pulls the data line down, which makes ones. */
  loseNextResult(): void {
    this.dying = true;
  }

  /** Another program writes the configuration: input 3 at 8 samples/s. */
  meddle(): void {
    this.config = 0xf203;
  }

  write(bytes: Uint8Array): void {
    const [pointer = 0, high, low] = bytes;
    this.pointer = pointer & 3;
    if (this.pointer !== 1 || high === undefined || low === undefined) return;
    this.config = ((high << 8) | low) & 0x7fff;
    if ((high & 0x80) === 0) return;
    this.settle();
    if (this.running !== undefined) this.violations += 1;
    const startMs = this.clock.now();
    const rate = samplesPerSecond[(this.config >> 5) & 7] ?? 128;
    this.running = { config: this.config, startMs, endMs: startMs + (1000 / rate) * this.slowness + 0.03 };
    this.starts.push({ input: ((this.config >> 12) & 7) - 4, atMs: startMs });
  }

  read(count: number): Uint8Array {
    this.settle();
    if (this.dying && this.pointer === 0) {
      this.dying = false;
      this.losePower({ returns: true });
      return new Uint8Array(count).fill(0xff);
    }
    if (this.pointer === 0 && this.running !== undefined) this.violations += 1;
    const idle = this.running === undefined ? 0x8000 : 0;
    const word = this.pointer === 0 ? this.result : this.pointer === 1 ? this.config | idle : 0;
    return Uint8Array.of((word >> 8) & 0xff, word & 0xff).subarray(0, count);
  }

  private settle(): void {
    const { running } = this;
    if (running === undefined || this.clock.now() < running.endMs) return;
    this.running = undefined;
    const multiplexer = (running.config >> 12) & 7;
    const scale = fullScaleV[(running.config >> 9) & 7] ?? 2.048;
    const volts = multiplexer >= 4 ? this.average(multiplexer - 4, running.startMs, running.endMs) : 0;
    this.result = Math.max(-0x8000, Math.min(0x7fff, Math.round((volts / scale) * 0x8000)));
  }

  /** A delta-sigma converter averages over its conversion. */
  private average(input: number, startMs: number, endMs: number): number {
    const steps = this.inputs[input] ?? [];
    const sum = steps.reduce((total, step, index) => {
      const from = Math.max(step.fromMs, startMs);
      const to = Math.min(steps[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY, endMs);
      return to > from ? total + step.volts * (to - from) : total;
    }, 0);
    return sum / (endMs - startMs);
  }
}

/** The bus: chips by address, and failures on demand. */
export class FakeI2cBus implements I2cBus {
  errors = 0;
  transfers = 0;
  closed = false;
  /** Whether this transfer fails, by its number from 0. */
  fails: (transfer: number) => boolean = () => false;

  constructor(private readonly chips: ReadonlyMap<number, Ads1115Model>) {}

  write(address: number, bytes: Uint8Array): void {
    this.chip(address).write(bytes);
  }

  read(address: number, count: number): Uint8Array {
    return this.chip(address).read(count);
  }

  close(): void {
    this.closed = true;
  }

  private chip(address: number): Ads1115Model {
    const number = this.transfers;
    this.transfers += 1;
    const chip = this.chips.get(address);
    if (chip?.powered && !this.fails(number)) return chip;
    this.errors += 1;
    throw new GreenupError('part.failed', `I2C bus 1, address 0x${address.toString(16)}: no device answers`);
  }
}
