/** What a chip's thread and the rest of the emulator share: levels and voltages from outside, read without a word. */

const analogAddressFirst = 0x48;
const analogAddresses = 4;
const inputsPerAddress = 4;

/** Places of the whole numbers. */
const place = { levels: 0, attached: 1, lost: 2 } as const;
const wordBytes = 16;

/** What the station drives: one bit a line, and which lines are outputs. */
export interface ChipOutputs {
  directions: number;
  latch: number;
}

export class ChipMemory {
  private readonly words: Int32Array;
  private readonly analog: Float64Array;

  constructor(
    readonly shared: SharedArrayBuffer = new SharedArrayBuffer(wordBytes + 8 * analogAddresses * inputsPerAddress),
  ) {
    this.words = new Int32Array(shared, 0, wordBytes / 4);
    this.analog = new Float64Array(shared, wordBytes);
  }

  /** Levels from outside, one bit a line. */
  get levels(): number {
    return Atomics.load(this.words, place.levels);
  }

  setLevel(line: number, high: boolean): void {
    if (high) Atomics.or(this.words, place.levels, 1 << line);
    else Atomics.and(this.words, place.levels, ~(1 << line));
  }

  /** An ADS1115 is on the chip's I2C bus from now on. `address`: 0x48 to 0x4B. */
  attachAnalog(address: number): void {
    Atomics.or(this.words, place.attached, 1 << (address - analogAddressFirst));
  }

  /** Whether somebody answers to an I2C address. */
  acknowledges(address: number): boolean {
    const bit = address - analogAddressFirst;
    if (Atomics.load(this.words, place.lost) !== 0 || bit < 0 || bit >= analogAddresses) return false;
    return ((Atomics.load(this.words, place.attached) >> bit) & 1) === 1;
  }

  setBusLost(lost: boolean): void {
    Atomics.store(this.words, place.lost, lost ? 1 : 0);
  }

  /** Voltage at an input against ground, in V. */
  volts(address: number, input: number): number {
    return this.analog[(address - analogAddressFirst) * inputsPerAddress + input] ?? 0;
  }

  setVolts(address: number, input: number, volts: number): void {
    this.analog[(address - analogAddressFirst) * inputsPerAddress + input] = volts;
  }
}
