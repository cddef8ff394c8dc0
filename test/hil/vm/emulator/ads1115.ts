/** An ADS1115 analogue-to-digital converter as a device on an I2C bus, after its data sheet (TI SBAS444). */

const fullScaleV = [6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256] as const;
const samplesPerSecond = [8, 16, 32, 64, 128, 250, 475, 860] as const;
/** Inputs of the multiplexer's first four settings; the others measure one input against ground. */
const differences = [
  [0, 1],
  [0, 3],
  [1, 3],
  [2, 3],
] as const;
/** Time to wake from power-down before a conversion, in ms. */
const wakeMs = 0.03;

const pointer = { conversion: 0, config: 1, low: 2, high: 3 } as const;
const startBit = 0x8000;
const singleShotBit = 0x0100;

export class Ads1115 {
  private readonly registers = [0, 0x0583, 0x8000, 0x7fff];
  private pointed = 0;
  private converting = false;
  private readyMs = 0;

  /** `volts` gives an input's voltage against ground in V; `now` is in ms. */
  constructor(
    private readonly volts: (input: number) => number,
    private readonly now: () => number,
  ) {}

  write(bytes: Uint8Array): void {
    const [register, high, low] = bytes;
    if (register === undefined) return;
    this.pointed = register & 3;
    if (high === undefined || low === undefined || this.pointed === pointer.conversion) return;
    const word = (high << 8) | low;
    this.registers[this.pointed] = this.pointed === pointer.config ? word & ~startBit : word;
    if (this.pointed !== pointer.config) return;
    // A start bit does nothing while a conversion runs, and continuous mode needs none.
    if ((word & singleShotBit) === 0 || ((word & startBit) !== 0 && !this.busy)) this.start();
  }

  read(length: number): Buffer {
    this.settle();
    const stored = this.registers[this.pointed] ?? 0;
    const idle = this.pointed === pointer.config && !this.busy && (stored & singleShotBit) !== 0;
    const word = idle ? stored | startBit : stored;
    return Buffer.from(
      Array.from({ length }, (_, index) => (index === 0 ? word >> 8 : index === 1 ? word & 0xff : 0xff)),
    );
  }

  private get config(): number {
    return this.registers[pointer.config] ?? 0;
  }

  private get busy(): boolean {
    return this.converting && this.now() < this.readyMs;
  }

  private start(): void {
    const rate = samplesPerSecond[(this.config >> 5) & 7] ?? 8;
    this.converting = true;
    this.readyMs = this.now() + wakeMs + 1000 / rate;
  }

  /** The result of a conversion appears when its time is over. */
  private settle(): void {
    if (!this.converting || this.now() < this.readyMs) return;
    this.registers[pointer.conversion] = this.sample();
    if ((this.config & singleShotBit) === 0) this.start();
    else this.converting = false;
  }

  private sample(): number {
    const mux = (this.config >> 12) & 7;
    const [plus, minus] = differences[mux] ?? [mux - 4, undefined];
    const volts = this.volts(plus) - (minus === undefined ? 0 : this.volts(minus));
    const counts = Math.round((volts / (fullScaleV[(this.config >> 9) & 7] ?? 1)) * 32768);
    return Math.max(-32768, Math.min(32767, counts)) & 0xffff;
  }
}
